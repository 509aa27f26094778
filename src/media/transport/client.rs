//! The client's side of a transport, light: for the load tool and the tests, not for browsers to learn from.

use super::{Class, Received, class};
use crate::dtls::{Association, Fingerprint, Identity, Role, State as Dtls};
use crate::ice::{Credentials, client};
use crate::srtp::{Inbound, Outbound};
use std::collections::VecDeque;

/// Microseconds between checks until one is answered, and afterwards.
const CHECK_US: (i64, i64) = (50_000, 2_500_000);

/// A client against an ICE-lite server at one address.
#[derive(Debug)]
pub struct Client {
    ufrag: String,
    server: Credentials,
    dtls: Option<Association>,
    inbound: Option<Inbound>,
    outbound: Option<Outbound>,
    check: [u8; 12],
    check_at: i64,
    checked: bool,
    failed: bool,
    out: VecDeque<Vec<u8>>,
}

impl Client {
    /// `ufrag` is our own; `random` begins the transaction ids.
    #[must_use]
    pub fn new(ufrag: &str, server: Credentials, random: [u8; 12], now_us: i64) -> Self {
        Self {
            ufrag: ufrag.to_owned(),
            server,
            dtls: None,
            inbound: None,
            outbound: None,
            check: random,
            check_at: now_us,
            checked: false,
            failed: false,
            out: VecDeque::new(),
        }
    }

    /// Does what is due: checks, and DTLS once a check was answered.
    pub fn timeout(&mut self, now_us: i64, identity: &Identity, server: Fingerprint) {
        if now_us >= self.check_at {
            for byte in &mut self.check {
                *byte = byte.wrapping_mul(31).wrapping_add(7);
            }
            self.check_at = now_us + if self.checked { CHECK_US.1 } else { CHECK_US.0 };
            self.out.extend(client::request(&self.ufrag, &self.server, self.check));
        }
        if self.checked && self.dtls.is_none() {
            self.dtls = Some(Association::new(identity, Role::Client, Some(server), now_us));
        }
        if let Some(dtls) = &mut self.dtls
            && dtls.next_timeout().is_some_and(|at| at <= now_us)
        {
            dtls.timeout(now_us);
        }
        self.after_dtls();
    }

    /// Takes a datagram; RTP and RTCP are opened in place.
    pub fn datagram(&mut self, now_us: i64, datagram: &mut [u8]) -> Received {
        match (class(datagram), &mut self.inbound) {
            (Class::Stun, _) if !self.checked && client::is_success(datagram, &self.server, self.check) => {
                self.checked = true;
                self.check_at = now_us + CHECK_US.1;
            }
            (Class::Dtls, _) => {
                if let Some(dtls) = &mut self.dtls {
                    dtls.datagram(now_us, datagram);
                    self.after_dtls();
                }
            }
            (Class::Rtp, Some(inbound)) => return inbound.open_rtp(datagram).map_or(Received::Nothing, Received::Rtp),
            (Class::Rtcp, Some(inbound)) => {
                return inbound.open_rtcp(datagram).map_or(Received::Nothing, Received::Rtcp);
            }
            _ => {}
        }
        Received::Nothing
    }

    fn after_dtls(&mut self) {
        let Some(dtls) = &mut self.dtls else { return };
        while let Some(datagram) = dtls.poll() {
            self.out.push_back(datagram);
        }
        if let Some(Ok((inbound, outbound))) = dtls.take_keys().map(|keys| keys.sessions(false)) {
            (self.inbound, self.outbound) = (Some(inbound), Some(outbound));
        }
        self.failed = matches!(dtls.state(), Dtls::Failed(_) | Dtls::Closed);
    }

    /// Media can flow.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.outbound.is_some() && !self.failed
    }

    /// The association ended or never came about.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.failed
    }

    /// The next STUN or DTLS datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// For sealing what is sent.
    pub fn outbound(&mut self) -> Option<&mut Outbound> {
        self.outbound.as_mut()
    }

    /// Says good-bye.
    pub fn close(&mut self, now_us: i64) {
        if let Some(dtls) = &mut self.dtls {
            dtls.close(now_us);
        }
        self.after_dtls();
    }
}
