//! Observers whom the procedure makes wait.

use super::{Arrival, Client, Court, Entrant, Greeting, HEARING, JUDGE, OneHearing, open, outlet, registry};
use assize_core::hearing::{Command, SessionState};
use assize_core::refusal::Refusal;
use assize_core::signal::ServerMessage;
use std::sync::Arc;

/// Far longer than the test takes: what would be told later is not waited for.
const DELAY: &str = "observer_delay_s = 120";

impl Court {
    /// Of which observers see and hear everything later.
    fn with_delay() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let procedures = dir.path().join("procedures");
        std::fs::create_dir(&procedures).unwrap();
        let shipped = include_str!("../../../../config/procedures/vn-criminal-first-instance.toml");
        let delayed = shipped.replace("observer_delay_s = 0", DELAY);
        assert_ne!(delayed, shipped);
        std::fs::write(procedures.join("vn-criminal-first-instance.toml"), delayed).unwrap();
        let shelf = Arc::new(OneHearing::default());
        let registry = registry(dir.path(), &shelf);
        Self { dir, shelf, registry }
    }

    async fn watch(&self, name: &str, last: Option<u64>) -> Client {
        let (outlet, messages) = outlet();
        let arrival = Arrival {
            entrant: Entrant::Observer { name: name.into() },
            resume: last.is_some(),
            link: None,
            greeting: Some(Greeting { token: "next".into(), last }),
        };
        let (handle, entry) = self.registry.enter(HEARING, arrival, outlet).await.unwrap();
        Client { handle, entry, messages, view: None, n: 0, commands: 0 }
    }
}

#[tokio::test]
async fn whoever_is_told_later_is_told_no_more_on_coming_in() {
    let court = Court::with_delay();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let mut first = court.watch("Unit 1", None).await.welcome().await;
    judge.act(open()).await.unwrap();
    judge.until("in session", |view| view.session.state == SessionState::InSession).await;

    let mut second = court.watch("Unit 2", None).await.welcome().await;
    for observer in [&first, &second] {
        assert_ne!(observer.view().session.state, SessionState::InSession);
        assert_eq!(observer.view().session.phase, None);
    }
    // Back with what was said last: there is nothing to be caught up with either.
    let mut again = court.watch("Unit 1", Some(first.n)).await;
    assert!(matches!(again.next().await, Some(ServerMessage::Resumed { .. })));
    assert!(again.messages.is_empty(), "it has missed nothing of what is told yet");

    judge.act(Command::Close {}).await.unwrap();
    second.until("a hearing that is over is told of at once", |view| view.session.state == SessionState::Closed).await;
    assert_eq!(second.end().await, Some(Refusal::Over));
    first.end().await;
}
