//! Reading big-endian numbers out of slices without panic.

use crate::Malformed;

pub(crate) fn be16(bytes: &[u8], at: usize) -> Result<u16, Malformed> {
    match bytes.get(at..) {
        Some([a, b, ..]) => Ok(u16::from_be_bytes([*a, *b])),
        _ => Err(Malformed),
    }
}

pub(crate) fn be24(bytes: &[u8], at: usize) -> Result<u32, Malformed> {
    match bytes.get(at..) {
        Some([a, b, c, ..]) => Ok(u32::from_be_bytes([0, *a, *b, *c])),
        _ => Err(Malformed),
    }
}

pub(crate) fn be32(bytes: &[u8], at: usize) -> Result<u32, Malformed> {
    match bytes.get(at..) {
        Some([a, b, c, d, ..]) => Ok(u32::from_be_bytes([*a, *b, *c, *d])),
        _ => Err(Malformed),
    }
}

/// Takes bytes from the front.
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.rest.split_first().ok_or(Malformed)?;
        self.rest = rest;
        Ok(*first)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        let value = be16(self.rest, 0)?;
        self.skip(2)?;
        Ok(value)
    }

    pub(crate) fn skip(&mut self, count: usize) -> Result<(), Malformed> {
        self.rest = self.rest.get(count..).ok_or(Malformed)?;
        Ok(())
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

/// Reads single bits and Exp-Golomb codes (H.264 section 9.1) from the front, most significant bit first.
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(crate) fn bit(&mut self) -> Result<u32, Malformed> {
        let byte = self.bytes.get(self.at / 8).ok_or(Malformed)?;
        let bit = (byte >> (7 - self.at % 8)) & 1;
        self.at += 1;
        Ok(u32::from(bit))
    }

    /// At most 32 bits.
    pub(crate) fn bits(&mut self, count: u32) -> Result<u32, Malformed> {
        (0..count).try_fold(0u32, |value, _| Ok((value << 1) | self.bit()?))
    }

    pub(crate) fn golomb(&mut self) -> Result<u32, Malformed> {
        let mut zeros = 0;
        while self.bit()? == 0 {
            zeros += 1;
            if zeros > 31 {
                return Err(Malformed);
            }
        }
        Ok((1u32 << zeros) - 1 + self.bits(zeros)?)
    }

    pub(crate) fn signed_golomb(&mut self) -> Result<i32, Malformed> {
        let code = i64::from(self.golomb()?);
        let value = if code % 2 == 0 { -(code / 2) } else { (code + 1) / 2 };
        i32::try_from(value).map_err(|_| Malformed)
    }
}
