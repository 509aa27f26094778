//! The law of one kind of hearing as a value: phases, roles, who must be there, limits, time limits, texts.
//!
//! A procedure is a pure function of the text of its file ([`Procedure::read`]); files are the server's. The ledger's
//! first event carries the whole of it, so that a hearing is replayed under the law it was held under.

mod fault;
mod node;
mod read;
pub(crate) mod shared;
mod steps;

pub use fault::Fault;

use crate::hearing::{Room, SessionState};
use crate::plan::{PointKind, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use ts_rs::TS;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }
    )+};
}

names! {
    /// Name of a phase within its procedure, for example `questioning`.
    PhaseId,
    /// Name of a prompt, the only one of this name in its procedure.
    PromptId,
}

/// A text in both languages, Vietnamese first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Wording {
    pub vi: String,
    pub en: String,
}

/// How well a provision is known to whoever wrote the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// The article's own words were read.
    Text,
    /// Only a summary of it was read.
    Summary,
    /// From memory: nothing critical may rest on it.
    Memory,
}

/// A provision of law, as it is cited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Article {
    pub vi: String,
    pub en: String,
    pub read: Reading,
}

/// A procedure file as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Procedure {
    /// The name of its file without the ending.
    pub id: String,
    /// No jurist has read all of it yet (ruling 15).
    pub draft: bool,
    pub name: Wording,
    /// The law it rests on.
    pub law: Vec<Article>,
    /// What this procedure calls the states of a session.
    pub states: BTreeMap<SessionState, Wording>,
    pub roles: BTreeMap<Role, RoleRule>,
    /// In their order. None: the hearing has no phases, and everybody admitted may speak.
    pub phases: Vec<Phase>,
    pub gate: Gate,
    pub limits: Limits,
    /// What is done before the hearing, or after it, with its time limits.
    pub steps: Vec<Step>,
    /// What a plan has to do during and after the hearing, unless the clerk writes otherwise.
    pub tasks: Tasks,
    /// What must be true of a case before it may be heard so.
    pub eligibility: Vec<Criterion>,
    /// Absent: nobody but the court reads the minutes here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub minutes: Option<MinutesRule>,
    pub texts: Texts,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoleRule {
    pub name: Wording,
    /// Where the role waits until it is called in: `waiting` or `witness_waiting`.
    pub waits: Room,
    /// Whether a kiosk elsewhere may show the names of people in this role (ruling 12).
    pub on_kiosks: bool,
}

/// A step of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Phase {
    pub id: PhaseId,
    pub name: Wording,
    /// Roles that may speak without the floor. The court always may, but in a deliberation.
    pub speak: Vec<Role>,
    pub prompts: Vec<Prompt>,
    /// The panel's deliberation: it is secret, and no sound leaves any microphone of the courtroom.
    pub deliberation: bool,
    /// Phases that may follow besides the next in order.
    pub also: Vec<PhaseId>,
    /// The hearing may end with it: the next in order does not follow from here.
    pub ends: bool,
    pub article: Option<Article>,
}

/// What the judge reads to those present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Prompt {
    pub id: PromptId,
    pub text: Wording,
    /// The phase does not end before it was read, unless the judge gives a reason.
    pub required: bool,
    pub draft: bool,
    pub article: Option<Article>,
}

/// Who must be in the courtroom for the session to open. The judge may open without them with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Gate {
    pub present: Vec<Role>,
    /// Only if the plan has somebody in the role.
    pub if_planned: Vec<Role>,
    pub article: Option<Article>,
}

/// What observers receive later is kept in memory until then.
pub const MAX_OBSERVER_DELAY_S: u32 = 120;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Limits {
    /// Most component points.
    pub component_points: u32,
    /// Seconds without sight and sound at a point before the session holds itself (ruling 11).
    pub continuity_s: u32,
    /// Seconds that a camera or microphone may be off before the clerk is told.
    pub device_off_s: u32,
    /// Seconds by which observers see and hear later, at most [`MAX_OBSERVER_DELAY_S`]; 0: at once.
    pub observer_delay_s: u32,
    /// Days for which a hearing may be suspended.
    pub suspension_days: u32,
}

/// Something that is done on a day that the clerk writes down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Step {
    pub id: String,
    pub name: Wording,
    /// `None`: a day that others count from.
    pub limit: Option<TimeLimit>,
    /// Only for hearings with a point of this kind.
    pub only: Option<PointKind>,
    pub draft: bool,
    pub article: Option<Article>,
}

/// A time limit of the law, in whole days of the court's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimeLimit {
    pub days: u32,
    /// In the summary procedure; `None`: no limit there.
    pub summary_days: Option<u32>,
    pub counts: Counts,
    pub from: Anchor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    Before,
    After,
}

/// What a time limit counts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// Another step.
    Step(String),
    /// The beginning of the hearing.
    Hearing,
    /// The decision to suspend the hearing.
    Suspension,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Tasks {
    pub during: Vec<Wording>,
    pub after: Vec<Wording>,
}

/// Who took part reads the minutes after the hearing, and asks for changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MinutesRule {
    /// Hours from the close of the sitting, in which that can be done here.
    pub read_hours: u32,
    /// Of the paper: what stands beside the court's name, a line for each line, and what it is.
    pub heading: Wording,
    pub title: Wording,
    pub article: Option<Article>,
}

/// A statement that must be confirmed before a case may be heard online.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Criterion {
    pub id: String,
    pub text: Wording,
    /// Names a class of cases that is barred; without it, an assessment.
    pub bars: bool,
    pub draft: bool,
    pub article: Option<Article>,
}

/// A text with places to fill in, written `{case}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Template {
    pub vi: String,
    pub en: String,
    pub draft: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Texts {
    /// Rules of the hearing, one a line.
    pub rules: Template,
    /// What a participant accepts before entering.
    pub declaration: Template,
    /// Drafts of the decisions to suspend and to postpone.
    pub suspension: Template,
    pub postponement: Template,
    /// Phrases of the certificate of completeness.
    pub certificate_title: Template,
    pub certificate_complete: Template,
    pub certificate_gaps: Template,
    pub certificate_signature: Template,
}

/// What may stand in braces in [`Texts`].
pub const PLACES: [&str; 11] =
    ["case", "title", "court", "judge", "clerk", "date", "time", "cause", "points", "until", "duration"];

impl Procedure {
    /// A hearing without a procedure: no phases, nobody who must be there, the law's limits.
    #[must_use]
    pub fn plain() -> Self {
        let rule = |role: Role| RoleRule {
            name: Wording::default(),
            waits: if role == Role::Witness { Room::WitnessWaiting } else { Room::Waiting },
            on_kiosks: role.is_court() || matches!(role, Role::Prosecutor | Role::Counsel),
        };
        Self {
            id: String::new(),
            draft: true,
            name: Wording::default(),
            law: Vec::new(),
            states: BTreeMap::new(),
            roles: Role::ALL.into_iter().map(|role| (role, rule(role))).collect(),
            phases: Vec::new(),
            gate: Gate::default(),
            limits: Limits {
                component_points: 3,
                continuity_s: 30,
                device_off_s: 10,
                observer_delay_s: 0,
                suspension_days: 30,
            },
            steps: Vec::new(),
            tasks: Tasks::default(),
            eligibility: Vec::new(),
            minutes: None,
            texts: Texts::default(),
        }
    }

    #[must_use]
    pub fn phase(&self, id: &PhaseId) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == *id)
    }

    /// The phases that may follow one, the next in order first.
    pub fn following<'a>(&'a self, id: &PhaseId) -> impl Iterator<Item = &'a Phase> {
        let at = self.phases.iter().position(|phase| phase.id == *id);
        let phase = at.map(|at| &self.phases[at]);
        let next = at.and_then(|at| self.phases.get(at + 1)).filter(|_| phase.is_some_and(|phase| !phase.ends));
        let also = phase.into_iter().flat_map(|phase| &phase.also).filter_map(|id| self.phase(id));
        next.into_iter().chain(also.filter(move |other| next.is_none_or(|next| next.id != other.id)))
    }

    /// Whether a kiosk elsewhere may show the names of people in this role.
    #[must_use]
    pub fn on_kiosks(&self, role: Role) -> bool {
        self.roles.get(&role).is_some_and(|rule| rule.on_kiosks)
    }

    /// Where a role waits.
    #[must_use]
    pub fn waits(&self, role: Role) -> Room {
        self.roles.get(&role).map_or(Room::Waiting, |rule| rule.waits)
    }

    /// What those outside the courtroom and the public are told: the names of things, the rules of the hearing and the
    /// declaration; nothing of how the court prepares and conducts it.
    #[must_use]
    pub fn for_the_public(&self) -> Self {
        let Texts { rules, declaration, .. } = self.texts.clone();
        let bare = |phase: &Phase| Phase { prompts: Vec::new(), ..phase.clone() };
        Self {
            phases: self.phases.iter().map(bare).collect(),
            gate: Gate::default(),
            steps: Vec::new(),
            tasks: Tasks::default(),
            eligibility: Vec::new(),
            texts: Texts { rules, declaration, ..Texts::default() },
            ..self.clone()
        }
    }
}
