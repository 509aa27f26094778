//! Tickets and resume tokens: the way into a seat.
//!
//! Joining makes a *link* to a seat, opened once by its ticket, which lives 60 s, and afterwards by its resume token.
//! Each use of the link gives the next resume token. The one before stays good until the next one was used, so that a
//! lost answer locks nobody out; after that it is dead.

use super::secret::{Secret, digest};
use crate::clock::Clock;
use crate::store::{Code, Digest, Link, LinkEnd, Store, StoreError};
use assize_core::hearing::{Entrant, SessionState};
use assize_core::ids::{DeviceId, HearingId, PersonId};
use assize_core::refusal::Refusal;
use std::sync::Arc;
use uuid::Uuid;

/// Life of a ticket in milliseconds (contract section 3).
pub const TICKET_MS: i64 = 60_000;

#[derive(Debug)]
pub struct Tickets {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

/// On whose authority a link is made: when that ends, the link ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// A member of staff, in the session with this token's digest.
    Account(String, Digest),
    Device(DeviceId),
    /// By code.
    Person(PersonId),
    /// Somebody with access to the data directory.
    Operator,
}

/// What is handed out at joining.
#[derive(Debug)]
pub struct Issued {
    pub ticket: Secret,
    pub resume: Secret,
    pub expires_ms: i64,
}

/// Who came, and the token that brings them back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub link: Uuid,
    pub hearing: HearingId,
    pub entrant: Entrant,
    /// Whether the link was made by a code, which others may have overheard.
    pub by_code: bool,
    /// The next resume token.
    pub resume: String,
}

#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no randomness: {0}")]
    Random(#[from] std::io::Error),
}

/// Why a ticket or token was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    #[error("unknown, used or expired")]
    Refused(Refusal),
    #[error(transparent)]
    Fault(#[from] IssueError),
}

impl From<StoreError> for TicketError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Whether the link was opened by this code, and not by one that the person had before.
fn is_by(link: &Link, code: &Code) -> bool {
    link.person == Some(code.person) && link.created_ms >= code.created_ms
}

impl Tickets {
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Makes a link to a seat with its ticket, which lives `ttl_ms`, and its first resume token.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn issue(
        &self,
        hearing: HearingId,
        entrant: Entrant,
        authority: Authority,
        ttl_ms: i64,
    ) -> Result<Issued, IssueError> {
        let (ticket, resume) = (Secret::mint()?, Secret::mint()?);
        let now = self.clock.utc_ms();
        let mut link = Link {
            id: Uuid::now_v7(),
            hearing,
            entrant,
            account: None,
            device: None,
            person: None,
            session: None,
            current: resume.digest(),
            pending: None,
            created_ms: now,
        };
        match authority {
            Authority::Account(name, session) => (link.account, link.session) = (Some(name), Some(session)),
            Authority::Device(id) => link.device = Some(id),
            Authority::Person(id) => link.person = Some(id),
            Authority::Operator => {}
        }
        let expires_ms = now + ttl_ms;
        self.store.put_link(&link, ticket.digest(), expires_ms).await?;
        Ok(Issued { ticket, resume, expires_ms })
    }

    /// Another ticket for the link that one of these resume tokens opens, if it leads to the person of `code`, and was made by
    /// that code: the device that used it before. The token stays as good as it was, and is handed out again.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn again(&self, code: &Code, tokens: &[String], ttl_ms: i64) -> Result<Option<Issued>, IssueError> {
        let expires_ms = self.clock.utc_ms() + ttl_ms;
        for token in tokens {
            let Some(link) = self.store.link_by_resume(digest(token)).await? else { continue };
            if link.hearing != code.hearing || !is_by(&link, code) {
                continue;
            }
            // The token becomes the link's current one, which the use of the ticket leaves standing.
            let (ticket, unused) = (Secret::mint()?, Secret::mint()?);
            if !self.store.rotate(link.id, digest(token), unused.digest()).await? {
                continue;
            }
            if self.store.put_ticket(link.id, ticket.digest(), expires_ms).await? {
                return Ok(Some(Issued { ticket, resume: Secret::of(token), expires_ms }));
            }
        }
        Ok(None)
    }

    /// Takes a ticket, which is used up by it.
    ///
    /// # Errors
    /// [`Refusal::BadTicket`], or the store does not answer.
    pub async fn redeem(&self, ticket: &str) -> Result<Grant, TicketError> {
        let link = self.store.take_ticket(digest(ticket), self.clock.utc_ms()).await?;
        let link = link.ok_or(TicketError::Refused(Refusal::BadTicket))?;
        let used = link.current;
        self.grant(link, used).await?.ok_or(TicketError::Refused(Refusal::BadTicket))
    }

    /// Takes a resume token and gives the next one. The token taken stays good until that next one was used.
    ///
    /// # Errors
    /// [`Refusal::BadResume`], or the store does not answer.
    pub async fn resume(&self, token: &str) -> Result<Grant, TicketError> {
        let used = digest(token);
        let link = self.store.link_by_resume(used).await?.ok_or(TicketError::Refused(Refusal::BadResume))?;
        if !self.stands(&link).await? {
            return Err(TicketError::Refused(Refusal::BadResume));
        }
        self.grant(link, used).await?.ok_or(TicketError::Refused(Refusal::BadResume))
    }

    /// The link that this resume token opens, and its hearing. The token is not used up by it.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn holder(&self, token: &str) -> Result<Option<(Uuid, HearingId)>, StoreError> {
        Ok(self.link(token).await?.map(|link| (link.id, link.hearing)))
    }

    /// The same with all that is known of the link.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn link(&self, token: &str) -> Result<Option<Link>, StoreError> {
        self.store.link_by_resume(digest(token)).await
    }

    /// Codes end with a sitting. What was opened by one reads on, and does not enter the sitting that follows, for which there
    /// is another: whoever learned a code that was overheard would be there first.
    async fn stands(&self, link: &Link) -> Result<bool, StoreError> {
        if link.person.is_none() {
            return Ok(true);
        }
        // After the close nobody enters, and everybody is told that it is over.
        let closed = self.store.hearing(link.hearing).await?.is_none_or(|row| row.state == SessionState::Closed);
        Ok(closed || self.store.codes(link.hearing).await?.iter().any(|code| is_by(link, code)))
    }

    async fn grant(&self, link: Link, used: [u8; 32]) -> Result<Option<Grant>, IssueError> {
        let next = Secret::mint()?;
        if !self.store.rotate(link.id, used, next.digest()).await? {
            return Ok(None);
        }
        let by_code = link.person.is_some();
        let Link { id, hearing, entrant, .. } = link;
        Ok(Some(Grant { link: id, hearing, entrant, by_code, resume: next.reveal() }))
    }

    /// Ends links: their tickets and tokens are dead from now on.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn end(&self, end: &LinkEnd) -> Result<Vec<Uuid>, StoreError> {
        self.store.end_links(end).await
    }
}
