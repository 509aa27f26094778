//! Why a request did not succeed: RFC 9457 problem documents with a stable code, parameters and a text in the language
//! that was asked for.

mod adjourned;
mod catalogue;
mod composing;
mod exhibits;
mod language;
mod minutes;
mod respond;

pub(crate) use catalogue::role_text;
pub use catalogue::{line, refusal_text};
pub use composing::composing_text;
pub use language::Language;
pub use respond::{in_the_language_asked_for, respond};

use crate::evidence::look::Unfit;
use crate::store::StoreError;
use assize_core::refusal::Refusal;
use serde_json::{Value, json};

/// Everything that can be wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Nobody is logged in, or the session has ended.
    SignIn,
    /// Name or password is wrong; not told which.
    WrongLogin,
    /// This member of staff may not do this.
    NotAllowed,
    /// The request comes from another site's page.
    CrossSite,
    NotFound,
    MethodNotAllowed,
    /// The body is not what was expected.
    BadRequest {
        detail: String,
    },
    /// One field of a plan cannot be.
    BadField {
        field: String,
        detail: String,
    },
    TooLarge {
        limit: u64,
    },
    /// The body is of another content type than this.
    WrongType {
        wanted: &'static str,
    },
    /// `If-Match` does not say which ICE generation is meant (RFC 9725 section 4.3.1).
    GenerationMissing,
    /// `If-Match` names an ICE generation that is over.
    GenerationPast,
    TooOften {
        seconds: u32,
    },
    UnknownCode,
    /// Who acts for the court or has an account enters by logging in, never by a code.
    ComesByAccount,
    UnknownDevice,
    /// The enrolment link was used or has expired.
    EnrolmentUsedUp,
    /// The point has no hearing that could be entered now.
    NoHearingNow,
    /// The hearing is over, and its record is not sealed yet.
    NotSealedYet,
    /// The time in which those who took part read the minutes here is over, or there is none.
    NoLongerRead,
    /// The plan can no longer be changed: the hearing has begun.
    PlanHasBegun,
    Exists,
    /// The checklist is not answered in full, or an answer is no: keys of the questions.
    NotEligible {
        open: Vec<String>,
        against: Vec<String>,
    },
    /// A byte range beyond the end of the file.
    BadRange {
        size: u64,
    },
    /// A file that is handed in is none of those that are taken.
    UnfitFile {
        why: Unfit,
    },
    /// The hearing refused; core says why.
    Refused(Refusal),
    /// The database does not answer. Hearings that run go on without it.
    StorageDown,
    /// The server starts or stops.
    NotReady,
    Internal,
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::SignIn => "sign_in",
            Self::WrongLogin => "wrong_login",
            Self::NotAllowed => "not_allowed",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BadRequest { .. } => "bad_request",
            Self::BadField { .. } => "bad_field",
            Self::TooLarge { .. } => "too_large",
            Self::WrongType { .. } => "wrong_type",
            Self::GenerationMissing => "generation_missing",
            Self::GenerationPast => "generation_past",
            Self::TooOften { .. } => "too_often",
            Self::UnknownCode => "unknown_code",
            Self::ComesByAccount => "comes_by_account",
            Self::UnknownDevice => "unknown_device",
            Self::EnrolmentUsedUp => "enrolment_used_up",
            Self::NoHearingNow => "no_hearing_now",
            Self::NotSealedYet => "not_sealed_yet",
            Self::NoLongerRead => "no_longer_read",
            Self::PlanHasBegun => "plan_has_begun",
            Self::Exists => "exists",
            Self::NotEligible { .. } => "not_eligible",
            Self::BadRange { .. } => "bad_range",
            Self::UnfitFile { .. } => "unfit_file",
            Self::Refused(refusal) => return refusal_code(refusal),
            Self::StorageDown => "storage_down",
            Self::NotReady => "not_ready",
            Self::Internal => "internal",
        }
        .to_owned()
    }

    /// The parameters of the code.
    #[must_use]
    pub fn params(&self) -> Value {
        match self {
            Self::BadRequest { detail } => json!({ "detail": detail }),
            Self::BadField { field, detail } => json!({ "field": field, "detail": detail }),
            Self::TooLarge { limit } => json!({ "limit": limit }),
            Self::WrongType { wanted } => json!({ "wanted": wanted }),
            Self::TooOften { seconds } => json!({ "seconds": seconds }),
            Self::NotEligible { open, against } => json!({ "open": open, "against": against }),
            Self::BadRange { size } => json!({ "size": size }),
            Self::UnfitFile { why } => json!({ "why": why.name() }),
            Self::Refused(refusal) => {
                let mut params = serde_json::to_value(refusal).unwrap_or_default();
                if let Some(object) = params.as_object_mut() {
                    object.remove("code");
                }
                params
            }
            _ => json!({}),
        }
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::SignIn | Self::WrongLogin | Self::UnknownDevice => 401,
            Self::NotAllowed | Self::CrossSite | Self::UnknownCode | Self::ComesByAccount => 403,
            Self::NotFound | Self::NoHearingNow => 404,
            Self::MethodNotAllowed => 405,
            Self::PlanHasBegun | Self::NotSealedYet | Self::Exists | Self::NotEligible { .. } => 409,
            Self::EnrolmentUsedUp | Self::NoLongerRead => 410,
            Self::GenerationPast => 412,
            Self::TooLarge { .. } => 413,
            Self::WrongType { .. } | Self::UnfitFile { .. } => 415,
            Self::BadRange { .. } => 416,
            Self::BadField { .. } => 422,
            Self::BadRequest { .. } => 400,
            Self::GenerationMissing => 428,
            Self::TooOften { .. } => 429,
            Self::Refused(refusal) => refusal_status(refusal),
            Self::Internal => 500,
            Self::StorageDown | Self::NotReady => 503,
        }
    }
}

fn refusal_code(refusal: &Refusal) -> String {
    serde_json::to_value(refusal)
        .ok()
        .and_then(|value| value.get("code")?.as_str().map(str::to_owned))
        .unwrap_or_else(|| "internal".to_owned())
}

fn refusal_status(refusal: &Refusal) -> u16 {
    match refusal {
        Refusal::BadTicket | Refusal::BadResume => 401,
        Refusal::NotYourAct
        | Refusal::NotAdmitted
        | Refusal::RemovedByCourt
        | Refusal::Revoked
        | Refusal::MicrophoneLocked
        | Refusal::SitsAtPoint
        | Refusal::OnlyReceives
        | Refusal::NotAWitness
        | Refusal::Dismissed
        | Refusal::NotBound
        | Refusal::NeedsLeave
        | Refusal::NotPresenting
        | Refusal::NotAtThisPoint
        | Refusal::NotReadHere
        | Refusal::NotPresent
        | Refusal::NotTypedHere => 403,
        Refusal::NoSuchSeat
        | Refusal::NoSuchPerson
        | Refusal::NoSuchPoint
        | Refusal::NoSuchSignal
        | Refusal::NoSuchPhase
        | Refusal::NoSuchPrompt
        | Refusal::NoSuchExhibit
        | Refusal::NoSuchPage
        | Refusal::NoSuchNote => 404,
        Refusal::NotNow { .. }
        | Refusal::SeatTaken
        | Refusal::SeatMoved
        | Refusal::NotReachable
        | Refusal::RoomLocked
        | Refusal::NoCall
        | Refusal::AlreadySo
        | Refusal::ExhibitNotSubmitted
        | Refusal::ExhibitNotAdmitted
        | Refusal::NothingToPlay
        | Refusal::NothingShown
        | Refusal::Adjourned { .. }
        | Refusal::Over => 409,
        Refusal::RolesMissing { .. }
        | Refusal::PromptsUnread { .. }
        | Refusal::PhaseOutOfOrder
        | Refusal::Deliberating => 409,
        Refusal::ReasonMissing
        | Refusal::NothingWritten
        | Refusal::ContinuationPast
        | Refusal::BadSdp { .. }
        | Refusal::BadMessage { .. } => 400,
        Refusal::TooMuch { .. } | Refusal::TooMuchEvidence { .. } => 413,
        Refusal::TooOften => 429,
        Refusal::CannotRecord { .. } | Refusal::LedgerFault | Refusal::MediaFault => 503,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Exists => Self::Exists,
            StoreError::Database(_) | StoreError::Migration(_) => {
                tracing::error!(%error, "the database does not answer");
                Self::StorageDown
            }
            StoreError::Corrupt(_) => {
                tracing::error!(%error, "a row cannot be read");
                Self::Internal
            }
        }
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "the system said no");
        Self::Internal
    }
}
