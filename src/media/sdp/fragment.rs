//! SDP fragments (RFC 8840): trickled candidates and restarts over WHIP and WHEP.

use super::parse::credentials;
use super::{Local, MAX_BYTES, MAX_CANDIDATES, MAX_SECTIONS, SdpError, candidates};
use crate::ice::Credentials;
use std::fmt::Write as _;

/// What a fragment tells us. A lite agent needs no candidates: the client's checks bring its addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    pub credentials: Option<Credentials>,
    pub mid: Option<String>,
}

impl Fragment {
    /// Reads a fragment.
    ///
    /// # Errors
    /// It is too long, or its credentials are not of the right form.
    pub fn parse(text: &str) -> Result<Self, SdpError> {
        if text.len() > MAX_BYTES {
            return Err(SdpError::TooLong);
        }
        if text.lines().filter(|line| line.starts_with("a=candidate:")).count() > MAX_CANDIDATES * MAX_SECTIONS {
            return Err(SdpError::TooMany("candidates"));
        }
        let value = |key: &str| text.lines().find_map(|line| line.trim_end().strip_prefix(key));
        let credentials = match (value("a=ice-ufrag:"), value("a=ice-pwd:")) {
            (Some(ufrag), Some(pwd)) => Some(credentials(ufrag, pwd)?),
            _ => None,
        };
        let mid = value("a=mid:").filter(|mid| mid.len() <= 16 && mid.bytes().all(|b| b.is_ascii_graphic()));
        Ok(Self { credentials, mid: mid.map(str::to_owned) })
    }
}

/// Our fragment after a restart.
#[must_use]
pub fn write(local: &Local<'_>, mid: &str) -> String {
    let mut text = String::new();
    let Credentials { ufrag, pwd } = local.credentials;
    let _ = write!(text, "a=ice-lite\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
    let _ = write!(text, "a=mid:{mid}\r\n");
    candidates(&mut text, local);
    text
}
