//! Time stamps (RFC 3161, RFC 5816): a token in which an authority says when it saw a seal.
//!
//! The court's key says who sealed a record; whoever holds that key could seal it again another day. A token by somebody else
//! says that this very seal was there at a time. `head.tsr` is the authority's answer as it came, which `openssl ts -verify`
//! takes as well. Whether a certificate was revoked is not looked up: verification needs no network.

mod der;
mod signer;
mod token;

use crate::hash::Hash;
use crate::time;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use std::path::Path;
use token::Token;

/// Why a token proves nothing, or not that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    #[error("is no answer of a time-stamping authority: {0}")]
    Malformed(&'static str),
    #[error("the authority did not stamp: status {0}")]
    Refused(u8),
    #[error("its signature does not hold: {0}")]
    Signature(&'static str),
    #[error("its authority is not one that is trusted: {0}")]
    Stranger(String),
}

/// A certificate that somebody trusts to stand behind time-stamping authorities.
#[derive(Debug, Clone)]
pub struct Authority(TrustAnchor<'static>);

impl Authority {
    /// All certificates of a PEM file.
    ///
    /// # Errors
    /// The file cannot be read, or holds no certificate.
    pub fn load(path: &Path) -> Result<Vec<Self>, String> {
        let said = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let found = CertificateDer::pem_file_iter(path).map_err(|error| said(&error))?;
        let found: Vec<_> = found.collect::<Result<_, _>>().map_err(|error| said(&error))?;
        if found.is_empty() {
            return Err(said(&"holds no certificate"));
        }
        let anchor = |certificate| webpki::anchor_from_trusted_cert(certificate).map(|anchor| Self(anchor.to_owned()));
        found.iter().map(anchor).collect::<Result<_, _>>().map_err(|error| said(&error))
    }
}

/// What an authority is asked: to stamp what has this hash, and to enclose its certificates (RFC 3161 section 2.4.1).
#[must_use]
pub fn request(of: &Hash, nonce: u64) -> Vec<u8> {
    let algorithm = der::sequence(&[&der::oid(token::SHA256), &der::NULL]);
    let imprint = der::sequence(&[&algorithm, &der::octets(&of.0)]);
    der::sequence(&[&der::integer(1), &imprint, &der::integer(nonce), &der::TRUE])
}

/// A token that was read; what it is worth, its methods say.
#[derive(Debug, Clone)]
pub struct Stamp(Token);

impl Stamp {
    /// Reads an authority's answer (`TimeStampResp`, DER).
    ///
    /// # Errors
    /// It is none, or the authority refused.
    pub fn read(answer: &[u8]) -> Result<Self, StampError> {
        token::read(answer).map(Self)
    }

    /// When the authority saw what it stamped; UTC milliseconds.
    #[must_use]
    pub fn utc_ms(&self) -> i64 {
        self.0.info.utc_ms
    }

    /// The same as RFC 3339.
    #[must_use]
    pub fn at(&self) -> String {
        time::rfc3339(self.0.info.utc_ms)
    }

    #[must_use]
    pub fn is_of(&self, hash: &Hash) -> bool {
        self.0.info.imprint == hash.0
    }

    /// Whether it answers the request with this number.
    #[must_use]
    pub fn answers(&self, nonce: u64) -> bool {
        let asked = der::integer(nonce);
        self.0.info.nonce.as_deref() == Some(&asked)
    }

    /// Whether its own certificate signed it. That says nothing of whose that is.
    ///
    /// # Errors
    /// What does not fit.
    pub fn is_signed(&self) -> Result<(), StampError> {
        signer::signed(&self.0)
    }

    /// Whether it is signed by somebody for whom one of `authorities` vouches, as one that may stamp (RFC 3161 section 2.3).
    ///
    /// # Errors
    /// What does not fit.
    pub fn is_vouched(&self, authorities: &[Authority]) -> Result<(), StampError> {
        signer::signed(&self.0)?;
        let anchors: Vec<TrustAnchor<'_>> = authorities.iter().map(|authority| authority.0.clone()).collect();
        signer::vouched(&self.0, &anchors)
    }
}
