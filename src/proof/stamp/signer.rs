//! Who signed a token: the signature over its attributes (RFC 5652 section 5.4), the certificate that they name (RFC 5035),
//! and the way from that to somebody who is trusted (RFC 5280).

use super::StampError;
use super::der::{Element, FIRST, INTEGER, OCTETS, OID, SEQUENCE, SET};
use super::token::{SHA256, SHA384, SHA512, TST_INFO, Token};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use std::time::Duration;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage};

/// 1.2.840.113549.1.9.3, 4, 16.2.12 and 16.2.47.
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
const SIGNING_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
const SIGNING_CERTIFICATE_V2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
/// 1.3.6.1.5.5.7.3.8: what the certificate of an authority has to be for.
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

/// Whether the certificate that the token names and encloses signed it.
pub(super) fn signed(token: &Token) -> Result<(), StampError> {
    let certificate = certificate(token)?;
    let attributes = Attributes::read(&token.signer.attributes)?;
    if attributes.content_type != TST_INFO {
        return Err(StampError::Signature("it is of another kind of content"));
    }
    if attributes.digest != digest(&token.signer.digest, &token.content)? {
        return Err(StampError::Signature("the content is not what was signed"));
    }
    if attributes.named != named(attributes.names, &attributes.named_by, certificate)? {
        return Err(StampError::Signature("another certificate is named in it"));
    }
    let parsed = EndEntityCert::try_from(certificate);
    let parsed = parsed.map_err(|_| StampError::Malformed("the certificate of the signer"))?;
    let message = set_of(&token.signer.attributes);
    // Each algorithm names its hash and its kind of key: one that holds is proof, whichever it is.
    let holds = |with: &&&dyn rustls_pki_types::SignatureVerificationAlgorithm| {
        parsed.verify_signature(**with, &message, &token.signer.signature).is_ok()
    };
    ALL_VERIFICATION_ALGS.iter().find(holds).map(|_| ()).ok_or(StampError::Signature("it was made by another key"))
}

/// Whether a way leads from the signer to one of `anchors`, as it was at the time of the stamp.
pub(super) fn vouched(token: &Token, anchors: &[TrustAnchor<'_>]) -> Result<(), StampError> {
    let stranger = |error: webpki::Error| StampError::Stranger(error.to_string());
    let certificate = certificate(token)?;
    let signer = EndEntityCert::try_from(certificate).map_err(stranger)?;
    let at = u64::try_from(token.info.utc_ms / 1000).map_err(|_| StampError::Malformed("time"))?;
    let usage = KeyUsage::required(TIME_STAMPING);
    let time = UnixTime::since_unix_epoch(Duration::from_secs(at));
    let way = signer.verify_for_usage(ALL_VERIFICATION_ALGS, anchors, &token.certificates, time, usage, None, None);
    way.map(|_| ()).map_err(stranger)
}

/// The enclosed certificate with the signer's issuer and serial number.
fn certificate(token: &Token) -> Result<&CertificateDer<'static>, StampError> {
    let is_signer = |certificate: &&CertificateDer<'static>| {
        let named = issuer_and_serial(certificate);
        named.is_ok_and(|(issuer, serial)| issuer == token.signer.issuer && serial == token.signer.serial)
    };
    let found = token.certificates.iter().find(is_signer);
    found.ok_or(StampError::Malformed("the certificate of the signer is not in it"))
}

/// RFC 5280 section 4.1.
fn issuer_and_serial(certificate: &[u8]) -> Result<(&[u8], &[u8]), StampError> {
    let mut certificate = Element::only(certificate)?.is(SEQUENCE, "a certificate")?.parts()?;
    let mut parts = certificate.next(SEQUENCE, "a certificate")?.parts()?;
    parts.maybe(FIRST);
    let serial = parts.next(INTEGER, "a certificate's number")?.whole;
    parts.next(SEQUENCE, "a certificate's algorithm")?;
    Ok((parts.next(SEQUENCE, "a certificate's issuer")?.whole, serial))
}

/// Which certificate a token names, by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// By SHA-1 (RFC 2634).
    First,
    /// By the hash that it says, SHA-256 if none (RFC 5035).
    Second,
}

#[derive(Debug)]
struct Attributes {
    content_type: Vec<u8>,
    digest: Vec<u8>,
    names: Names,
    /// Object identifier of the hash.
    named_by: Vec<u8>,
    named: Vec<u8>,
}

impl Attributes {
    fn read(set: &[u8]) -> Result<Self, StampError> {
        let whole = set_of(set);
        let all = Element::only(&whole)?.parts()?.all();
        let of = |wanted: &[u8]| {
            all.iter().find_map(|attribute| {
                let mut parts = attribute.is(SEQUENCE, "attribute").ok()?.parts().ok()?;
                let is = parts.next(OID, "attribute").ok()?.value == wanted;
                let values = parts.next(SET, "attribute").ok().filter(|_| is)?;
                Element::only(values.value).ok()
            })
        };
        let content_type = of(CONTENT_TYPE).ok_or(StampError::Malformed("no content type is signed"))?;
        let digest = of(MESSAGE_DIGEST).ok_or(StampError::Malformed("no digest is signed"))?;
        let second = of(SIGNING_CERTIFICATE_V2).map(|value| (Names::Second, value));
        let named = second.or_else(|| of(SIGNING_CERTIFICATE).map(|value| (Names::First, value)));
        let (names, value) = named.ok_or(StampError::Malformed("no certificate is named"))?;
        let (named_by, named) = first_certificate(value)?;
        Ok(Self {
            content_type: content_type.is(OID, "content type")?.value.to_vec(),
            digest: digest.is(OCTETS, "digest")?.value.to_vec(),
            names,
            named_by,
            named,
        })
    }
}

/// Hash algorithm and hash of the first of the certificates that are named: the signer's own.
fn first_certificate(value: Element<'_>) -> Result<(Vec<u8>, Vec<u8>), StampError> {
    let mut list = value.is(SEQUENCE, "named certificates")?.parts()?;
    let all = list.next(SEQUENCE, "named certificates")?.parts()?.all();
    let first = all.first().ok_or(StampError::Malformed("no certificate is named"))?;
    let mut parts = first.is(SEQUENCE, "named certificate")?.parts()?;
    let by = match parts.maybe(SEQUENCE) {
        Some(algorithm) => algorithm.parts()?.next(OID, "hash algorithm")?.value,
        None => SHA256,
    };
    Ok((by.to_vec(), parts.next(OCTETS, "hash of a certificate")?.value.to_vec()))
}

fn named(names: Names, by: &[u8], certificate: &[u8]) -> Result<Vec<u8>, StampError> {
    match names {
        Names::First => Ok(sha1::Sha1::digest(certificate).to_vec()),
        Names::Second => digest(by, certificate),
    }
}

fn digest(algorithm: &[u8], of: &[u8]) -> Result<Vec<u8>, StampError> {
    match algorithm {
        SHA256 => Ok(Sha256::digest(of).to_vec()),
        SHA384 => Ok(Sha384::digest(of).to_vec()),
        SHA512 => Ok(Sha512::digest(of).to_vec()),
        _ => Err(StampError::Malformed("a hash that is not known here")),
    }
}

/// Attributes are sent under a tag of their own, and signed as a set.
fn set_of(elements: &[u8]) -> Vec<u8> {
    let length = elements.len();
    let mut out = vec![SET];
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        out.push(0x80 | (bytes.len() - zeros) as u8);
        out.extend_from_slice(&bytes[zeros..]);
    }
    out.extend_from_slice(elements);
    out
}
