//! What happened between two moments, for somebody who was not there.

use super::{Minutes, Name, Reader, Said};
use crate::procedure::PhaseId;

/// Phases and speakers of a span of hearing time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Between {
    /// In their order.
    pub phases: Vec<PhaseId>,
    /// Who was heard by the court, and for how many microseconds of the span, the longest first. Whose voice is withheld from
    /// the reader is left out.
    pub speakers: Vec<(Name, u64)>,
}

impl Minutes {
    #[must_use]
    pub fn between(&self, reader: Reader, from_us: u64, to_us: u64) -> Between {
        let begun =
            self.phases.iter().filter(|(since, _)| (from_us + 1..to_us).contains(since)).map(|(_, phase)| phase);
        let phases = self.phase_at(from_us).into_iter().chain(begun).cloned().collect();
        let mut speakers: Vec<(Name, u64)> = Vec::new();
        for line in self.read(reader) {
            let Said::Spoke { who } = line.said else { continue };
            let heard_us = line.to_us.unwrap_or(line.at_us).min(to_us).saturating_sub(line.at_us.max(from_us));
            match speakers.iter_mut().find(|(known, _)| *known == who) {
                _ if heard_us == 0 => {}
                Some((_, sum)) => *sum += heard_us,
                None => speakers.push((who, heard_us)),
            }
        }
        speakers.sort_by_key(|(_, heard_us)| std::cmp::Reverse(*heard_us));
        Between { phases, speakers }
    }
}
