//! Why something did not happen: a stable code with parameters. Screens render it in their language; one catalogue in
//! the server renders it for HTTP problems, the command line and the certificate.

use crate::hearing::SessionState;
use crate::plan::Role;
use crate::procedure::PromptId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The role may not do this at all.
    NotYourAct,
    /// The role may do it, but not in this state of the session.
    NotNow {
        state: SessionState,
    },
    /// The seat is not in the courtroom.
    NotAdmitted,
    NoSuchSeat,
    NoSuchPerson,
    NoSuchPoint,
    NoSuchSignal,
    /// The person has no screen of their own: they take part through their point's devices.
    SitsAtPoint,
    /// The seat is in use by another connection. The clerk has been told.
    SeatTaken,
    /// The seat was taken up from another screen of the same person or device. Nobody has been told: it is theirs to do.
    SeatMoved,
    /// The court removed this seat.
    RemovedByCourt,
    /// The code, device, account or session that the link stood on was taken back.
    Revoked,
    /// The court muted and locked the microphone.
    MicrophoneLocked,
    /// Nothing would change.
    AlreadySo,
    /// A reason is needed and none was given.
    ReasonMissing,
    /// More than the limit: text length, devices.
    TooMuch {
        limit: u32,
    },
    /// The hearing is over.
    Over,
    /// The hearing is suspended or postponed, until this time in UTC milliseconds if it is appointed.
    Adjourned {
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
    },
    /// The continuation has to be later than now.
    ContinuationPast,
    /// Nothing can be recorded: the disk is full, read-only or gone. `detail` is for the administrator.
    /// `ledger`: not even the ledger can be written, so that no session opens without recording either.
    CannotRecord {
        detail: String,
        ledger: bool,
    },
    /// The hearing's ledger cannot be written; the hearing is held.
    LedgerFault,
    /// The media worker did not answer; the hearing is held.
    MediaFault,
    /// The session description could not be read or holds nothing usable.
    BadSdp {
        detail: String,
    },
    /// The message could not be read.
    BadMessage {
        detail: String,
    },
    /// The ticket is unknown, used or expired.
    BadTicket,
    /// The resume token is unknown or was rotated away.
    BadResume,
    /// Too many tries from here.
    TooOften,
    /// Somebody in these roles must be in the courtroom for the session to open, unless the judge gives a reason.
    RolesMissing {
        roles: Vec<Role>,
    },
    /// These must be read before the phase ends, unless the judge gives a reason.
    PromptsUnread {
        prompts: Vec<PromptId>,
    },
    /// The procedure has no such phase, or the session has none yet.
    NoSuchPhase,
    /// The phase does not follow the present one.
    PhaseOutOfOrder,
    /// Nothing of this name is to be read in this phase.
    NoSuchPrompt,
    /// The seat hears and sees, and never is heard.
    OnlyReceives,
    /// The panel deliberates: nobody is heard.
    Deliberating,
    /// Only a witness is dismissed.
    NotAWitness,
    /// The court needs the witness no longer.
    Dismissed,
    /// The plan binds these people to no private talk with each other, or keeps them apart.
    NotBound,
    /// Whoever is asked to a private talk cannot come now. Not said: why.
    NotReachable,
    /// In session a private talk needs the presiding judge's leave.
    NeedsLeave,
    /// The private room is locked.
    RoomLocked,
    /// Nobody asks any more.
    NoCall,
    NoSuchExhibit,
    /// The clerk has not put the exhibit to the presiding judge.
    ExhibitNotSubmitted,
    /// Only what the presiding judge admitted is shown.
    ExhibitNotAdmitted,
    /// Showing evidence needs the presiding judge's leave.
    NotPresenting,
    NothingShown,
    /// What is shown is no recording, or nobody sends it: the browser of who shows it has not opened it yet.
    NothingToPlay,
    NoSuchNote,
    /// A message or a note says nothing.
    NothingWritten,
    NoSuchPage,
    /// The person does not sit at the point whose device this is.
    NotAtThisPoint,
    /// Nobody of this role reads the minutes at a point's device.
    NotReadHere,
    /// By the roll call the person was absent, or was somebody else.
    NotPresent,
    /// At a point's device one chooses what is asked for, and types nothing.
    NotTypedHere,
    /// All that was handed in together would be too large, in MiB.
    TooMuchEvidence {
        limit: u32,
    },
}
