//! A client of the sans-IO core: it says what it is told to, and reads what comes back.

use crate::relay::credential::Credential;
use crate::relay::frame::Frame;
use crate::relay::peers::Family;
use crate::relay::session::{Action, Session};
use crate::relay::stun::{ALGORITHMS, Claim, PasswordAlgorithm, Request, Seal, build};
use crate::relay::{Now, Peers, REALM, Relay};
use rtc_stun::attributes::{
    ATTR_CHANNEL_NUMBER, ATTR_DATA, ATTR_ERROR_CODE, ATTR_NONCE, ATTR_PASSWORD_ALGORITHM, ATTR_PASSWORD_ALGORITHMS,
    ATTR_REALM, ATTR_REQUESTED_TRANSPORT, ATTR_USERNAME, ATTR_XOR_PEER_ADDRESS, AttrType,
};
use rtc_stun::message::{
    CLASS_INDICATION, CLASS_REQUEST, METHOD_ALLOCATE, METHOD_CHANNEL_BIND, METHOD_CREATE_PERMISSION, METHOD_SEND,
    Message, MessageType, Method, TransactionId,
};
use rtc_stun::xoraddr::XorMappedAddress;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A worker at a public address and at loopback, bound to everything.
pub(super) const CANDIDATES: [&str; 3] = ["203.0.113.9:50000", "127.0.0.1:50000", "203.0.113.9:50001"];
pub(super) const SOURCE: &str = "192.0.2.7:40000";

pub(super) fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub(super) fn relay() -> Arc<Relay> {
    Arc::new(Relay::new(Peers::new(&CANDIDATES.map(at), [0, 0, 0, 0].into())).unwrap())
}

pub(super) type Attribute = (AttrType, Vec<u8>);

pub(super) struct Client {
    pub(super) relay: Arc<Relay>,
    pub(super) session: Session,
    pub(super) credential: Credential,
    pub(super) nonce: String,
    pub(super) sha256: bool,
    begun: Instant,
    pub(super) now: Now,
}

impl Client {
    pub(super) fn new(relay: &Arc<Relay>, who: &str) -> Self {
        let now = Now { at: Instant::now(), utc_s: 1_000_000 };
        Self {
            relay: Arc::clone(relay),
            session: Session::new(Arc::clone(relay), at(SOURCE), now.at),
            credential: relay.secrets.credential(who, now.utc_s),
            nonce: relay.secrets.nonce(now.utc_s),
            sha256: false,
            begun: now.at,
            now,
        }
    }

    /// Time passes; the nonce is renewed as clients do.
    pub(super) fn pass(&mut self, seconds: u64) {
        self.now.at += Duration::from_secs(seconds);
        self.now.utc_s += seconds;
        self.nonce = self.relay.secrets.nonce(self.now.utc_s);
    }

    pub(super) fn passed(&self) -> Duration {
        self.now.at - self.begun
    }

    fn seal(&self) -> Seal {
        let algorithm = if self.sha256 { PasswordAlgorithm::Sha256 } else { PasswordAlgorithm::Md5 };
        let claim = Claim {
            username: self.credential.username.clone(),
            nonce: String::new(),
            realm: REALM.to_owned(),
            algorithm,
        };
        Seal::of(&claim, &self.credential.password, self.sha256).unwrap()
    }

    /// A request with integrity.
    pub(super) fn signed(&self, method: Method, attributes: &[Attribute]) -> Vec<u8> {
        let kind = MessageType::new(method, CLASS_REQUEST);
        build(kind, TransactionId::new(), Some(&self.seal()), |message| {
            attributes.iter().for_each(|(kind, value)| message.add(*kind, value));
            message.add(ATTR_USERNAME, self.credential.username.as_bytes());
            message.add(ATTR_REALM, REALM.as_bytes());
            message.add(ATTR_NONCE, self.nonce.as_bytes());
            if self.sha256 {
                message.add(ATTR_PASSWORD_ALGORITHMS, &ALGORITHMS);
                message.add(ATTR_PASSWORD_ALGORITHM, &[0, 2, 0, 0]);
            }
            Some(())
        })
        .unwrap()
    }

    pub(super) fn give(&mut self, bytes: &[u8]) -> Action {
        let frame = Frame::first(bytes).unwrap().unwrap();
        match self.session.message(frame, bytes, self.now) {
            Action::Open(Family::V4) => self.session.opened(Some(40_001), self.now),
            other => other,
        }
    }

    /// Code of the error, or 0 for success.
    pub(super) fn says(&mut self, method: Method, attributes: &[Attribute]) -> u16 {
        let request = self.signed(method, attributes);
        match self.give(&request) {
            Action::Reply(bytes) => Reply::of(&bytes).code,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn allocates(&mut self) -> u16 {
        self.says(METHOD_ALLOCATE, &[udp()])
    }

    pub(super) fn permits(&mut self, peer: &str) -> u16 {
        self.says_of(METHOD_CREATE_PERMISSION, peer, &[])
    }

    pub(super) fn binds(&mut self, number: u16, peer: &str) -> u16 {
        let number = number.to_be_bytes();
        self.says_of(METHOD_CHANNEL_BIND, peer, &[(ATTR_CHANNEL_NUMBER, vec![number[0], number[1], 0, 0])])
    }

    fn says_of(&mut self, method: Method, peer: &str, attributes: &[Attribute]) -> u16 {
        let request = self.about(method, peer, attributes);
        match self.give(&request) {
            Action::Reply(bytes) => Reply::of(&bytes).code,
            other => panic!("{other:?}"),
        }
    }

    /// A request about a peer, whose address and the transaction id go together.
    pub(super) fn about(&self, method: Method, peer: &str, attributes: &[Attribute]) -> Vec<u8> {
        let kind = MessageType::new(method, CLASS_REQUEST);
        build(kind, TransactionId::new(), Some(&self.seal()), |message| {
            peer_address(message, peer);
            attributes.iter().for_each(|(kind, value)| message.add(*kind, value));
            message.add(ATTR_USERNAME, self.credential.username.as_bytes());
            message.add(ATTR_REALM, REALM.as_bytes());
            message.add(ATTR_NONCE, self.nonce.as_bytes());
            Some(())
        })
        .unwrap()
    }

    /// A Send indication; what passes.
    pub(super) fn sends(&mut self, peer: &str, data: &[u8]) -> Option<Vec<u8>> {
        let bytes = indication(peer, data);
        match self.give(&bytes) {
            Action::Send(_, range) => Some(bytes[range].to_vec()),
            Action::Nothing => None,
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn indication(peer: &str, data: &[u8]) -> Vec<u8> {
    build(MessageType::new(METHOD_SEND, CLASS_INDICATION), TransactionId::new(), None, |message| {
        peer_address(message, peer);
        message.add(ATTR_DATA, data);
        Some(())
    })
    .unwrap()
}

fn peer_address(message: &mut Message, peer: &str) {
    let peer = at(peer);
    XorMappedAddress { ip: peer.ip(), port: peer.port() }.add_to_as(message, ATTR_XOR_PEER_ADDRESS).unwrap();
}

pub(super) fn udp() -> Attribute {
    (ATTR_REQUESTED_TRANSPORT, vec![17, 0, 0, 0])
}

/// An answer as a client reads it.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) code: u16,
    message: Message,
}

impl Reply {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut message = Message::new();
        message.unmarshal_binary(bytes).unwrap();
        let code = message.get(ATTR_ERROR_CODE).map_or(0, |value| u16::from(value[2]) * 100 + u16::from(value[3]));
        Self { code, message }
    }

    pub(super) fn has(&self, kind: AttrType) -> bool {
        self.message.contains(kind)
    }

    pub(super) fn get(&self, kind: AttrType) -> Vec<u8> {
        self.message.get(kind).unwrap()
    }

    pub(super) fn address(&self, kind: AttrType) -> SocketAddr {
        let mut address = XorMappedAddress::default();
        address.get_from_as(&self.message, kind).unwrap();
        SocketAddr::new(address.ip, address.port)
    }
}

/// Whether an answer carries the integrity that this client would make.
pub(super) fn is_sealed(bytes: &[u8], client: &Client) -> bool {
    let seal = client.seal();
    // An answer is checked as a request of the same bytes would be.
    let mut request = bytes.to_vec();
    request[0] &= 0xfe;
    request[1] &= 0xef;
    Request::parse(&request).is_some() && seal.covers(bytes)
}
