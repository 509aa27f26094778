//! Worker threads: sockets, clock and randomness around the sans-IO parts. A hearing lives on one worker; nothing on the
//! path of a packet takes a lock, waits for another thread or allocates.

#![allow(clippy::disallowed_types, reason = "commands come in here; what forwards is denied them again")]

#[deny(clippy::disallowed_types)]
mod connections;
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
mod tcp;
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
use tcp::Tcp;
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
    Restart {
        t: TransportKey,
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

/// Ports to try for both protocols when any will do: another program may have the TCP port of the UDP one.
const TRIES: usize = 20;

/// UDP and, if wanted, TCP on one port.
fn bind(addr: SocketAddr, tcp: bool) -> io::Result<(Socket, Option<Tcp>)> {
    let mut tries = 0;
    loop {
        let socket = Socket::bind(addr)?;
        if !tcp {
            return Ok((socket, None));
        }
        match Tcp::bind(SocketAddr::new(addr.ip(), socket.port()?)) {
            Ok(tcp) => return Ok((socket, Some(tcp))),
            Err(_) if addr.port() == 0 && tries < TRIES => tries += 1,
            Err(error) => return Err(io::Error::new(error.kind(), format!("TCP: {error}"))),
        }
    }
}

/// A running worker.
#[derive(Debug)]
pub(crate) struct Worker {
    orders: Sender<Order>,
    wake: Arc<Wake>,
    thread: Mutex<Option<JoinHandle<()>>>,
    pub(crate) shared: Arc<Shared>,
    /// As answers name them.
    pub(crate) candidates: Vec<SocketAddr>,
}

impl Worker {
    /// Binds `addr`, with TCP on the same port if `tcp` says so, and starts a thread. `announce`: without ports.
    pub(crate) fn start(
        addr: SocketAddr,
        tcp: bool,
        announce: &[std::net::IpAddr],
        identity: Arc<Identity>,
        events: UnboundedSender<PlaneEvent>,
    ) -> io::Result<Self> {
        let (socket, tcp) = bind(addr, tcp)?;
        let port = socket.port()?;
        let candidates: Vec<SocketAddr> = announce.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        let (orders, queue): (_, Receiver<Order>) = channel();
        let (wake, shared) = (Arc::new(Wake::new()?), Arc::new(Shared::default()));
        let inner = run::Inner::new(
            sys::now_us(),
            (socket, tcp),
            Arc::clone(&wake),
            identity,
            candidates.clone(),
            events,
            Arc::clone(&shared),
        );
        let thread = std::thread::Builder::new().name(format!("media-{port}")).spawn(move || inner.run(&queue))?;
        Ok(Self { orders, wake, thread: Mutex::new(Some(thread)), shared, candidates })
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
