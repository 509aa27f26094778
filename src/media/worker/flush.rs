//! From the queues of the peers to the kernel.

use super::queue::SHORT;
use super::run::Inner;
use super::sys::{Outgoing, SEND, Socket, now_us};
use crate::remote::Remote;
use crate::transport::{Dropped, Drops};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// How often a short message is waited for, each time up to a millisecond.
const WAITS: u32 = 5;

impl Inner {
    /// Hands the queues to the kernel: runs of equal length in one message, many messages in one call.
    pub(super) fn flush(&mut self) {
        if self.peers.dirty.is_empty() {
            return;
        }
        let dirty = std::mem::take(&mut self.peers.dirty);
        let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        let mut cursor = Cursor { peer: 0, first: 0, offset: 0 };
        let mut drops = Drops::default();
        loop {
            let mut batch = [Outgoing { to: nowhere, bytes: &[], segment: 0 }; SEND];
            let mut behind = [cursor; SEND];
            let mut filled = 0;
            let mut next = cursor;
            while filled < SEND {
                let Some(peer) = dirty.get(next.peer).and_then(|at| self.peers.peek(*at)) else {
                    if next.peer < dirty.len() {
                        next = Cursor { peer: next.peer + 1, first: 0, offset: 0 };
                        continue;
                    }
                    break;
                };
                // What goes over TCP is not the socket's.
                let message = match peer.transport.agent().selected() {
                    Some(Remote::Udp(to)) => peer.queue.message(next.first, next.offset, to, self.gso),
                    Some(Remote::Tcp(..)) | None => None,
                };
                let Some((message, first)) = message else {
                    next = Cursor { peer: next.peer + 1, first: 0, offset: 0 };
                    continue;
                };
                next = Cursor { first, offset: next.offset + message.bytes.len(), ..next };
                (batch[filled], behind[filled]) = (message, next);
                filled += 1;
            }
            if filled == 0 {
                break;
            }
            let taken = send(&self.estate.socket, &batch[..filled], &mut self.gso, &mut drops);
            if taken > 0 {
                let now = now_us();
                let mut from = cursor;
                for to in &behind[..taken] {
                    let datagrams = if to.peer == from.peer { to.first - from.first } else { to.first };
                    let peer = dirty.get(to.peer).and_then(|at| self.peers.peek(*at));
                    if let Some(oldest) = peer.and_then(|peer| peer.queue.oldest_us) {
                        self.times.note(now - oldest, datagrams as u64);
                    }
                    from = *to;
                }
                cursor = behind[taken - 1];
            }
        }
        self.peers.drops.merge(&drops);
        for at in &dirty {
            let Some(peer) = self.peers.get(*at) else { continue };
            let mut sent = peer.queue.count();
            if let (Some(Remote::Tcp(_, id)), Some(tcp)) = (peer.transport.agent().selected(), &mut self.tcp) {
                let now = now_us();
                let dropped = tcp.send_all(now, id, peer.queue.datagrams(), peer.picture());
                sent -= dropped;
                peer.transport.count_all(Dropped::Queue, dropped);
                if let Some(oldest) = peer.queue.oldest_us {
                    self.times.note(now_us() - oldest, sent);
                }
            }
            peer.queue.clear();
            self.peers.sent += sent;
        }
        // The list's room is used again.
        self.peers.dirty = dirty;
        self.peers.dirty.clear();
    }
}

/// How far the queues have been sent: position in the list of peers, datagram and byte in the peer's queue.
#[derive(Debug, Clone, Copy)]
struct Cursor {
    peer: usize,
    first: usize,
    offset: usize,
}

/// How often to wait for a message, which is of datagrams of one length.
fn patience(message: &Outgoing<'_>) -> u32 {
    let len = if message.segment > 0 { usize::from(message.segment) } else { message.bytes.len() };
    if len > SHORT { 1 } else { WAITS }
}

/// Sends a batch and says how many messages are done with; one that the system will not take is dropped and counted.
fn send(socket: &Socket, batch: &[Outgoing<'_>], gso: &mut bool, drops: &mut Drops) -> usize {
    let mut waited = 0;
    loop {
        let error = match socket.send(batch) {
            Ok(sent) => return sent.max(1),
            Err(error) => error,
        };
        match error.raw_os_error() {
            Some(libc::EINTR) => {}
            // What is short is sound, which is waited for longer.
            Some(libc::EAGAIN | libc::ENOBUFS) if waited < patience(&batch[0]) => {
                socket.wait_to_send();
                waited += 1;
            }
            // The route's device, or the system, cannot segment (no checksum offload): datagram by datagram from now on.
            Some(libc::EIO | libc::EINVAL) if *gso && batch[0].segment > 0 => {
                tracing::warn!(%error, "sending without segmentation offload from now on");
                *gso = false;
                return 0;
            }
            _ => {
                let Outgoing { bytes, segment, .. } = batch[0];
                let datagrams = bytes.len().div_ceil(usize::from(segment).max(1)).max(1);
                drops.add(Dropped::Send, if segment > 0 { datagrams as u64 } else { 1 });
                return 1;
            }
        }
    }
}
