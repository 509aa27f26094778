//! What comes over TCP, and which connections may stay: one that begins with anything but an authentic check is closed.

use super::run::Inner;
use super::sys::now_us;
use super::tcp::Came;
use crate::ice::local_ufrag;
use crate::remote::{Connection, Remote};
use crate::tcp::Frames;
use crate::transport::{Class, Dropped, Mapped, class};

impl Inner {
    /// Accepts, reads and writes what is due, once a connection.
    pub(super) fn connections(&mut self, room: &mut [u8]) {
        let now = now_us();
        let Some(tcp) = &mut self.tcp else { return };
        let (readable, count) = tcp.ready(now);
        for id in &readable[..count] {
            self.read(*id, room);
            self.flush();
        }
        self.close_broken();
    }

    fn read(&mut self, id: Connection, room: &mut [u8]) {
        let Some(tcp) = &mut self.tcp else { return };
        let came = match tcp.read(id, room) {
            Came::Bytes(len) => &mut room[..len],
            Came::Nothing => return,
            Came::Closed => return self.close_connection(id),
        };
        let now = now_us();
        let mut frames = Frames::new(came);
        loop {
            match frames.next_frame() {
                Ok(Some(frame)) => {
                    if !self.frame(now, id, frame) {
                        return self.close_connection(id);
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    self.peers.drops.count(Dropped::Shape);
                    return self.close_connection(id);
                }
            }
        }
        if let Some(tcp) = &mut self.tcp {
            tcp.keep(id, frames);
        }
    }

    /// Takes a datagram that came over a connection; `false`: the connection is of no use.
    fn frame(&mut self, now: i64, id: Connection, frame: &mut [u8]) -> bool {
        let Some((from, peer)) = self.whose(id) else { return false };
        let named = match class(frame) {
            Class::Stun => local_ufrag(frame).and_then(|ufrag| self.peers.by_ufrag(ufrag)),
            _ => peer,
        };
        // A connection is one transport's.
        let Some(at) = named.filter(|at| peer.is_none_or(|peer| peer == *at)) else {
            self.peers.drops.count(Dropped::Unknown);
            return peer.is_some();
        };
        self.for_peer(now, at, |inner| inner.datagram(now, at, from, now, frame));
        matches!(self.whose(id), Some((_, Some(_))))
    }

    fn whose(&self, id: Connection) -> Option<(Remote, Option<usize>)> {
        self.tcp.as_ref()?.whose(id)
    }

    /// ICE has validated a connection, or has given one up for another.
    pub(super) fn map_connection(&mut self, at: usize, mapped: Mapped) {
        let Some(tcp) = &mut self.tcp else { return };
        if let Remote::Tcp(_, id) = mapped.added {
            tcp.bind_peer(id, at);
        }
        if let Some(Remote::Tcp(_, id)) = mapped.evicted {
            tcp.close(id, &mut self.peers);
        }
    }

    fn close_connection(&mut self, id: Connection) {
        if let Some(tcp) = &mut self.tcp {
            tcp.close(id, &mut self.peers);
        }
    }

    /// Closes those that could not be written to.
    fn close_broken(&mut self) {
        let Some(tcp) = &mut self.tcp else { return };
        while let Some(id) = tcp.broken.pop() {
            tcp.close(id, &mut self.peers);
        }
    }

    pub(super) fn close_overdue(&mut self, now: i64) {
        self.close_broken();
        let Some(tcp) = &mut self.tcp else { return };
        tcp.listen_again(now);
        while let Some(id) = tcp.overdue(now) {
            tcp.close(id, &mut self.peers);
        }
    }
}
