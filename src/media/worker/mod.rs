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
mod late;
mod life;
mod notebook;
#[deny(clippy::disallowed_types)]
mod offers;
#[deny(clippy::disallowed_types)]
mod peers;
#[deny(clippy::disallowed_types)]
mod queue;
mod run;
mod stats;
mod strain;
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
use life::{Estate, Life};
use notebook::Notebook;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Sender, channel};
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
        delay_us: i64,
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
        delay_us: i64,
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
    /// Makes the worker's thread end by a panic that nothing in it catches.
    #[cfg(test)]
    Die,
}

enum Order {
    Hearing(HearingKey, Command),
    Stop,
}

/// Ports to try for both protocols when any will do: another program may have the TCP port of the UDP one.
const TRIES: usize = 20;

/// UDP and, if wanted, TCP on one port.
fn bind(addr: SocketAddr, tcp: bool) -> io::Result<(Socket, Option<TcpListener>)> {
    let mut tries = 0;
    loop {
        let socket = Socket::bind(addr)?;
        if !tcp {
            return Ok((socket, None));
        }
        match tcp::listen(SocketAddr::new(addr.ip(), socket.port()?)) {
            Ok(listener) => return Ok((socket, Some(listener))),
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
    /// Of the one who sees to it that it runs.
    watch: Mutex<Option<JoinHandle<()>>>,
    pub(crate) shared: Arc<Shared>,
    /// As answers name them.
    pub(crate) candidates: Vec<SocketAddr>,
}

impl Worker {
    /// Binds `addr`, with TCP on the same port if `tcp` says so, and starts a thread, and another one that starts it anew
    /// should it die. `announce` are the addresses to name in candidates, without ports.
    pub(crate) fn start(
        addr: SocketAddr,
        tcp: bool,
        announce: &[std::net::IpAddr],
        identity: Arc<Identity>,
        events: UnboundedSender<PlaneEvent>,
    ) -> io::Result<Self> {
        let (socket, listener) = bind(addr, tcp)?;
        let port = socket.port()?;
        let candidates: Vec<SocketAddr> = announce.iter().map(|ip| SocketAddr::new(*ip, port)).collect();
        let (orders, queue) = channel();
        let estate = Estate {
            socket: Arc::new(socket),
            listener: listener.map(Arc::new),
            wake: Arc::new(Wake::new()?),
            identity,
            candidates: candidates.clone(),
            events,
            shared: Arc::new(Shared::default()),
            notebook: Notebook::default(),
            offers: Arc::default(),
        };
        let (wake, shared) = (Arc::clone(&estate.wake), Arc::clone(&estate.shared));
        let life = Life::begin(port, estate, queue)?;
        let watch = std::thread::Builder::new().name(format!("watch-{port}")).spawn(move || life.watch())?;
        Ok(Self { orders, wake, watch: Mutex::new(Some(watch)), shared, candidates })
    }

    /// Hands a command over. A worker that is gone drops it, and the reply with it.
    pub(crate) fn send(&self, hearing: HearingKey, command: Command) {
        if self.orders.send(Order::Hearing(hearing, command)).is_ok() {
            self.wake.wake();
        }
    }

    /// Ends the threads and waits for them.
    pub(crate) fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
        self.wake.wake();
        let watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(watch) = watch {
            let _ = watch.join();
        }
    }
}
