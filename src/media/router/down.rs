//! A *down* transport: its sections, each a leg or a free place for one.

use super::outgoing::Outgoing;
use crate::negotiated::Subscribed;
use assize_rtp::tap::TrackKey;
use std::collections::BTreeMap;

/// Tile sizes remembered for one transport at most.
const MAX_TILES: usize = 1024;

#[derive(Debug)]
pub(super) struct Section {
    pub(super) described: Subscribed,
    /// Place of the track it carries in the router's table.
    pub(super) track: Option<usize>,
    /// What it carried last: a track that comes back gets its old section.
    pub(super) last: Option<TrackKey>,
    /// The stream, while no leg has it.
    pub(super) idle: Option<Outgoing>,
}

#[derive(Debug)]
pub(super) struct Down {
    pub(super) sections: Vec<Section>,
    /// Streams of sections that are gone: were one to come back, its numbers would have to go on.
    pub(super) retired: Vec<Outgoing>,
    pub(super) tiles: BTreeMap<TrackKey, u32>,
    pub(super) cname: String,
    pub(super) next_report_us: i64,
    /// By the subscriber's reports.
    pub(super) rtt_us: i64,
    /// Place of its line.
    pub(super) line: usize,
}

impl Down {
    pub(super) fn new(cname: String, line: usize, now_us: i64) -> Self {
        Self {
            sections: Vec::new(),
            retired: Vec::new(),
            tiles: BTreeMap::new(),
            cname,
            next_report_us: now_us + 1_000_000,
            rtt_us: 100_000,
            line,
        }
    }

    pub(super) fn tile(&mut self, track: TrackKey, height: u32) {
        if self.tiles.len() < MAX_TILES || self.tiles.contains_key(&track) {
            self.tiles.insert(track, height);
        }
    }

    /// A free section for a track: of its kind, with one of its codecs as far as it is answered; preferably the one it
    /// had before, then one that is answered.
    pub(super) fn free_for(
        &mut self,
        track: TrackKey,
        audio: bool,
        takes: impl Fn(&Outgoing) -> bool,
    ) -> Option<usize> {
        let fit = |section: &Section| {
            section.described.audio == audio
                && !section.described.rejected
                && section.idle.as_ref().is_some_and(|idle| !idle.answered() || takes(idle))
        };
        let order = |section: &Section| {
            let answered = section.idle.as_ref().is_some_and(Outgoing::answered);
            (section.last != Some(track), !answered, section.last.is_some())
        };
        let all = self.sections.iter().enumerate().filter(|(_, section)| fit(section));
        all.min_by_key(|(at, section)| (order(section), *at)).map(|(at, _)| at)
    }

    /// Whether more sections would help a track of this kind: not if sections of it were answered and none takes it.
    pub(super) fn would_take(&self, audio: bool, codecs: impl Fn(&Subscribed) -> bool) -> bool {
        let mut answered = self
            .sections
            .iter()
            .map(|section| &section.described)
            .filter(|described| described.audio == audio && (described.rejected || !described.payloads.is_empty()))
            .peekable();
        answered.peek().is_none() || answered.any(codecs)
    }
}
