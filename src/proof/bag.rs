//! BagIt 1.0 (RFC 8493): declaration, manifests and bag-info.

use crate::hash::Hash;
use std::collections::BTreeMap;
use std::fmt::Write;

pub const DECLARATION_FILE: &str = "bagit.txt";
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
pub const INFO_FILE: &str = "bag-info.txt";
pub const MANIFEST_FILE: &str = "manifest-sha256.txt";
pub const TAG_MANIFEST_FILE: &str = "tagmanifest-sha256.txt";

/// One line of a manifest. Line breaks and percent signs in paths are escaped (RFC 8493 section 2.1.3).
#[must_use]
pub fn manifest_line(path: &str, hash: Hash) -> String {
    let path = path.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D");
    format!("{hash}  {path}\n")
}

/// A manifest in order of path.
#[must_use]
pub fn manifest(files: &BTreeMap<String, Hash>) -> String {
    files.iter().map(|(path, hash)| manifest_line(path, *hash)).collect()
}

/// Reads a manifest; `Err` is the place of the first line that is none.
///
/// # Errors
/// Where a line is wrong.
pub fn parse_manifest(text: &str) -> Result<BTreeMap<String, Hash>, (u64, u64)> {
    let mut out: BTreeMap<String, Hash> = BTreeMap::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len() as u64;
        let entry = line.strip_suffix('\n').and_then(|line| line.split_once("  ")).and_then(|(hash, path)| {
            let path = path.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
            Some((path, hash.parse::<Hash>().ok()?))
        });
        let (path, hash) = entry.ok_or((at, end))?;
        // A path twice or out of order (ours are in order), or one that leads out of the bag, is none.
        let outside = path.starts_with('/') || path.split('/').any(|part| part == "..");
        if outside || out.last_key_value().is_some_and(|(last, _)| *last >= path) {
            return Err((at, end));
        }
        out.insert(path, hash);
        at = end;
    }
    Ok(out)
}

/// What `bag-info.txt` says.
#[derive(Debug, Clone)]
pub struct Info<'a> {
    pub court: &'a str,
    /// Case number and sitting.
    pub case: &'a str,
    pub hearing: &'a str,
    /// Day of sealing, `yyyy-mm-dd`.
    pub date: &'a str,
    pub payload_bytes: u64,
    pub payload_files: u64,
    pub software: &'a str,
    /// No hearing of a case.
    pub rehearsal: bool,
}

const OXUM: &str = "Payload-Oxum: ";

/// `info` with another size of the payload: bytes and files.
#[must_use]
pub fn oxum(info: &str, bytes: u64, files: u64) -> String {
    let line =
        |line: &str| if line.starts_with(OXUM) { format!("{OXUM}{bytes}.{files}\n") } else { format!("{line}\n") };
    info.lines().map(line).collect()
}

/// RFC 8493 section 2.2.2.
#[must_use]
pub fn info(info: &Info<'_>) -> String {
    let clean = |text: &str| text.replace(['\n', '\r'], " ");
    let mut out = String::new();
    let _ = writeln!(out, "Source-Organization: {}", clean(info.court));
    let _ = writeln!(out, "External-Identifier: {}", clean(info.hearing));
    let _ = writeln!(out, "External-Description: {}", clean(info.case));
    let _ = writeln!(out, "Bagging-Date: {}", info.date);
    let _ = writeln!(out, "Bag-Software-Agent: {}", clean(info.software));
    let _ = writeln!(out, "{OXUM}{}.{}", info.payload_bytes, info.payload_files);
    if info.rehearsal {
        out.push_str("Rehearsal: true\n");
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn manifests_come_back_and_refuse_paths_that_lead_out() {
        let files: BTreeMap<String, Hash> =
            [("data/a 100%", b"a"), ("data/b\nc", b"b")].map(|(p, b)| (p.to_owned(), Hash::of(b))).into();
        assert_eq!(parse_manifest(&manifest(&files)), Ok(files));
        let line = manifest_line("data/x", Hash::of(b""));
        assert_eq!(parse_manifest(&line.repeat(2)), Err((line.len() as u64, 2 * line.len() as u64)));
        assert!(parse_manifest(&manifest_line("data/../x", Hash::of(b""))).is_err());
        assert!(parse_manifest("abc  data/x\n").is_err());
    }
}
