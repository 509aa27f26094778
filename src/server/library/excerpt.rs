//! Spans of a sitting for somebody who may see these and no more, while it runs.

use super::{media_path, timeline};
use assize_core::ids::TrackId;
use assize_proof::chain::parse_file;
use assize_record::catalogue;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Of a media file, what its decoder begins with.
const HEADER: u64 = 4096;
/// The key picture that those in a span build on lies at most so much earlier (`web/src/core/player/feed.ts`).
const PICTURE_BEFORE_MS: u64 = 12_000;
/// Sound builds on nothing before it but the packet that a span begins in.
const SOUND_BEFORE_MS: u64 = 1_000;

/// What somebody may see: spans in milliseconds of hearing time, and the tracks with the names they are told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    pub spans: Vec<Range<u64>>,
    pub tracks: BTreeMap<TrackId, String>,
}

impl Excerpt {
    /// The timeline as the player reads it, with nothing outside of the excerpt.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn timeline(&self, folder: &Path) -> io::Result<Value> {
        let mut all = timeline(folder)?;
        if let Some(tracks) = all["tracks"].as_array_mut() {
            let root = catalogue::root(folder);
            tracks.retain_mut(|track| self.keep(&root, track));
        }
        let spans = self.spans.iter();
        let spans = spans.map(|span| json!({ "state": "in_session", "from_ms": span.start, "to_ms": span.end }));
        all["spans"] = spans.collect();
        all["duration_ms"] = json!(self.spans.last().map_or(0, |span| span.end));
        all["events"] = json!([]);
        Ok(all)
    }

    fn keep(&self, root: &Path, track: &mut Value) -> bool {
        let Some(id) = track["id"].as_str().and_then(|id| id.parse::<TrackId>().ok()) else { return false };
        let Some(label) = self.tracks.get(&id) else { return false };
        track["label"] = json!(label);
        track["people"] = json!([]);
        let parts = |of: &Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
        let meets = |part: &Value, span: &Range<u64>| {
            let time = |name: &str| part[name].as_u64().unwrap_or(0);
            time("from_ms") < span.end && span.start < time("to_ms")
        };
        let gaps = parts(track, "gaps");
        track["gaps"] = gaps.into_iter().filter(|gap| self.spans.iter().any(|span| meets(gap, span))).collect();
        let whole = parts(track, "segments");
        let cut =
            |span| whole.iter().filter(move |part| meets(part, span)).filter_map(move |part| cut(root, id, part, span));
        let segments: Vec<Value> = self.spans.iter().flat_map(cut).collect();
        let any = !segments.is_empty();
        track["segments"] = Value::Array(segments);
        any
    }

    /// Where a media file lies, if these bytes of it belong to the excerpt.
    #[must_use]
    pub fn media(&self, folder: &Path, named: &str, bytes: &Range<u64>) -> Option<PathBuf> {
        let track: TrackId = named.split_once('/')?.0.parse().ok()?;
        let path = media_path(folder, named).filter(|_| self.tracks.contains_key(&track))?;
        let held = |span: &Range<u64>| {
            let of_span = bytes_of(&path, track, span);
            of_span.is_some_and(|of_span| of_span.start <= bytes.start && bytes.end <= of_span.end)
        };
        (bytes.end <= HEADER || self.spans.iter().any(held)).then_some(path)
    }
}

/// A segment as if its file held this span alone, which `begins` at a byte.
fn cut(root: &Path, track: TrackId, segment: &Value, span: &Range<u64>) -> Option<Value> {
    let bytes = bytes_of(&root.join("tracks").join(segment["file"].as_str().unwrap_or_default()), track, span)?;
    let mut cut = segment.clone();
    let within = |link: &&Value| link["offset"].as_u64().is_some_and(|at| bytes.start <= at && at <= bytes.end);
    let seek: Vec<Value> = segment["seek"].as_array().into_iter().flatten().filter(within).cloned().collect();
    if bytes.start > 0 {
        cut["from_ms"] = seek.first()?["ms"].clone();
    }
    cut["to_ms"] = seek.last()?["ms"].clone();
    (cut["begins"], cut["bytes"]) = (json!(bytes.start), json!(bytes.end));
    cut["seek"] = Value::Array(seek);
    Some(cut)
}

/// The bytes that hold a span, by the chain of the file: what is not chained yet is not given, so that what is told of once
/// may be fetched ever after.
fn bytes_of(media: &Path, track: TrackId, span: &Range<u64>) -> Option<Range<u64>> {
    let chain = fs::read(media.with_extension("chain")).unwrap_or_default();
    let links = parse_file(&chain).map(|(lines, _)| lines).unwrap_or_default();
    let lead = if track.device.is_audio() { SOUND_BEFORE_MS } else { PICTURE_BEFORE_MS };
    let begins = span.start.saturating_sub(lead);
    let before = links.iter().take_while(|link| link.pts_ms < begins).last();
    let after = links.iter().find(|link| link.pts_ms >= span.end).or_else(|| links.last())?;
    Some(before.map_or(0, |link| link.offset)..after.offset).filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn chained(folder: &Path, track: &str, links: &[(u64, u64)]) {
        let folder = folder.join("tracks").join(track);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("1-0001.webm"), vec![0; 900]).unwrap();
        let line = |(offset, ms): &(u64, u64)| {
            let hash = "0".repeat(64);
            format!("{{\"offset\":{offset},\"prev\":\"{hash}\",\"pts_ms\":{ms},\"sha256\":\"{hash}\"}}\n")
        };
        fs::write(folder.join("1-0001.chain"), links.iter().map(line).collect::<String>()).unwrap();
    }

    #[test]
    fn a_segment_is_cut_to_what_may_be_fetched_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let minute = |n: u64| (n * 10_000, n * 60_000);
        chained(folder.path(), "01-camera1", &(1..=9).map(minute).collect::<Vec<_>>());
        let seek: Vec<Value> = (1..=9).map(|n| json!({ "offset": n * 10_000, "ms": n * 60_000 })).collect();
        let whole =
            json!({ "file": "01-camera1/1-0001.webm", "from_ms": 0, "to_ms": 545_000, "bytes": 95_000, "seek": seek });
        let camera: TrackId = "01-camera1".parse().unwrap();
        let part = cut(folder.path(), camera, &whole, &(240_000..300_000)).unwrap();
        assert_eq!(
            (&part["from_ms"], &part["to_ms"], &part["begins"], &part["bytes"]),
            (&json!(180_000), &json!(300_000), &json!(30_000), &json!(50_000))
        );
        assert_eq!(part["seek"].as_array().unwrap().len(), 3);
        let end = cut(folder.path(), camera, &whole, &(500_000..545_000)).unwrap();
        assert_eq!((&end["to_ms"], &end["bytes"]), (&json!(540_000), &json!(90_000)), "not what is not chained yet");
        assert_eq!(cut(folder.path(), camera, &whole, &(560_000..570_000)), None);
    }

    #[test]
    fn what_was_said_before_is_not_given_with_the_pictures_before() {
        let folder = tempfile::tempdir().unwrap();
        let starts = ["01-camera1", "01-microphone"].map(|track| {
            chained(folder.path(), track, &(1..=90).map(|n| (n * 100, n * 1_000)).collect::<Vec<_>>());
            let media = folder.path().join("tracks").join(track).join("1-0001.webm");
            bytes_of(&media, track.parse().unwrap(), &(60_000..70_000)).unwrap()
        });
        assert_eq!(starts, [4_700..7_000, 5_800..7_000], "twelve seconds, and one");
    }

    #[test]
    fn bytes_outside_of_the_spans_and_tracks_of_others_are_not_given() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other): (TrackId, TrackId) = ("01-microphone".parse().unwrap(), "02-microphone".parse().unwrap());
        let minute = |n: u64| (n * 10_000, n * 60_000);
        for track in [one, other] {
            chained(folder.path(), &track.to_string(), &(1..=9).map(minute).collect::<Vec<_>>());
        }
        let fifth_minute = 240_000..300_000;
        let excerpt = Excerpt { spans: vec![fifth_minute], tracks: [(one, String::new())].into() };
        let gives = |named: &str, bytes| excerpt.media(folder.path(), named, &bytes).is_some();
        let own = "01-microphone/1-0001.webm";
        assert!(gives(own, 40_000..50_000) && gives(own, 0..4096), "what is asked for, and the header");
        assert!(gives(own, 30_000..50_000), "the link that it begins in");
        for wrong in [0..4097, 20_000..40_000, 40_000..50_001, 50_000..60_000, 0..u64::MAX] {
            assert!(!gives(own, wrong.clone()), "{wrong:?}");
        }
        assert!(!gives("02-microphone/1-0001.webm", 40_000..50_000), "withheld");
        assert!(!gives("01-microphone/../../hearing.json", 0..10));
    }
}
