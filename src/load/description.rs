//! Session descriptions of our light clients: just what WHIP and WHEP need, and what the answers say.

use anyhow::Context;
use assize_media::dtls::{Fingerprint, Identity};
use assize_media::ice::Credentials;
use std::net::SocketAddr;

/// Our extension ids.
pub(crate) const MID: u8 = 4;
pub(crate) const TRANSPORT_CC: u8 = 5;
/// Our payload type for VP8.
pub(crate) const VP8: u8 = 96;

/// What an answer says about its server.
pub(crate) struct Answer {
    pub(crate) credentials: Credentials,
    pub(crate) fingerprint: Fingerprint,
    /// Preferred candidates first.
    pub(crate) candidates: Vec<SocketAddr>,
}

/// An offer with one VP8 section, sending or receiving.
pub(crate) fn offer(ours: &Credentials, identity: &Identity, publish: Option<(u32, u32)>) -> String {
    let direction = if publish.is_some() { "sendonly" } else { "recvonly" };
    let mut sdp = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\na=extmap-allow-mixed\r\n\
         m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=ice-options:trickle\r\n\
         a=fingerprint:sha-256 {}\r\na=setup:actpass\r\na=mid:0\r\na={direction}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n\
         a=extmap:{MID} urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:{TRANSPORT_CC} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 ccm fir\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n\
         a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
        ours.ufrag,
        ours.pwd,
        identity.fingerprint(),
    );
    if let Some((ssrc, rtx)) = publish {
        sdp.push_str(&format!(
            "a=msid:load camera\r\na=ssrc-group:FID {ssrc} {rtx}\r\na=ssrc:{ssrc} cname:load\r\na=ssrc:{rtx} cname:load\r\n"
        ));
    }
    sdp
}

/// Reads an answer.
pub(crate) fn read(sdp: &str) -> anyhow::Result<Answer> {
    let value = |name: &str| sdp.lines().find_map(|line| line.trim_end().strip_prefix(name));
    let candidates = sdp.lines().filter_map(candidate).collect::<Vec<_>>();
    anyhow::ensure!(!candidates.is_empty(), "the answer has no UDP candidate");
    Ok(Answer {
        credentials: Credentials {
            ufrag: value("a=ice-ufrag:").context("no ice-ufrag")?.to_owned(),
            pwd: value("a=ice-pwd:").context("no ice-pwd")?.to_owned(),
        },
        fingerprint: value("a=fingerprint:")
            .and_then(|text| Fingerprint::parse(text).or_else(|| Fingerprint::parse(text.split_once(' ')?.1)))
            .context("no usable fingerprint")?,
        candidates,
    })
}

fn candidate(line: &str) -> Option<SocketAddr> {
    let words: Vec<&str> = line.strip_prefix("a=candidate:")?.split_whitespace().collect();
    if !words.get(2)?.eq_ignore_ascii_case("udp") {
        return None;
    }
    Some(SocketAddr::new(words.get(4)?.parse().ok()?, words.get(5)?.parse().ok()?))
}
