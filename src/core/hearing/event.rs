//! What has happened. The ledger holds these, and nothing else changes a hearing.

use super::Room;
use super::adjournment::Fault;
use super::command::Actor;
use super::continuation::{Before, Carried};
use super::continuity::{Continuity, Off};
use super::exhibits::{ExhibitFile, FileHash, Spot};
use super::layout::Layout;
use super::rollcall::{Identity, IdentityMethod};
use super::rooms::{PublicKey, RoomKind};
use super::signals::{Answer, SignalKind};
use super::tasks::Task;
use crate::ids::{
    ConnectionId, DeviceId, DeviceKind, ExhibitId, LinkId, MessageId, NoteId, PersonId, PointId, RoomId, SeatId,
    SignalId, TrackId,
};
use crate::plan::{Plan, Role};
use crate::procedure::{PhaseId, Procedure, PromptId};
use crate::routing::Channel;
use crate::time::Now;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// An event with its place in the hearing's time and its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped {
    pub now: Now,
    pub actor: Actor,
    pub event: Event,
}

/// Who comes in: established by the server from a code, an account, an enrolled device or a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entrant {
    Person { person: PersonId },
    Device { point: PointId, device: DeviceId },
    Observer { name: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeaveReason {
    /// The person or device ended the link.
    Left,
    /// The link broke.
    Lost,
    /// Removed by the court.
    Removed,
    /// A witness whom the court needs no longer.
    Dismissed,
    /// What the link stood on was taken back: a code, a device's credential, an account, a session.
    Revoked,
    /// The same seat was taken up from another connection.
    Replaced,
    /// The server stopped.
    Restart,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HoldCause {
    /// The judge or clerk pressed it.
    Pressed { reason: String },
    /// The server was restarted in session (ruling 13).
    Restart,
    /// No durable audio for someone who may speak (ruling 3).
    RecorderFault { detail: String },
    /// The ledger could not be written.
    LedgerFault,
    /// The media plane did not confirm a cut in time.
    MediaFault,
    /// A point did not see, hear or was not heard for longer than the procedure allows (ruling 11).
    Continuity { point: PointId, name: String, continuity: Continuity },
}

/// Of gaps that are stated as one, since they followed each other too fast for a line each: the span runs from the begin
/// of the first to the end of the last, and this much of it is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pieces {
    /// Two or more.
    pub count: u32,
    /// Of all of them together, in microseconds.
    pub missing_us: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GapReason {
    /// Lost on the way from the sender and not recovered.
    Network,
    /// The sender was gone: its link or its transport was lost, ended, or taken up anew.
    Absent,
    /// Received but not yet durable when the server died.
    Crash,
    /// Nobody was listening while the server was down.
    Outage,
    /// The recorder's queue was full.
    Shed,
    /// Waiting for a picture that can be decoded.
    Keyframe,
    /// The disk refused.
    Disk,
}

/// Facts of a hearing. The serialised form is `{"kind": ..., "data": {...}}`, as in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// The first event of every ledger.
    Planned {
        plan: Plan,
        /// The law it is held under; absent in older ledgers and where the server knows none of the plan's name: then
        /// there are no phases, and nobody must be there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        procedure: Option<Box<Procedure>>,
    },
    /// From scheduled to waiting: somebody came.
    Awaited,
    Entered {
        seat: SeatId,
        entrant: Entrant,
        connection: ConnectionId,
        room: Room,
        microphone_open: bool,
        /// Of who came by a code: the device by which it is known again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<LinkId>,
    },
    Left {
        seat: SeatId,
        connection: ConnectionId,
        reason: LeaveReason,
        /// Hearing time at which the link was last heard of, where it broke: that is found only later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        heard_us: Option<u64>,
    },
    Admitted {
        seat: SeatId,
    },
    Muted {
        seat: SeatId,
    },
    Unmuted {
        seat: SeatId,
    },
    MuteLocked {
        seat: SeatId,
    },
    Unlocked {
        seat: SeatId,
    },
    MicrophoneSet {
        seat: SeatId,
        open: bool,
    },
    Removed {
        seat: SeatId,
        reason: String,
    },
    Published {
        seat: SeatId,
        devices: Vec<DeviceKind>,
    },
    Unpublished {
        seat: SeatId,
        devices: Vec<DeviceKind>,
    },
    /// The seat's browser refuses to play sound.
    PlaybackBlocked {
        seat: SeatId,
    },
    /// It plays after all.
    PlaybackUnblocked {
        seat: SeatId,
    },
    /// The seat's code was used on a device that the court does not know: refused while the seat is in use, kept
    /// waiting otherwise, until the court admits or removes.
    SecondUse {
        seat: SeatId,
    },
    /// The court has seen it, and whoever sits in the courtroom stays.
    SecondUseSeen {
        seat: SeatId,
    },
    /// Somebody pressed a button.
    Signalled {
        signal: SignalId,
        seat: SeatId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        /// Not `kind`, which is the event's.
        signal_kind: SignalKind,
    },
    /// Whose it was, of several at one camera.
    SignalNamed {
        signal: SignalId,
        person: PersonId,
    },
    SignalAnswered {
        signal: SignalId,
        answer: Answer,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    PresenceReported {
        person: PersonId,
        present: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    IdentityChecked {
        person: PersonId,
        identity: Identity,
        method: IdentityMethod,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Who of those at a seat speaks.
    SpeakerNamed {
        seat: SeatId,
        person: Option<PersonId>,
    },
    Opened {
        recording: bool,
        reason: Option<String>,
        /// Who must be present and was not: the judge's reason stands for them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing: Vec<Role>,
    },
    Held {
        cause: HoldCause,
    },
    Paused {
        reason: String,
    },
    /// `by` is the seat whose microphone opens with the act. `recording`: whether it is recorded from here on, and the
    /// reason why not; absent in older ledgers, where it went on as before.
    Resumed {
        by: Option<SeatId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recording: Option<bool>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    Closed,
    /// The sitting ends since it cannot go on, and another follows. `until_ms`: UTC milliseconds of that one, if it is
    /// appointed; `pack`: SHA-256 of the file with what was measured.
    Suspended {
        reason: String,
        frozen_ms: i64,
        until_ms: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault: Option<Fault>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pack: Option<FileHash>,
    },
    /// The sitting ends before it was opened, and another follows.
    Postponed {
        reason: String,
        until_ms: Option<i64>,
    },
    /// The officer at a seat's point has taken note that the session rests, or of the decision by which the sitting ends.
    NoticeTaken {
        seat: SeatId,
    },
    /// The second event of a further sitting: what it goes on from.
    Continued {
        before: Before,
        carried: Box<Carried>,
    },
    TakenUp {
        epoch: u32,
        outage_us: u64,
    },
    /// Time in session in which a track that should have been recorded was not.
    Gap {
        track: TrackId,
        from_us: u64,
        to_us: u64,
        reason: GapReason,
        /// Without it the whole span is missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pieces: Option<Pieces>,
    },
    RecorderFault {
        track: Option<TrackId>,
        detail: String,
    },
    RecorderRecovered {
        track: Option<TrackId>,
    },
    /// A fault is over without being mended: the device was closed, muted or taken away, or the session rests.
    RecorderFaultLapsed {
        track: TrackId,
    },
    /// `unread`: what should have been read in the phase before; then the judge's reason says why it was not.
    PhaseBegan {
        phase: PhaseId,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unread: Vec<PromptId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    PromptRead {
        prompt: PromptId,
    },
    FloorGiven {
        seat: SeatId,
    },
    FloorTaken,
    HandRaised {
        seat: SeatId,
    },
    HandLowered {
        seat: SeatId,
    },
    HandsLowered,
    /// A witness was sent out of the courtroom.
    Dismissed {
        seat: SeatId,
    },
    /// A private room came to be, with these in it. What was said there is nowhere.
    RoomOpened {
        room: RoomId,
        kind: RoomKind,
        seats: Vec<SeatId>,
    },
    RoomEntered {
        room: RoomId,
        seat: SeatId,
    },
    RoomLeft {
        room: RoomId,
        seat: SeatId,
    },
    RoomClosed {
        room: RoomId,
    },
    /// The presiding judge gave, or took back, leave to begin a private talk in session.
    ConsultationAllowed {
        seat: SeatId,
        allowed: bool,
    },
    // Exhibits.
    /// A file was handed in and is in the record: from this seat, by this person as far as known, at this point.
    ExhibitReceived {
        exhibit: ExhibitId,
        title: String,
        file: ExhibitFile,
        seat: SeatId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        point: Option<PointId>,
    },
    /// The clerk put it to the presiding judge.
    ExhibitSubmitted {
        exhibit: ExhibitId,
    },
    ExhibitRuled {
        exhibit: ExhibitId,
        admitted: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Until it is stopped, another is shown, or the session rests. Without `to`: to everybody in the courtroom who takes
    /// part.
    ExhibitShown {
        exhibit: ExhibitId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<Vec<SeatId>>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        observers: bool,
        page: u32,
    },
    ExhibitPage {
        exhibit: ExhibitId,
        page: u32,
    },
    ExhibitStopped {
        exhibit: ExhibitId,
    },
    /// A recording plays from here on, from this place in the file, in milliseconds, or stands still there. It stands
    /// still as well when who plays it is gone, and when it is shown no more.
    ExhibitPlayed {
        exhibit: ExhibitId,
        at_ms: u64,
        playing: bool,
    },
    /// The pointer moved, or was lifted from where it was `last`. Kept once a second while it moves, and when it is
    /// lifted.
    ExhibitPointed {
        exhibit: ExhibitId,
        page: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spot: Option<Spot>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last: Option<Spot>,
    },
    /// The presiding judge gave, or took back, leave to present.
    PresentingAllowed {
        seat: SeatId,
        allowed: bool,
    },
    /// The channel that an interpreter's microphone is on from here.
    SpeaksOn {
        seat: SeatId,
        channel: Channel,
    },
    /// What a seat hears from here.
    Listens {
        seat: SeatId,
        channel: Channel,
    },
    /// What is found of a point changed. `since_us`: when what was found before was last so.
    Continuity {
        point: PointId,
        #[serde(flatten)]
        continuity: Continuity,
        since_us: u64,
    },
    /// Devices of a seat that have been off for too long; none: all are on again.
    DevicesOff {
        seat: SeatId,
        off: BTreeSet<Off>,
    },
    /// Without `to`: to the clerk.
    Messaged {
        message: MessageId,
        from: SeatId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<SeatId>,
        text: String,
    },
    /// Somebody sees to it; none: nobody any more.
    TaskTaken {
        task: Task,
        by: Option<SeatId>,
    },
    /// What every screen shows large; none: what each chooses.
    LayoutSet {
        layout: Option<Layout>,
    },
    /// The clerk's note; `at_us`: when its writing began.
    NoteWritten {
        note: NoteId,
        by: SeatId,
        at_us: u64,
        text: String,
    },
    NoteCorrected {
        note: NoteId,
        text: String,
    },
    /// Somebody was heard by the court: who of those at the seat, as far as it was known then.
    Spoke {
        seat: SeatId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        from_us: u64,
        to_us: u64,
    },
    // These are not kept: see `is_kept`.
    Called {
        by: SeatId,
        seat: SeatId,
        kind: RoomKind,
    },
    CallEnded {
        by: SeatId,
        seat: SeatId,
    },
    RoomLocked {
        room: RoomId,
        locked: bool,
    },
    Encrypts {
        seat: SeatId,
        key: Option<PublicKey>,
        sends: bool,
    },
    /// Between the places that are kept.
    PointerMoved {
        exhibit: ExhibitId,
        spot: Spot,
    },
}

impl Event {
    /// Whether the event is the beginning of a session, or of its going on, that is recorded from there on.
    #[must_use]
    pub fn begins_recording(&self) -> bool {
        matches!(self, Self::Opened { recording: true, .. } | Self::Resumed { recording: Some(true), .. })
    }

    /// Whether the ledger has a line of it. Of a private room it holds that it was, who was in it and when: not who asked
    /// whom in vain, nor whether the door was locked; of a pointer, where it was once a second. Nothing of that outlives the
    /// links that it is about, so that a hearing taken up from its ledger is the same without it.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        !matches!(
            self,
            Self::Called { .. }
                | Self::CallEnded { .. }
                | Self::RoomLocked { .. }
                | Self::Encrypts { .. }
                | Self::PointerMoved { .. }
        )
    }

    /// The `kind` of the ledger line.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Planned { .. } => "planned",
            Self::Awaited => "awaited",
            Self::Entered { .. } => "entered",
            Self::Left { .. } => "left",
            Self::Admitted { .. } => "admitted",
            Self::Muted { .. } => "muted",
            Self::Unmuted { .. } => "unmuted",
            Self::MuteLocked { .. } => "mute_locked",
            Self::Unlocked { .. } => "unlocked",
            Self::MicrophoneSet { .. } => "microphone_set",
            Self::Removed { .. } => "removed",
            Self::Published { .. } => "published",
            Self::Unpublished { .. } => "unpublished",
            Self::PlaybackBlocked { .. } => "playback_blocked",
            Self::PlaybackUnblocked { .. } => "playback_unblocked",
            Self::SecondUse { .. } => "second_use",
            Self::SecondUseSeen { .. } => "second_use_seen",
            Self::Signalled { .. } => "signalled",
            Self::SignalNamed { .. } => "signal_named",
            Self::SignalAnswered { .. } => "signal_answered",
            Self::PresenceReported { .. } => "presence_reported",
            Self::IdentityChecked { .. } => "identity_checked",
            Self::SpeakerNamed { .. } => "speaker_named",
            Self::Opened { .. } => "opened",
            Self::Held { .. } => "held",
            Self::Paused { .. } => "paused",
            Self::Resumed { .. } => "resumed",
            Self::Closed => "closed",
            Self::Suspended { .. } => "suspended",
            Self::Postponed { .. } => "postponed",
            Self::NoticeTaken { .. } => "notice_taken",
            Self::Continued { .. } => "continued",
            Self::TakenUp { .. } => "taken_up",
            Self::Gap { .. } => "gap",
            Self::RecorderFault { .. } => "recorder_fault",
            Self::RecorderRecovered { .. } => "recorder_recovered",
            Self::RecorderFaultLapsed { .. } => "recorder_fault_lapsed",
            Self::PhaseBegan { .. } => "phase_began",
            Self::PromptRead { .. } => "prompt_read",
            Self::FloorGiven { .. } => "floor_given",
            Self::FloorTaken => "floor_taken",
            Self::HandRaised { .. } => "hand_raised",
            Self::HandLowered { .. } => "hand_lowered",
            Self::HandsLowered => "hands_lowered",
            Self::Dismissed { .. } => "dismissed",
            Self::RoomOpened { .. } => "room_opened",
            Self::RoomEntered { .. } => "room_entered",
            Self::RoomLeft { .. } => "room_left",
            Self::RoomClosed { .. } => "room_closed",
            Self::ConsultationAllowed { .. } => "consultation_allowed",
            Self::ExhibitReceived { .. } => "exhibit_received",
            Self::ExhibitSubmitted { .. } => "exhibit_submitted",
            Self::ExhibitRuled { .. } => "exhibit_ruled",
            Self::ExhibitShown { .. } => "exhibit_shown",
            Self::ExhibitPage { .. } => "exhibit_page",
            Self::ExhibitStopped { .. } => "exhibit_stopped",
            Self::ExhibitPlayed { .. } => "exhibit_played",
            Self::ExhibitPointed { .. } => "exhibit_pointed",
            Self::PresentingAllowed { .. } => "presenting_allowed",
            Self::Called { .. } => "called",
            Self::CallEnded { .. } => "call_ended",
            Self::RoomLocked { .. } => "room_locked",
            Self::Encrypts { .. } => "encrypts",
            Self::PointerMoved { .. } => "pointer_moved",
            Self::SpeaksOn { .. } => "speaks_on",
            Self::Listens { .. } => "listens",
            Self::Continuity { .. } => "continuity",
            Self::DevicesOff { .. } => "devices_off",
            Self::Messaged { .. } => "messaged",
            Self::TaskTaken { .. } => "task_taken",
            Self::LayoutSet { .. } => "layout_set",
            Self::NoteWritten { .. } => "note_written",
            Self::NoteCorrected { .. } => "note_corrected",
            Self::Spoke { .. } => "spoke",
        }
    }
}
