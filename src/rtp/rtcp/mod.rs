//! Walking an RTCP compound (RFC 3550 section 6, RFC 4585, RFC 5104) and writing what the server sends.

pub mod transport;
pub mod write;

use crate::Malformed;
use crate::bits::{be16, be24, be32};

/// Packet types.
pub mod kind {
    pub const SENDER_REPORT: u8 = 200;
    pub const RECEIVER_REPORT: u8 = 201;
    pub const DESCRIPTION: u8 = 202;
    pub const BYE: u8 = 203;
    pub const TRANSPORT_FEEDBACK: u8 = 205;
    pub const PAYLOAD_FEEDBACK: u8 = 206;
}

/// Most packets of a compound that are looked at: no honest sender comes near.
const MAX_PARTS: u8 = 32;

/// One packet of a compound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rtcp<'a> {
    SenderReport(SenderReport<'a>),
    ReceiverReport {
        ssrc: u32,
        reports: Reports<'a>,
    },
    Description(Chunks<'a>),
    Bye(Ssrcs<'a>),
    /// Generic NACK (RFC 4585 section 6.2.1).
    Nack {
        media: u32,
        lost: Lost<'a>,
    },
    /// Picture loss indication (RFC 4585 section 6.3.1).
    Pli {
        media: u32,
    },
    /// Full intra request (RFC 5104 section 4.3.1).
    Fir(FirTargets<'a>),
    /// Transport-wide congestion control feedback.
    Transport(transport::Feedback<'a>),
    /// REMB, application packets and whatever else: passed over.
    Other {
        kind: u8,
        format: u8,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderReport<'a> {
    pub ssrc: u32,
    /// 32.32 fixed point, seconds since 1900.
    pub ntp: u64,
    pub rtp: u32,
    pub packets: u32,
    pub octets: u32,
    pub reports: Reports<'a>,
}

/// A report block (RFC 3550 section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    pub ssrc: u32,
    /// Of 256.
    pub fraction_lost: u8,
    /// 24 bits, signed.
    pub lost: i32,
    pub highest: u32,
    /// In units of the stream's clock.
    pub jitter: u32,
    /// Middle 32 bits of the last sender report's NTP time; 0: none.
    pub last_sr: u32,
    /// 1/65536 seconds since that report came.
    pub delay: u32,
}

/// The packets of a compound, up to the first that does not fit, which is given as an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compound<'a> {
    rest: &'a [u8],
    left: u8,
}

impl<'a> Compound<'a> {
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, left: MAX_PARTS }
    }

    fn part(&mut self) -> Result<Rtcp<'a>, Malformed> {
        let first = *self.rest.first().ok_or(Malformed)?;
        if first >> 6 != 2 {
            return Err(Malformed);
        }
        let kind = *self.rest.get(1).ok_or(Malformed)?;
        let len = 4 + 4 * usize::from(be16(self.rest, 2)?);
        let (packet, rest) = self.rest.split_at_checked(len).ok_or(Malformed)?;
        let padding = match packet.last() {
            Some(&count) if first & 0x20 != 0 => usize::from(count),
            _ => 0,
        };
        if first & 0x20 != 0 && (padding == 0 || padding > len - 4) {
            return Err(Malformed);
        }
        let body = packet.get(4..len - padding).ok_or(Malformed)?;
        let parsed = parse(first & 31, kind, body)?;
        self.rest = rest;
        Ok(parsed)
    }
}

impl<'a> Iterator for Compound<'a> {
    type Item = Result<Rtcp<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() || self.left == 0 {
            return None;
        }
        self.left -= 1;
        let part = self.part();
        if part.is_err() {
            self.rest = &[];
        }
        Some(part)
    }
}

fn parse(count: u8, kind: u8, body: &[u8]) -> Result<Rtcp<'_>, Malformed> {
    match kind {
        kind::SENDER_REPORT => sender_report(count, body).map(Rtcp::SenderReport),
        kind::RECEIVER_REPORT => {
            Ok(Rtcp::ReceiverReport { ssrc: be32(body, 0)?, reports: Reports::new(count, body, 4)? })
        }
        kind::DESCRIPTION => Ok(Rtcp::Description(Chunks { rest: body, left: count })),
        kind::BYE => {
            let ssrcs = body.get(..4 * usize::from(count)).ok_or(Malformed)?;
            Ok(Rtcp::Bye(Ssrcs { rest: ssrcs }))
        }
        kind::TRANSPORT_FEEDBACK => match count {
            1 => Ok(Rtcp::Nack { media: be32(body, 4)?, lost: Lost::new(body.get(8..).ok_or(Malformed)?) }),
            15 => transport::Feedback::parse(body).map(Rtcp::Transport),
            _ => Ok(Rtcp::Other { kind, format: count }),
        },
        kind::PAYLOAD_FEEDBACK => match count {
            1 => Ok(Rtcp::Pli { media: be32(body, 4)? }),
            4 => Ok(Rtcp::Fir(FirTargets { rest: body.get(8..).ok_or(Malformed)? })),
            _ => Ok(Rtcp::Other { kind, format: count }),
        },
        _ => Ok(Rtcp::Other { kind, format: count }),
    }
}

fn sender_report(count: u8, body: &[u8]) -> Result<SenderReport<'_>, Malformed> {
    Ok(SenderReport {
        ssrc: be32(body, 0)?,
        ntp: (u64::from(be32(body, 4)?) << 32) | u64::from(be32(body, 8)?),
        rtp: be32(body, 12)?,
        packets: be32(body, 16)?,
        octets: be32(body, 20)?,
        reports: Reports::new(count, body, 24)?,
    })
}

/// Report blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reports<'a> {
    rest: &'a [u8],
}

impl<'a> Reports<'a> {
    fn new(count: u8, body: &'a [u8], at: usize) -> Result<Self, Malformed> {
        let rest = body.get(at..at + 24 * usize::from(count)).ok_or(Malformed)?;
        Ok(Self { rest })
    }
}

impl Iterator for Reports<'_> {
    type Item = Report;

    fn next(&mut self) -> Option<Report> {
        let (block, rest) = self.rest.split_at_checked(24)?;
        self.rest = rest;
        // The upper byte of the sign extension falls out of the shift.
        let lost = (be24(block, 5).ok()? << 8) as i32 >> 8;
        Some(Report {
            ssrc: be32(block, 0).ok()?,
            fraction_lost: *block.get(4)?,
            lost,
            highest: be32(block, 8).ok()?,
            jitter: be32(block, 12).ok()?,
            last_sr: be32(block, 16).ok()?,
            delay: be32(block, 20).ok()?,
        })
    }
}

/// SSRCs of a BYE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ssrcs<'a> {
    rest: &'a [u8],
}

impl Iterator for Ssrcs<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let ssrc = be32(self.rest, 0).ok()?;
        self.rest = &self.rest[4..];
        Some(ssrc)
    }
}

/// Source descriptions: SSRC and canonical name, where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunks<'a> {
    rest: &'a [u8],
    left: u8,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = (u32, Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let ssrc = be32(self.rest, 0).ok()?;
        let (mut at, mut name) = (4, None);
        loop {
            match *self.rest.get(at)? {
                0 => break,
                item => {
                    let len = usize::from(*self.rest.get(at + 1)?);
                    let text = self.rest.get(at + 2..at + 2 + len)?;
                    if item == 1 && name.is_none() {
                        name = Some(text);
                    }
                    at += 2 + len;
                }
            }
        }
        // A chunk ends with one to four zero bytes at a 32-bit boundary.
        self.rest = self.rest.get((at / 4 + 1) * 4..).unwrap_or_default();
        Some((ssrc, name))
    }
}

/// Sequence numbers named by a NACK, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost<'a> {
    rest: &'a [u8],
    base: u16,
    /// Bits of the present pair still to give; bit 0 is `base` itself.
    bits: u32,
    at: u16,
}

impl<'a> Lost<'a> {
    fn new(pairs: &'a [u8]) -> Self {
        Self { rest: pairs, base: 0, bits: 0, at: 0 }
    }
}

impl Iterator for Lost<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if self.bits == 0 {
            let (pair, rest) = self.rest.split_at_checked(4)?;
            self.base = be16(pair, 0).ok()?;
            self.bits = (u32::from(be16(pair, 2).ok()?) << 1) | 1;
            self.at = 0;
            self.rest = rest;
        }
        let skip = self.bits.trailing_zeros();
        self.at += skip as u16;
        let lost = self.base.wrapping_add(self.at);
        self.bits = (self.bits >> skip) >> 1;
        self.at += 1;
        Some(lost)
    }
}

/// Targets of a FIR: SSRC and command number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirTargets<'a> {
    rest: &'a [u8],
}

impl Iterator for FirTargets<'_> {
    type Item = (u32, u8);

    fn next(&mut self) -> Option<(u32, u8)> {
        let (entry, rest) = self.rest.split_at_checked(8)?;
        self.rest = rest;
        Some((be32(entry, 0).ok()?, *entry.get(4)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_browser_like_compound_is_walked_to_its_end() {
        let mut bytes = Vec::new();
        let report = Report { ssrc: 9, fraction_lost: 3, lost: -2, highest: 70_000, jitter: 4, last_sr: 5, delay: 6 };
        write::sender_report(&mut bytes, 7, 1 << 32 | 2, 3, 4, 5);
        write::receiver_report(&mut bytes, 7, &[report]);
        write::cname(&mut bytes, &[7], "name");
        write::pli(&mut bytes, 7, 9);
        write::nack(&mut bytes, 7, 9, &[65_535, 0, 15, 40]);
        let parts: Vec<_> = Compound::new(&bytes).map(Result::unwrap).collect();
        assert_eq!(parts.len(), 5);
        let Rtcp::SenderReport(sr) = parts[0] else { panic!("{parts:?}") };
        assert_eq!((sr.ssrc, sr.ntp, sr.rtp, sr.packets, sr.octets), (7, 1 << 32 | 2, 3, 4, 5));
        let Rtcp::ReceiverReport { ssrc: 7, mut reports } = parts[1] else { panic!("{parts:?}") };
        assert_eq!(reports.next(), Some(report));
        let Rtcp::Description(mut chunks) = parts[2] else { panic!("{parts:?}") };
        assert_eq!(chunks.next(), Some((7, Some(&b"name"[..]))));
        assert_eq!(chunks.next(), None);
        assert_eq!(parts[3], Rtcp::Pli { media: 9 });
        let Rtcp::Nack { media: 9, lost } = parts[4] else { panic!("{parts:?}") };
        assert_eq!(lost.collect::<Vec<_>>(), [65_535, 0, 15, 40]);
    }

    #[test]
    fn what_does_not_fit_is_an_error_once_and_then_the_end() {
        let mut bytes = Vec::new();
        write::pli(&mut bytes, 1, 2);
        bytes.extend([0x81, 200, 0, 1, 0, 0, 0, 0]);
        let mut walk = Compound::new(&bytes);
        assert_eq!(walk.next(), Some(Ok(Rtcp::Pli { media: 2 })));
        assert_eq!(walk.next(), Some(Err(Malformed)));
        assert_eq!(walk.next(), None);
    }

    #[test]
    fn remb_and_fir_from_a_receiver() {
        let remb = [0x8f, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, b'R', b'E', b'M', b'B', 0, 0, 0, 0];
        assert_eq!(Compound::new(&remb).next(), Some(Ok(Rtcp::Other { kind: 206, format: 15 })));
        let fir = [0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 5, 0, 0, 0];
        let Some(Ok(Rtcp::Fir(targets))) = Compound::new(&fir).next() else { panic!() };
        assert_eq!(targets.collect::<Vec<_>>(), [(9, 5)]);
    }

    #[test]
    fn an_endless_compound_is_cut_off() {
        let mut bytes = Vec::new();
        for _ in 0..100 {
            write::pli(&mut bytes, 1, 2);
        }
        assert_eq!(Compound::new(&bytes).count(), usize::from(MAX_PARTS));
    }
}
