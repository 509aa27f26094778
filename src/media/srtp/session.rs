//! The two directions of a transport: stream numbers, rollover, replay.

use super::cm::Cm;
use super::gcm::{Gcm, TAG};
use super::window::Window;
use super::{BadKeys, MAX_PACKET, MAX_STREAMS, Master, Profile, Refused, rtp_header_len, word};

#[derive(Debug)]
enum Cipher {
    Gcm(Box<Gcm>),
    Cm(Box<Cm>),
}

impl Cipher {
    fn new(profile: Profile, master: &Master) -> Result<Self, BadKeys> {
        Ok(match profile {
            Profile::AesGcm128 | Profile::AesGcm256 => Self::Gcm(Box::new(Gcm::new(profile, master)?)),
            Profile::AesCmSha1 => Self::Cm(Box::new(Cm::new(master)?)),
        })
    }
}

/// What the other side sends.
#[derive(Debug)]
pub struct Inbound {
    cipher: Cipher,
    rtp: Vec<(u32, Stream)>,
    rtcp: Vec<(u32, Window)>,
    scratch: Vec<u8>,
}

#[derive(Debug, Default)]
struct Stream {
    window: Window,
    /// The last packet did not authenticate: the rollover counter may be out of step after a long outage, so the next
    /// ones are tried with its neighbours too, on a copy.
    doubt: bool,
}

impl Inbound {
    /// # Errors
    /// The keys do not fit the profile.
    pub fn new(profile: Profile, master: &Master) -> Result<Self, BadKeys> {
        Ok(Self { cipher: Cipher::new(profile, master)?, rtp: Vec::new(), rtcp: Vec::new(), scratch: Vec::new() })
    }

    /// Opens an RTP packet in place: `packet[..n]` is then header and plain payload, for the returned `n`.
    ///
    /// # Errors
    /// Why it was refused; the packet is then spoilt.
    pub fn open_rtp(&mut self, packet: &mut [u8]) -> Result<usize, Refused> {
        let header = rtp_header_len(packet).filter(|_| packet.len() <= MAX_PACKET).ok_or(Refused::Shape)?;
        let (ssrc, seq) = (word(packet, 8), u16::from_be_bytes([packet[2], packet[3]]));
        let gcm = match &mut self.cipher {
            Cipher::Gcm(gcm) => gcm,
            Cipher::Cm(cm) => return cm.open(ssrc, false, packet),
        };
        if packet.len() < header + TAG {
            return Err(Refused::Shape);
        }
        let Some((_, stream)) = self.rtp.iter_mut().find(|(known, _)| *known == ssrc) else {
            return self.first_rtp(header, ssrc, seq, packet);
        };
        let highest = stream.window.highest().unwrap_or_default();
        let index = nearest(highest, seq);
        if stream.doubt {
            let opened = [Some(index), index.checked_add(1 << 16), index.checked_sub(1 << 16)]
                .into_iter()
                .flatten()
                .filter(|index| stream.window.is_fresh(*index))
                .find_map(|index| Some((index, gcm.try_rtp(index, header, packet, &mut self.scratch)?)));
            let (index, len) = opened.ok_or(Refused::Forged)?;
            packet[..len].copy_from_slice(&self.scratch[..len]);
            stream.doubt = false;
            stream.window.note(index);
            return Ok(len);
        }
        if !stream.window.is_fresh(index) {
            // So far back it may as well be far ahead.
            stream.doubt = stream.window.is_past(index);
            return Err(Refused::Replayed);
        }
        let Some(len) = gcm.open_rtp(index, header, packet) else {
            stream.doubt = true;
            return Err(Refused::Forged);
        };
        stream.window.note(index);
        Ok(len)
    }

    /// The first packet of a stream: its number may already have wrapped once, if what came before was lost.
    fn first_rtp(&mut self, header: usize, ssrc: u32, seq: u16, packet: &mut [u8]) -> Result<usize, Refused> {
        let Cipher::Gcm(gcm) = &self.cipher else { return Err(Refused::Forged) };
        if self.rtp.len() >= MAX_STREAMS {
            return Err(Refused::Streams);
        }
        let scratch = &mut self.scratch;
        let (index, len) = [u64::from(seq), u64::from(seq) + (1 << 16)]
            .into_iter()
            .find_map(|index| Some((index, gcm.try_rtp(index, header, packet, scratch)?)))
            .ok_or(Refused::Forged)?;
        packet[..len].copy_from_slice(&scratch[..len]);
        let mut stream = Stream::default();
        stream.window.note(index);
        self.rtp.push((ssrc, stream));
        Ok(len)
    }

    /// Opens an RTCP compound in place.
    ///
    /// # Errors
    /// Why it was refused; the packet is then spoilt.
    pub fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, Refused> {
        if packet.len() < 8 + 4 + 10 || packet.len() > MAX_PACKET || packet[0] >> 6 != 2 {
            return Err(Refused::Shape);
        }
        let ssrc = word(packet, 4);
        let behind = if matches!(self.cipher, Cipher::Cm(_)) { 10 } else { 0 };
        let flagged = word(packet, packet.len() - behind - 4);
        // Compounds in the clear are allowed by RFC 3711, but nobody we talk to sends them, and rtc-srtp 0.21.1 takes
        // them without looking at their tag.
        if flagged >> 31 == 0 {
            return Err(Refused::Forged);
        }
        let gcm = match &mut self.cipher {
            Cipher::Gcm(gcm) => gcm,
            Cipher::Cm(cm) => return cm.open(ssrc, true, packet),
        };
        let index = flagged & 0x7fff_ffff;
        let known = self.rtcp.iter().position(|(known, _)| *known == ssrc);
        if known.is_some_and(|at| !self.rtcp[at].1.is_fresh(u64::from(index))) {
            return Err(Refused::Replayed);
        }
        let len = gcm.open_rtcp(index, packet).ok_or(Refused::Forged)?;
        let at = match known {
            Some(at) => at,
            None if self.rtcp.len() < MAX_STREAMS => {
                self.rtcp.push((ssrc, Window::default()));
                self.rtcp.len() - 1
            }
            None => return Err(Refused::Streams),
        };
        self.rtcp[at].1.note(u64::from(index));
        Ok(len)
    }
}

/// The extended number nearest to `highest` with these low 16 bits, but none before the stream's beginning.
fn nearest(highest: u64, seq: u16) -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // the low 16 bits, as a signed distance
    let step = seq.wrapping_sub(highest as u16) as i16;
    highest.checked_add_signed(i64::from(step)).unwrap_or_else(|| u64::from(seq))
}

/// What we send.
#[derive(Debug)]
pub struct Outbound {
    cipher: Cipher,
    rtcp_index: u32,
}

impl Outbound {
    /// # Errors
    /// The keys do not fit the profile.
    pub fn new(profile: Profile, master: &Master) -> Result<Self, BadKeys> {
        Ok(Self { cipher: Cipher::new(profile, master)?, rtcp_index: 0 })
    }

    /// Seals `buffer[..len]`, an RTP packet, in place and returns its new length. `seq` is the stream's own 64-bit
    /// number, whose upper part is the rollover counter. `buffer` must have [`super::RTP_OVERHEAD`] bytes to spare.
    /// `None`: not an RTP packet, or no room.
    pub fn seal_rtp(&mut self, seq: u64, buffer: &mut [u8], len: usize) -> Option<usize> {
        match &mut self.cipher {
            Cipher::Gcm(gcm) => {
                let header = rtp_header_len(buffer.get(..len)?)?;
                gcm.seal_rtp(seq & 0xffff_ffff_ffff, header, buffer.get_mut(..len + TAG)?)?;
                Some(len + TAG)
            }
            Cipher::Cm(cm) => cm.seal(false, buffer, len),
        }
    }

    /// Seals `buffer[..len]`, an RTCP compound, in place and returns its new length. `buffer` must have
    /// [`super::RTCP_OVERHEAD`] bytes to spare. `None`: not a compound, no room, or 2^31 compounds sent.
    pub fn seal_rtcp(&mut self, buffer: &mut [u8], len: usize) -> Option<usize> {
        if len < 8 || self.rtcp_index >= 0x7fff_ffff {
            return None;
        }
        match &mut self.cipher {
            Cipher::Gcm(gcm) => {
                self.rtcp_index += 1;
                gcm.seal_rtcp(self.rtcp_index, buffer.get_mut(..len + TAG + 4)?)?;
                Some(len + TAG + 4)
            }
            Cipher::Cm(cm) => cm.seal(true, buffer, len),
        }
    }
}
