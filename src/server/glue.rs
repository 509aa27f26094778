//! The runtime's ports, filled: doors by [`Tickets`](crate::identity::ticket::Tickets), the shelf by the store.

use crate::app::Base;
use crate::identity::ticket::{Grant, TicketError};
use crate::runtime::ports::{Admission, Door, Pending, Shelf, ShelfError};
use crate::store::StoreError;
use assize_core::hearing::SessionState;
use assize_core::ids::HearingId;
use assize_core::plan::Plan;
use assize_core::refusal::Refusal;
use std::path::PathBuf;

fn admission(grant: Grant) -> Admission {
    Admission {
        link: grant.link,
        hearing: grant.hearing,
        entrant: grant.entrant,
        by_code: grant.by_code,
        resume: grant.resume,
    }
}

/// A store that does not answer cannot tell a good ticket from a bad one; the caller tries again.
fn refusal(error: TicketError, closed: Refusal) -> Refusal {
    match error {
        TicketError::Refused(refusal) => refusal,
        TicketError::Fault(fault) => {
            tracing::error!(%fault, "a ticket could not be looked up");
            closed
        }
    }
}

impl Door for Base {
    fn redeem<'a>(&'a self, ticket: &'a str) -> Pending<'a, Result<Admission, Refusal>> {
        Box::pin(async move {
            let granted = self.identity.tickets.redeem(ticket).await;
            granted.map(admission).map_err(|error| refusal(error, Refusal::BadTicket))
        })
    }

    fn resume<'a>(&'a self, token: &'a str) -> Pending<'a, Result<Admission, Refusal>> {
        Box::pin(async move {
            let granted = self.identity.tickets.resume(token).await;
            granted.map(admission).map_err(|error| refusal(error, Refusal::BadResume))
        })
    }
}

impl From<StoreError> for ShelfError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl Shelf for Base {
    fn plan(&self, hearing: HearingId) -> Pending<'_, Result<Option<Plan>, ShelfError>> {
        Box::pin(async move { Ok(self.store.hearing(hearing).await?.map(|row| row.plan)) })
    }

    fn known_state(&self, hearing: HearingId) -> Pending<'_, Result<Option<SessionState>, ShelfError>> {
        Box::pin(async move { Ok(self.store.hearing(hearing).await?.map(|row| row.state)) })
    }

    fn state(&self, hearing: HearingId, state: SessionState) -> Pending<'_, Result<(), ShelfError>> {
        Box::pin(async move { Ok(self.store.set_state(hearing, state, self.clock.utc_ms()).await?) })
    }

    fn sealed(&self, hearing: HearingId, folder: PathBuf) -> Pending<'_, Result<(), ShelfError>> {
        Box::pin(async move {
            // The list may not know it yet: a kill came in between.
            let concluded = crate::library::conclude(self, hearing, &folder).await;
            concluded.map_err(|error| ShelfError(error.to_string()))?;
            self.store.set_seal_fault(hearing, None).await?;
            crate::library::shelve(self, &folder).await.map_err(|error| ShelfError(error.to_string()))?;
            Ok(self.store.set_shelf_fault(hearing, None).await?)
        })
    }

    fn not_shelved(&self, hearing: HearingId, why: String) -> Pending<'_, Result<(), ShelfError>> {
        Box::pin(async move { Ok(self.store.set_shelf_fault(hearing, Some(&why)).await?) })
    }

    fn not_sealed(&self, hearing: HearingId, why: String) -> Pending<'_, Result<(), ShelfError>> {
        Box::pin(async move { Ok(self.store.set_seal_fault(hearing, Some(&why)).await?) })
    }
}
