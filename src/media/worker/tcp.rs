//! A worker's TCP side: the listener on its port, the connections, one epoll for all of them.
//!
//! What comes is bounded a turn: so many connections accepted, one read a connection. What goes waits in the connection's
//! backlog; nothing here blocks.

use super::peers::Peers;
use super::sys::low_water;
use crate::remote::{Connection, Remote};
use crate::tcp::{Admission, Backlog, Frames, HEADER, MAX_FRAME, Partial};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;

/// Connections accepted, and connections looked at, a turn.
const ACCEPT: usize = 16;
pub(super) const EVENTS: usize = 32;
/// Bytes read of one connection a turn.
const READ: usize = 32 * 1024;
/// Microseconds for which nobody is accepted after the system could not.
const DEAF_US: i64 = 1_000_000;
/// The listener among the events' names; connections count from 1.
const LISTENER: u64 = 0;

/// One connection.
#[derive(Debug)]
struct Open {
    id: Connection,
    stream: TcpStream,
    from: SocketAddr,
    /// The transport that ICE has validated it for, by its position.
    peer: Option<usize>,
    partial: Partial,
    backlog: Backlog,
    /// Whether the epoll watches for room to send.
    watched: bool,
}

/// What became of a read.
#[derive(Debug)]
pub(super) enum Came {
    /// So many bytes stand in the room, what was held back in front.
    Bytes(usize),
    Nothing,
    Closed,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Tcp {
    listener: Arc<TcpListener>,
    epoll: Epoll,
    /// In the order of their ids. There are few, and none where UDP gets through.
    open: Vec<Open>,
    admission: Admission,
    last: u64,
    /// Nobody is accepted before: the system has no descriptor to spare, and the listener would be ready for ever.
    deaf_until: Option<i64>,
    /// Closed by an error on sending: to be told to their transports.
    pub(super) broken: Vec<Connection>,
}

/// Room for what is read in a turn.
pub(super) fn room() -> Vec<u8> {
    vec![0; HEADER + MAX_FRAME + READ]
}

/// The listener outlives whoever accepts.
pub(super) fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(addr)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Tcp {
    pub(super) fn new(listener: Arc<TcpListener>) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        epoll.add(&*listener, EpollEvent::new(EpollFlags::EPOLLIN, LISTENER))?;
        Ok(Self {
            listener,
            epoll,
            open: Vec::new(),
            admission: Admission::default(),
            last: LISTENER,
            deaf_until: None,
            broken: Vec::new(),
        })
    }

    /// To be waited on: readable when [`Tcp::ready`] has something to say.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.epoll.0.as_fd()
    }

    /// Accepts who may come, writes where there is room again, and names the connections to read from.
    pub(super) fn ready(&mut self, now: i64) -> ([Connection; EVENTS], usize) {
        let mut events = [EpollEvent::empty(); EVENTS];
        let count = self.epoll.wait(&mut events, EpollTimeout::ZERO).unwrap_or_default();
        let (mut readable, mut found) = ([Connection(LISTENER); EVENTS], 0);
        for event in &events[..count] {
            let id = Connection(event.data());
            if event.data() == LISTENER {
                self.accept(now);
                continue;
            }
            if event.events().contains(EpollFlags::EPOLLOUT) {
                self.write(now, id);
            }
            if event.events().intersects(EpollFlags::EPOLLIN | EpollFlags::EPOLLHUP | EpollFlags::EPOLLERR) {
                readable[found] = id;
                found += 1;
            }
        }
        (readable, found)
    }

    fn accept(&mut self, now: i64) {
        for _ in 0..ACCEPT {
            let (stream, from) = match self.listener.accept() {
                Ok(accepted) => accepted,
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => return self.turn_deaf(now, &error),
            };
            let from = SocketAddr::new(from.ip().to_canonical(), from.port());
            let id = Connection(self.last + 1);
            let Ok(evicted) = self.admission.admit(now, id, from.ip()) else { continue };
            self.last += 1;
            if let Some(evicted) = evicted {
                self.remove(evicted);
            }
            let event = EpollEvent::new(EpollFlags::EPOLLIN, id.0);
            let prepared = stream
                .set_nonblocking(true)
                .and_then(|()| stream.set_nodelay(true))
                .and_then(|()| low_water(stream.as_fd()))
                .and_then(|()| Ok(self.epoll.add(&stream, event)?));
            if prepared.is_err() {
                self.admission.left(id, from.ip());
                continue;
            }
            let (partial, backlog) = (Partial::default(), Backlog::default());
            self.open.push(Open { id, stream, from, peer: None, partial, backlog, watched: false });
        }
    }

    fn turn_deaf(&mut self, now: i64, error: &io::Error) {
        tracing::warn!(%error, "no TCP connection for media can be accepted for a second");
        if self.epoll.delete(&self.listener).is_ok() {
            self.deaf_until = Some(now + DEAF_US);
        }
    }

    /// Accepts again when it is time to.
    pub(super) fn listen_again(&mut self, now: i64) {
        let event = EpollEvent::new(EpollFlags::EPOLLIN, LISTENER);
        if self.deaf_until.is_some_and(|until| until <= now) && self.epoll.add(&self.listener, event).is_ok() {
            self.deaf_until = None;
        }
    }

    fn find(&self, id: Connection) -> Option<usize> {
        self.open.binary_search_by_key(&id.0, |open| open.id.0).ok()
    }

    fn get(&mut self, id: Connection) -> Option<&mut Open> {
        self.find(id).map(|at| &mut self.open[at])
    }

    /// Where a connection comes from, and the transport it is validated for.
    pub(super) fn whose(&self, id: Connection) -> Option<(Remote, Option<usize>)> {
        let open = &self.open[self.find(id)?];
        Some((Remote::Tcp(open.from, id), open.peer))
    }

    /// Reads once into `room`.
    pub(super) fn read(&mut self, id: Connection, room: &mut [u8]) -> Came {
        let Some(open) = self.get(id) else { return Came::Nothing };
        let held = open.partial.resume(room);
        match open.stream.read(&mut room[held..]) {
            Ok(0) => Came::Closed,
            Ok(len) => Came::Bytes(held + len),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                open.partial.keep(&room[..held]);
                Came::Nothing
            }
            Err(_) => Came::Closed,
        }
    }

    /// Keeps what was read and is not a whole frame.
    pub(super) fn keep(&mut self, id: Connection, frames: Frames<'_>) {
        if let Some(open) = self.get(id) {
            open.partial.keep(frames.rest());
        }
    }

    /// ICE has validated the connection for a transport.
    pub(super) fn bind_peer(&mut self, id: Connection, peer: usize) {
        self.admission.proven(id);
        if let Some(open) = self.get(id) {
            open.peer = Some(peer);
        }
    }

    /// Sends one datagram, as soon as the connection takes it; `false`: it was dropped.
    pub(super) fn send(&mut self, now: i64, id: Connection, datagram: &[u8]) -> bool {
        let pushed = self.get(id).is_some_and(|open| open.backlog.push(now, datagram, false));
        self.write(now, id);
        pushed
    }

    /// Sends a peer's queue and says how many datagrams were dropped. `is_picture` tells by a datagram what it carries.
    pub(super) fn send_all<'a>(
        &mut self,
        now: i64,
        id: Connection,
        datagrams: impl Iterator<Item = &'a [u8]>,
        is_picture: impl Fn(&[u8]) -> bool,
    ) -> u64 {
        let mut dropped = 0;
        let Some(open) = self.get(id) else { return datagrams.count() as u64 };
        for datagram in datagrams {
            dropped += u64::from(!open.backlog.push(now, datagram, is_picture(datagram)));
        }
        self.write(now, id);
        dropped
    }

    /// Writes what waits, as far as it is taken.
    fn write(&mut self, now: i64, id: Connection) {
        let Some(at) = self.find(id) else { return };
        let open = &mut self.open[at];
        while !open.backlog.waiting().is_empty() {
            match open.stream.write(open.backlog.waiting()) {
                Ok(len) if len > 0 => open.backlog.took(now, len),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Ok(_) | Err(_) => return self.broken.push(id),
            }
        }
        let waits = !open.backlog.waiting().is_empty();
        if waits != open.watched {
            open.watched = waits;
            let flags = if waits { EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT } else { EpollFlags::EPOLLIN };
            if self.epoll.modify(&open.stream, &mut EpollEvent::new(flags, id.0)).is_err() {
                self.broken.push(id);
            }
        }
    }

    /// Connections that have proved nothing for too long, or taken nothing.
    pub(super) fn overdue(&self, now: i64) -> Option<Connection> {
        let stuck = || self.open.iter().find(|open| open.backlog.is_stuck(now)).map(|open| open.id);
        self.admission.overdue(now).or_else(stuck)
    }

    /// Closes a connection; says which transport it was validated for.
    fn remove(&mut self, id: Connection) -> Option<(Remote, usize)> {
        let Open { stream, from, peer, .. } = self.open.remove(self.find(id)?);
        self.admission.left(id, from.ip());
        // Closing takes it out of the epoll.
        drop(stream);
        Some((Remote::Tcp(from, id), peer?))
    }

    /// Closes a connection and takes it from its transport.
    pub(super) fn close(&mut self, id: Connection, peers: &mut Peers) {
        if let Some((remote, peer)) = self.remove(id)
            && let Some(peer) = peers.get(peer)
        {
            peer.transport.forget(remote);
        }
    }

    /// Closes the connections of a transport that is gone.
    pub(super) fn close_all(&mut self, peer: usize) {
        while let Some(id) = self.open.iter().find(|open| open.peer == Some(peer)).map(|open| open.id) {
            self.remove(id);
        }
    }
}
