//! A client of TURN servers elsewhere: what they give to whom, and where they let media go (RFC 8656). For `assize doctor`.

use super::stun::{Claim, PasswordAlgorithm, Seal, build};
use assize_core::signal::IceServer;
use rtc_stun::attributes::{
    ATTR_ERROR_CODE, ATTR_NONCE, ATTR_REALM, ATTR_REQUESTED_ADDRESS_FAMILY, ATTR_REQUESTED_TRANSPORT, ATTR_USERNAME,
    ATTR_XOR_PEER_ADDRESS,
};
use rtc_stun::message::{
    CLASS_REQUEST, CLASS_SUCCESS_RESPONSE, METHOD_ALLOCATE, METHOD_CREATE_PERMISSION, Message, MessageType, Method,
    TransactionId,
};
use rtc_stun::xoraddr::XorMappedAddress;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Messages that are no answer to what was asked, before that counts as none.
const STRANGE: u32 = 10;
const HEADER: usize = 20;
/// Protocol number of UDP (RFC 8656 section 14.7).
const UDP: [u8; 4] = [17, 0, 0, 0];

/// The other family of addresses, IPv6, with what is reserved (RFC 8656 section 18.6).
const IPV6: [u8; 4] = [2, 0, 0, 0];

/// What is asked for.
#[derive(Debug, Clone, Copy)]
enum Wish {
    /// A place of the relay: IPv4, unless the other family is named (RFC 8656 section 7.2).
    Allocation {
        ipv6: bool,
    },
    Permission(SocketAddr),
}

/// A server's answer: the code of the error (RFC 8489 section 14.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Yes,
    No(u16),
}

/// A connection to a server, over TCP or TLS.
#[derive(Debug)]
pub struct Probe<S> {
    stream: S,
    signed: Option<Signed>,
}

#[derive(Debug)]
struct Signed {
    claim: Claim,
    seal: Seal,
}

impl Wish {
    fn method(self) -> Method {
        match self {
            Self::Allocation { .. } => METHOD_ALLOCATE,
            Self::Permission(_) => METHOD_CREATE_PERMISSION,
        }
    }

    fn write(self, message: &mut Message) -> Option<()> {
        match self {
            Self::Permission(peer) => {
                let peer = XorMappedAddress { ip: peer.ip(), port: peer.port() };
                peer.add_to_as(message, ATTR_XOR_PEER_ADDRESS).ok()?;
            }
            Self::Allocation { ipv6 } => {
                message.add(ATTR_REQUESTED_TRANSPORT, &UDP);
                if ipv6 {
                    message.add(ATTR_REQUESTED_ADDRESS_FAMILY, &IPV6);
                }
            }
        }
        Some(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Probe<S> {
    #[must_use]
    pub fn new(stream: S) -> Self {
        Self { stream, signed: None }
    }

    /// Asks for an allocation without credentials: [`Said::No`] of 401 is right. What the server says of itself there is
    /// used with these credentials from then on.
    ///
    /// # Errors
    /// The connection ends, or what comes is no TURN.
    pub async fn allocate_as_nobody(&mut self, credentials: &IceServer) -> io::Result<Said> {
        let answer = self.ask(Wish::Allocation { ipv6: false }).await?;
        let text = |kind| answer.get(kind).ok().and_then(|value| String::from_utf8(value).ok());
        if let (Some(realm), Some(nonce)) = (text(ATTR_REALM), text(ATTR_NONCE)) {
            let username = credentials.username.clone();
            let claim = Claim { username, nonce, realm, algorithm: PasswordAlgorithm::Md5 };
            // coturn knows the scheme of shared secrets with SHA-1 only.
            let seal = Seal::of(&claim, &credentials.credential, false).ok_or_else(|| io::Error::other("no MD5"))?;
            self.signed = Some(Signed { claim, seal });
        }
        Ok(said(&answer))
    }

    /// Asks for an allocation with the credentials, of this family of addresses: permissions are for peers of the same
    /// one only (RFC 8656 section 10.2), and a connection has one.
    ///
    /// # Errors
    /// As [`Probe::allocate_as_nobody`].
    pub async fn allocate(&mut self, ipv6: bool) -> io::Result<Said> {
        self.ask(Wish::Allocation { ipv6 }).await.map(|answer| said(&answer))
    }

    /// Asks whether media may go there. Nothing is sent to the peer.
    ///
    /// # Errors
    /// As [`Probe::allocate_as_nobody`].
    pub async fn permit(&mut self, peer: SocketAddr) -> io::Result<Said> {
        self.ask(Wish::Permission(peer)).await.map(|answer| said(&answer))
    }

    async fn ask(&mut self, wish: Wish) -> io::Result<Message> {
        let id = TransactionId::new();
        let signed = self.signed.as_ref();
        let kind = MessageType::new(wish.method(), CLASS_REQUEST);
        let request = build(kind, id, signed.map(|signed| &signed.seal), |message| {
            wish.write(message)?;
            if let Some(Signed { claim, .. }) = signed {
                let texts = [(ATTR_USERNAME, &claim.username), (ATTR_REALM, &claim.realm), (ATTR_NONCE, &claim.nonce)];
                texts.into_iter().for_each(|(kind, text)| message.add(kind, text.as_bytes()));
            }
            Some(())
        });
        self.stream.write_all(&request.ok_or_else(|| io::Error::other("no request"))?).await?;
        self.stream.flush().await?;
        for _ in 0..STRANGE {
            let answer = self.message().await?;
            if answer.transaction_id == id {
                return Ok(answer);
            }
        }
        Err(io::Error::other("no answer to what was asked"))
    }

    async fn message(&mut self) -> io::Result<Message> {
        let mut bytes = vec![0; HEADER];
        self.stream.read_exact(&mut bytes).await?;
        if bytes[0] & 0xc0 != 0 {
            return Err(io::Error::other("what answers there is no TURN server"));
        }
        bytes.resize(HEADER + usize::from(u16::from_be_bytes([bytes[2], bytes[3]])), 0);
        self.stream.read_exact(&mut bytes[HEADER..]).await?;
        let mut message = Message::new();
        message.unmarshal_binary(&bytes).map_err(io::Error::other)?;
        Ok(message)
    }
}

fn said(answer: &Message) -> Said {
    if answer.typ.class == CLASS_SUCCESS_RESPONSE {
        return Said::Yes;
    }
    match answer.get(ATTR_ERROR_CODE).as_deref() {
        Ok([_, _, class, number, ..]) => Said::No(u16::from(*class) * 100 + u16::from(*number)),
        _ => Said::No(0),
    }
}
