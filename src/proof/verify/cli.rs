//! The verb `verify`, the same in `assize` and in `assize-verify`.

use super::{Verdict, verify};
use crate::key::{PublicKey, Trust};
use clap::Args;
use std::path::PathBuf;

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
    /// Certificate of a time-stamping authority (PEM), for records that carry its token.
    #[arg(long, value_name = "PEM")]
    pub tsa_ca: Option<PathBuf>,
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
    if args.tsa_ca.is_some() {
        eprintln!("time stamps are not checked by this version: openssl ts -verify does it");
    }
    let report = verify(&args.path, &vouched);
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
