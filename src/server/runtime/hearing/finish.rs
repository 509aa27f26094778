//! After the close: the record is completed, sealed and shelved.

use super::requests::News;
use super::task::{End, Task};
use crate::runtime::seal;
use assize_core::hearing::{HoldCause, LeaveReason};
use assize_core::ids::ConnectionId;
use assize_core::refusal::Refusal;
use assize_core::signal::ServerMessage;
use tokio::sync::mpsc::UnboundedReceiver;

impl Task {
    /// Ends the hearing's media, stops the recorder, puts its last words on record and has the sitting sealed.
    pub(super) async fn finish(&mut self, news: &mut UnboundedReceiver<News>) {
        self.end_plane().await;
        self.stop_recorder().await;
        self.hear_last_words(news).await;
        self.say_until_when().await;
        let plan = &self.hearing.plan;
        match self.records.place().get() {
            Some(folder) if self.journal.is_whole() => seal::begin(&self.shared, plan, folder.clone()),
            _ => seal::not_sealed(&self.shared, plan.hearing, "the ledger is not whole".to_owned()).await,
        }
        self.end = Some(End::Over);
    }

    /// Whoever is still there when an adjourned sitting ends is told until when.
    async fn say_until_when(&mut self) {
        let Some(until_ms) = self.hearing.adjourned.as_ref().map(|adjourned| adjourned.until_ms) else { return };
        for connection in self.links.keys().copied().collect::<Vec<_>>() {
            self.tell(connection, ServerMessage::Bye { refusal: Some(Refusal::Adjourned { until_ms }) });
            self.let_go(connection).await;
        }
    }

    /// What the recorder said before it stopped, who was absent up to the end, and what waited to be stated.
    async fn hear_last_words(&mut self, news: &mut UnboundedReceiver<News>) {
        while let Ok(item) = news.try_recv() {
            if let News::Recorder(notice) = item {
                self.notice(notice).await;
            }
        }
        self.note_absences().await;
        self.note_speech(true).await;
        self.state_last_gaps().await;
    }

    /// Ends everything in good order, for a stop of the server: the hearing comes back held.
    pub(super) async fn stop(&mut self, news: &mut UnboundedReceiver<News>) {
        // Held first: no time in session passes without a record.
        self.hold(HoldCause::Restart).await;
        let connections: Vec<ConnectionId> = self.links.keys().copied().collect();
        for connection in connections {
            self.leave(connection, LeaveReason::Restart).await;
        }
        self.stop_recorder().await;
        self.hear_last_words(news).await;
        self.end_plane().await;
        if self.journal.has_begun() && !self.journal.is_whole() {
            self.write_waiting().await;
        }
        self.end = Some(End::Stopped);
    }
}
