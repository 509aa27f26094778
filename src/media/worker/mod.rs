//! Worker threads: sockets, clock and randomness around the sans-IO parts. A hearing lives on one worker; nothing on the
//! path of a packet takes a lock, waits for another thread or allocates.

#![allow(clippy::disallowed_types, reason = "commands come in here; what forwards is denied them again")]

#[deny(clippy::disallowed_types)]
mod control;
#[deny(clippy::disallowed_types)]
mod down;
#[deny(clippy::disallowed_types)]
mod flush;
#[deny(clippy::disallowed_types)]
mod offers;
#[deny(clippy::disallowed_types)]
mod peers;
#[deny(clippy::disallowed_types)]
mod queue;
mod run;
mod stats;
// The system's socket calls (recvmmsg, sendmmsg with segmentation) have no safe wrapper among our dependencies.
#[allow(unsafe_code)]
#[deny(clippy::disallowed_types)]
mod sys;
#[deny(clippy::disallowed_types)]
mod timers;

#[cfg(test)]
mod tests;

pub(crate) use stats::Shared;

use crate::dtls::Identity;
use crate::plane::{HearingKey, MediaError, PlaneEvent, PlaneRoute, TransportKey};
use assize_rtp::tap::{TapSender, TrackKey};
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use sys::{Socket, Wake};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

/// The way back of a command.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, MediaError>>;

/// What a hearing's owner wants of its worker.
#[derive(Debug)]
pub(crate) enum Command {
    Up {
        t: TransportKey,
        offer: String,
        tracks: Vec<(String, TrackKey)>,
        reply: Reply<String>,
    },
    Down {
        t: TransportKey,
        reply: Reply<()>,
    },
    DownAnswer {
        t: TransportKey,
        offer: u32,
        sdp: String,
        reply: Reply<()>,
    },
    Slots {
        t: TransportKey,
        offer: String,
        reply: Reply<String>,
    },
    Trickle {
        t: TransportKey,
        fragment: String,
        reply: Reply<Option<String>>,
    },
    Close {
        t: TransportKey,
        reply: Reply<()>,
    },
    Cut {
        routes: Vec<PlaneRoute>,
        reply: Reply<()>,
    },
    Connect {
        routes: Vec<PlaneRoute>,
        reply: Reply<()>,
    },
    Recorder {
        tap: TapSender,
        reply: Reply<()>,
    },
    Keyframe {
        track: TrackKey,
    },
    Tile {
        t: TransportKey,
        track: TrackKey,
        height: u32,
    },
    End {
        reply: Reply<()>,
    },
    /// Makes the handling of the transport's next datagram panic.
    #[cfg(test)]
    Trap {
        t: TransportKey,
    },
}

enum Order {
    Hearing(HearingKey, Command),
    Stop,
}

/// A running worker.
#[derive(Debug)]
pub(crate) struct Worker {
    orders: Sender<Order>,
    wake: Arc<Wake>,
    thread: Mutex<Option<JoinHandle<()>>>,
    pub(crate) shared: Arc<Shared>,
}

impl Worker {
    /// Binds `addr` and starts a thread. `candidates` are the addresses to announce, without ports.
    pub(crate) fn start(
        addr: SocketAddr,
        announce: &[std::net::IpAddr],
        identity: Arc<Identity>,
        events: UnboundedSender<PlaneEvent>,
    ) -> io::Result<Self> {
        let socket = Socket::bind(addr)?;
        let port = socket.port()?;
        let candidates = announce.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        let (orders, queue): (_, Receiver<Order>) = channel();
        let (wake, shared) = (Arc::new(Wake::new()?), Arc::new(Shared::default()));
        let inner = run::Inner::new(
            sys::now_us(),
            socket,
            Arc::clone(&wake),
            identity,
            candidates,
            events,
            Arc::clone(&shared),
        );
        let thread = std::thread::Builder::new().name(format!("media-{port}")).spawn(move || inner.run(&queue))?;
        Ok(Self { orders, wake, thread: Mutex::new(Some(thread)), shared })
    }

    /// Hands a command over. A worker that is gone drops it, and the reply with it.
    pub(crate) fn send(&self, hearing: HearingKey, command: Command) {
        if self.orders.send(Order::Hearing(hearing, command)).is_ok() {
            self.wake.wake();
        }
    }

    /// Ends the thread and waits for it.
    pub(crate) fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
        self.wake.wake();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}
