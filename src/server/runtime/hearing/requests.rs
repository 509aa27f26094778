//! How the rest of the server talks to a hearing's task.

use super::evidence::Paper;
use super::missed::Absences;
use crate::runtime::outlet::Outlet;
use crate::suspension::Facts;
use assize_core::hearing::{Command, Entrant, FileHash, LeaveReason, MediaType};
use assize_core::ids::{ConnectionId, DeviceKind, ExhibitId, LinkId, SeatId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::signal::{MidDevice, Tile, Transport};
use assize_media::plane::{PlaneEvent, TransportKey};
use assize_record::Notice;
use serde_json::Value;
use std::path::PathBuf;
use tokio::sync::{mpsc, oneshot};

/// How somebody comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub entrant: Entrant,
    /// The link holds a resume token, and so may take its seat over.
    pub resume: bool,
    /// The device of who came by a code.
    pub link: Option<LinkId>,
    /// For links with signalling: the next resume token, and the last numbered message the client saw.
    pub greeting: Option<Greeting>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    pub token: String,
    pub last: Option<u64>,
}

/// An offer of the *up* transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpOffer {
    pub sdp: String,
    /// The device of each media section.
    pub tracks: Vec<MidDevice>,
    /// Its frames are encrypted between the members of a private room.
    pub sealed: bool,
}

/// A link that has come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub connection: ConnectionId,
    pub seat: SeatId,
}

type Answer<T> = oneshot::Sender<Result<T, Refusal>>;

#[derive(Debug)]
pub(in crate::runtime) enum Request {
    Enter {
        arrival: Arrival,
        outlet: Outlet,
        answer: Answer<Entry>,
    },
    Command {
        connection: ConnectionId,
        id: u32,
        command: Command,
    },
    Up {
        connection: ConnectionId,
        offer: UpOffer,
        answer: Answer<String>,
    },
    Receive {
        connection: ConnectionId,
        sealed: bool,
        answer: Answer<()>,
    },
    DownAnswer {
        connection: ConnectionId,
        offer: u32,
        sdp: String,
    },
    RestartDown {
        connection: ConnectionId,
    },
    Slots {
        connection: ConnectionId,
        sdp: String,
        only: Option<TrackId>,
        answer: Answer<String>,
    },
    Trickle {
        connection: ConnectionId,
        side: Transport,
        fragment: String,
        answer: Answer<Option<String>>,
    },
    /// For another member of the private room; what it says nobody here can read.
    Pass {
        connection: ConnectionId,
        to: SeatId,
        data: String,
    },
    Tiles {
        connection: ConnectionId,
        tiles: Vec<Tile>,
    },
    Perceived {
        connection: ConnectionId,
        tracks: Vec<TrackId>,
        hidden: bool,
    },
    /// The signalling of a link was answered after so long.
    RoundTrip {
        connection: ConnectionId,
        ms: u32,
    },
    Suspension {
        connection: ConnectionId,
        frozen_ms: Option<i64>,
        answer: Answer<Facts>,
    },
    CloseSide {
        connection: ConnectionId,
        side: Transport,
        answer: Answer<()>,
    },
    Leave {
        connection: ConnectionId,
        reason: LeaveReason,
    },
    /// What the link stands on was taken back.
    Revoke {
        connection: ConnectionId,
    },
    /// The answer is kept with the transport and dropped with it.
    Ended {
        connection: ConnectionId,
        side: Transport,
        answer: oneshot::Sender<()>,
    },
    Intake {
        connection: ConnectionId,
        answer: Answer<PathBuf>,
    },
    HandIn {
        connection: ConnectionId,
        paper: Paper,
        answer: Answer<ExhibitId>,
    },
    Readable {
        connection: ConnectionId,
        sha256: FileHash,
        answer: Answer<(PathBuf, MediaType)>,
    },
    Absences {
        connection: ConnectionId,
        answer: Answer<Absences>,
    },
    Recorded {
        connection: ConnectionId,
        track: TrackId,
        answer: Answer<PathBuf>,
    },
    Minutes {
        connection: ConnectionId,
        after: u64,
        answer: Answer<Value>,
    },
    Stop {
        answer: oneshot::Sender<()>,
    },
    #[cfg(test)]
    Panic,
}

/// What the task hears from below.
#[derive(Debug)]
pub(in crate::runtime) enum News {
    Plane(PlaneEvent),
    Recorder(Notice),
    /// The media plane could not use an offer: what it was to publish is not published.
    Unusable {
        connection: ConnectionId,
        transport: TransportKey,
        devices: Vec<DeviceKind>,
    },
    /// The media plane could not use an answer to an offer of this *down* transport.
    AnswerRefused {
        connection: ConnectionId,
        transport: TransportKey,
        refusal: Refusal,
    },
}

/// A running hearing, for those who are in it.
#[derive(Debug, Clone)]
pub struct Handle {
    requests: mpsc::Sender<Request>,
}

/// The task ended, or is taken up again after a fault: what was asked may be asked again.
const GONE: Refusal = Refusal::LedgerFault;

impl Handle {
    pub(in crate::runtime) fn new(requests: mpsc::Sender<Request>) -> Self {
        Self { requests }
    }

    /// Whether the task has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.requests.is_closed()
    }

    /// Comes in. With a [`Greeting`] the welcome is the first message of the outlet.
    ///
    /// # Errors
    /// What `core` refuses.
    pub async fn enter(&self, arrival: Arrival, outlet: Outlet) -> Result<Entry, Refusal> {
        self.ask(|answer| Request::Enter { arrival, outlet, answer }).await
    }

    /// Answered through the outlet by `done` or `refused` with this id, after the events it caused.
    pub async fn command(&self, connection: ConnectionId, id: u32, command: Command) {
        self.tell(Request::Command { connection, id, command }).await;
    }

    /// Answers an offer of the *up* transport.
    ///
    /// # Errors
    /// The seat may not publish, or the offer cannot be used.
    pub async fn up(&self, connection: ConnectionId, offer: UpOffer) -> Result<String, Refusal> {
        self.ask(|answer| Request::Up { connection, offer, answer }).await
    }

    /// The client can receive, and if `sealed` decrypts what arrives: offers for *down* follow through the outlet.
    ///
    /// # Errors
    /// The media plane does not answer.
    pub async fn receive(&self, connection: ConnectionId, sealed: bool) -> Result<(), Refusal> {
        self.ask(|answer| Request::Receive { connection, sealed, answer }).await
    }

    pub async fn down_answer(&self, connection: ConnectionId, offer: u32, sdp: String) {
        self.tell(Request::DownAnswer { connection, offer, sdp }).await;
    }

    /// New ICE credentials for the *down* transport come with its next offer; nothing happens without one.
    pub async fn restart_down(&self, connection: ConnectionId) {
        self.tell(Request::RestartDown { connection }).await;
    }

    /// Answers a player's own offer with a fixed set of legs: of the speaker, or of one track only.
    ///
    /// # Errors
    /// The offer cannot be used.
    pub async fn slots(&self, connection: ConnectionId, sdp: String, only: Option<TrackId>) -> Result<String, Refusal> {
        self.ask(|answer| Request::Slots { connection, sdp, only, answer }).await
    }

    /// Candidates or new credentials; answers with our fragment on a restart.
    ///
    /// # Errors
    /// There is no such transport, or the fragment cannot be used.
    pub async fn trickle(
        &self,
        connection: ConnectionId,
        side: Transport,
        fragment: String,
    ) -> Result<Option<String>, Refusal> {
        self.ask(|answer| Request::Trickle { connection, side, fragment, answer }).await
    }

    /// Passes on what is for another member of the private room. If it cannot be, the link is told.
    pub async fn pass(&self, connection: ConnectionId, to: SeatId, data: String) {
        self.tell(Request::Pass { connection, to, data }).await;
    }

    pub async fn tiles(&self, connection: ConnectionId, tiles: Vec<Tile>) {
        self.tell(Request::Tiles { connection, tiles }).await;
    }

    pub async fn perceived(&self, connection: ConnectionId, tracks: Vec<TrackId>, hidden: bool) {
        self.tell(Request::Perceived { connection, tracks, hidden }).await;
    }

    pub async fn round_trip(&self, connection: ConnectionId, ms: u32) {
        self.tell(Request::RoundTrip { connection, ms }).await;
    }

    /// What a suspension would be decided on at this moment, or at the one that was fixed before.
    ///
    /// # Errors
    /// The link is not the court's.
    pub async fn suspension(&self, connection: ConnectionId, frozen_ms: Option<i64>) -> Result<Facts, Refusal> {
        self.ask(|answer| Request::Suspension { connection, frozen_ms, answer }).await
    }

    /// Ends one transport of a link without signalling; the link ends with its last one.
    ///
    /// # Errors
    /// The hearing has ended.
    pub async fn close_side(&self, connection: ConnectionId, side: Transport) -> Result<(), Refusal> {
        self.ask(|answer| Request::CloseSide { connection, side, answer }).await
    }

    pub async fn leave(&self, connection: ConnectionId, reason: LeaveReason) {
        self.tell(Request::Leave { connection, reason }).await;
    }

    /// Ends a link because what it stands on was taken back; its client is told so.
    pub async fn revoke(&self, connection: ConnectionId) {
        self.tell(Request::Revoke { connection }).await;
    }

    /// Returns when this transport of the link has ended.
    pub async fn ended(&self, connection: ConnectionId, side: Transport) {
        let (answer, ended) = oneshot::channel();
        self.tell(Request::Ended { connection, side, answer }).await;
        // The answer is dropped, unsent, with the transport it waits for, or with the task.
        let _ = ended.await;
    }

    /// The folder beside which a file may be written that this link wishes to hand in.
    ///
    /// # Errors
    /// What `core` refuses, or nothing can be recorded.
    pub async fn intake(&self, connection: ConnectionId) -> Result<PathBuf, Refusal> {
        self.ask(|answer| Request::Intake { connection, answer }).await
    }

    /// Takes a file into the record; returns its receipt number.
    ///
    /// # Errors
    /// What `core` refuses, or nothing can be recorded.
    pub async fn hand_in(&self, connection: ConnectionId, paper: Paper) -> Result<ExhibitId, Refusal> {
        self.ask(|answer| Request::HandIn { connection, paper, answer }).await
    }

    /// Where a file of the record lies, if the link may read it now.
    ///
    /// # Errors
    /// [`Refusal::NoSuchExhibit`].
    pub async fn readable(&self, connection: ConnectionId, sha256: FileHash) -> Result<(PathBuf, MediaType), Refusal> {
        self.ask(|answer| Request::Readable { connection, sha256, answer }).await
    }

    /// What the link's seat missed in session, and what it may see of that.
    ///
    /// # Errors
    /// [`Refusal::NotAdmitted`], or the hearing has ended.
    pub async fn absences(&self, connection: ConnectionId) -> Result<Absences, Refusal> {
        self.ask(|answer| Request::Absences { connection, answer }).await
    }

    /// The folder of what is being recorded, for who may listen to it.
    ///
    /// # Errors
    /// As [`Hearing::may_listen`](assize_core::hearing::Hearing::may_listen), or the hearing has ended.
    pub async fn recorded(&self, connection: ConnectionId, track: TrackId) -> Result<PathBuf, Refusal> {
        self.ask(|answer| Request::Recorded { connection, track, answer }).await
    }

    /// The lines of the minutes that changed after a revision, for the court.
    ///
    /// # Errors
    /// [`Refusal::NotYourAct`], or the hearing has ended.
    pub async fn minutes(&self, connection: ConnectionId, after: u64) -> Result<Value, Refusal> {
        self.ask(|answer| Request::Minutes { connection, after, answer }).await
    }

    /// Ends the task in good order: everyone leaves, segments are closed, the ledger is durable.
    pub async fn stop(&self) {
        let (answer, done) = oneshot::channel();
        self.tell(Request::Stop { answer }).await;
        // An error means that the task has ended already.
        let _ = done.await;
    }

    #[cfg(test)]
    pub(in crate::runtime) async fn panic(&self) {
        self.tell(Request::Panic).await;
    }

    async fn ask<T>(&self, request: impl FnOnce(Answer<T>) -> Request) -> Result<T, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(request(answer)).await.map_err(|_| GONE)?;
        answered.await.unwrap_or(Err(GONE))
    }

    async fn tell(&self, request: Request) {
        // An error means that the task has ended; the link learns it from its outlet.
        let _ = self.requests.send(request).await;
    }
}
