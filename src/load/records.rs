//! What a server has recorded, as it lies on the disk.

use anyhow::{Context, bail};
use assize_proof::bag::DECLARATION_FILE as BAG;
use assize_proof::key::Trust;
use assize_proof::verify::UNFINISHED;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest wait for the sealing.
const SEALED_WITHIN: Duration = Duration::from_secs(120);

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    /// Sealed sittings.
    pub(crate) bags: usize,
    /// Tracks of which there is a file that is not empty.
    pub(crate) tracks: u64,
    /// Gaps that the ledgers state.
    pub(crate) gaps: u64,
}

/// Waits until so many sittings below `folder` are sealed.
pub(crate) fn wait_until_sealed(folder: &Path, count: usize) -> anyhow::Result<Found> {
    let end = Instant::now() + SEALED_WITHIN;
    loop {
        let found = look(folder)?;
        if found.bags >= count {
            return Ok(found);
        }
        if Instant::now() > end {
            bail!("only {} of {count} records were sealed", found.bags);
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// What lies below `folder`.
pub(crate) fn look(folder: &Path) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        found.bags += usize::from(folder.join(BAG).exists() && !folder.join(UNFINISHED).exists());
        let name = folder.file_name().unwrap_or_default();
        for entry in entries(&folder)? {
            match (entry.is_dir(), name.to_str()) {
                (true, Some("tracks")) => found.tracks += u64::from(is_recorded(&entry)?),
                (true, _) => folders.push(entry),
                (false, Some("ledger")) => found.gaps += gaps(&fs::read_to_string(&entry)?),
                (false, _) => {}
            }
        }
    }
    Ok(found)
}

/// Entries of a folder; one that has just been moved away has none.
fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
}

fn is_recorded(track: &Path) -> anyhow::Result<bool> {
    let media = |file: &PathBuf| {
        let ending = file.extension().is_some_and(|ending| ending == "webm" || ending == "mkv");
        ending && fs::metadata(file).is_ok_and(|data| data.len() > 0)
    };
    Ok(entries(track)?.iter().any(media))
}

fn gaps(ledger: &str) -> u64 {
    let lines = ledger.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let gaps = lines.filter(|line| line["kind"] == "gap");
    // Those that followed each other fast are stated as one.
    gaps.map(|line| line["data"]["pieces"]["count"].as_u64().unwrap_or(1)).sum()
}

/// Writes the public key that the server vouches for beside the records.
pub(crate) fn write_key(trusted: &Path, folder: &Path) -> anyhow::Result<()> {
    let keys = Trust::load(trusted)?.public_keys();
    let key = keys.first().context("the server vouches for no key")?;
    Ok(fs::write(folder.join("key.pub"), key.pem())?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn bags_tracks_and_stated_gaps_are_counted() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join("2026/one/01").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("data/tracks/01-microphone/1-0001.webm", "x");
        write("data/tracks/01-camera1/1-0001.webm", "");
        write("data/tracks/02-camera1/1-0001.mkv", "x");
        write(
            "data/ledger/1.jsonl",
            "{\"kind\":\"opened\"}\n{\"kind\":\"gap\"}\n{\"kind\":\"gap\",\"data\":{\"pieces\":{\"count\":3}}}\n",
        );
        assert_eq!(look(root.path()).unwrap(), Found { bags: 0, tracks: 2, gaps: 4 });
        write(BAG, "");
        assert_eq!(look(root.path()).unwrap().bags, 1);
        write(UNFINISHED, "");
        assert_eq!(look(root.path()).unwrap().bags, 0, "sealing is under way");
    }
}
