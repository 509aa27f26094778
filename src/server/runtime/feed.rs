//! What one seat is told: its view, numbered changes of it, and the last of them kept for a link that returns.

use assize_core::signal::ServerMessage;
use assize_core::view::{View, changes};
use std::collections::VecDeque;

/// Numbered messages kept for a link that returns.
pub const KEPT: usize = 512;

/// A seat's numbered messages. Numbers start at the epoch's own range, so that a number from before a restart is never
/// taken for one of now.
#[derive(Debug)]
pub struct Feed {
    n: u64,
    view: View,
    kept: VecDeque<(u64, ServerMessage)>,
}

impl Feed {
    #[must_use]
    pub fn new(epoch: u32, view: View) -> Self {
        Self { n: u64::from(epoch) << 32, view, kept: VecDeque::new() }
    }

    /// Number of the last message: a snapshot taken now has this number.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// How many messages are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Forgets the messages: what comes after is for another device, and neither gets what the other was told.
    pub fn cut(&mut self) {
        self.kept.clear();
        self.n += 1;
    }

    /// Takes the new view and returns the message that brings a client there, or `None` if nothing changed for it.
    pub fn advance(&mut self, view: View, utc_ms: i64) -> Option<ServerMessage> {
        let changes = changes(&self.view, &view);
        if changes.is_empty() {
            return None;
        }
        self.view = view;
        self.n += 1;
        let message = ServerMessage::Event { n: self.n, utc_ms, changes };
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((self.n, message.clone()));
        Some(message)
    }

    /// The messages after number `last`, or `None` if they are no longer all here and only a snapshot helps.
    #[must_use]
    pub fn since(&self, last: u64) -> Option<Vec<ServerMessage>> {
        let first = self.kept.front().map_or(self.n + 1, |(n, _)| *n);
        if last > self.n || last + 1 < first {
            return None;
        }
        Some(self.kept.iter().filter(|(n, _)| *n > last).map(|(_, message)| message.clone()).collect())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use assize_core::hearing::{Presence, Room, SessionState};
    use assize_core::ids::{HearingId, SeatId};
    use assize_core::procedure::Procedure;
    use assize_core::routing::Channel;
    use assize_core::view::{Act, ExhibitsView, HearingView, RoomsView, SeatView, SessionView};

    pub(crate) fn some_view() -> View {
        View {
            hearing: HearingView {
                id: HearingId(uuid::Uuid::nil()),
                court: "Court".into(),
                zone: "Asia/Ho_Chi_Minh".into(),
                case: "45/2026/TLST-HS".into(),
                title: "A case".into(),
                starts: "2026-11-21T08:00:00+07:00".into(),
                rehearsal: false,
            },
            session: SessionView {
                state: SessionState::Waiting,
                recording: false,
                hold: None,
                in_session_since_ms: None,
                in_session_before_ms: 0,
                closed_ms: None,
                adjourned: None,
                continues: None,
                noted: vec![],
                fault: None,
                phase: None,
                phase_since_ms: None,
                past_phases: vec![],
                floor: None,
                floor_since_ms: None,
                hands: vec![],
                prompts_read: vec![],
                missing: vec![],
                layout: None,
            },
            me: SeatView {
                seat: SeatId(1),
                point: None,
                point_kind: None,
                people: vec![],
                own_screen: true,
                room: Room::Courtroom,
                connected: true,
                presence: Presence::Here,
                microphone_open: true,
                muted: false,
                locked: false,
                devices: vec![],
                playback_blocked: false,
                second_use: false,
                removed: false,
                may_speak: true,
                withheld: false,
                protected: false,
                speaks_on: Channel::Floor,
                listens: Channel::Floor,
                beside: None,
                continuity: None,
                off: vec![],
                missed: vec![],
            },
            seats: vec![],
            tracks: vec![],
            heard_by: vec![],
            seen_by: vec![],
            signals: vec![],
            charges: vec![],
            reports: vec![],
            acts: vec![Act::Open],
            procedure: std::sync::Arc::new(Procedure::plain()),
            rooms: RoomsView::default(),
            exhibits: ExhibitsView::default(),
            shown: None,
            messages: vec![],
            tasks: vec![],
            minutes: None,
        }
    }

    /// The client's side: what the messages make of a snapshot.
    fn follow(mut view: View, messages: &[ServerMessage]) -> View {
        for message in messages {
            let ServerMessage::Event { changes, .. } = message else { panic!("only events are numbered") };
            changes.iter().for_each(|change| view.apply(change.clone()));
        }
        view
    }

    fn altered(view: &View, step: u16) -> View {
        let mut view = view.clone();
        match step % 8 {
            0 => view.session.in_session_before_ms += 1,
            1 => view.me.muted = !view.me.muted,
            2 => view.seats.push(SeatView { seat: SeatId(step), ..view.me.clone() }),
            3 => view.heard_by.push(SeatId(step)),
            4 => view.seen_by.push(SeatId(step)),
            5 => view.acts = vec![Act::Close],
            6 => view.rooms.allowed = !view.rooms.allowed,
            _ => view.hearing.title.push('x'),
        }
        view
    }

    #[test]
    fn whoever_returns_after_any_message_ends_with_the_same_view() {
        let mut feed = Feed::new(3, some_view());
        let mut snapshots = vec![(feed.n(), feed.view().clone())];
        for step in 0..300 {
            let next = altered(feed.view(), step);
            feed.advance(next, 0);
            snapshots.push((feed.n(), feed.view().clone()));
        }
        for (n, snapshot) in snapshots {
            let missed = feed.since(n).expect("all are kept");
            assert_eq!(&follow(snapshot, &missed), feed.view());
        }
    }

    #[test]
    fn numbers_have_no_hole_and_an_unchanged_view_is_not_told() {
        let mut feed = Feed::new(1, some_view());
        assert!(feed.advance(some_view(), 0).is_none());
        let first = feed.n();
        for step in 0..5 {
            let next = altered(feed.view(), step);
            let Some(ServerMessage::Event { n, .. }) = feed.advance(next, 0) else { panic!("it changed") };
            assert_eq!(n, first + u64::from(step) + 1);
        }
    }

    #[test]
    fn what_is_no_longer_kept_or_never_was_sent_needs_a_snapshot() {
        let mut feed = Feed::new(2, some_view());
        let begin = feed.n();
        assert_eq!(feed.since(begin).map(|m| m.len()), Some(0));
        assert!(feed.since(begin + 1).is_none(), "a number of the future");
        assert!(feed.since(5).is_none(), "a number from before the restart");
        for step in 0..=(KEPT as u16) {
            let next = altered(feed.view(), step * 8);
            feed.advance(next, 0);
        }
        assert!(feed.since(begin).is_none(), "one more than is kept");
        assert_eq!(feed.since(begin + 1).map(|m| m.len()), Some(KEPT));
    }
}
