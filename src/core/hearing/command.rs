//! What somebody wishes to happen.

use super::continuity::{Continuity, Off};
use super::event::{Entrant, GapReason, HoldCause, LeaveReason, Pieces};
use super::exhibits::{ExhibitFile, FileHash, Spot};
use super::layout::Layout;
use super::rollcall::{Identity, IdentityMethod};
use super::rooms::PublicKey;
use super::signals::{Answer, SignalKind};
use super::tasks::Task;
use crate::ids::{ConnectionId, DeviceKind, ExhibitId, LinkId, NoteId, PersonId, PointId, SeatId, SignalId, TrackId};
use crate::procedure::{PhaseId, PromptId};
use crate::routing::Channel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Actor {
    Seat {
        seat: SeatId,
    },
    /// The server itself: entering and leaving of connections, faults, recovery.
    System,
}

// Commands without fields have empty braces: of a unit variant serde would take fields that it does not know.
/// Commands of seats and of the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    // The court's acts.
    Admit {
        seat: SeatId,
    },
    Mute {
        seat: SeatId,
    },
    Unmute {
        seat: SeatId,
    },
    MuteLock {
        seat: SeatId,
    },
    Unlock {
        seat: SeatId,
    },
    Remove {
        seat: SeatId,
        reason: String,
    },
    /// Opens the session and, unless `record` is false with a reason, the recording, as one act. With a reason also without
    /// those who must be present.
    Open {
        record: bool,
        reason: Option<String>,
    },
    Hold {
        reason: String,
    },
    Pause {
        reason: String,
    },
    /// Goes on after a hold or a pause, recorded whatever was before; with a reason, without recording (ruling 3).
    Resume {
        reason: Option<String>,
    },
    Close {},
    /// The session cannot go on: the sitting ends, and another follows. `frozen_ms`: UTC milliseconds at which the moment was
    /// fixed; `until_ms`: of the continuation, if it is appointed.
    Suspend {
        reason: String,
        #[ts(type = "number")]
        frozen_ms: i64,
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
        /// The file with what was measured: the server's to say, and no client's.
        #[serde(skip)]
        #[ts(skip)]
        pack: Option<FileHash>,
    },
    /// The session cannot begin: another sitting follows.
    Postpone {
        reason: String,
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
    },
    /// An officer's: has taken note that the session rests, or is adjourned.
    TakeNote {},
    // A seat's own acts.
    SetMicrophone {
        open: bool,
    },
    Publish {
        devices: Vec<DeviceKind>,
    },
    Unpublish {
        devices: Vec<DeviceKind>,
    },
    /// Whether the browser refuses to play sound: the clerk must know of it, and when it is over.
    ReportPlayback {
        blocked: bool,
    },
    /// A button pressed; `person` says whose it is of several at one camera.
    Signal {
        kind: SignalKind,
        #[serde(default)]
        person: Option<PersonId>,
    },
    NameSignal {
        signal: SignalId,
        person: PersonId,
    },
    /// Takes one's own signal back.
    WithdrawSignal {
        signal: SignalId,
    },
    /// `not_now` wants a reason, and `withdrawn` is no answer of the court.
    AnswerSignal {
        signal: SignalId,
        answer: Answer,
        #[serde(default)]
        text: Option<String>,
    },
    ReportPresence {
        person: PersonId,
        present: bool,
        #[serde(default)]
        note: Option<String>,
    },
    CheckIdentity {
        person: PersonId,
        identity: Identity,
        method: IdentityMethod,
        #[serde(default)]
        note: Option<String>,
    },
    /// Who of those at a seat speaks; none: nobody in particular.
    NameSpeaker {
        seat: SeatId,
        person: Option<PersonId>,
    },
    // The course of the session.
    /// Goes to another phase; with a reason even if something that must be read was not.
    Advance {
        phase: PhaseId,
        reason: Option<String>,
    },
    /// It was read to those present.
    ReadPrompt {
        prompt: PromptId,
    },
    GiveFloor {
        seat: SeatId,
    },
    /// Nobody has the floor any more.
    TakeFloor {},
    /// The seat's own: whether it asks to speak.
    RaiseHand {
        raised: bool,
    },
    LowerHands {},
    /// Everybody but the court.
    MuteAll {
        lock: bool,
    },
    // Rooms.
    /// A witness goes out of the courtroom: back to wait apart and be called in again (`stays`), or away.
    Dismiss {
        seat: SeatId,
        stays: bool,
    },
    /// Asks others to a private talk, or into the private room that one is in. Each of them comes by `accept_consultation`.
    Consult {
        with: Vec<SeatId>,
    },
    /// The clerk asks a seat to a private room in order to mend a fault (ruling 10).
    TechnicalLine {
        seat: SeatId,
    },
    AcceptConsultation {
        from: SeatId,
    },
    DeclineConsultation {
        from: SeatId,
    },
    /// A locked room lets nobody further in.
    LockRoom {
        locked: bool,
    },
    /// Leaves the private room, or takes back what one asked before anybody came.
    LeaveRoom {},
    /// Presiding judge and panel withdraw; again for those who come late.
    Deliberate {},
    EndDeliberation {},
    /// Whether a seat may begin a private talk while the court is in session.
    AllowConsultation {
        seat: SeatId,
        allowed: bool,
    },
    /// The public key of a client that can encrypt and decrypt frames end to end (`RTCRtpScriptTransform`); none of one that
    /// cannot. Said on each connection; not said means no. `sends`: what it publishes is encrypted between the members of
    /// its private room; the server says so itself when it takes an offer.
    SetEncryption {
        key: Option<PublicKey>,
        #[serde(default)]
        sends: bool,
    },
    // Exhibits. What is handed in comes by HTTP: see `receive_exhibit`.
    /// The clerk puts what was received to the presiding judge.
    SubmitExhibit {
        exhibit: ExhibitId,
    },
    /// A refusal wants a reason.
    RuleExhibit {
        exhibit: ExhibitId,
        admit: bool,
        reason: Option<String>,
    },
    /// In place of what was shown before. `to`: these seats, none being everybody in the courtroom who takes part; the
    /// court sees it always, and those who only watch if `observers`.
    ShowExhibit {
        exhibit: ExhibitId,
        to: Option<Vec<SeatId>>,
        #[serde(default)]
        observers: bool,
        page: Option<u32>,
    },
    /// Of what is shown now.
    TurnExhibit {
        page: u32,
    },
    /// Points at a place of the page; none: no longer.
    PointExhibit {
        spot: Option<Spot>,
    },
    /// Plays, stops, or goes to a place in what is shown, in milliseconds; without one from where it is.
    PlayExhibit {
        playing: bool,
        #[ts(type = "number | null")]
        at_ms: Option<u64>,
    },
    StopExhibit {},
    /// Whether a seat may show what it handed in, and turn pages and point in what it is shown.
    AllowPresenting {
        seat: SeatId,
        allowed: bool,
    },
    // Interpretation.
    /// The channel on which one's own microphone is heard: an interpreter's.
    SpeakOn {
        channel: Channel,
    },
    /// What a seat hears: one's own, or for the court anybody's.
    Listen {
        #[serde(default)]
        seat: Option<SeatId>,
        channel: Channel,
    },
    // The desk, and the screens.
    /// The clerk writes `to` a seat, everybody else to the clerk.
    Message {
        #[serde(default)]
        to: Option<SeatId>,
        text: String,
    },
    /// Takes a task, or gives it back.
    TakeTask {
        task: Task,
        taken: bool,
    },
    /// Who stands large on every screen; none: each chooses.
    SetLayout {
        layout: Option<Layout>,
    },
    // The minutes.
    /// A note, `ago_ms` after its writing began: that is its time.
    Note {
        text: String,
        #[serde(default)]
        ago_ms: u32,
    },
    /// Of one's own; what was written first stays in the ledger.
    CorrectNote {
        note: NoteId,
        text: String,
    },
    // The system's: no client can spell them in TypeScript, and `access` refuses them to every role.
    /// `resume`: the entrant holds a token bound to the seat, and so may take it over from a link that seems alive.
    /// `link`: the device of an entrant who came by a code, which somebody may have overheard. None: staff, enrolled
    /// devices and operators' tickets, which prove who they are each time.
    #[ts(skip)]
    Enter {
        entrant: Entrant,
        connection: ConnectionId,
        #[serde(default)]
        resume: bool,
        #[serde(default)]
        link: Option<LinkId>,
    },
    #[ts(skip)]
    Leave {
        connection: ConnectionId,
        reason: LeaveReason,
    },
    /// Somebody used a code or seat that is in use elsewhere.
    #[ts(skip)]
    ReportSecondUse {
        seat: SeatId,
    },
    #[ts(skip)]
    AutoHold {
        cause: HoldCause,
    },
    /// A new owner took the hearing up after a crash or restart.
    #[ts(skip)]
    TakeUp {
        epoch: u32,
        outage_us: u64,
    },
    #[ts(skip)]
    ReportGap {
        track: TrackId,
        from_us: u64,
        to_us: u64,
        reason: GapReason,
        /// Of several that are stated as one.
        pieces: Option<Pieces>,
    },
    #[ts(skip)]
    ReportRecorderFault {
        track: Option<TrackId>,
        detail: String,
    },
    #[ts(skip)]
    ReportRecorderRecovered {
        track: Option<TrackId>,
    },
    /// Nothing of the track is to be recorded any more.
    #[ts(skip)]
    ReportRecorderFaultLapsed {
        track: TrackId,
    },
    /// A file that a seat sent is here, whole and looked at. Given by the server, which alone knows that; decided by what
    /// the seat may.
    #[ts(skip)]
    ReceiveExhibit {
        seat: SeatId,
        title: String,
        file: ExhibitFile,
        person: Option<PersonId>,
    },
    /// What was measured of a point, which was otherwise until `since_us` (hearing time).
    #[ts(skip)]
    ReportContinuity {
        point: PointId,
        continuity: Continuity,
        since_us: u64,
    },
    /// Somebody was heard by the court, without a long silence in between (hearing time).
    #[ts(skip)]
    ReportSpoke {
        seat: SeatId,
        from_us: u64,
        to_us: u64,
    },
    /// Devices that have been off for too long; none: all are on again.
    #[ts(skip)]
    ReportOff {
        seat: SeatId,
        off: BTreeSet<Off>,
    },
}

/// A command without its parameters: the third axis of the access table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandKind {
    Admit,
    Mute,
    Unmute,
    MuteLock,
    Unlock,
    Remove,
    Open,
    Hold,
    Pause,
    Resume,
    Close,
    Suspend,
    Postpone,
    TakeNote,
    SetMicrophone,
    Publish,
    Unpublish,
    ReportPlayback,
    Signal,
    AnswerSignal,
    /// Presence and identity.
    RollCall,
    NameSpeaker,
    Advance,
    ReadPrompt,
    GiveFloor,
    TakeFloor,
    RaiseHand,
    LowerHands,
    MuteAll,
    Dismiss,
    /// Everything about one's own private talks.
    Consult,
    TechnicalLine,
    /// Its end as well.
    Deliberate,
    AllowConsultation,
    SetEncryption,
    /// The files come by another way than commands: see `Hearing::may_hand_in`.
    HandIn,
    SubmitExhibit,
    RuleExhibit,
    /// Showing, turning pages, pointing, playing and stopping.
    Present,
    AllowPresenting,
    SpeakOn,
    Listen,
    Message,
    TakeTask,
    SetLayout,
    /// Writing a note, and correcting one's own.
    Note,
    Enter,
    Leave,
    /// Everything only the server itself may say: second use, automatic hold, take-up, gaps, recorder faults, files.
    System,
}

impl CommandKind {
    pub const ALL: [Self; 49] = [
        Self::Admit,
        Self::Mute,
        Self::Unmute,
        Self::MuteLock,
        Self::Unlock,
        Self::Remove,
        Self::Open,
        Self::Hold,
        Self::Pause,
        Self::Resume,
        Self::Close,
        Self::Suspend,
        Self::Postpone,
        Self::TakeNote,
        Self::SetMicrophone,
        Self::Publish,
        Self::Unpublish,
        Self::ReportPlayback,
        Self::Signal,
        Self::AnswerSignal,
        Self::RollCall,
        Self::NameSpeaker,
        Self::Advance,
        Self::ReadPrompt,
        Self::GiveFloor,
        Self::TakeFloor,
        Self::RaiseHand,
        Self::LowerHands,
        Self::MuteAll,
        Self::Dismiss,
        Self::Consult,
        Self::TechnicalLine,
        Self::Deliberate,
        Self::AllowConsultation,
        Self::SetEncryption,
        Self::HandIn,
        Self::SubmitExhibit,
        Self::RuleExhibit,
        Self::Present,
        Self::AllowPresenting,
        Self::SpeakOn,
        Self::Listen,
        Self::Message,
        Self::TakeTask,
        Self::SetLayout,
        Self::Note,
        Self::Enter,
        Self::Leave,
        Self::System,
    ];
}

impl Command {
    /// The command without its parameters.
    #[must_use]
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::Admit { .. } => CommandKind::Admit,
            Self::Mute { .. } => CommandKind::Mute,
            Self::Unmute { .. } => CommandKind::Unmute,
            Self::MuteLock { .. } => CommandKind::MuteLock,
            Self::Unlock { .. } => CommandKind::Unlock,
            Self::Remove { .. } => CommandKind::Remove,
            Self::Open { .. } => CommandKind::Open,
            Self::Hold { .. } => CommandKind::Hold,
            Self::Pause { .. } => CommandKind::Pause,
            Self::Resume { .. } => CommandKind::Resume,
            Self::Close {} => CommandKind::Close,
            Self::Suspend { .. } => CommandKind::Suspend,
            Self::Postpone { .. } => CommandKind::Postpone,
            Self::TakeNote {} => CommandKind::TakeNote,
            Self::SetMicrophone { .. } => CommandKind::SetMicrophone,
            Self::Publish { .. } => CommandKind::Publish,
            Self::Unpublish { .. } => CommandKind::Unpublish,
            Self::ReportPlayback { .. } => CommandKind::ReportPlayback,
            // Whoever may press may say whose it is.
            Self::Signal { .. } | Self::NameSignal { .. } | Self::WithdrawSignal { .. } => CommandKind::Signal,
            Self::AnswerSignal { .. } => CommandKind::AnswerSignal,
            Self::ReportPresence { .. } | Self::CheckIdentity { .. } => CommandKind::RollCall,
            Self::NameSpeaker { .. } => CommandKind::NameSpeaker,
            Self::Advance { .. } => CommandKind::Advance,
            Self::ReadPrompt { .. } => CommandKind::ReadPrompt,
            Self::GiveFloor { .. } => CommandKind::GiveFloor,
            Self::TakeFloor {} => CommandKind::TakeFloor,
            Self::RaiseHand { .. } => CommandKind::RaiseHand,
            Self::LowerHands {} => CommandKind::LowerHands,
            Self::MuteAll { .. } => CommandKind::MuteAll,
            Self::Dismiss { .. } => CommandKind::Dismiss,
            Self::Consult { .. }
            | Self::AcceptConsultation { .. }
            | Self::DeclineConsultation { .. }
            | Self::LockRoom { .. }
            | Self::LeaveRoom {} => CommandKind::Consult,
            Self::TechnicalLine { .. } => CommandKind::TechnicalLine,
            Self::Deliberate {} | Self::EndDeliberation {} => CommandKind::Deliberate,
            Self::AllowConsultation { .. } => CommandKind::AllowConsultation,
            Self::SetEncryption { .. } => CommandKind::SetEncryption,
            Self::SubmitExhibit { .. } => CommandKind::SubmitExhibit,
            Self::RuleExhibit { .. } => CommandKind::RuleExhibit,
            Self::ShowExhibit { .. }
            | Self::TurnExhibit { .. }
            | Self::PointExhibit { .. }
            | Self::PlayExhibit { .. }
            | Self::StopExhibit {} => CommandKind::Present,
            Self::AllowPresenting { .. } => CommandKind::AllowPresenting,
            Self::SpeakOn { .. } => CommandKind::SpeakOn,
            Self::Listen { .. } => CommandKind::Listen,
            Self::Message { .. } => CommandKind::Message,
            Self::TakeTask { .. } => CommandKind::TakeTask,
            Self::SetLayout { .. } => CommandKind::SetLayout,
            Self::Note { .. } | Self::CorrectNote { .. } => CommandKind::Note,
            Self::Enter { .. } => CommandKind::Enter,
            Self::Leave { .. } => CommandKind::Leave,
            Self::ReportSecondUse { .. }
            | Self::AutoHold { .. }
            | Self::TakeUp { .. }
            | Self::ReportGap { .. }
            | Self::ReportRecorderFault { .. }
            | Self::ReportRecorderRecovered { .. }
            | Self::ReportRecorderFaultLapsed { .. }
            | Self::ReceiveExhibit { .. }
            | Self::ReportContinuity { .. }
            | Self::ReportSpoke { .. }
            | Self::ReportOff { .. } => CommandKind::System,
        }
    }
}
