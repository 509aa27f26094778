//! Distinguished encoding (ITU-T X.690) as far as a token needs it. Elements are read by the `der` crate, one level at a time:
//! its typed readers refuse sets that are out of order, as authorities' are.

use super::StampError;
use der::asn1::AnyRef;
use der::{Decode as _, Reader as _, SliceReader};

pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const TIME: u8 = 0x18;
/// Context-specific and constructed, number 0 and 1.
pub(super) const FIRST: u8 = 0xa0;
pub(super) const NULL: [u8; 2] = [0x05, 0x00];
pub(super) const TRUE: [u8; 3] = [0x01, 0x01, 0xff];

#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) value: &'a [u8],
    /// With tag and length.
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The element that `bytes` are, and nothing behind it.
    pub(super) fn only(bytes: &'a [u8]) -> Result<Self, StampError> {
        match elements(bytes)?.as_slice() {
            [one] => Ok(*one),
            _ => Err(StampError::Malformed("more than one element")),
        }
    }

    pub(super) fn is(self, tag: u8, what: &'static str) -> Result<Self, StampError> {
        if self.tag == tag { Ok(self) } else { Err(StampError::Malformed(what)) }
    }

    /// The elements in it.
    pub(super) fn parts(self) -> Result<Parts<'a>, StampError> {
        Ok(Parts { elements: elements(self.value)?, at: 0 })
    }
}

/// Elements one after the other, some of which may be left out.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    elements: Vec<Element<'a>>,
    at: usize,
}

impl<'a> Parts<'a> {
    pub(super) fn next(&mut self, tag: u8, what: &'static str) -> Result<Element<'a>, StampError> {
        self.maybe(tag).ok_or(StampError::Malformed(what))
    }

    pub(super) fn maybe(&mut self, tag: u8) -> Option<Element<'a>> {
        let found = self.elements.get(self.at).filter(|element| element.tag == tag)?;
        self.at += 1;
        Some(*found)
    }

    pub(super) fn all(self) -> Vec<Element<'a>> {
        self.elements
    }
}

fn elements(bytes: &[u8]) -> Result<Vec<Element<'_>>, StampError> {
    let bad = |_: der::Error| StampError::Malformed("its encoding");
    let mut found = Vec::new();
    if bytes.is_empty() {
        return Ok(found);
    }
    let mut reader = SliceReader::new(bytes).map_err(bad)?;
    let mut from = 0;
    while !reader.is_finished() {
        let any = AnyRef::decode(&mut reader).map_err(bad)?;
        let to = usize::try_from(reader.position()).map_err(bad)?;
        found.push(Element { tag: bytes[from], value: any.value(), whole: &bytes[from..to] });
        from = to;
    }
    Ok(found)
}

fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    debug_assert!(value.len() < 128, "what is written here is short");
    let mut out = vec![tag, value.len() as u8];
    out.extend_from_slice(value);
    out
}

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

pub(super) fn oid(oid: &[u8]) -> Vec<u8> {
    element(OID, oid)
}

pub(super) fn octets(bytes: &[u8]) -> Vec<u8> {
    element(OCTETS, bytes)
}

/// In as few bytes as it takes; the first bit is the sign.
pub(super) fn integer(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(7);
    let mut value = bytes[zeros..].to_vec();
    if value[0] >= 0x80 {
        value.insert(0, 0);
    }
    element(INTEGER, &value)
}
