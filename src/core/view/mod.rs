//! Who is told what. Snapshots and changes pass through [`view`]; what it leaves out, a viewer does not learn.

mod adjourned;
mod change;
pub mod copy;
mod course;
mod desk;
mod exhibits;
mod people;
mod perception;
mod reports;
mod rooms;
mod screens;
mod told;

pub use adjourned::{AdjournedView, FaultView, NotedView, PersonBefore};
pub use change::{Change, changes};

use crate::hearing::{
    Answer, CommandKind, Continuity, Hearing, HoldCause, Identity, Layout, Off, Presence, Room, SessionState,
    SignalKind,
};
use crate::ids::{DeviceKind, HearingId, PersonId, SeatId, SignalId, TrackId};
use crate::plan::{PointKind, Role};
use crate::procedure::{PhaseId, Procedure, PromptId, shared};
use crate::routing::Channel;
pub use desk::{MessageView, TaskView};
pub use exhibits::{ExhibitView, ExhibitsView, PartView, PlayView, ShownTime, ShownView};
use perception::Perception;
pub use reports::{FindingView, ReportView};
pub use rooms::{CallView, MemberKey, PrivateView, RoomView, RoomsView};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use ts_rs::TS;

/// What one seat may know of its hearing. The client holds exactly one and replaces its sections as changes come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct View {
    pub hearing: HearingView,
    pub session: SessionView,
    /// The viewer's own seat.
    pub me: SeatView,
    /// The other seats the viewer may know of, in the hearing's fixed order.
    pub seats: Vec<SeatView>,
    /// Tracks that are routed to the viewer now.
    pub tracks: Vec<TrackId>,
    /// Seats that can hear the viewer now, and seats that can see them: *who hears and sees you now*. A screen that takes
    /// no sound and picture is none of them.
    pub heard_by: Vec<SeatId>,
    pub seen_by: Vec<SeatId>,
    /// What people said by a button: to the court, and to those in the room it came from.
    pub signals: Vec<SignalView>,
    /// Of an officer with a screen of their own: those at the officer's point, to report on.
    pub charges: Vec<PersonView>,
    /// For the court: who reported each person's presence and checked who they are, and when.
    pub reports: Vec<ReportView>,
    /// Acts the viewer may do now, so that a screen need not guess; the server decides again when one is done.
    pub acts: Vec<Act>,
    /// The law it is held under. It never changes in a hearing, and is told with the snapshot; those outside the courtroom
    /// and screens that a public reads get the names, the rules of the hearing and the declaration.
    #[serde(with = "shared")]
    #[ts(as = "Procedure")]
    pub procedure: Arc<Procedure>,
    /// Private rooms: the viewer's own, who asks for one, and for the court that others exist.
    pub rooms: RoomsView,
    /// What was handed in: for the court all, for others their own.
    pub exhibits: ExhibitsView,
    /// The exhibit that is shown to the viewer now.
    pub shown: Option<ShownView>,
    /// Between the clerk and the viewer; for the clerk all.
    pub messages: Vec<MessageView>,
    /// For the court: what somebody has taken of what waits.
    pub tasks: Vec<TaskView>,
    /// For the court: how often the minutes have changed.
    #[ts(type = "number | null")]
    pub minutes: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HearingView {
    pub id: HearingId,
    pub court: String,
    /// IANA name of the court's time zone.
    pub zone: String,
    pub case: String,
    pub title: String,
    pub starts: String,
    /// No real hearing: every screen says so.
    #[serde(default)]
    pub rehearsal: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SessionView {
    pub state: SessionState,
    /// True while in session, recording is on, and everything that is said is being written.
    pub recording: bool,
    pub hold: Option<HoldCause>,
    /// UTC milliseconds of the last opening or resumption, while in session.
    #[ts(type = "number | null")]
    pub in_session_since_ms: Option<i64>,
    /// Milliseconds in session before that.
    #[ts(type = "number")]
    pub in_session_before_ms: u64,
    /// UTC milliseconds of the close.
    #[ts(type = "number | null")]
    pub closed_ms: Option<i64>,
    /// Suspended or postponed, and until when.
    pub adjourned: Option<AdjournedView>,
    /// The sitting that this one continues, for example `01`.
    pub continues: Option<String>,
    /// Which officers have taken note: for the court, and for each of their own.
    pub noted: Vec<NotedView>,
    pub fault: Option<FaultView>,
    /// The phase of the procedure, and UTC milliseconds of its beginning.
    pub phase: Option<PhaseId>,
    #[ts(type = "number | null")]
    pub phase_since_ms: Option<i64>,
    /// The phases that there have been before. Some may be left out, and some come again.
    pub past_phases: Vec<PhaseId>,
    /// Who has the floor, and UTC milliseconds since when. Not for those outside.
    pub floor: Option<SeatId>,
    #[ts(type = "number | null")]
    pub floor_since_ms: Option<i64>,
    /// Who asks to speak, in the order of asking: for court and parties; a point's device is told of its own.
    pub hands: Vec<HandView>,
    /// For court and parties.
    pub prompts_read: Vec<PromptRead>,
    /// For the court before the opening: roles that must be in the courtroom and are not.
    pub missing: Vec<Role>,
    /// What the presiding judge set for every screen; none: each chooses. Not for those outside.
    pub layout: Option<Layout>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HandView {
    pub seat: SeatId,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub since_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PromptRead {
    pub prompt: PromptId,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeatView {
    pub seat: SeatId,
    /// Name of the point, for a point's device or a person who sits at one.
    pub point: Option<String>,
    pub point_kind: Option<PointKind>,
    /// The people seen and heard through this seat, role above name.
    pub people: Vec<PersonView>,
    /// One person's own screen, and no device that a room shares.
    pub own_screen: bool,
    pub room: Room,
    pub connected: bool,
    /// The same with the reason why nobody is there. Outside the courtroom only whether they are.
    pub presence: Presence,
    pub microphone_open: bool,
    pub muted: bool,
    pub locked: bool,
    pub devices: Vec<DeviceKind>,
    /// For the court only: the seat's browser refuses to play sound.
    pub playback_blocked: bool,
    /// For the court only: somebody tried to enter in this seat's name from elsewhere.
    pub second_use: bool,
    /// For the court and the seat itself: removed by the court; may enter again once admitted anew.
    pub removed: bool,
    /// In the courtroom, and heard in this phase if the microphone is open: by role or by having the floor.
    pub may_speak: bool,
    /// Something of this seat is withheld from the viewer by order of the court.
    pub withheld: bool,
    /// For the court only: an order withholds somebody at this seat from others.
    pub protected: bool,
    /// The channel that the seat's microphone is on, and for the court and the seat itself what it hears.
    pub speaks_on: Channel,
    pub listens: Channel,
    /// Of an interpreter: the seat of whom they interpret for, beside whom they are shown.
    pub beside: Option<SeatId>,
    /// For the court: whether the seat's point sees, hears and is heard; none while nothing was measured.
    pub continuity: Option<ContinuityView>,
    /// For the court: devices that have been off for longer than they may be.
    pub off: Vec<Off>,
    /// For the court and the seat itself: what it missed in session while its line was broken.
    pub missed: Vec<MissedView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MissedView {
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub from_ms: i64,
    #[ts(type = "number")]
    pub to_ms: i64,
    /// It may be seen from the record.
    pub leave: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContinuityView {
    pub found: Continuity,
    /// UTC milliseconds; none while it is whole.
    #[ts(type = "number | null")]
    pub broken_since_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonView {
    /// For the court, the officer of their point and the seat itself: to name them in a command.
    pub id: Option<PersonId>,
    pub name: String,
    pub role: Role,
    /// For the court and the officer of their point: reported present or absent, and what the check of papers gave.
    pub present: Option<bool>,
    pub identity: Option<Identity>,
    /// For the same: what the sitting before found.
    pub before: Option<PersonBefore>,
    /// Said to be the one who speaks, of several at one camera.
    pub speaking: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignalView {
    pub id: SignalId,
    pub seat: SeatId,
    pub person: Option<PersonId>,
    pub kind: SignalKind,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub since_ms: i64,
    pub answer: Option<AnswerView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerView {
    pub answer: Answer,
    pub text: Option<String>,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// Acts a screen may offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Admit,
    Mute,
    MuteLock,
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
    Signal,
    AnswerSignal,
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
    TechnicalLine,
    Deliberate,
    AllowConsultation,
    HandIn,
    SubmitExhibit,
    RuleExhibit,
    Present,
    AllowPresenting,
    SpeakOn,
    Listen,
    Message,
    TakeTask,
    SetLayout,
    Note,
}

impl Act {
    pub const ALL: [Self; 39] = [
        Self::Admit,
        Self::Mute,
        Self::MuteLock,
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
        Self::TechnicalLine,
        Self::Deliberate,
        Self::AllowConsultation,
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
    ];

    /// The command behind the act.
    #[must_use]
    pub fn command(self) -> CommandKind {
        match self {
            Self::Admit => CommandKind::Admit,
            Self::Mute => CommandKind::Mute,
            Self::MuteLock => CommandKind::MuteLock,
            Self::Remove => CommandKind::Remove,
            Self::Open => CommandKind::Open,
            Self::Hold => CommandKind::Hold,
            Self::Pause => CommandKind::Pause,
            Self::Resume => CommandKind::Resume,
            Self::Close => CommandKind::Close,
            Self::Suspend => CommandKind::Suspend,
            Self::Postpone => CommandKind::Postpone,
            Self::TakeNote => CommandKind::TakeNote,
            Self::SetMicrophone => CommandKind::SetMicrophone,
            Self::Signal => CommandKind::Signal,
            Self::AnswerSignal => CommandKind::AnswerSignal,
            Self::RollCall => CommandKind::RollCall,
            Self::NameSpeaker => CommandKind::NameSpeaker,
            Self::Advance => CommandKind::Advance,
            Self::ReadPrompt => CommandKind::ReadPrompt,
            Self::GiveFloor => CommandKind::GiveFloor,
            Self::TakeFloor => CommandKind::TakeFloor,
            Self::RaiseHand => CommandKind::RaiseHand,
            Self::LowerHands => CommandKind::LowerHands,
            Self::MuteAll => CommandKind::MuteAll,
            Self::Dismiss => CommandKind::Dismiss,
            Self::TechnicalLine => CommandKind::TechnicalLine,
            Self::Deliberate => CommandKind::Deliberate,
            Self::AllowConsultation => CommandKind::AllowConsultation,
            Self::SpeakOn => CommandKind::SpeakOn,
            Self::Listen => CommandKind::Listen,
            Self::Message => CommandKind::Message,
            Self::TakeTask => CommandKind::TakeTask,
            Self::SetLayout => CommandKind::SetLayout,
            Self::Note => CommandKind::Note,
            Self::HandIn => CommandKind::HandIn,
            Self::SubmitExhibit => CommandKind::SubmitExhibit,
            Self::RuleExhibit => CommandKind::RuleExhibit,
            Self::Present => CommandKind::Present,
            Self::AllowPresenting => CommandKind::AllowPresenting,
        }
    }
}

/// What `viewer` may know of the hearing, or `None` if there is no such seat. `epoch_utc_ms` is the UTC time of the
/// hearing's beginning, to turn hearing time into wall time.
///
/// Whoever tells many seats asks [`Views`] once.
#[must_use]
pub fn view(hearing: &Hearing, viewer: SeatId, epoch_utc_ms: i64) -> Option<View> {
    Views::of(hearing, epoch_utc_ms).seat(viewer)
}

/// All views of one state of a hearing: the routes are computed once, not once a viewer.
#[derive(Debug)]
pub struct Views<'a> {
    hearing: &'a Hearing,
    epoch_utc_ms: i64,
    perception: Perception,
}

impl<'a> Views<'a> {
    /// `epoch_utc_ms` as for [`view`]; everybody receives what is routed to them.
    #[must_use]
    pub fn of(hearing: &'a Hearing, epoch_utc_ms: i64) -> Self {
        Self { hearing, epoch_utc_ms, perception: Perception::of(hearing, |_| true) }
    }

    /// The same where only these seats receive: a page without sound and picture neither hears nor sees.
    #[must_use]
    pub fn receiving(hearing: &'a Hearing, epoch_utc_ms: i64, seats: &BTreeSet<SeatId>) -> Self {
        Self { hearing, epoch_utc_ms, perception: Perception::of(hearing, |seat| seats.contains(&seat)) }
    }

    /// What the seat may know, or `None` if there is no such seat.
    #[must_use]
    pub fn seat(&self, viewer: SeatId) -> Option<View> {
        let me = self.hearing.seats.get(&viewer)?;
        Some(told::view(self.hearing, me, &self.perception, self.epoch_utc_ms))
    }
}
