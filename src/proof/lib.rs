//! What makes a record prove itself: hash chains, the ledger's encoding, Merkle root, signature, bag and `verify`.
//!
//! Pure over bytes and files; links no media library. Every format here is meant to be checked without this code, by
//! `sha256sum`, `openssl` and a JSON reader: `recordings/README.md` states each one.

pub mod after;
pub mod bag;
pub mod canonical;
pub mod chain;
pub mod checkpoint;
pub mod copy;
pub mod ebml;
pub mod hash;
pub mod hearing_file;
pub mod key;
pub mod ledger;
pub mod merkle;
pub mod repair;
pub mod seal;
pub mod stamp;
pub mod time;
mod torn;
pub mod verify;
