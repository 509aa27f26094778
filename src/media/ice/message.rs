//! STUN binding requests and what we say to them (RFC 8489), on `rtc-stun`.

use rtc_crypto::{RTCCryptoProvider, default_provider};
use rtc_stun::attributes::{
    ATTR_ICE_CONTROLLED, ATTR_MESSAGE_INTEGRITY, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME, AttrType,
};
use rtc_stun::error_code::{CODE_ROLE_CONFLICT, CODE_UNKNOWN_ATTRIBUTE};
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_ERROR, BINDING_REQUEST, BINDING_SUCCESS, Message, MessageType, Setter, TransactionId};
use rtc_stun::uattrs::UnknownAttributes;
use rtc_stun::xoraddr::XorMappedAddress;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

const HEADER: usize = 20;
/// A binding request of a browser has about 100 bytes.
const MAX_REQUEST: usize = 600;
const FINGERPRINT_TLV: usize = 8;
const FINGERPRINT_TYPE: u16 = 0x8028;

/// One side's user fragment and password (RFC 8839 section 5.4).
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub ufrag: String,
    pub pwd: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.ufrag)
    }
}

impl Credentials {
    /// From 24 random bytes: 48 bits name the transport, 144 bits are secret.
    #[must_use]
    pub fn from_random(random: &[u8; 24]) -> Self {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let text = |bytes: &[u8]| -> String {
            bytes
                .chunks(3)
                .flat_map(|three| {
                    let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
                    [18, 12, 6, 0].map(|shift| char::from(ALPHABET[(bits >> shift & 63) as usize]))
                })
                .collect()
        };
        Self { ufrag: text(&random[..6]), pwd: text(&random[6..]) }
    }
}

pub(super) fn crypto() -> Option<&'static Arc<dyn RTCCryptoProvider>> {
    static PROVIDER: OnceLock<Option<Arc<dyn RTCCryptoProvider>>> = OnceLock::new();
    PROVIDER.get_or_init(|| default_provider().ok()).as_ref()
}

/// The addressee of a datagram that claims to be a binding request, to find the transport by, without believing or
/// allocating anything.
#[must_use]
pub fn local_ufrag(datagram: &[u8]) -> Option<&str> {
    let mut rest = datagram.get(HEADER..)?;
    while let [a, b, c, d, body @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*c, *d]));
        if u16::from_be_bytes([*a, *b]) == ATTR_USERNAME.0 {
            let name = std::str::from_utf8(body.get(..len)?).ok()?;
            return Some(name.split_once(':')?.0);
        }
        rest = body.get(len.next_multiple_of(4)..)?;
    }
    None
}

/// A binding request whose shape is right. Nothing in it is to be believed before [`Request::is_from`] said so.
#[derive(Debug)]
pub struct Request {
    message: Message,
    username: String,
    /// Length of the attributes up to and with MESSAGE-INTEGRITY.
    covered: usize,
}

impl Request {
    /// `None`: not a binding request with user name, integrity and, last, a right FINGERPRINT.
    #[must_use]
    pub fn parse(datagram: &[u8]) -> Option<Self> {
        if datagram.len() > MAX_REQUEST || datagram.len() < HEADER + FINGERPRINT_TLV {
            return None;
        }
        let mut message = Message { raw: datagram.to_vec(), ..Message::default() };
        message.decode().ok()?;
        let ends_here = HEADER + message.length as usize == datagram.len();
        let last = message.attributes.0.last()?;
        if message.typ != BINDING_REQUEST || !ends_here || last.typ.0 != FINGERPRINT_TYPE {
            return None;
        }
        // rtc-stun takes the first FINGERPRINT but checks it as if it were the last.
        if message.attributes.0.iter().filter(|a| a.typ.0 == FINGERPRINT_TYPE).count() != 1 {
            return None;
        }
        FINGERPRINT.check(&message).ok()?;
        // What stands behind MESSAGE-INTEGRITY is not authenticated and does not count (RFC 8489 section 14.5).
        let at = message.attributes.0.iter().position(|a| a.typ == ATTR_MESSAGE_INTEGRITY && a.length == 20)?;
        let covered = message.attributes.0[..=at].iter().map(|a| 4 + usize::from(a.length).next_multiple_of(4)).sum();
        message.attributes.0.truncate(at + 1);
        let username = String::from_utf8(message.get(ATTR_USERNAME).ok()?).ok()?;
        Some(Self { message, username, covered })
    }

    pub(super) fn local_ufrag(&self) -> &str {
        self.username.split_once(':').map_or("", |(ours, _)| ours)
    }

    /// Whether the request was made with these credentials of ours.
    pub(super) fn is_from(&mut self, credentials: &Credentials) -> bool {
        let Some(provider) = crypto() else { return false };
        if self.local_ufrag() != credentials.ufrag {
            return false;
        }
        // The attributes were cut behind MESSAGE-INTEGRITY; for the check the message must look cut as well.
        self.message.raw.truncate(HEADER + self.covered);
        self.message.length = u32::try_from(self.covered).unwrap_or_default();
        self.message.write_length();
        MessageIntegrity::check(&mut self.message, credentials.pwd.as_bytes(), provider.crypto()).is_ok()
    }

    pub(super) fn nominates(&self) -> bool {
        self.message.contains(ATTR_USE_CANDIDATE)
    }

    /// The error to answer with, if the request cannot be granted: 487 when the client thinks that we control (a lite
    /// agent never does, RFC 8445 section 7.3.1.1), 420 for attributes that we would have to understand.
    pub(super) fn complaint(&self, credentials: &Credentials) -> Option<Vec<u8>> {
        if self.message.contains(ATTR_ICE_CONTROLLED) {
            return self.reply(credentials, BINDING_ERROR, |m| CODE_ROLE_CONFLICT.add_to(m).ok());
        }
        let known = [ATTR_USERNAME, ATTR_MESSAGE_INTEGRITY, ATTR_PRIORITY, ATTR_USE_CANDIDATE];
        let unknown: Vec<AttrType> =
            self.message.attributes.0.iter().map(|a| a.typ).filter(|t| t.required() && !known.contains(t)).collect();
        if unknown.is_empty() {
            return None;
        }
        let unknown = UnknownAttributes(unknown.into_iter().take(16).collect());
        self.reply(credentials, BINDING_ERROR, |m| {
            CODE_UNKNOWN_ATTRIBUTE.add_to(m).ok()?;
            unknown.add_to(m).ok()
        })
    }

    pub(super) fn success(&self, credentials: &Credentials, from: SocketAddr) -> Option<Vec<u8>> {
        let mapped = XorMappedAddress { ip: from.ip(), port: from.port() };
        self.reply(credentials, BINDING_SUCCESS, |m| mapped.add_to(m).ok())
    }

    fn reply(
        &self,
        credentials: &Credentials,
        kind: MessageType,
        body: impl FnOnce(&mut Message) -> Option<()>,
    ) -> Option<Vec<u8>> {
        build(kind, self.message.transaction_id.0, &credentials.pwd, body)
    }
}

/// A message with MESSAGE-INTEGRITY and FINGERPRINT in their places behind what `body` adds.
pub(super) fn build(
    kind: MessageType,
    id: [u8; 12],
    pwd: &str,
    body: impl FnOnce(&mut Message) -> Option<()>,
) -> Option<Vec<u8>> {
    let provider = crypto()?;
    let mut message = Message::new();
    message.build(&[Box::new(kind), Box::new(TransactionId(id))]).ok()?;
    body(&mut message)?;
    let integrity = MessageIntegrity::new_short_term_integrity_with_provider(pwd.to_owned(), provider.crypto());
    integrity.add_to(&mut message).ok()?;
    FINGERPRINT.add_to(&mut message).ok()?;
    Some(message.raw)
}
