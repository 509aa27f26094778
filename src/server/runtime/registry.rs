//! The hearings that run in this server: started when somebody enters, taken up after a restart or a fault, stopped with
//! the server.

use super::hearing::{Arrival, End, Entry, Handle, News, Request, Task};
use super::keys::Slot;
use super::outlet::Outlet;
use super::ports::Shelf;
use super::settings::{Settings, Shared};
use super::takeup;
use super::{metrics, seal};
use assize_core::ids::HearingId;
use assize_core::refusal::Refusal;
use assize_media::plane::{HearingKey, Plane, PlaneEvent, WorkerStats};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Commands that may wait for one hearing.
const REQUESTS: usize = 256;
/// Pause before a hearing whose task failed is taken up again.
const AFTER_FAULT: Duration = Duration::from_millis(200);
const STATS_EVERY: Duration = Duration::from_secs(1);

/// All running hearings. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Registry(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    plane: Plane,
    /// One place a hearing, locked while it is being started, so that nothing is started twice.
    places: Mutex<BTreeMap<HearingId, Arc<tokio::sync::Mutex<Option<Handle>>>>>,
    /// Where the media plane's events go.
    listeners: Mutex<BTreeMap<HearingKey, mpsc::UnboundedSender<News>>>,
    next_slot: AtomicU32,
    stopping: AtomicBool,
}

impl Registry {
    /// Starts the media plane and takes up, in the background, every hearing that is not over.
    ///
    /// # Errors
    /// A media port cannot be bound.
    pub fn start(settings: Settings, shelf: Arc<dyn Shelf>) -> io::Result<Self> {
        let (events, incoming) = mpsc::unbounded_channel();
        let plane = Plane::start(&settings.media, events)?;
        let registry = Self(Arc::new(Inner {
            shared: Arc::new(Shared::new(settings, shelf)),
            plane,
            places: Mutex::default(),
            listeners: Mutex::default(),
            next_slot: AtomicU32::new(1),
            stopping: AtomicBool::new(false),
        }));
        tokio::spawn(registry.clone().dispatch(incoming));
        tokio::spawn(registry.clone().watch_figures());
        tokio::spawn(registry.clone().take_up_all());
        let settings = registry.0.shared.settings.clone();
        tokio::task::spawn_blocking(move || seal::keep_ballast(&settings));
        Ok(registry)
    }

    /// Lets somebody into a hearing, starting it if it does not run.
    ///
    /// # Errors
    /// What the hearing refuses; [`Refusal::Over`] if there is no such hearing any more.
    pub async fn enter(
        &self,
        hearing: HearingId,
        arrival: Arrival,
        outlet: Outlet,
    ) -> Result<(Handle, Entry), Refusal> {
        let handle = self.hearing(hearing).await?;
        let entered = handle.enter(arrival.clone(), outlet.clone()).await;
        if entered.is_err() && handle.is_closed() {
            // It ended between the two: it is over, or starts anew.
            let handle = self.hearing(hearing).await?;
            let entry = handle.enter(arrival, outlet).await?;
            return Ok((handle, entry));
        }
        entered.map(|entry| (handle, entry))
    }

    /// A hearing, running.
    ///
    /// # Errors
    /// [`Refusal::Over`] if it is over, [`Refusal::Adjourned`] if it is not time for its next sitting, [`Refusal::LedgerFault`] if its record cannot be read.
    pub async fn hearing(&self, hearing: HearingId) -> Result<Handle, Refusal> {
        let place = Arc::clone(lock(&self.0.places).entry(hearing).or_default());
        let mut place = place.lock().await;
        if let Some(handle) = place.as_ref().filter(|handle| !handle.is_closed()) {
            return Ok(handle.clone());
        }
        if self.is_stopping() {
            return Err(Refusal::LedgerFault);
        }
        let handle = self.begin(hearing).await?;
        *place = Some(handle.clone());
        Ok(handle)
    }

    /// Whether the server stops.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::SeqCst)
    }

    /// Whether any hearing runs, in session or not.
    #[must_use]
    pub fn is_any_running(&self) -> bool {
        !lock(&self.0.listeners).is_empty()
    }

    /// UDP addresses of the media plane, as answers name them.
    #[must_use]
    pub fn candidates(&self) -> Vec<SocketAddr> {
        self.0.plane.candidates()
    }

    /// Figures of the media plane's workers.
    #[must_use]
    pub fn stats(&self) -> Vec<WorkerStats> {
        self.0.plane.stats()
    }

    /// Stops all hearings in good order: links end, segments are closed, ledgers are durable. They come back held.
    pub async fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        let places: Vec<_> = lock(&self.0.places).values().cloned().collect();
        let mut stops = Vec::new();
        for place in places {
            if let Some(handle) = place.lock().await.clone() {
                stops.push(tokio::spawn(async move { handle.stop().await }));
            }
        }
        for stop in stops {
            // A task that failed has nothing more to close.
            let _ = stop.await;
        }
    }

    async fn begin(&self, hearing: HearingId) -> Result<Handle, Refusal> {
        let beginning = match takeup::find(&self.0.shared, hearing).await {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%hearing, %error, "the hearing cannot be taken up");
                return Err(Refusal::LedgerFault);
            }
        };
        let (beginning, takeup) = match beginning {
            takeup::Found::Fresh(beginning) => (beginning, None),
            takeup::Found::Running(beginning, outage) => (beginning, Some(outage)),
            takeup::Found::Unsealed(plan, folder) => {
                seal::begin(&self.0.shared, &plan, folder);
                return Err(Refusal::Over);
            }
            takeup::Found::Adjourned { until_ms } => return Err(Refusal::Adjourned { until_ms }),
            takeup::Found::Over => return Err(Refusal::Over),
        };
        Ok(self.run(hearing, *beginning, takeup))
    }

    fn run(&self, hearing: HearingId, beginning: super::hearing::Beginning, outage: Option<takeup::Outage>) -> Handle {
        let slot = Slot(self.0.next_slot.fetch_add(1, Ordering::Relaxed));
        let plane = self.0.plane.hearing(slot.hearing());
        let (requests, inbox) = mpsc::channel::<Request>(REQUESTS);
        let (news, heard) = mpsc::unbounded_channel();
        lock(&self.0.listeners).insert(slot.hearing(), news.clone());
        let task = Task::new(Arc::clone(&self.0.shared), slot, plane.clone(), beginning, news);
        let running = tokio::spawn(task.run(outage, inbox, heard));
        let registry = self.clone();
        tokio::spawn(async move {
            let ended = running.await;
            lock(&registry.0.listeners).remove(&slot.hearing());
            registry.0.shared.figures.forget(hearing);
            match ended {
                Ok(End::Over | End::Unused | End::Stopped) => {}
                // The program itself ends.
                Err(fault) if fault.is_cancelled() => {}
                // A panic costs this hearing a moment and no other anything.
                Err(fault) => {
                    metrics::hearing_fault();
                    tracing::error!(%hearing, %fault, "a hearing's task failed; it is taken up again");
                    let _ = plane.end().await;
                    tokio::time::sleep(AFTER_FAULT).await;
                    let _ = registry.hearing(hearing).await;
                }
            }
        });
        Handle::new(requests)
    }

    async fn take_up_all(self) {
        let recordings = self.0.shared.settings.recordings.clone();
        let unfinished = tokio::task::spawn_blocking(move || takeup::unfinished(&recordings)).await;
        let unfinished = match unfinished {
            Ok(Ok(unfinished)) => unfinished,
            Ok(Err(error)) => {
                tracing::error!(%error, "the folder of records cannot be read");
                return;
            }
            Err(_) => return,
        };
        for hearing in unfinished {
            let registry = self.clone();
            tokio::spawn(async move {
                // Over: it was only to be sealed. A fault is logged where it is found.
                let _ = registry.hearing(hearing).await;
            });
        }
    }

    async fn dispatch(self, mut events: mpsc::UnboundedReceiver<PlaneEvent>) {
        while let Some(event) = events.recv().await {
            let (PlaneEvent::Connected { hearing, .. }
            | PlaneEvent::Gone { hearing, .. }
            | PlaneEvent::Down { hearing, .. }
            | PlaneEvent::Flowing { hearing, .. }
            | PlaneEvent::Narrow { hearing, .. }
            | PlaneEvent::Layers { hearing, .. }
            | PlaneEvent::Levels { hearing, .. }
            | PlaneEvent::Lines { hearing, .. }) = &event;
            let listener = lock(&self.0.listeners).get(hearing).cloned();
            if let Some(listener) = listener {
                // The task may have ended meanwhile.
                let _ = listener.send(News::Plane(event));
            }
        }
    }

    async fn watch_figures(self) {
        loop {
            tokio::time::sleep(STATS_EVERY).await;
            metrics::workers(&self.0.plane.stats());
            metrics::hearings(lock(&self.0.listeners).len());
        }
    }
}

/// Nothing is left half done under these locks, so a panic elsewhere does not make their content doubtful.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
