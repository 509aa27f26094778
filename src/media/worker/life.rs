//! A worker's thread, and what comes after it: should it end other than by being told to, another one takes its place on
//! the same socket. It takes over nothing of what was in the dead one's hands.

use super::Order;
use super::notebook::Notebook;
use super::run::Inner;
use super::stats::Shared;
use super::sys::{Socket, Wake};
use crate::dtls::Identity;
use crate::plane::PlaneEvent;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::AtomicU32;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// Before a successor begins, so that one that dies at once does not take the machine's time.
const PAUSE: Duration = Duration::from_millis(50);

/// What a worker leaves to its successor.
#[derive(Debug, Clone)]
pub(super) struct Estate {
    pub(super) socket: Arc<Socket>,
    /// `None`: UDP only.
    pub(super) listener: Option<Arc<TcpListener>>,
    pub(super) wake: Arc<Wake>,
    pub(super) identity: Arc<Identity>,
    pub(super) candidates: Vec<SocketAddr>,
    pub(super) events: UnboundedSender<PlaneEvent>,
    pub(super) shared: Arc<Shared>,
    pub(super) notebook: Notebook,
    /// Number of the last offer to anybody.
    pub(super) offers: Arc<AtomicU32>,
}

/// One worker after the other.
#[derive(Debug)]
pub(super) struct Life {
    port: u16,
    estate: Estate,
    /// Held by the worker that lives, as long as it does.
    orders: Arc<Mutex<Receiver<Order>>>,
    thread: JoinHandle<()>,
}

impl Life {
    pub(super) fn begin(port: u16, estate: Estate, orders: Receiver<Order>) -> io::Result<Self> {
        let orders = Arc::new(Mutex::new(orders));
        let thread = spawn(port, estate.clone(), Arc::clone(&orders))?;
        Ok(Self { port, estate, orders, thread })
    }

    /// Until the worker ends as it was told to.
    pub(super) fn watch(self) {
        let Self { port, estate, orders, mut thread } = self;
        while thread.join().is_err() {
            tracing::error!(port, "a media worker died; another one takes its place");
            thread = loop {
                sleep(PAUSE);
                match spawn(port, estate.clone(), Arc::clone(&orders)) {
                    Ok(thread) => break thread,
                    Err(error) => tracing::error!(port, %error, "a media worker cannot be started"),
                }
            };
        }
    }
}

fn spawn(port: u16, estate: Estate, orders: Arc<Mutex<Receiver<Order>>>) -> io::Result<JoinHandle<()>> {
    Builder::new().name(format!("media-{port}")).spawn(move || {
        // Whoever held it before is dead.
        let orders = orders.lock().unwrap_or_else(PoisonError::into_inner);
        Inner::new(super::sys::now_us(), estate).run(&orders);
    })
}
