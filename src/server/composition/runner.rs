//! Makes the composites that are wanted, one after the other.

use super::Job;
use crate::app::Base;
use crate::cli::COMPOSER;
use crate::runtime::Registry;
use crate::store::RecordFilter;
use crate::times;
use assize_record::compose::{self, Order, Program, Trouble};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

/// How often sealed records are looked for.
const LOOK: Duration = Duration::from_secs(30);
/// How often it is asked whether a hearing runs.
const LIVE: Duration = Duration::from_secs(1);
/// Records older than this many days are composed when somebody asks, and not by themselves.
const DAYS: i64 = 7;

/// Whether a hearing runs on this machine now.
pub trait Live: Send + Sync + 'static {
    fn is_live(&self) -> bool;
}

impl Live for Registry {
    fn is_live(&self) -> bool {
        self.is_any_running()
    }
}

/// Composes for as long as the server runs. What is cut off by its end goes on at the next start.
pub async fn keep_up(base: Arc<Base>, live: impl Live) {
    let share = Arc::new(AtomicU8::new(share(&base, live.is_live())));
    tokio::spawn(watch(Arc::clone(&base), live, Arc::clone(&share)));
    loop {
        look(&base).await;
        while let Some((job, percent)) = base.compositions.take() {
            let trouble = make(&job, Arc::clone(&share), percent).await.err();
            match &trouble {
                Some(trouble) => {
                    tracing::error!(record = job.record, format = job.format.name(), %trouble, "no composite is made");
                }
                None => tracing::info!(record = job.record, format = job.format.name(), "a composite is made"),
            }
            base.compositions.end(job, trouble);
        }
        // Or as soon as somebody asks.
        let _ = timeout(LOOK, base.compositions.wanted.notified()).await;
    }
}

/// Keeps the share as it should be now.
async fn watch(base: Arc<Base>, live: impl Live, now: Arc<AtomicU8>) {
    loop {
        now.store(share(&base, live.is_live()), Ordering::Relaxed);
        sleep(LIVE).await;
    }
}

/// Per cent of the machine.
fn share(base: &Base, live: bool) -> u8 {
    let composition = &base.config.composition;
    if live { composition.share_live } else { composition.share }
}

async fn look(base: &Base) {
    let since = base.clock.utc_ms() - DAYS * 86_400_000;
    let filter = RecordFilter { from: Some(times::day(since, "UTC")), ..RecordFilter::default() };
    let records = match base.store.records(&filter).await {
        Ok(records) => records,
        Err(error) => return tracing::warn!(%error, "nobody knows which records are to be composed"),
    };
    for record in records.iter().filter(|record| record.sealed_ms.is_some()) {
        let folder = base.config.storage.recordings.join(&record.folder);
        base.compositions.put(record, &folder, base.config.composition.automatic);
    }
}

async fn make(job: &Job, share: Arc<AtomicU8>, percent: Arc<AtomicU8>) -> Result<(), Trouble> {
    let order = Order::new(job.folder.clone(), job.format, software());
    let made = spawn_blocking(move || {
        let mut tell = |progress: compose::Progress| percent.store(progress.percent(), Ordering::Relaxed);
        compose::run(&order, &program(), &share, &mut tell)
    });
    let made = made.await.map_err(|fault| Trouble::Failed { detail: fault.to_string() })??;
    for file in &made.left_out {
        tracing::warn!(record = job.record, file, "cannot be decoded, and is left out of the composite");
    }
    Ok(())
}

/// This very program, even if its file was replaced meanwhile.
pub(crate) fn program() -> Program {
    Program { path: "/proc/self/exe".into(), args: vec![COMPOSER.into()] }
}

pub(crate) fn software() -> String {
    format!("assize {}", env!("CARGO_PKG_VERSION"))
}
