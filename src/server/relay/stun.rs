//! STUN requests of TURN and the answers to them (RFC 8489), coded by `rtc-stun`. Integrity is checked here, because it
//! covers a prefix of what was received, and there are two kinds of it.

use super::REALM;
use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256};
use rtc_crypto::{HashAlgorithm, RTCCryptoProvider, default_provider};
use rtc_stun::attributes::{
    ATTR_MESSAGE_INTEGRITY, ATTR_MESSAGE_INTEGRITY_SHA256, ATTR_NONCE, ATTR_PASSWORD_ALGORITHM,
    ATTR_PASSWORD_ALGORITHMS, ATTR_REALM, ATTR_USERNAME, AttrType,
};
use rtc_stun::message::{
    CLASS_INDICATION, CLASS_REQUEST, Message, MessageClass, MessageType, Method, Setter as _, TransactionId,
};
use rtc_stun::xoraddr::XorMappedAddress;
use sha2::Digest as _;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

const HEADER: usize = 20;
const SHA1_LEN: u16 = 20;
const SHA256_LEN: u16 = 32;
/// SHA-256 before MD5, each without parameters (RFC 8489 sections 14.11 and 18.5).
pub(super) const ALGORITHMS: [u8; 8] = [0, 2, 0, 0, 0, 1, 0, 0];

/// A request or an indication.
#[derive(Debug)]
pub(super) struct Request {
    message: Message,
    /// Attributes that count: those in front of the first integrity.
    covered: usize,
    /// Which integrity is checked, and where its attribute begins.
    integrity: Option<(Integrity, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Integrity {
    Sha1,
    Sha256,
}

/// How a request was authenticated, and so how its answer is.
#[derive(Clone)]
pub(super) struct Seal {
    key: Vec<u8>,
    integrity: Integrity,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal({:?})", self.integrity)
    }
}

/// How the key is made of name and password (RFC 8489 section 18.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PasswordAlgorithm {
    Md5,
    Sha256,
}

/// What a client says to authenticate itself.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) username: String,
    pub(super) nonce: String,
    pub(super) realm: String,
    pub(super) algorithm: PasswordAlgorithm,
}

impl Request {
    /// `None`: no STUN request or indication.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < HEADER || bytes[0] & 0xc0 != 0 {
            return None;
        }
        let mut message = Message::new();
        message.unmarshal_binary(bytes).ok()?;
        if HEADER + usize::try_from(message.length).ok()? != bytes.len() || !message.length.is_multiple_of(4) {
            return None;
        }
        if message.typ.class != CLASS_REQUEST && message.typ.class != CLASS_INDICATION {
            return None;
        }
        let (mut at, mut covered, mut integrity) = (HEADER, message.attributes.0.len(), None);
        for (n, attribute) in message.attributes.0.iter().enumerate() {
            let kind = match (attribute.typ, attribute.length) {
                (ATTR_MESSAGE_INTEGRITY, SHA1_LEN) => Some(Integrity::Sha1),
                (ATTR_MESSAGE_INTEGRITY_SHA256, SHA256_LEN) => Some(Integrity::Sha256),
                // A truncated one is not taken (RFC 8489 section 14.6 leaves that to us).
                (ATTR_MESSAGE_INTEGRITY | ATTR_MESSAGE_INTEGRITY_SHA256, _) => return None,
                _ => None,
            };
            if let Some(kind) = kind {
                covered = covered.min(n);
                // Where both are, the better one is checked (RFC 8489 section 9.2.4).
                if integrity.is_none()
                    || (kind == Integrity::Sha256 && integrity_kind(integrity) == Some(Integrity::Sha1))
                {
                    integrity = Some((kind, at));
                }
            }
            at += 4 + usize::from(attribute.length).next_multiple_of(4);
        }
        Some(Self { message, covered, integrity })
    }

    pub(super) fn method(&self) -> Method {
        self.message.typ.method
    }

    pub(super) fn is_indication(&self) -> bool {
        self.message.typ.class == CLASS_INDICATION
    }

    /// The first attribute of a kind, of those that are authenticated.
    pub(super) fn get(&self, kind: AttrType) -> Option<&[u8]> {
        self.attributes().find(|(typ, _)| *typ == kind).map(|(_, value)| value)
    }

    pub(super) fn has(&self, kind: AttrType) -> bool {
        self.get(kind).is_some()
    }

    fn attributes(&self) -> impl Iterator<Item = (AttrType, &[u8])> {
        self.message.attributes.0[..self.covered].iter().map(|attribute| (attribute.typ, attribute.value.as_slice()))
    }

    fn text(&self, kind: AttrType) -> Option<String> {
        String::from_utf8(self.get(kind)?.to_vec()).ok()
    }

    /// Attributes that would have to be understood and are not among `known`.
    pub(super) fn unknown(&self, known: &[AttrType]) -> Vec<AttrType> {
        const AUTHENTICATION: [AttrType; 4] = [ATTR_USERNAME, ATTR_REALM, ATTR_NONCE, ATTR_PASSWORD_ALGORITHM];
        let unknown = self.attributes().map(|(typ, _)| typ);
        unknown.filter(|typ| typ.required() && !known.contains(typ) && !AUTHENTICATION.contains(typ)).take(16).collect()
    }

    /// All addresses of a kind; `None` if one cannot be read.
    pub(super) fn addresses(&self, kind: AttrType) -> Option<Vec<SocketAddr>> {
        self.attributes().filter(|(typ, _)| *typ == kind).map(|(_, value)| self.address(value)).collect()
    }

    /// A XOR address (RFC 8489 section 14.2).
    fn address(&self, value: &[u8]) -> Option<SocketAddr> {
        let mut alone = Message::new();
        alone.transaction_id = self.message.transaction_id;
        alone.add(AttrType(0), value);
        let wanted = match value.get(1)? {
            1 => 8,
            2 => 20,
            _ => return None,
        };
        if value.len() != wanted {
            return None;
        }
        let mut address = XorMappedAddress::default();
        address.get_from_as(&alone, AttrType(0)).ok()?;
        Some(SocketAddr::new(address.ip, address.port))
    }

    pub(super) fn is_signed(&self) -> bool {
        self.integrity.is_some()
    }

    /// Who the client says it is; `None` if something that belongs to it is missing or does not fit together.
    pub(super) fn claim(&self) -> Option<Claim> {
        let algorithm = match (self.get(ATTR_PASSWORD_ALGORITHMS), self.get(ATTR_PASSWORD_ALGORITHM)) {
            (None, None) => PasswordAlgorithm::Md5,
            // What we offered must come back unchanged, or somebody bids the algorithm down (RFC 8489 section 9.2.4).
            (Some(offered), Some(chosen)) if offered == ALGORITHMS => match chosen {
                [0, 1, 0, 0] => PasswordAlgorithm::Md5,
                [0, 2, 0, 0] => PasswordAlgorithm::Sha256,
                _ => return None,
            },
            _ => return None,
        };
        Some(Claim {
            username: self.text(ATTR_USERNAME)?,
            nonce: self.text(ATTR_NONCE)?,
            realm: self.text(ATTR_REALM)?,
            algorithm,
        })
    }

    /// The seal of an answer, if the request was made with this password. Comparing takes constant time.
    pub(super) fn authentic(&self, claim: &Claim, password: &str) -> Option<Seal> {
        let (integrity, at) = self.integrity?;
        let key = long_term_key(claim.algorithm, &claim.username, &claim.realm, password)?;
        let seal = Seal { key, integrity };
        let given = self.message.raw.get(at + 4..at + 4 + usize::from(seal.len()))?;
        let length = u16::try_from(at - HEADER + 4).ok()?.checked_add(seal.len())?;
        let mut covered = self.message.raw.get(..at)?.to_vec();
        covered[2..4].copy_from_slice(&length.to_be_bytes());
        hmac::verify(&seal.hmac(), &covered, given).ok()?;
        Some(seal)
    }

    /// An answer to this request with what `body` adds.
    pub(super) fn reply(
        &self,
        class: MessageClass,
        seal: Option<&Seal>,
        body: impl FnOnce(&mut Message) -> Option<()>,
    ) -> Option<Vec<u8>> {
        build(MessageType::new(self.method(), class), self.message.transaction_id, seal, body)
    }
}

fn integrity_kind(integrity: Option<(Integrity, usize)>) -> Option<Integrity> {
    integrity.map(|(kind, _)| kind)
}

impl Seal {
    fn len(&self) -> u16 {
        match self.integrity {
            Integrity::Sha1 => SHA1_LEN,
            Integrity::Sha256 => SHA256_LEN,
        }
    }

    fn hmac(&self) -> hmac::Key {
        match self.integrity {
            Integrity::Sha1 => hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.key),
            Integrity::Sha256 => hmac::Key::new(HMAC_SHA256, &self.key),
        }
    }
}

impl Seal {
    /// What a client makes of its credentials.
    pub(super) fn of(claim: &Claim, password: &str, sha256: bool) -> Option<Self> {
        let key = long_term_key(claim.algorithm, &claim.username, &claim.realm, password)?;
        Some(Self { key, integrity: if sha256 { Integrity::Sha256 } else { Integrity::Sha1 } })
    }
}

#[cfg(test)]
impl Seal {
    /// Whether a message ends with this integrity.
    pub(super) fn covers(&self, bytes: &[u8]) -> bool {
        let (covered, given) = bytes.split_at(bytes.len() - usize::from(self.len()) - 4);
        hmac::verify(&self.hmac(), covered, &given[4..]).is_ok()
    }
}

/// A message with integrity behind what `body` adds.
pub(super) fn build(
    kind: MessageType,
    id: TransactionId,
    seal: Option<&Seal>,
    body: impl FnOnce(&mut Message) -> Option<()>,
) -> Option<Vec<u8>> {
    let mut message = Message::new();
    message.write_header();
    message.set_type(kind);
    id.add_to(&mut message).ok()?;
    body(&mut message)?;
    let Some(seal) = seal else { return Some(message.raw) };
    let at = message.raw.len();
    let typ = match seal.integrity {
        Integrity::Sha1 => ATTR_MESSAGE_INTEGRITY,
        Integrity::Sha256 => ATTR_MESSAGE_INTEGRITY_SHA256,
    };
    message.add(typ, &[0; SHA256_LEN as usize][..usize::from(seal.len())]);
    // The length in the header counts the integrity already, as what is signed must.
    let tag = hmac::sign(&seal.hmac(), &message.raw[..at]);
    message.raw[at + 4..].copy_from_slice(tag.as_ref());
    Some(message.raw)
}

/// RFC 8489 section 9.2.2. The text is not prepared by OpaqueString: names and passwords are ours and plain ASCII.
fn long_term_key(algorithm: PasswordAlgorithm, username: &str, realm: &str, password: &str) -> Option<Vec<u8>> {
    let text = [username, realm, password].join(":");
    match algorithm {
        PasswordAlgorithm::Md5 => crypto()?.crypto().hash(HashAlgorithm::Md5, text.as_bytes()).ok(),
        PasswordAlgorithm::Sha256 => Some(sha2::Sha256::digest(text.as_bytes()).to_vec()),
    }
}

fn crypto() -> Option<&'static Arc<dyn RTCCryptoProvider>> {
    static PROVIDER: OnceLock<Option<Arc<dyn RTCCryptoProvider>>> = OnceLock::new();
    PROVIDER.get_or_init(|| default_provider().ok()).as_ref()
}

/// Reads bytes as a stranger's message; whether they were understood. For fuzzing.
#[must_use]
pub fn fuzz(bytes: &[u8]) -> bool {
    let _ = super::frame::Frame::first(bytes);
    let Some(request) = Request::parse(bytes) else { return false };
    let _ = request.addresses(rtc_stun::attributes::ATTR_XOR_PEER_ADDRESS);
    let _ = request.unknown(&[]);
    if let Some(claim) = request.claim() {
        let _ = request.authentic(&Claim { realm: REALM.to_owned(), ..claim }, "password");
    }
    true
}
