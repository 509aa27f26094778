//! A line as somebody reads it. What it says in words is the server's catalogue to give, in both languages.

use crate::hearing::{Answer, Continuity, HoldCause, Identity, IdentityMethod, PlayedPart, RoomKind, SignalKind};
use crate::ids::{ExhibitId, NoteId};
use crate::plan::Role;
use crate::procedure::{PhaseId, PromptId};
use serde::Serialize;

/// Somebody, as far as the reader may know who it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Name {
    /// None: withheld, or nobody said who of several at one camera it was.
    pub name: Option<String>,
    pub role: Option<Role>,
    /// Where they sit, of those who have no screen of their own.
    pub point: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Number of the ledger's line that it stands on.
    pub n: u64,
    /// Hearing time; with an end where it lasted.
    pub at_us: u64,
    pub to_us: Option<u64>,
    pub phase: Option<PhaseId>,
    pub revision: u64,
    #[serde(flatten)]
    pub said: Said,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Said {
    Opened {
        recording: bool,
        reason: Option<String>,
        missing: Vec<Role>,
    },
    /// A further sitting begins where the one before ended.
    Continues {
        sitting: String,
        name: Option<PhaseId>,
    },
    Phase {
        name: PhaseId,
        unread: Vec<PromptId>,
        reason: Option<String>,
    },
    Prompt {
        prompt: PromptId,
    },
    Spoke {
        who: Name,
    },
    Floor {
        who: Name,
    },
    /// `first`: what was written before it was corrected, for the court.
    Note {
        note: NoteId,
        by: Name,
        text: String,
        first: Option<String>,
    },
    ExhibitReceived {
        exhibit: ExhibitId,
        title: String,
        by: Name,
    },
    ExhibitRuled {
        exhibit: ExhibitId,
        title: String,
        admitted: bool,
        reason: Option<String>,
    },
    /// Pages, or the parts of a recording that were played.
    ExhibitShown {
        exhibit: ExhibitId,
        title: String,
        pages: Vec<u32>,
        played: Vec<PlayedPart>,
    },
    Signal {
        who: Name,
        signal: SignalKind,
        answer: Option<Answer>,
        text: Option<String>,
        answered_us: Option<u64>,
    },
    Held {
        cause: HoldCause,
    },
    Paused {
        reason: String,
    },
    /// The sitting ends, and another follows.
    Suspended {
        reason: String,
    },
    Postponed {
        reason: String,
    },
    /// It went on without being recorded.
    Unrecorded {
        reason: Option<String>,
    },
    /// The server was away.
    Outage,
    /// Somebody's line was broken, or they went.
    Away {
        who: Name,
    },
    /// A point did not see, hear or was not heard.
    Broken {
        point: String,
        continuity: Continuity,
    },
    RecorderFault,
    CalledIn {
        who: Name,
    },
    Dismissed {
        who: Name,
    },
    Removed {
        who: Name,
        reason: Option<String>,
    },
    Presence {
        who: Name,
        present: bool,
        note: Option<String>,
    },
    Identity {
        who: Name,
        identity: Identity,
        method: IdentityMethod,
        note: Option<String>,
    },
    Interprets {
        who: Name,
    },
    /// A private room: that it was and how long. What was said there is nowhere.
    Private {
        room: RoomKind,
        who: Vec<Name>,
    },
    Closed,
}
