//! Links: who comes in, what they are told, and how they go.

use super::continuity::Said;
use super::requests::{Arrival, Entry, Greeting};
use super::task::Task;
use crate::runtime::feed::Feed;
use crate::runtime::metrics;
use crate::runtime::outlet::Outlet;
use crate::whip::Follow;
use assize_core::hearing::{Actor, Command, Entrant, Event, LeaveReason, Occupant, Seat, SessionState};
use assize_core::ids::{ConnectionId, DeviceKind, SeatId, TrackId};
use assize_core::plan::Role;
use assize_core::refusal::Refusal;
use assize_core::signal::ServerMessage;
use assize_media::plane::TransportKey;
use std::collections::BTreeSet;
use std::time::Instant;
use tokio::sync::oneshot;
use uuid::Uuid;

/// A device's live link, as the hearing sees it.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) seat: SeatId,
    pub(super) outlet: Outlet,
    /// Without signalling (WHIP, WHEP) a link lives as long as its transports.
    pub(super) headless: bool,
    pub(super) up: Option<Up>,
    pub(super) down: Option<Down>,
    /// Number of the last offer to receive.
    pub(super) offered: u32,
    pub(super) heard: LastWord,
    /// What its screen says that it perceives; none: it says nothing.
    pub(super) perceives: Option<Said>,
    /// Pictures that its line has no room for now.
    pub(super) still: usize,
    /// How long its signalling took last to be answered, in milliseconds.
    pub(super) round_trip_ms: Option<u32>,
    role: &'static str,
    /// Until the first transport stands.
    pub(super) entered: Option<Instant>,
}

/// A silence longer than this is a broken line: what a screen perceives it says every two seconds.
const SILENCE_US: u64 = 4_500_000;
/// What was said into a broken line arrives together when it is back, at about the time at which the link is given up.
const TOGETHER_US: u64 = 3_000_000;

/// When a link was heard of (hearing time).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LastWord {
    last_us: u64,
    /// The last silence: its begin, and when it ended.
    silent: Option<(u64, u64)>,
}

impl LastWord {
    fn at(now_us: u64) -> Self {
        Self { last_us: now_us, silent: None }
    }

    pub(super) fn hear(&mut self, now_us: u64) {
        if now_us > self.last_us + SILENCE_US {
            self.silent = Some((self.last_us, now_us));
        }
        self.last_us = now_us;
    }

    /// Since when nothing came from a link that is given up now, but for what had waited in the line.
    pub(super) fn of_broken(self, now_us: u64) -> u64 {
        let late = self.silent.filter(|(_, ended)| now_us < ended + TOGETHER_US);
        late.map_or(self.last_us, |(began, _)| began)
    }
}

/// The transport on which a link publishes.
#[derive(Debug)]
pub(super) struct Up {
    pub(super) transport: TransportKey,
    /// The offer's session id: another one is another peer connection.
    pub(super) session: String,
    /// Dropped with the transport: that is how its resource hears of the end.
    pub(super) mourner: Option<Mourner>,
}

/// Somebody waits for this to be dropped.
pub(super) type Mourner = oneshot::Sender<()>;

/// The transport on which a link receives.
#[derive(Debug)]
pub(super) struct Down {
    pub(super) transport: TransportKey,
    /// The client decrypts what arrives there, and shows nothing else.
    pub(super) sealed: bool,
    pub(super) legs: Legs,
    pub(super) mourner: Option<Mourner>,
}

#[derive(Debug)]
pub(super) enum Legs {
    /// One for everything that is routed to the seat.
    All,
    /// A fixed set that follows the speaker.
    Speaker(Follow),
    /// One track.
    One(TrackId),
}

impl Task {
    /// Lets somebody in.
    pub(super) async fn enter(&mut self, arrival: Arrival, outlet: Outlet) -> Result<Entry, Refusal> {
        if self.hearing.state == SessionState::Closed {
            return Err(Refusal::Over);
        }
        if arrival.greeting.is_none()
            && let Some(entry) = self.headless_link_of(&arrival)
        {
            return Ok(entry);
        }
        let connection = ConnectionId(Uuid::now_v7());
        let Arrival { entrant, resume, link, greeting } = arrival;
        let device_before = self.seat_of(&entrant).and_then(|seat| seat.link);
        let command = Command::Enter { entrant: entrant.clone(), connection, resume, link };
        let events = match self.fact(command, Actor::System).await {
            Ok(events) => events,
            Err(Refusal::SeatTaken) => {
                self.report_second_use(&entrant).await;
                return Err(Refusal::SeatTaken);
            }
            Err(refusal) => return Err(refusal),
        };
        let entered = events.iter().find_map(|event| match event {
            Event::Entered { seat, .. } => Some(*seat),
            _ => None,
        });
        let seat = entered.ok_or(Refusal::NoSuchSeat)?;
        if device_before != link
            && let Some(feed) = self.feeds.get_mut(&seat)
        {
            feed.cut();
        }
        self.begin_recorder().await;
        let headless = greeting.is_none();
        if let Some(greeting) = greeting {
            self.greet(connection, seat, greeting, &outlet);
        }
        let role = self.hearing.roles(seat).first().copied().map_or("point", role_name);
        metrics::connections(role, 1.0);
        let entered = Some(Instant::now());
        let link = Link {
            seat,
            outlet,
            headless,
            up: None,
            down: None,
            offered: 0,
            heard: LastWord::at(self.clock.now().t_us),
            perceives: None,
            still: 0,
            round_trip_ms: None,
            role,
            entered,
        };
        self.links.insert(connection, link);
        self.tell_recorder_to(connection);
        Ok(Entry { connection, seat })
    }

    /// A player and an encoder of the same seat share one link.
    fn headless_link_of(&self, arrival: &Arrival) -> Option<Entry> {
        let knows = |seat: SeatId| self.hearing.seats.get(&seat).is_some_and(|seat| seat.knows(arrival.link));
        self.links
            .iter()
            .find(|(_, link)| link.headless && self.sits(link.seat, &arrival.entrant) && knows(link.seat))
            .map(|(connection, link)| Entry { connection: *connection, seat: link.seat })
    }

    fn sits(&self, seat: SeatId, entrant: &Entrant) -> bool {
        let Some(seat) = self.hearing.seats.get(&seat) else { return false };
        match (&seat.occupant, entrant) {
            (Occupant::Person { person }, Entrant::Person { person: entrant }) => person == entrant,
            (Occupant::Point { device, .. }, Entrant::Device { device: entrant, .. }) => *device == Some(*entrant),
            (Occupant::Person { .. } | Occupant::Point { .. } | Occupant::Observer { .. }, _) => false,
        }
    }

    fn seat_of(&self, entrant: &Entrant) -> Option<&Seat> {
        self.hearing.seats.values().find(|seat| self.sits(seat.id, entrant))
    }

    async fn report_second_use(&mut self, entrant: &Entrant) {
        if let Some(seat) = self.seat_of(entrant).map(|seat| seat.id) {
            // Refused if the court has been told already.
            let _ = self.fact(Command::ReportSecondUse { seat }, Actor::System).await;
        }
    }

    fn greet(&mut self, connection: ConnectionId, seat: SeatId, greeting: Greeting, outlet: &Outlet) {
        let now = self.clock.now();
        let Some(view) = self.view_of(seat) else { return };
        let epoch = self.epoch;
        let feed = self.feeds.entry(seat).or_insert_with(|| Feed::new(epoch, view.clone()));
        let resume = greeting.token;
        let missed = greeting.last.and_then(|last| feed.since(last));
        let messages = match missed {
            Some(missed) => {
                let resumed = ServerMessage::Resumed { connection, resume, server_ms: now.utc_ms };
                std::iter::once(resumed).chain(missed).collect()
            }
            None => {
                let (n, view) = (feed.n(), Box::new(view));
                vec![ServerMessage::Welcome { connection, resume, n, server_ms: now.utc_ms, view }]
            }
        };
        for message in messages {
            // A new queue holds all of these.
            let _ = outlet.tell(message);
        }
    }

    /// Does what a link's seat wishes, and answers after the events of it.
    pub(super) async fn command(&mut self, connection: ConnectionId, id: u32, command: Command) {
        let Some(seat) = self.links.get(&connection).map(|link| link.seat) else { return };
        let answer = match self.act_of(command, seat).await {
            Ok(()) => ServerMessage::Done { id },
            Err(refusal) => {
                metrics::refusal(&refusal);
                ServerMessage::Refused { id, refusal }
            }
        };
        self.tell(connection, answer);
    }

    /// Lets go of links whose seat is no longer theirs.
    pub(super) async fn dismiss_departed(&mut self) {
        let departed: Vec<(ConnectionId, SeatId)> = self
            .links
            .iter()
            .map(|(connection, link)| (*connection, link.seat))
            .filter(|(connection, seat)| {
                self.hearing.seats.get(seat).and_then(|seat| seat.connection) != Some(*connection)
            })
            .collect();
        for (connection, seat) in departed {
            let removed = self.hearing.seats.get(&seat).is_some_and(|seat| seat.removed);
            let vacant = self.hearing.seats.get(&seat).is_some_and(|seat| seat.connection.is_none());
            let refusal = if self.hearing.state == SessionState::Closed {
                Refusal::Over
            } else if removed {
                Refusal::RemovedByCourt
            } else if vacant {
                Refusal::Dismissed
            } else {
                Refusal::SeatMoved
            };
            self.tell(connection, ServerMessage::Bye { refusal: Some(refusal) });
            self.let_go(connection).await;
        }
    }

    /// A link ended.
    pub(super) async fn leave(&mut self, connection: ConnectionId, reason: LeaveReason) {
        if !self.links.contains_key(&connection) {
            return;
        }
        // Refused if the seat was taken over or the hearing closed meanwhile.
        let _ = self.fact(Command::Leave { connection, reason }, Actor::System).await;
        self.let_go(connection).await;
    }

    /// What a link stands on was taken back: nothing flows to it or from it any more, and then it is told.
    pub(super) async fn revoke(&mut self, connection: ConnectionId) {
        if !self.links.contains_key(&connection) {
            return;
        }
        // Refused if the seat was taken over or the hearing closed meanwhile.
        let _ = self.fact(Command::Leave { connection, reason: LeaveReason::Revoked }, Actor::System).await;
        metrics::refusal(&Refusal::Revoked);
        self.tell(connection, ServerMessage::Bye { refusal: Some(Refusal::Revoked) });
        self.let_go(connection).await;
    }

    /// Forgets a link and closes its transports.
    pub(super) async fn let_go(&mut self, connection: ConnectionId) {
        let Some(link) = self.links.remove(&connection) else { return };
        self.later.remove(&connection);
        metrics::connections(link.role, -1.0);
        let transports = link.up.map(|up| up.transport).into_iter().chain(link.down.map(|down| down.transport));
        for transport in transports {
            self.close_transport(transport).await;
        }
    }

    /// Devices that a seat publishes now.
    pub(super) fn devices(&self, seat: SeatId) -> BTreeSet<DeviceKind> {
        self.hearing.seats.get(&seat).map(|seat| seat.devices.clone()).unwrap_or_default()
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::PresidingJudge => "presiding_judge",
        Role::PanelMember => "panel_member",
        Role::Clerk => "clerk",
        Role::Prosecutor => "prosecutor",
        Role::Counsel => "counsel",
        Role::Defendant => "defendant",
        Role::Party => "party",
        Role::Witness => "witness",
        Role::Interpreter => "interpreter",
        Role::PointOfficer => "point_officer",
        Role::Observer => "observer",
    }
}

#[cfg(test)]
mod tests {
    use super::LastWord;

    const SECOND: u64 = 1_000_000;

    #[test]
    fn what_had_waited_in_the_line_is_no_last_word() {
        let mut heard = LastWord::at(0);
        (1..=5).for_each(|n| heard.hear(2 * n * SECOND));
        assert_eq!(heard.of_broken(25 * SECOND), 10 * SECOND, "silent to the end");
        (0..7).for_each(|n| heard.hear(24 * SECOND + n));
        assert_eq!(heard.of_broken(25 * SECOND), 10 * SECOND, "seven messages at once, and the link is given up");
        heard.hear(26 * SECOND);
        assert_eq!(heard.of_broken(28 * SECOND), 26 * SECOND, "the line was back before");
    }
}
