//! What requests leave in the log.

use super::*;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn being_asked_too_early_is_no_error_and_a_fault_is_one() {
    let mut world = World::new().await;
    let broken = Router::new().route("/broken", get(|| async { Problem::Internal }));
    world.router = router(&world.base, broken, Scheme::default());
    world.base.set_ready(false);
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
    let _scope = tracing::subscriber::set_default(subscriber);
    let (status, problem) = world.call(Method::GET, "/readyz", None, Value::Null).await;
    assert_eq!((status, &problem["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("not_ready")));
    assert_eq!(log.text(), "", "starting is nobody's fault");
    assert_eq!(world.call(Method::GET, "/broken", None, Value::Null).await.0, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(log.text().contains("ERROR"), "{}", log.text());
}
