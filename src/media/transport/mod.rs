//! One client's transport: ICE, DTLS and SRTP joined. Datagrams and time in; datagrams and plain packets out.
//!
//! Nothing but STUN is looked at unless it comes from a 5-tuple that ICE has validated.

mod budget;
pub mod client;
mod drops;

#[cfg(test)]
mod tests;

pub use drops::{Dropped, Drops};

use crate::dtls::{Association, Fingerprint, Identity, Role, State as Dtls};
use crate::ice::{Agent, Credentials};
use crate::negotiated::Published;
use crate::remote::Remote;
use crate::sdp::MAX_SECTIONS;
use crate::srtp::{Inbound, Outbound};
use budget::Bucket;
use std::collections::VecDeque;

/// Longest datagram looked at, bytes.
pub const MAX_DATAGRAM: usize = 1500;
/// RTP packets a second, and their burst, of each section of sound that a peer publishes: as Opus has them at its shortest
/// frames, and a quarter.
const SOUND_BUDGET: (u32, u32) = (500, 500);
/// The same of each section of picture, for all its layers and retransmissions: of 1000 bytes, 40 Mb/s.
const PICTURE_BUDGET: (u32, u32) = (5000, 5000);
/// RTCP compounds a second.
const RTCP_BUDGET: (u32, u32) = (300, 600);
/// STUN and DTLS datagrams a second from 5-tuples that ICE has validated, and STUN from others: whoever learned the user
/// fragment uses up the strangers' share and not the peer's.
const CONTROL_BUDGET: (u32, u32) = (200, 400);

/// What a datagram turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Handled, or dropped and counted.
    Nothing,
    /// The first so many bytes of the buffer are an authentic RTP packet in the clear.
    Rtp(usize),
    /// The same for an RTCP compound.
    Rtcp(usize),
}

/// How a transport stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Connecting,
    Connected,
    /// Of no more use, and why.
    Gone(&'static str),
}

/// What a 5-tuple's check changed, for whoever maps remotes to transports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapped {
    pub added: Remote,
    pub evicted: Option<Remote>,
}

/// See the module.
#[derive(Debug)]
pub struct Transport {
    agent: Agent,
    dtls: Association,
    inbound: Option<Inbound>,
    outbound: Option<Outbound>,
    /// The other side's description is known, so that silence means that it is gone.
    armed: bool,
    gone: Option<&'static str>,
    /// Payload types of sound, a bit each. They stand in the clear, so that what is not budgeted is not decrypted.
    sounds: u128,
    sound: Bucket,
    picture: Bucket,
    rtcp: Bucket,
    control: Bucket,
    strangers: Bucket,
    drops: Drops,
    out: VecDeque<(Remote, Vec<u8>)>,
    mapped: Option<Mapped>,
}

/// What a datagram is, by its first bytes (RFC 7983, RFC 5761).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Stun,
    Dtls,
    Rtp,
    Rtcp,
    Other,
}

/// Tells datagrams apart.
#[must_use]
pub fn class(datagram: &[u8]) -> Class {
    match datagram {
        [0..=3, ..] => Class::Stun,
        [20..=63, ..] => Class::Dtls,
        [128..=191, 192..=223, ..] => Class::Rtcp,
        [128..=191, _, ..] => Class::Rtp,
        _ => Class::Other,
    }
}

impl Transport {
    /// `expected`: the client's fingerprint, if its description is here already.
    #[must_use]
    pub fn new(identity: &Identity, credentials: Credentials, expected: Option<Fingerprint>, now_us: i64) -> Self {
        Self {
            agent: Agent::new(credentials, now_us),
            dtls: Association::new(identity, Role::Server, expected, now_us),
            inbound: None,
            outbound: None,
            armed: expected.is_some(),
            gone: None,
            sounds: 0,
            sound: Bucket::new(SOUND_BUDGET, now_us),
            picture: Bucket::new(PICTURE_BUDGET, now_us),
            rtcp: Bucket::new(RTCP_BUDGET, now_us),
            control: Bucket::new(CONTROL_BUDGET, now_us),
            strangers: Bucket::new(CONTROL_BUDGET, now_us),
            drops: Drops::default(),
            out: VecDeque::new(),
            mapped: None,
        }
    }

    #[must_use]
    pub fn agent(&self) -> &Agent {
        &self.agent
    }

    /// New ICE credentials; keys and media go on.
    pub fn restart(&mut self, now_us: i64, credentials: Credentials) {
        self.agent.restart(credentials);
        self.agent.heard(now_us);
    }

    /// Whether [`Transport::expect`] with this fingerprint would end the transport.
    #[must_use]
    pub fn contradicts(&self, fingerprint: Fingerprint) -> bool {
        self.dtls.contradicts(fingerprint)
    }

    /// What the peer publishes: its packets are budgeted by it. A payload type that stands for sound in one section and
    /// for picture in another is budgeted as sound.
    pub fn published(&mut self, sections: &[Published]) {
        let is_sound = |section: &&Published| section.payloads.first().is_some_and(|payload| payload.codec.is_audio());
        let sound = sections.iter().filter(is_sound);
        let types = sound.clone().flat_map(|section| &section.payloads).flat_map(|p| [Some(p.pt), p.red]);
        self.sounds = types.flatten().fold(0, |bits, pt| bits | 1 << (pt & 0x7f));
        let times = |(rate, burst): (u32, u32), sections: usize| {
            let sections = u32::try_from(sections.clamp(1, MAX_SECTIONS)).unwrap_or(1);
            (rate * sections, burst * sections)
        };
        let sounds = sound.count();
        self.sound.adjust(times(SOUND_BUDGET, sounds));
        self.picture.adjust(times(PICTURE_BUDGET, sections.len() - sounds));
    }

    /// The client's description arrived.
    pub fn expect(&mut self, now_us: i64, fingerprint: Fingerprint) {
        if !self.armed {
            self.armed = true;
            self.agent.heard(now_us);
        }
        self.dtls.expect(now_us, fingerprint);
        self.after_dtls();
    }

    #[must_use]
    pub fn state(&self) -> State {
        match (self.gone, self.dtls.state()) {
            (Some(why), _) => State::Gone(why),
            (None, Dtls::Failed(why)) => State::Gone(why),
            (None, Dtls::Closed) => State::Gone("closed by the peer"),
            (None, _) if self.inbound.is_some() => State::Connected,
            (None, _) => State::Connecting,
        }
    }

    #[must_use]
    pub fn drops(&self) -> &Drops {
        &self.drops
    }

    /// A TCP connection is closed: nothing comes from there any more, and nothing is sent there.
    pub fn forget(&mut self, remote: Remote) {
        self.agent.forget(remote);
    }

    /// Counts a datagram that was dropped elsewhere on its way to or from this transport.
    pub fn count(&mut self, why: Dropped) {
        self.drops.count(why);
    }

    /// The same of several.
    pub fn count_all(&mut self, why: Dropped, datagrams: u64) {
        self.drops.add(why, datagrams);
    }

    /// Takes a datagram. RTP and RTCP are opened in place.
    pub fn datagram(&mut self, now_us: i64, from: Remote, datagram: &mut [u8]) -> Received {
        match self.sort(now_us, from, datagram) {
            Ok(received) => received,
            Err(why) => {
                self.drops.count(why);
                Received::Nothing
            }
        }
    }

    fn sort(&mut self, now_us: i64, from: Remote, datagram: &mut [u8]) -> Result<Received, Dropped> {
        if datagram.len() > MAX_DATAGRAM {
            return Err(Dropped::Shape);
        }
        let class = class(datagram);
        let valid = self.agent.is_valid(from);
        if class != Class::Stun && !valid {
            return Err(Dropped::Unvalidated);
        }
        let budget = match class {
            Class::Rtp if self.sounds >> (datagram[1] & 0x7f) & 1 == 1 => &mut self.sound,
            Class::Rtp => &mut self.picture,
            Class::Rtcp => &mut self.rtcp,
            Class::Stun if !valid => &mut self.strangers,
            Class::Stun | Class::Dtls | Class::Other => &mut self.control,
        };
        if !budget.take(now_us) {
            return Err(Dropped::Budget);
        }
        match class {
            Class::Stun => self.stun(now_us, from, datagram),
            Class::Dtls => {
                self.dtls.datagram(now_us, datagram);
                self.after_dtls();
                Ok(Received::Nothing)
            }
            Class::Rtp => {
                let len = self.inbound.as_mut().ok_or(Dropped::NoKeys)?.open_rtp(datagram)?;
                self.agent.heard(now_us);
                Ok(Received::Rtp(len))
            }
            Class::Rtcp => {
                let len = self.inbound.as_mut().ok_or(Dropped::NoKeys)?.open_rtcp(datagram)?;
                self.agent.heard(now_us);
                Ok(Received::Rtcp(len))
            }
            Class::Other => Err(Dropped::Shape),
        }
    }

    fn stun(&mut self, now_us: i64, from: Remote, datagram: &[u8]) -> Result<Received, Dropped> {
        let answer = self.agent.check(now_us, from, datagram)?;
        self.out.push_back((from, answer.reply));
        if answer.valid {
            self.mapped = Some(Mapped { added: from, evicted: answer.evicted });
        }
        Ok(Received::Nothing)
    }

    /// What the last datagram changed in the validated 5-tuples.
    pub fn take_mapped(&mut self) -> Option<Mapped> {
        self.mapped.take()
    }

    fn after_dtls(&mut self) {
        if let Some(to) = self.agent.selected() {
            while let Some(datagram) = self.dtls.poll() {
                self.out.push_back((to, datagram));
            }
        }
        if let Some(keys) = self.dtls.take_keys() {
            match keys.sessions(true) {
                Ok((inbound, outbound)) => (self.inbound, self.outbound) = (Some(inbound), Some(outbound)),
                Err(_) => self.gone = Some("SRTP keys"),
            }
        }
        if self.dtls.state() == Dtls::Established && self.inbound.is_none() {
            self.gone.get_or_insert("the client agreed on no SRTP profile");
        }
    }

    /// Does what is due.
    pub fn timeout(&mut self, now_us: i64) {
        if self.dtls.next_timeout().is_some_and(|at| at <= now_us) {
            self.dtls.timeout(now_us);
            self.after_dtls();
        }
        if self.armed && self.agent.gone_at() <= now_us {
            self.gone.get_or_insert("silent for 30 s");
        }
    }

    /// When [`Transport::timeout`] is due at the latest.
    #[must_use]
    pub fn next_timeout(&self) -> Option<i64> {
        let gone = self.armed.then(|| self.agent.gone_at());
        [self.dtls.next_timeout(), gone].into_iter().flatten().min()
    }

    /// The next STUN or DTLS datagram to send.
    pub fn poll_transmit(&mut self) -> Option<(Remote, Vec<u8>)> {
        self.out.pop_front()
    }

    /// For sealing what is sent; `None` until there are keys and an address.
    pub fn outbound(&mut self) -> Option<(&mut Outbound, Remote)> {
        Some((self.outbound.as_mut()?, self.agent.selected()?))
    }

    /// Says good-bye: a datagram may be left to send.
    pub fn close(&mut self, now_us: i64) {
        self.dtls.close(now_us);
        self.after_dtls();
        self.gone.get_or_insert("closed");
    }
}
