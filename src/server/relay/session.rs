//! One client's connection to the relay, without its sockets: messages and time in, what is to be done out.
//!
//! Only what a browser needs over TLS is there: one allocation a connection, of UDP.

use super::allocation::Allocation;
use super::credential::stated;
use super::frame::{self, Frame};
use super::limits::{Bucket, Place};
use super::peers::{Family, PeerId};
use super::stun::{ALGORITHMS, Request, Seal, build};
use super::{Now, REALM, Relay};
use rtc_stun::attributes::{
    ATTR_CHANNEL_NUMBER, ATTR_DATA, ATTR_EVEN_PORT, ATTR_LIFETIME, ATTR_NONCE, ATTR_PASSWORD_ALGORITHMS, ATTR_REALM,
    ATTR_REQUESTED_ADDRESS_FAMILY, ATTR_REQUESTED_TRANSPORT, ATTR_RESERVATION_TOKEN, ATTR_XOR_PEER_ADDRESS, AttrType,
};
use rtc_stun::error_code::{
    CODE_BAD_REQUEST, CODE_STALE_NONCE, CODE_UNAUTHORIZED, CODE_UNKNOWN_ATTRIBUTE, CODE_WRONG_CREDENTIALS, ErrorCode,
};
use rtc_stun::message::{
    CLASS_ERROR_RESPONSE, CLASS_INDICATION, METHOD_ALLOCATE, METHOD_CHANNEL_BIND, METHOD_CREATE_PERMISSION,
    METHOD_DATA, METHOD_REFRESH, METHOD_SEND, Message, MessageType, Setter as _, TransactionId,
};
use rtc_stun::uattrs::UnknownAttributes;
use rtc_stun::xoraddr::XorMappedAddress;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How long a connection may be without an allocation.
const IDLE: Duration = Duration::from_secs(5);
/// Requests of a connection: at once, and a second. A browser makes one for each candidate, and then one a minute.
const REQUESTS: (f64, f64) = (100.0, 10.0);
/// What the owner of the sockets is to do.
#[derive(Debug)]
pub(super) enum Action {
    Nothing,
    /// Send this to the client.
    Reply(Vec<u8>),
    /// Open a socket towards a peer of this family, and tell [`Session::opened`].
    Open(Family),
    /// Send this part of the message to a peer.
    Send(PeerId, std::ops::Range<usize>),
    /// End the connection.
    Close,
}

/// An allocation that waits for its socket.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) request: Request,
    pub(super) seal: Seal,
    pub(super) username: String,
    pub(super) family: Family,
    pub(super) place: Place,
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) relay: Arc<Relay>,
    pub(super) source: SocketAddr,
    pub(super) allocation: Option<Allocation>,
    pub(super) pending: Option<Pending>,
    idle_since: Instant,
    requests: Bucket,
}

/// An error to answer with, and the reason by which it is counted, if it is.
pub(super) struct Refused(pub(super) ErrorCode, pub(super) &'static str);

pub(super) type Answer = Result<Action, Refused>;

/// Counts what the relay does not do, by its reason.
pub(super) fn count(reason: &'static str) {
    metrics::counter!("assize_refusals_total", "reason" => reason).increment(1);
}

impl Session {
    pub(super) fn new(relay: Arc<Relay>, source: SocketAddr, now: Instant) -> Self {
        Self {
            relay,
            source,
            allocation: None,
            pending: None,
            idle_since: now,
            requests: Bucket::new(REQUESTS.0, REQUESTS.1, now),
        }
    }

    /// When something ends by itself: the allocation, or the patience with a connection that has none.
    pub(super) fn deadline(&self) -> Instant {
        self.allocation.as_ref().map_or(self.idle_since + IDLE, Allocation::until)
    }

    /// Whether the connection is over, at its deadline or later.
    pub(super) fn is_over(&mut self, now: Now) -> bool {
        self.expire(now);
        self.allocation.is_none() && now.at >= self.idle_since + IDLE
    }

    fn expire(&mut self, now: Now) {
        if self.allocation.as_ref().is_some_and(|allocation| allocation.is_over(now)) {
            self.release(now);
        }
    }

    pub(super) fn release(&mut self, now: Now) {
        self.allocation = None;
        self.idle_since = now.at;
    }

    /// Takes a whole message that `frame` found at the front of `bytes`.
    pub(super) fn message(&mut self, frame: Frame, bytes: &[u8], now: Now) -> Action {
        self.expire(now);
        if let Some(allocation) = &self.allocation {
            allocation.heard(now);
        }
        match frame {
            Frame::Channel { number, len, .. } => self.channel_data(number, len, now),
            Frame::Stun(len) => {
                let Some(request) = bytes.get(..len).and_then(Request::parse) else {
                    count("relay_bad_message");
                    return Action::Close;
                };
                if request.is_indication() { self.send(&request, bytes, now) } else { self.request(request, now) }
            }
        }
    }

    fn channel_data(&mut self, number: u16, len: usize, now: Now) -> Action {
        let Some(allocation) = &mut self.allocation else { return Action::Nothing };
        let Some(peer) = allocation.peer_on(number, now) else { return Action::Nothing };
        if !allocation.admits(len, now) {
            count("relay_budget");
            return Action::Nothing;
        }
        Action::Send(peer, 4..4 + len)
    }

    /// A Send indication (RFC 8656 section 11.2). What may not pass is dropped without a word.
    fn send(&mut self, request: &Request, bytes: &[u8], now: Now) -> Action {
        let Some(allocation) = &mut self.allocation else { return Action::Nothing };
        if request.method() != METHOD_SEND || !request.unknown(&[ATTR_XOR_PEER_ADDRESS, ATTR_DATA]).is_empty() {
            return Action::Nothing;
        }
        let address = request.addresses(ATTR_XOR_PEER_ADDRESS).and_then(|all| all.first().copied());
        let (Some(address), Some(data)) = (address, request.get(ATTR_DATA)) else { return Action::Nothing };
        let Some(peer) = self.relay.peers.find(address).filter(|_| allocation.permits(address.ip(), now)) else {
            count("relay_forbidden_peer");
            return Action::Nothing;
        };
        if data.len() > frame::MOST_DATA || !allocation.admits(data.len(), now) {
            count("relay_budget");
            return Action::Nothing;
        }
        let Some(at) = value_at(bytes, ATTR_DATA) else { return Action::Nothing };
        Action::Send(peer, at..at + data.len())
    }

    fn request(&mut self, request: Request, now: Now) -> Action {
        let method = request.method();
        if ![METHOD_ALLOCATE, METHOD_REFRESH, METHOD_CREATE_PERMISSION, METHOD_CHANNEL_BIND].contains(&method) {
            return Action::Nothing;
        }
        if !self.requests.take(1.0, now.at) || (method == METHOD_ALLOCATE && !self.may_ask(now)) {
            count("relay_rate");
            return Action::Close;
        }
        let (seal, username) = match self.authenticate(&request, now) {
            Ok(authentic) => authentic,
            Err(refused) => return self.refuse(&request, None, refused, now),
        };
        let known: &[AttrType] = match method {
            METHOD_ALLOCATE => &[
                ATTR_REQUESTED_TRANSPORT,
                ATTR_LIFETIME,
                ATTR_EVEN_PORT,
                ATTR_RESERVATION_TOKEN,
                ATTR_REQUESTED_ADDRESS_FAMILY,
            ],
            METHOD_REFRESH => &[ATTR_LIFETIME, ATTR_REQUESTED_ADDRESS_FAMILY],
            METHOD_CREATE_PERMISSION => &[ATTR_XOR_PEER_ADDRESS],
            _ => &[ATTR_XOR_PEER_ADDRESS, ATTR_CHANNEL_NUMBER],
        };
        let unknown = request.unknown(known);
        if !unknown.is_empty() {
            let unknown = UnknownAttributes(unknown);
            let reply = request.reply(CLASS_ERROR_RESPONSE, Some(&seal), |message| {
                CODE_UNKNOWN_ATTRIBUTE.add_to(message).ok()?;
                unknown.add_to(message).ok()
            });
            return answer(reply);
        }
        let done = match method {
            METHOD_ALLOCATE => return self.allocate(request, seal, username, now),
            METHOD_REFRESH => self.refresh(&request, &seal, now),
            METHOD_CREATE_PERMISSION => self.permit(&request, &seal, now),
            _ => self.bind(&request, &seal, now),
        };
        done.unwrap_or_else(|refused| self.refuse(&request, Some(&seal), refused, now))
    }

    fn may_ask(&self, now: Now) -> bool {
        self.relay.rates.lock().unwrap_or_else(PoisonError::into_inner).admits(self.source.ip(), now.at)
    }

    /// RFC 8489 section 9.2.4, with credentials that carry their expiry. It counts for a new allocation; one that stands
    /// lives on, with the credentials it was made with.
    fn authenticate(&self, request: &Request, now: Now) -> Result<(Seal, String), Refused> {
        if !request.is_signed() {
            return Err(Refused(CODE_UNAUTHORIZED, ""));
        }
        let claim = request.claim().ok_or(Refused(CODE_BAD_REQUEST, "relay_bad_message"))?;
        let secrets = &self.relay.secrets;
        if !secrets.is_fresh(&claim.nonce, now.utc_s) {
            return Err(Refused(CODE_STALE_NONCE, ""));
        }
        let wrong = || Refused(CODE_UNAUTHORIZED, "relay_unauthorized");
        let (expiry, _) = stated(&claim.username).filter(|_| claim.realm == REALM).ok_or_else(wrong)?;
        let seal = request.authentic(&claim, &secrets.password(&claim.username)).ok_or_else(wrong)?;
        match &self.allocation {
            Some(allocation) if allocation.username != claim.username => {
                Err(Refused(CODE_WRONG_CREDENTIALS, "relay_unauthorized"))
            }
            None if expiry <= now.utc_s => Err(Refused(CODE_UNAUTHORIZED, "relay_expired")),
            _ => Ok((seal, claim.username)),
        }
    }

    pub(super) fn refuse(&self, request: &Request, seal: Option<&Seal>, refused: Refused, now: Now) -> Action {
        let Refused(code, reason) = refused;
        if !reason.is_empty() {
            count(reason);
        }
        answer(request.reply(CLASS_ERROR_RESPONSE, seal, |message| {
            code.add_to(message).ok()?;
            if code == CODE_UNAUTHORIZED || code == CODE_STALE_NONCE {
                message.add(ATTR_REALM, REALM.as_bytes());
                message.add(ATTR_NONCE, self.relay.secrets.nonce(now.utc_s).as_bytes());
                message.add(ATTR_PASSWORD_ALGORITHMS, &ALGORITHMS);
            }
            Some(())
        }))
    }

    /// What a peer sent, as the client gets it; `None` if it may not.
    pub(super) fn bring(&mut self, peer: PeerId, data: &[u8], id: TransactionId, now: Now) -> Option<Vec<u8>> {
        self.expire(now);
        let allocation = self.allocation.as_ref()?;
        let announced = self.relay.peers.get(peer)?.announced;
        if !allocation.permits(announced.ip(), now) {
            return None;
        }
        if let Some(number) = allocation.channel_of(peer, now) {
            return Some(frame::channel(number, data));
        }
        build(MessageType::new(METHOD_DATA, CLASS_INDICATION), id, None, |message| {
            address(message, ATTR_XOR_PEER_ADDRESS, announced)?;
            message.add(ATTR_DATA, data);
            Some(())
        })
    }

    #[cfg(test)]
    pub(super) fn has_allocation(&self) -> bool {
        self.allocation.is_some()
    }
}

pub(super) fn answer(reply: Option<Vec<u8>>) -> Action {
    reply.map_or(Action::Close, Action::Reply)
}

pub(super) fn address(message: &mut Message, kind: AttrType, address: SocketAddr) -> Option<()> {
    XorMappedAddress { ip: address.ip().to_canonical(), port: address.port() }.add_to_as(message, kind).ok()
}

/// Where the first attribute of a kind has its value, in a message that has been parsed.
fn value_at(bytes: &[u8], kind: AttrType) -> Option<usize> {
    let mut at = 20;
    loop {
        let [a, b, c, d] = *bytes.get(at..at + 4)?.first_chunk()?;
        if u16::from_be_bytes([a, b]) == kind.value() {
            return Some(at + 4);
        }
        at += 4 + usize::from(u16::from_be_bytes([c, d])).next_multiple_of(4);
    }
}
