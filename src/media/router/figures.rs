//! Figures of the lines to those who publish and receive, for whoever looks after them.

use super::Router;
use crate::plane::LineFigures;
use std::collections::BTreeMap;

impl Router {
    /// What came of the packets on each line: to a publisher's since the last call, to a subscriber's by the last reports.
    /// Lines of which nothing is known are left out.
    pub fn lines(&mut self, now_us: i64) -> Vec<LineFigures> {
        let mut lines = BTreeMap::new();
        for track in self.tracks.iter_mut().flatten() {
            for leg in &track.legs {
                if let Some((lost, sent)) = leg.out.loss(now_us) {
                    add(&mut lines, leg.to, lost.round() as u64, sent as u64);
                }
            }
            let Some(source) = &mut track.source else { continue };
            for layer in &mut source.layers {
                let (lost, sent) = layer.since_look();
                add(&mut lines, source.transport, lost, sent);
            }
        }
        lines.retain(|_, (_, sent)| *sent > 0);
        let figures = |(transport, (lost, sent))| {
            let trip_us = self.downs.get(&transport).map(|down| down.rtt_us);
            LineFigures { transport, lost, sent, trip_us }
        };
        lines.into_iter().map(figures).collect()
    }
}

fn add<K: Ord>(lines: &mut BTreeMap<K, (u64, u64)>, key: K, lost: u64, sent: u64) {
    let line = lines.entry(key).or_default();
    *line = (line.0 + lost, line.1 + sent);
}
