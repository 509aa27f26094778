//! Files of a hearing: taken into its record, and given to whom core lets read them.

use super::task::Task;
use crate::runtime::journal::DISK_ANSWERS;
use assize_core::hearing::{Actor, Command, Event, ExhibitFile, FileHash, MediaType};
use assize_core::ids::{ConnectionId, ExhibitId, PersonId, SeatId};
use assize_core::refusal::Refusal;
use assize_record::exhibits::Received;
use std::path::PathBuf;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// What somebody hands in: the file, and what is said of it.
#[derive(Debug)]
pub struct Paper {
    pub title: String,
    pub person: Option<PersonId>,
    pub file: ExhibitFile,
    pub received: Received,
}

impl Task {
    /// The folder beside which a file may be written, for a seat that may hand in now.
    pub(super) fn intake(&self, connection: ConnectionId) -> Result<PathBuf, Refusal> {
        self.hearing.may_hand_in(self.seat_on(connection)?)?;
        let nowhere = || Refusal::CannotRecord { detail: "there is no folder".to_owned(), ledger: false };
        self.records.place().get().cloned().ok_or_else(nowhere)
    }

    /// Takes a file into the record: decided, placed, and then on the ledger. What the ledger does not take is not in the
    /// record either.
    pub(super) async fn hand_in(&mut self, connection: ConnectionId, paper: Paper) -> Result<ExhibitId, Refusal> {
        let folder = self.intake(connection)?;
        let seat = self.seat_on(connection)?;
        let Paper { title, person, file, received } = paper;
        let limit = self.shared.settings.evidence_bytes;
        if self.hearing.exhibits.bytes().saturating_add(file.bytes) > limit {
            return Err(Refusal::TooMuchEvidence { limit: u32::try_from(limit >> 20).unwrap_or(u32::MAX) });
        }
        let command = Command::ReceiveExhibit { seat, title, file: file.clone(), person };
        self.decide(&command, Actor::System)?;
        let (name, target) = (file.path(), folder.join(file.path()));
        let placed = timeout(DISK_ANSWERS, spawn_blocking(move || received.place(&folder, &name))).await;
        let detail = match placed {
            Ok(Ok(Ok(()))) => None,
            Ok(Ok(Err(error))) => Some(error.to_string()),
            Ok(Err(_)) | Err(_) => Some("the disk does not answer".to_owned()),
        };
        if let Some(detail) = detail {
            return Err(Refusal::CannotRecord { detail, ledger: false });
        }
        let done = self.act(command, Actor::System).await;
        // After a failure of the ledger the line may be there all the same: then the file counts. A disk that does not answer
        // is not waited for, and what it removes late might be another try's: a file without a line does no harm.
        let refused =
            matches!(&done, Err(refusal) if !matches!(refusal, Refusal::CannotRecord { .. } | Refusal::LedgerFault));
        if refused && self.hearing.exhibits.of_file(&file.sha256).is_none() {
            let _ = timeout(DISK_ANSWERS, spawn_blocking(move || std::fs::remove_file(target))).await;
        }
        let number = done?.iter().find_map(|event| match event {
            Event::ExhibitReceived { exhibit, .. } => Some(*exhibit),
            _ => None,
        });
        number.ok_or(Refusal::NoSuchExhibit)
    }

    /// Where the file lies, for a seat that may read it now. Of what is not theirs nobody learns whether it exists.
    pub(super) fn readable(
        &self,
        connection: ConnectionId,
        sha256: &FileHash,
    ) -> Result<(PathBuf, MediaType), Refusal> {
        let seat = self.seat_on(connection)?;
        // Who is told later may read it for as long as that is shown to them.
        let before =
            self.past.as_ref().filter(|_| !self.delay_of(seat).is_zero()).map(|past| past.told(&self.hearing).0);
        let told = before.as_ref().unwrap_or(&self.hearing);
        let may = told.seats.get(&seat).is_some_and(|seat| told.may_read(seat, sha256));
        let exhibit = self.hearing.exhibits.of_file(sha256).filter(|_| may).ok_or(Refusal::NoSuchExhibit)?;
        let folder = self.records.place().get().ok_or(Refusal::NoSuchExhibit)?;
        Ok((folder.join(exhibit.file.path()), exhibit.file.media_type))
    }

    fn seat_on(&self, connection: ConnectionId) -> Result<SeatId, Refusal> {
        self.links.get(&connection).map(|link| link.seat).ok_or(Refusal::BadResume)
    }
}
