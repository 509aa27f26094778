//! What the runtime needs from the rest of the server: doors that lead people in, and a shelf of plans and records.

use assize_core::hearing::{Entrant, SessionState};
use assize_core::ids::{HearingId, LinkId};
use assize_core::plan::Plan;
use assize_core::refusal::Refusal;
use std::fmt::Debug;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use uuid::Uuid;

/// An answer that is awaited.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who somebody is, established from a ticket or a resume token, and the token that brings them back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// What it stands on: when this ends, the live link ends.
    pub link: Uuid,
    pub hearing: HearingId,
    pub entrant: Entrant,
    /// It came by a code, which others may have overheard: only the device tells who it is.
    pub by_code: bool,
    /// The next resume token.
    pub resume: String,
}

impl Admission {
    /// The device of who came by a code.
    #[must_use]
    pub fn device(&self) -> Option<LinkId> {
        self.by_code.then_some(LinkId(self.link))
    }
}

/// Turns a credential into an [`Admission`].
pub trait Door: Debug + Send + Sync {
    /// Takes a ticket, which is used up by it. Refused: [`Refusal::BadTicket`].
    fn redeem<'a>(&'a self, ticket: &'a str) -> Pending<'a, Result<Admission, Refusal>>;

    /// Takes a resume token and rotates it. Refused: [`Refusal::BadResume`].
    fn resume<'a>(&'a self, token: &'a str) -> Pending<'a, Result<Admission, Refusal>>;
}

/// The database does not answer. Hearings that run go on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("storage: {0}")]
pub struct ShelfError(pub String);

/// Plans, and the places in which finished hearings are found again.
pub trait Shelf: Debug + Send + Sync {
    /// The plan as it stands now, or `None` if there is no such hearing.
    fn plan(&self, hearing: HearingId) -> Pending<'_, Result<Option<Plan>, ShelfError>>;

    /// The state that was told last, or `None` if there is no such hearing.
    fn known_state(&self, hearing: HearingId) -> Pending<'_, Result<Option<SessionState>, ShelfError>>;

    /// The session went over to `state`: for lists and filters. From the first state after `scheduled` on, the plan is
    /// the record's and may no longer be edited.
    fn state(&self, hearing: HearingId, state: SessionState) -> Pending<'_, Result<(), ShelfError>>;

    /// The hearing is over and its sitting in `folder` is sealed: its codes end and it enters the catalogue.
    fn sealed(&self, hearing: HearingId, folder: PathBuf) -> Pending<'_, Result<(), ShelfError>>;

    /// The sitting is sealed, and [`Shelf::sealed`] failed; why. It is tried again.
    fn not_shelved(&self, hearing: HearingId, why: String) -> Pending<'_, Result<(), ShelfError>>;

    /// The hearing is over and its sitting is not sealed; why. It is tried again.
    fn not_sealed(&self, hearing: HearingId, why: String) -> Pending<'_, Result<(), ShelfError>>;
}
