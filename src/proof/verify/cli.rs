//! The verb `verify`, the same in `assize` and in `assize-verify`.

use super::{Verdict, verify_stamped};
use crate::key::{PublicKey, Trust};
use crate::repair::repair;
use crate::stamp::Authority;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct Verify {
    /// A record's folder, a bag or a bag's zip.
    pub path: PathBuf,
    /// A public key (PEM) to vouch for; may be given several times.
    #[arg(long, value_name = "PUB")]
    pub key: Vec<PathBuf>,
    /// A list of keys to vouch for, as the court keeps it in keys/trust.json.
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// Certificates (PEM) that stand behind time-stamping authorities: the record has to carry a token of one of them.
    /// May be given several times.
    #[arg(long, value_name = "PEM")]
    pub tsa_ca: Vec<PathBuf>,
    /// A copy of the same sealed record: what is damaged here and whole there is mended first, and each file is named.
    #[arg(long, value_name = "DIR")]
    pub repair_from: Option<PathBuf>,
    /// One JSON object instead of text.
    #[arg(long)]
    pub json: bool,
}

/// Verifies and prints; gives the exit code: 0 intact, 1 altered, 2 gaps, 3 unverifiable. `vouched` are keys known beside
/// those that the arguments name.
#[must_use]
pub fn run(args: &Verify, mut vouched: Vec<PublicKey>) -> u8 {
    for path in &args.key {
        let pem = std::fs::read_to_string(path).map_err(|e| e.to_string());
        match pem.and_then(|pem| PublicKey::from_pem(&pem).map_err(|e| e.to_string())) {
            Ok(key) => vouched.push(key),
            Err(e) => {
                eprintln!("{}: {e}", path.display());
                return Verdict::Unverifiable.exit_code();
            }
        }
    }
    if let Some(path) = &args.trust {
        match Trust::load(path) {
            Ok(trust) => vouched.extend(trust.public_keys()),
            Err(e) => {
                eprintln!("{e}");
                return Verdict::Unverifiable.exit_code();
            }
        }
    }
    let mut authorities = Vec::new();
    for path in &args.tsa_ca {
        match Authority::load(path) {
            Ok(found) => authorities.extend(found),
            Err(e) => {
                eprintln!("{e}");
                return Verdict::Unverifiable.exit_code();
            }
        }
    }
    if let Some(copy) = &args.repair_from
        && !mend(&args.path, copy, &vouched)
    {
        return Verdict::Unverifiable.exit_code();
    }
    let authorities = Some(authorities.as_slice()).filter(|_| !args.tsa_ca.is_empty());
    let report = verify_stamped(&args.path, &vouched, authorities, &Arc::default());
    if args.json {
        match serde_json::to_string(&report) {
            Ok(text) => println!("{text}"),
            Err(e) => eprintln!("{e}"),
        }
    } else {
        print!("{}", report.text());
    }
    report.result.exit_code()
}

/// Mends and says what; false if nothing could be done. To standard error, so that a script reads the report alone.
fn mend(record: &Path, copy: &Path, vouched: &[PublicKey]) -> bool {
    match repair(record, copy, vouched, jiff::Timestamp::now().as_millisecond()) {
        Ok(done) => {
            for mended in &done.mended {
                eprintln!("đã sửa · mended: {} ({})", mended.file, mended.is);
            }
            for lost in &done.lost {
                eprintln!("không sửa được · could not be mended, damaged in both: {lost}");
            }
            true
        }
        Err(error) => {
            eprintln!("{error}");
            false
        }
    }
}
