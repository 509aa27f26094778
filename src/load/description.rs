//! Session descriptions of our light clients: just what a server must be told, and what its descriptions say to us.

use anyhow::Context;
use assize_media::dtls::{Fingerprint, Identity};
use assize_media::ice::Credentials;
use std::fmt::Write as _;
use std::net::SocketAddr;

/// Our extension ids.
pub(crate) const MID: u8 = 4;
pub(crate) const TRANSPORT_CC: u8 = 5;
pub(crate) const LEVEL: u8 = 6;
/// Our payload types.
pub(crate) const VP8: u8 = 96;
pub(crate) const OPUS: u8 = 111;

const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
const LEVEL_URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
const TRANSPORT_CC_URI: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const VIDEO_FEEDBACK: [&str; 4] = ["transport-cc", "ccm fir", "nack", "nack pli"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sound,
    Picture,
}

/// A media section that we offer; its mid is its number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Section {
    pub(crate) kind: Kind,
    /// What we send, by its SSRC; the retransmissions' SSRC is one higher. `None`: we receive.
    pub(crate) ssrc: Option<u32>,
}

impl Section {
    pub(crate) fn receive(kind: Kind) -> Self {
        Self { kind, ssrc: None }
    }

    pub(crate) fn send(kind: Kind, ssrc: u32) -> Self {
        Self { kind, ssrc: Some(ssrc) }
    }
}

/// Who we are in a description.
#[derive(Clone)]
pub(crate) struct Local {
    pub(crate) credentials: Credentials,
    pub(crate) fingerprint: Fingerprint,
    candidate: Option<SocketAddr>,
}

impl Local {
    pub(crate) fn new(identity: &Identity) -> anyhow::Result<Self> {
        let credentials = Credentials::from_random(&crate::peer::random()?);
        Ok(Self { credentials, fingerprint: identity.fingerprint(), candidate: None })
    }

    /// With an address, for servers that want to know one.
    pub(crate) fn at(self, address: SocketAddr) -> Self {
        Self { candidate: Some(address), ..self }
    }
}

/// What a description says about its server.
pub(crate) struct Remote {
    pub(crate) credentials: Credentials,
    pub(crate) fingerprint: Fingerprint,
    /// Preferred candidates first.
    pub(crate) candidates: Vec<SocketAddr>,
}

/// An offer with these sections; we shall be the active side of DTLS.
pub(crate) fn offer(local: &Local, sections: &[Section]) -> String {
    let mut sdp = head(&(0..sections.len()).map(|mid| mid.to_string()).collect::<Vec<_>>());
    for (mid, section) in sections.iter().enumerate() {
        match section.kind {
            Kind::Sound => sdp.push_str("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"),
            Kind::Picture => sdp.push_str("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"),
        }
        let direction = if section.ssrc.is_some() { "sendonly" } else { "recvonly" };
        place(&mut sdp, local, &mid.to_string(), direction);
        let _ = write!(sdp, "a=extmap:{MID} {MID_URI}\r\na=extmap:{TRANSPORT_CC} {TRANSPORT_CC_URI}\r\n");
        match section.kind {
            Kind::Sound => {
                let _ = write!(sdp, "a=extmap:{LEVEL} {LEVEL_URI}\r\n");
                sound(&mut sdp, OPUS, &["transport-cc"]);
            }
            Kind::Picture => picture(&mut sdp, VP8, Some(97), &VIDEO_FEEDBACK),
        }
        if let Some(ssrc) = section.ssrc {
            sources(&mut sdp, section.kind, ssrc);
        }
    }
    sdp
}

fn head(mids: &[String]) -> String {
    let mids = mids.join(" ");
    format!("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {mids}\r\na=extmap-allow-mixed\r\n")
}

fn place(sdp: &mut String, local: &Local, mid: &str, direction: &str) {
    let Local { credentials, fingerprint, candidate } = local;
    let _ = write!(
        sdp,
        "c=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:sha-256 {fingerprint}\r\n\
         a=setup:active\r\na=mid:{mid}\r\na={direction}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n",
        credentials.ufrag, credentials.pwd
    );
    match candidate {
        Some(at) => {
            let (ip, port) = (at.ip(), at.port());
            let _ = write!(sdp, "a=candidate:1 1 udp 2130706431 {ip} {port} typ host\r\na=end-of-candidates\r\n");
        }
        None => sdp.push_str("a=ice-options:trickle\r\n"),
    }
}

fn sound(sdp: &mut String, pt: u8, feedback: &[&str]) {
    let _ = write!(sdp, "a=rtpmap:{pt} opus/48000/2\r\na=fmtp:{pt} minptime=10;useinbandfec=1\r\n");
    feedback.iter().for_each(|name| _ = write!(sdp, "a=rtcp-fb:{pt} {name}\r\n"));
}

fn picture(sdp: &mut String, pt: u8, rtx: Option<u8>, feedback: &[&str]) {
    let _ = write!(sdp, "a=rtpmap:{pt} VP8/90000\r\n");
    feedback.iter().for_each(|name| _ = write!(sdp, "a=rtcp-fb:{pt} {name}\r\n"));
    if let Some(rtx) = rtx {
        let _ = write!(sdp, "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={pt}\r\n");
    }
}

fn sources(sdp: &mut String, kind: Kind, ssrc: u32) {
    let track = if kind == Kind::Sound { "microphone" } else { "camera" };
    let _ = write!(sdp, "a=msid:load {track}\r\n");
    if kind == Kind::Picture {
        let rtx = ssrc + 1;
        let _ = write!(sdp, "a=ssrc-group:FID {ssrc} {rtx}\r\na=ssrc:{rtx} cname:load\r\n");
    }
    let _ = write!(sdp, "a=ssrc:{ssrc} cname:load\r\n");
}

/// Our answer to an offer to send: everything is taken that is VP8 or Opus.
pub(crate) fn answer(local: &Local, offer: &str) -> anyhow::Result<String> {
    let sections = split(offer);
    let mids = sections.iter().map(|s| Ok(s.value("a=mid:").context("a section without a mid")?.to_owned()));
    let mids = mids.collect::<anyhow::Result<Vec<_>>>()?;
    let mut sdp = head(&mids);
    for (section, mid) in sections.iter().zip(&mids) {
        let kind = section.kind().context("a section that is neither sound nor picture")?;
        let pt = section.payload_type(kind).context("neither VP8 nor Opus is offered")?;
        let rtx = (kind == Kind::Picture).then(|| section.retransmits(pt)).flatten();
        let media = if kind == Kind::Sound { "audio" } else { "video" };
        let formats = [Some(pt), rtx].into_iter().flatten().fold(String::new(), |text, pt| format!("{text} {pt}"));
        let _ = write!(sdp, "m={media} 9 UDP/TLS/RTP/SAVPF{formats}\r\n");
        place(&mut sdp, local, mid, "recvonly");
        for uri in [MID_URI, LEVEL_URI] {
            section.extension(uri).into_iter().for_each(|id| _ = write!(sdp, "a=extmap:{id} {uri}\r\n"));
        }
        match kind {
            Kind::Sound => sound(&mut sdp, pt, &[]),
            Kind::Picture => picture(&mut sdp, pt, rtx, &VIDEO_FEEDBACK[1..]),
        }
    }
    Ok(sdp)
}

/// Reads a server's description.
pub(crate) fn read(sdp: &str) -> anyhow::Result<Remote> {
    let all = Lines(sdp.lines().map(str::trim_end).collect());
    let candidates = all.0.iter().filter_map(|line| candidate(line)).collect::<Vec<_>>();
    anyhow::ensure!(!candidates.is_empty(), "the server's description has no UDP candidate:\n{sdp}");
    let (_, fingerprint) =
        all.value("a=fingerprint:").and_then(|text| text.split_once(' ')).context("no fingerprint")?;
    Ok(Remote {
        credentials: Credentials {
            ufrag: all.value("a=ice-ufrag:").context("no ice-ufrag")?.to_owned(),
            pwd: all.value("a=ice-pwd:").context("no ice-pwd")?.to_owned(),
        },
        fingerprint: Fingerprint::parse(fingerprint.trim()).context("no usable fingerprint")?,
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

/// Lines of a description, or of one of its sections.
struct Lines<'a>(Vec<&'a str>);

/// The media sections, each with its m-line first.
fn split(sdp: &str) -> Vec<Lines<'_>> {
    let mut sections: Vec<Lines<'_>> = Vec::new();
    for line in sdp.lines().map(str::trim_end) {
        if line.starts_with("m=") {
            sections.push(Lines(Vec::new()));
        }
        if let Some(section) = sections.last_mut() {
            section.0.push(line);
        }
    }
    sections
}

impl<'a> Lines<'a> {
    fn values(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |line| line.strip_prefix(name))
    }

    fn value(&self, name: &'a str) -> Option<&'a str> {
        self.values(name).next()
    }

    fn kind(&self) -> Option<Kind> {
        match self.value("m=")?.split(' ').next()? {
            "audio" => Some(Kind::Sound),
            "video" => Some(Kind::Picture),
            _ => None,
        }
    }

    fn payload_type(&self, kind: Kind) -> Option<u8> {
        let wanted = if kind == Kind::Sound { "opus/48000" } else { "vp8/90000" };
        let of_map = |map: &str| {
            let (pt, codec) = map.split_once(' ')?;
            codec.to_ascii_lowercase().starts_with(wanted).then(|| pt.parse().ok()).flatten()
        };
        self.values("a=rtpmap:").find_map(of_map)
    }

    fn retransmits(&self, pt: u8) -> Option<u8> {
        let of = |line: &str| {
            let (rtx, parameters) = line.split_once(' ')?;
            (parameters.trim() == format!("apt={pt}")).then(|| rtx.parse().ok()).flatten()
        };
        self.values("a=fmtp:").find_map(of)
    }

    fn extension(&self, uri: &str) -> Option<u8> {
        let of = |line: &str| {
            let (id, named) = line.split_once(' ')?;
            (named == uri).then(|| id.split('/').next()?.parse().ok()).flatten()
        };
        self.values("a=extmap:").find_map(of)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use assize_media::sdp::{self, Direction};
    use std::time::Instant;

    fn local() -> Local {
        Local::new(&Identity::generate(Instant::now()).unwrap()).unwrap()
    }

    #[test]
    fn the_server_reads_our_offer_as_it_is_meant() {
        let sections = [Section::send(Kind::Sound, 7), Section::send(Kind::Picture, 9)];
        let text = offer(&local(), &sections);
        let read = sdp::parse(&text).unwrap();
        assert_eq!(read.setup, "active");
        assert_eq!(read.sections.iter().map(|s| s.mid.as_str()).collect::<Vec<_>>(), ["0", "1"]);
        assert!(read.sections.iter().all(|s| s.direction == Direction::SendOnly && s.bundled && s.mux));
        assert_eq!(read.sections[0].ssrcs, [(7, None)]);
        assert_eq!(read.sections[1].ssrcs, [(9, Some(10))]);
    }

    #[test]
    fn another_servers_offer_is_answered_in_its_own_numbers() {
        let theirs = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE a b\r\n\
             m=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=mid:a\r\na=sendonly\r\na=rtpmap:109 opus/48000/2\r\n\
             m=video 9 UDP/TLS/RTP/SAVPF 120 121\r\na=mid:b\r\na=sendonly\r\na=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
             a=rtpmap:120 VP8/90000\r\na=rtpmap:121 rtx/90000\r\na=fmtp:121 apt=120\r\n";
        let ours = sdp::parse(&answer(&local(), theirs).unwrap()).unwrap();
        assert_eq!(ours.setup, "active");
        let formats = |at: usize| ours.sections[at].formats.iter().map(|format| format.pt).collect::<Vec<_>>();
        assert_eq!((formats(0), formats(1)), (vec![109], vec![120, 121]));
        assert_eq!(ours.sections[1].extensions, [(3, MID_URI.to_owned())]);
        assert!(ours.sections.iter().all(|s| s.direction == Direction::RecvOnly));
    }

    #[test]
    fn credentials_fingerprint_and_udp_candidates_are_found() {
        let print = local().fingerprint;
        let text = format!(
            "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:abcd\r\na=ice-pwd:secret\r\na=fingerprint:sha-256 {print}\r\n\
             a=candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype passive\r\na=candidate:2 1 UDP 1 192.0.2.1 4000 typ host\r\n"
        );
        let remote = read(&text).unwrap();
        assert_eq!((remote.credentials.ufrag.as_str(), remote.credentials.pwd.as_str()), ("abcd", "secret"));
        assert_eq!(remote.fingerprint, print);
        assert_eq!(remote.candidates, ["192.0.2.1:4000".parse().unwrap()]);
        assert!(read("v=0\r\n").is_err());
    }
}
