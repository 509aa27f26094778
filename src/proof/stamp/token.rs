//! The parts of an authority's answer (RFC 3161 section 2.4.2) and of the signed message in it (RFC 5652 section 5).

use super::StampError;
use super::der::{Element, FIRST, INTEGER, OCTETS, OID, SEQUENCE, SET, TIME};
use jiff::Timestamp;
use rustls_pki_types::CertificateDer;

/// 2.16.840.1.101.3.4.2.1 to 3.
pub(super) const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
pub(super) const SHA384: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02];
pub(super) const SHA512: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.16.1.4
pub(super) const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

/// An answer taken apart; nothing of it is proved.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) info: Info,
    /// The same as bytes: what is signed, by way of its digest.
    pub(super) content: Vec<u8>,
    pub(super) certificates: Vec<CertificateDer<'static>>,
    pub(super) signer: Signer,
}

/// What the authority states.
#[derive(Debug, Clone)]
pub(super) struct Info {
    pub(super) utc_ms: i64,
    /// SHA-256 of what was stamped.
    pub(super) imprint: Vec<u8>,
    /// As encoded.
    pub(super) nonce: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
pub(super) struct Signer {
    /// Issuer and serial number of its certificate, as encoded.
    pub(super) issuer: Vec<u8>,
    pub(super) serial: Vec<u8>,
    /// Object identifier.
    pub(super) digest: Vec<u8>,
    /// The elements of the signed attributes; they are signed as a set.
    pub(super) attributes: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

pub(super) fn read(answer: &[u8]) -> Result<Token, StampError> {
    let mut answer = Element::only(answer)?.is(SEQUENCE, "the answer")?.parts()?;
    let status = answer.next(SEQUENCE, "status")?.parts()?.next(INTEGER, "status")?;
    match status.value {
        // Granted, as asked or with changes.
        [0 | 1] => {}
        [other] => return Err(StampError::Refused(*other)),
        _ => return Err(StampError::Malformed("status")),
    }
    let mut content = answer.next(SEQUENCE, "token")?.parts()?;
    if content.next(OID, "content type")?.value != SIGNED_DATA {
        return Err(StampError::Malformed("not signed data"));
    }
    let signed = Element::only(content.next(FIRST, "signed data")?.value)?.is(SEQUENCE, "signed data")?;
    signed_data(signed)
}

fn signed_data(signed: Element<'_>) -> Result<Token, StampError> {
    let mut parts = signed.parts()?;
    parts.next(INTEGER, "version")?;
    parts.next(SET, "digest algorithms")?;
    let mut inside = parts.next(SEQUENCE, "content")?.parts()?;
    if inside.next(OID, "type of content")?.value != TST_INFO {
        return Err(StampError::Malformed("not the content of a time stamp"));
    }
    let content = Element::only(inside.next(FIRST, "content")?.value)?.is(OCTETS, "content")?.value;
    let certificates = match parts.maybe(FIRST) {
        Some(set) => set.parts()?.all(),
        None => Vec::new(),
    };
    // Other kinds than certificates have tags of their own.
    let certificates = certificates.iter().filter(|one| one.tag == SEQUENCE).map(|one| one.whole.to_vec().into());
    let certificates = certificates.collect();
    parts.maybe(FIRST + 1);
    let signers = parts.next(SET, "signers")?.parts()?.all();
    let [signer] = signers.as_slice() else { return Err(StampError::Malformed("not one signer")) };
    let info = info(Element::only(content)?.is(SEQUENCE, "content")?)?;
    Ok(Token { info, content: content.to_vec(), certificates, signer: signer_info(*signer)? })
}

fn info(info: Element<'_>) -> Result<Info, StampError> {
    let mut parts = info.parts()?;
    parts.next(INTEGER, "version")?;
    parts.next(OID, "policy")?;
    let mut imprint = parts.next(SEQUENCE, "imprint")?.parts()?;
    if imprint.next(SEQUENCE, "hash algorithm")?.parts()?.next(OID, "hash algorithm")?.value != SHA256 {
        return Err(StampError::Malformed("of another hash than SHA-256"));
    }
    let imprint = imprint.next(OCTETS, "imprint")?.value.to_vec();
    parts.next(INTEGER, "serial number")?;
    let utc_ms = moment(parts.next(TIME, "time")?.value).ok_or(StampError::Malformed("time"))?;
    // How exact it is, and whether stamps are in order.
    parts.maybe(SEQUENCE);
    parts.maybe(0x01);
    let nonce = parts.maybe(INTEGER).map(|nonce| nonce.whole.to_vec());
    Ok(Info { utc_ms, imprint, nonce })
}

/// `20261123093000.25Z` (RFC 3161 section 2.4.2) in UTC milliseconds.
fn moment(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let part = |from: usize, to: usize| &whole[from..to];
    let (day, time) =
        ([part(0, 4), part(4, 6), part(6, 8)].join("-"), [part(8, 10), part(10, 12), part(12, 14)].join(":"));
    format!("{day}T{time}.{fraction}Z").parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

fn signer_info(signer: Element<'_>) -> Result<Signer, StampError> {
    let mut parts = signer.is(SEQUENCE, "signer")?.parts()?;
    parts.next(INTEGER, "version of the signer")?;
    // By a key identifier instead: no authority is known to do so.
    let mut named = parts.next(SEQUENCE, "issuer and serial number of the signer")?.parts()?;
    let issuer = named.next(SEQUENCE, "issuer")?.whole.to_vec();
    let serial = named.next(INTEGER, "serial number of the signer")?.whole.to_vec();
    let digest = parts.next(SEQUENCE, "digest algorithm")?.parts()?.next(OID, "digest algorithm")?.value.to_vec();
    let attributes = parts.next(FIRST, "signed attributes")?.value.to_vec();
    parts.next(SEQUENCE, "signature algorithm")?;
    let signature = parts.next(OCTETS, "signature")?.value.to_vec();
    Ok(Signer { issuer, serial, digest, attributes, signature })
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn times_are_in_utc_with_or_without_a_fraction() {
        assert_eq!(moment(b"20261123093000Z"), Some(1_795_426_200_000));
        assert_eq!(moment(b"20261123093000.25Z"), Some(1_795_426_200_250));
        for wrong in ["20261123093000", "20261323093000Z", "2026112309300Z", "20261123093000.Z", "20261123093000+0700"]
        {
            assert_eq!(moment(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
