//! Session descriptions (RFC 8866, RFC 8829): reading offers and answers of browsers and room systems, writing ours.
//!
//! `rtc-sdp` reads the grammar; what the lines mean is decided here.

mod answer;
mod codec;
mod fragment;
mod offer;
mod parse;

#[cfg(test)]
mod tests;

pub use answer::{answerable, slots, up};
pub use fragment::{Fragment, write as write_fragment};
pub use offer::{accept, down};
pub use parse::{Description, Direction, Section, parse};

use crate::dtls::Fingerprint;
use crate::ice::Credentials;
use crate::negotiated::Published;
use std::fmt::Write as _;
use std::net::SocketAddr;

/// Longest description that is read, bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// Most media sections of a description.
pub const MAX_SECTIONS: usize = 64;
/// Most candidates of a section.
pub const MAX_CANDIDATES: usize = 32;
/// Most simulcast layers of a section.
pub const MAX_RIDS: usize = 8;

/// What is wrong with a description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    #[error("longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("too many {0}")]
    TooMany(&'static str),
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0}")]
    Unusable(&'static str),
}

/// Our side of a transport, as it goes into descriptions.
#[derive(Debug, Clone)]
pub struct Local<'a> {
    pub credentials: &'a Credentials,
    pub fingerprint: Fingerprint,
    /// Host candidates, in order of preference.
    pub candidates: &'a [SocketAddr],
    /// The same addresses take connections over TCP.
    pub tcp: bool,
    /// The `o=` line's session id, and its version, which grows with each description.
    pub session: u64,
    pub version: u32,
}

/// An answer to a publishing client.
#[derive(Debug, Clone)]
pub struct UpAnswer {
    pub sdp: String,
    pub published: Vec<Published>,
}

/// The media sections of an offer in order: mid, whether it is audio, whether the client sends on it. For clients that
/// do not name their devices.
///
/// # Errors
/// The offer cannot be read.
pub fn sections(offer: &str) -> Result<Vec<(String, bool, bool)>, SdpError> {
    let sections = parse(offer)?.sections.into_iter().filter(|s| s.kind != parse::Kind::Other);
    Ok(sections.map(|s| (s.mid.clone(), s.kind == parse::Kind::Audio, s.direction.sends())).collect())
}

fn head(local: &Local<'_>, bundle: &[&str]) -> String {
    let mut sdp = String::with_capacity(4096);
    let _ = write!(sdp, "v=0\r\no=- {} {} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", local.session, local.version);
    if !bundle.is_empty() {
        let _ = write!(sdp, "a=group:BUNDLE {}\r\n", bundle.join(" "));
    }
    sdp.push_str("a=extmap-allow-mixed\r\na=msid-semantic: WMS *\r\na=ice-lite\r\n");
    sdp
}

/// What every section has: addresses, credentials, fingerprint.
fn place(sdp: &mut String, local: &Local<'_>, setup: &str, mid: &str) {
    let Local { credentials, fingerprint, .. } = local;
    let _ = write!(
        sdp,
        "c=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:sha-256 \
         {fingerprint}\r\na=setup:{setup}\r\na=mid:{mid}\r\n",
        credentials.ufrag, credentials.pwd
    );
}

fn candidates(sdp: &mut String, local: &Local<'_>) {
    for (n, addr) in local.candidates.iter().enumerate() {
        let priority = (126 << 24) + ((65_535 - n) << 8) + 255;
        let (ip, port) = (addr.ip(), addr.port());
        let _ = write!(sdp, "a=candidate:{} 1 udp {priority} {ip} {port} typ host\r\n", n + 1);
    }
    for (n, addr) in local.candidates.iter().enumerate().filter(|_| local.tcp) {
        // RFC 6544 section 4.2: below every UDP candidate; direction preference 4 for passive hosts.
        let priority = (90 << 24) + (((4 << 13) + 8191 - n) << 8) + 255;
        let (ip, port, foundation) = (addr.ip(), addr.port(), local.candidates.len() + n + 1);
        let _ = write!(sdp, "a=candidate:{foundation} 1 tcp {priority} {ip} {port} typ host tcptype passive\r\n");
    }
    sdp.push_str("a=end-of-candidates\r\n");
}
