//! How the lines of the seats are: figures for the clerk, who sees to them.

use super::links::Link;
use super::task::Task;
use assize_core::ids::SeatId;
use assize_core::plan::Role;
use assize_core::signal::{SeatLine, ServerMessage};
use assize_media::plane::{LineFigures, TransportKey};
use std::collections::BTreeMap;

/// Fewer packets than this say little of a line.
const LEAST_SENT: u64 = 20;

impl Task {
    pub(super) fn tell_lines(&self, figures: &[LineFigures]) {
        let clerk = |link: &&Link| self.is_clerk(link.seat);
        let mut clerks = self.links.values().filter(clerk).peekable();
        if clerks.peek().is_none() {
            return;
        }
        let figures: BTreeMap<TransportKey, &LineFigures> = figures.iter().map(|line| (line.transport, line)).collect();
        // Observers may be hundreds, and nobody mends their lines from here.
        let watches =
            |link: &Link| self.hearing.seats.get(&link.seat).is_none_or(|seat| self.hearing.only_receives(seat));
        let seats: Vec<SeatLine> =
            self.links.values().filter(|link| !watches(link)).map(|link| line_of(link, &figures)).collect();
        for link in clerks {
            link.outlet.tell_if_keeping_up(ServerMessage::Lines { seats: seats.clone() });
        }
    }

    fn is_clerk(&self, seat: SeatId) -> bool {
        let seat = self.hearing.seats.get(&seat).filter(|seat| seat.admitted && !seat.removed);
        seat.is_some_and(|seat| self.hearing.acting_roles(seat).contains(&Role::Clerk))
    }
}

fn line_of(link: &Link, figures: &BTreeMap<TransportKey, &LineFigures>) -> SeatLine {
    let up = link.up.as_ref().and_then(|up| figures.get(&up.transport));
    let down = link.down.as_ref().and_then(|down| figures.get(&down.transport));
    let trip_us = down.and_then(|line| line.trip_us);
    SeatLine {
        seat: link.seat,
        lost_from: up.and_then(|line| permille(line)),
        lost_to: down.and_then(|line| permille(line)),
        trip_ms: trip_us.map(|us| u32::try_from(us.max(0) / 1000).unwrap_or(u32::MAX)),
        still: u32::try_from(link.still).unwrap_or(u32::MAX),
    }
}

pub(super) fn permille(line: &LineFigures) -> Option<u16> {
    let lost = (line.lost * 1000).checked_div(line.sent).filter(|_| line.sent >= LEAST_SENT)?;
    u16::try_from(lost.min(1000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_is_told_of_a_thousand_and_of_a_few_packets_not_at_all() {
        let line = |lost, sent| LineFigures { transport: TransportKey(1), lost, sent, trip_us: None };
        assert_eq!(permille(&line(6, 100)), Some(60));
        assert_eq!(permille(&line(0, 500)), Some(0));
        assert_eq!(permille(&line(300, 200)), Some(1000), "more than all is all");
        assert_eq!(permille(&line(1, 19)), None);
        assert_eq!(permille(&line(0, 0)), None);
    }
}
