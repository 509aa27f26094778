//! From text to what it means to us.

use super::{MAX_BYTES, MAX_CANDIDATES, MAX_RIDS, MAX_SECTIONS, SdpError};
use crate::dtls::Fingerprint;
use crate::ice::Credentials;
use rtc_sdp::description::common::Attribute;
use rtc_sdp::description::media::MediaDescription;
use rtc_sdp::description::session::SessionDescription;
use std::io::Cursor;

/// Whether a section carries sound, pictures, or something that we reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Audio,
    Video,
    Other,
}

/// The direction attribute, from the writer's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    #[must_use]
    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    #[must_use]
    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }
}

/// A payload type as described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    pub pt: u8,
    /// Encoding name, lower case.
    pub name: String,
    pub clock: u32,
    pub fmtp: String,
    /// `nack`, `nack pli`, `ccm fir`, `transport-cc`, ...
    pub feedback: Vec<String>,
}

impl Format {
    /// A parameter of the `fmtp` line.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self.fmtp.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// A media section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub mid: String,
    pub kind: Kind,
    /// The first words of the m-line, for the refusal of a section.
    pub media: String,
    pub proto: String,
    pub first_format: String,
    /// Port 0 without `bundle-only`: refused or stopped by the writer.
    pub rejected: bool,
    pub bundled: bool,
    pub mux: bool,
    pub direction: Direction,
    pub formats: Vec<Format>,
    /// Id and URI.
    pub extensions: Vec<(u8, String)>,
    /// Simulcast layers that the writer sends, lowest first.
    pub rids: Vec<String>,
    /// Media SSRC and its retransmission SSRC.
    pub ssrcs: Vec<(u32, Option<u32>)>,
}

/// A description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    pub sections: Vec<Section>,
    pub credentials: Credentials,
    pub fingerprint: Fingerprint,
    /// `actpass`, `active`, `passive`.
    pub setup: String,
}

/// Reads a description.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Description, SdpError> {
    if text.len() > MAX_BYTES {
        return Err(SdpError::TooLong);
    }
    if text.lines().filter(|line| line.starts_with("m=")).count() > MAX_SECTIONS {
        return Err(SdpError::TooMany("sections"));
    }
    let raw = SessionDescription::unmarshal(&mut Cursor::new(text.as_bytes()))
        .map_err(|e| SdpError::Unreadable(e.to_string().chars().take(120).collect()))?;
    let bundle: Option<Vec<&str>> = values(&raw.attributes, "group")
        .find_map(|group| group.strip_prefix("BUNDLE"))
        .map(|mids| mids.split_whitespace().collect());
    let mut sections: Vec<Section> = Vec::with_capacity(raw.media_descriptions.len());
    for media in &raw.media_descriptions {
        let section = section(media, &raw.attributes, bundle.as_deref(), raw.media_descriptions.len() == 1)?;
        if sections.iter().any(|other| other.mid == section.mid) {
            return Err(SdpError::Unusable("two sections with one mid"));
        }
        sections.push(section);
    }
    // With everything bundled the first section in use speaks for the transport (RFC 8843 section 7).
    let speaker = (0..sections.len()).find(|at| !sections[*at].rejected).ok_or(SdpError::Missing("a section"))?;
    let speaker = &raw.media_descriptions[speaker].attributes;
    let first = |key: &'static str| {
        values(speaker, key).next().or_else(|| values(&raw.attributes, key).next()).ok_or(SdpError::Missing(key))
    };
    let credentials = credentials(first("ice-ufrag")?, first("ice-pwd")?)?;
    let setup = first("setup")?.to_owned();
    let fingerprint = fingerprint(values(speaker, "fingerprint").chain(values(&raw.attributes, "fingerprint")))?;
    Ok(Description { sections, credentials, fingerprint, setup })
}

pub(super) fn credentials(ufrag: &str, pwd: &str) -> Result<Credentials, SdpError> {
    let fine = |text: &str, least: usize| {
        (least..=256).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'='))
    };
    if !fine(ufrag, 4) || !fine(pwd, 22) {
        return Err(SdpError::Unusable("the ICE credentials are not of the form that RFC 8839 asks for"));
    }
    Ok(Credentials { ufrag: ufrag.to_owned(), pwd: pwd.to_owned() })
}

fn fingerprint<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Fingerprint, SdpError> {
    let mut any = false;
    for line in lines.take(16) {
        any = true;
        let (hash, value) = line.split_once(' ').unwrap_or((line, ""));
        if hash.eq_ignore_ascii_case("sha-256") {
            return Fingerprint::parse(value.trim()).ok_or(SdpError::Unusable("the fingerprint cannot be read"));
        }
    }
    Err(if any { SdpError::Unusable("no SHA-256 fingerprint") } else { SdpError::Missing("fingerprint") })
}

fn values<'a>(attributes: &'a [Attribute], key: &'static str) -> impl Iterator<Item = &'a str> {
    attributes.iter().filter(move |a| a.key == key).map(|a| a.value.as_deref().unwrap_or_default())
}

fn section(
    media: &MediaDescription,
    session: &[Attribute],
    bundle: Option<&[&str]>,
    alone: bool,
) -> Result<Section, SdpError> {
    let attributes = &media.attributes;
    let has = |key: &str| attributes.iter().any(|a| a.key == key);
    let mid = values(attributes, "mid").next().ok_or(SdpError::Missing("mid"))?;
    // 16 bytes are what the header extension can carry (RFC 8285 section 4.2).
    if mid.is_empty() || mid.len() > 16 || !mid.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(SdpError::Unusable("a mid is empty, long, or not plain"));
    }
    if values(attributes, "candidate").count() > MAX_CANDIDATES {
        return Err(SdpError::TooMany("candidates"));
    }
    let direction = [
        ("sendrecv", Direction::SendRecv),
        ("sendonly", Direction::SendOnly),
        ("recvonly", Direction::RecvOnly),
        ("inactive", Direction::Inactive),
    ];
    let of = |list: &[Attribute]| direction.iter().find(|(key, _)| list.iter().any(|a| a.key == *key)).map(|d| d.1);
    let kind = match media.media_name.media.as_str() {
        "audio" => Kind::Audio,
        "video" => Kind::Video,
        _ => Kind::Other,
    };
    Ok(Section {
        mid: mid.to_owned(),
        kind,
        media: media.media_name.media.clone(),
        proto: media.media_name.protos.join("/"),
        first_format: media.media_name.formats.first().cloned().unwrap_or_default(),
        rejected: media.media_name.port.value == 0 && !has("bundle-only"),
        bundled: bundle.map_or(alone, |mids| mids.contains(&mid)),
        mux: has("rtcp-mux"),
        direction: of(attributes).or_else(|| of(session)).unwrap_or(Direction::SendRecv),
        formats: formats(media),
        extensions: values(attributes, "extmap").take(64).filter_map(extension).collect(),
        rids: rids(attributes)?,
        ssrcs: ssrcs(attributes),
    })
}

fn formats(media: &MediaDescription) -> Vec<Format> {
    let attributes = &media.attributes;
    let pts = media.media_name.formats.iter().take(128).filter_map(|pt| pt.parse::<u8>().ok()).filter(|pt| *pt < 128);
    let mut formats: Vec<Format> = Vec::new();
    for pt in pts {
        let of = |key: &'static str| {
            values(attributes, key).filter_map(move |line| {
                let (who, what) = line.split_once(' ')?;
                (who == "*" || who.parse() == Ok(pt)).then(|| what.trim())
            })
        };
        let Some(map) = of("rtpmap").next() else { continue };
        let mut parts = map.split('/');
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let clock = parts.next().and_then(|clock| clock.parse().ok()).unwrap_or_default();
        let fmtp = of("fmtp").next().unwrap_or_default().to_owned();
        let feedback = of("rtcp-fb").take(16).map(str::to_owned).collect();
        if formats.iter().all(|format| format.pt != pt) {
            formats.push(Format { pt, name, clock, fmtp, feedback });
        }
    }
    formats
}

/// Ids above 14 need the two-byte form, which we neither offer nor take.
fn extension(line: &str) -> Option<(u8, String)> {
    let (id, uri) = line.split_once(' ')?;
    let id = id.split('/').next()?.parse().ok().filter(|id| (1..=14).contains(id))?;
    Some((id, uri.split(' ').next()?.to_owned()))
}

/// The layers named by `a=simulcast:send` that have an `a=rid` line (RFC 8853), in the order given, which is the lowest
/// first with our client; the well-known names of others are put in that order.
fn rids(attributes: &[Attribute]) -> Result<Vec<String>, SdpError> {
    let sent: Vec<&str> = values(attributes, "rid")
        .filter_map(|line| line.split_once(' ').filter(|(_, rest)| rest.starts_with("send")).map(|(rid, _)| rid))
        .collect();
    let Some(line) = values(attributes, "simulcast").next() else { return Ok(Vec::new()) };
    let mut words = line.split_whitespace();
    let list = std::iter::from_fn(|| Some((words.next()?, words.next()?))).find(|(way, _)| *way == "send");
    let Some((_, list)) = list else { return Ok(Vec::new()) };
    let first_choice = |layer: &str| layer.split(',').next().unwrap_or_default().trim_start_matches('~').to_owned();
    let mut rids: Vec<String> = list.split(';').map(first_choice).filter(|rid| sent.contains(&rid.as_str())).collect();
    if rids.len() > MAX_RIDS {
        return Err(SdpError::TooMany("simulcast layers"));
    }
    if rids.iter().any(|rid| rid.len() > 16 || !rid.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return Err(SdpError::Unusable("a rid is long or not alphanumeric"));
    }
    if matches!(rids.first().map(String::as_str), Some("f" | "hi" | "high" | "r2")) {
        rids.reverse();
    }
    Ok(rids)
}

fn ssrcs(attributes: &[Attribute]) -> Vec<(u32, Option<u32>)> {
    let number = |text: &str| text.split(' ').next()?.parse::<u32>().ok();
    let groups: Vec<(u32, u32)> = values(attributes, "ssrc-group")
        .take(32)
        .filter_map(|line| line.strip_prefix("FID ")?.split_once(' '))
        .filter_map(|(media, rtx)| Some((number(media)?, number(rtx)?)))
        .collect();
    let mut ssrcs: Vec<(u32, Option<u32>)> = Vec::new();
    for ssrc in values(attributes, "ssrc").take(256).filter_map(number) {
        let known = ssrcs.iter().any(|(media, _)| *media == ssrc) || groups.iter().any(|(_, rtx)| *rtx == ssrc);
        if !known && ssrcs.len() < 16 {
            ssrcs.push((ssrc, groups.iter().find(|(media, _)| *media == ssrc).map(|(_, rtx)| *rtx)));
        }
    }
    ssrcs
}
