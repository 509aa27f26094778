//! A connection's sockets: the TLS stream of the client, and one UDP socket for each peer that it reaches.

use super::frame::{Frame, MOST_DATA};
use super::peers::{Family, PeerId};
use super::session::{Action, Session, count};
use super::{Now, Relay};
use bytes::{Buf as _, BytesMut};
use rtc_stun::message::TransactionId;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::UdpSocket;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{sleep_until, timeout};

/// Messages that wait for a slow client; more are dropped, each whole.
const QUEUE: usize = 256;
/// Media that waited for so long is dropped as well: it is worth more to the peer's estimate missing than late.
const LATEST: Duration = Duration::from_millis(500);
/// Longest time for a client to take anything.
const WRITE_WITHIN: Duration = Duration::from_secs(15);
/// Messages written at once.
const TOGETHER: usize = 32;

/// A message on its way to the client.
struct Outgoing {
    bytes: Vec<u8>,
    /// Of media: when it came.
    since: Option<Instant>,
}

struct Leg {
    peer: PeerId,
    local: SocketAddr,
    socket: UdpSocket,
}

/// Serves a client until it goes, or may not stay. `first` is what was read of it already.
pub(super) async fn serve<S>(stream: S, first: BytesMut, source: SocketAddr, relay: Arc<Relay>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (reader, writer) = tokio::io::split(stream);
    let (out, queue) = channel(QUEUE);
    let session = Session::new(Arc::clone(&relay), source, Instant::now());
    let client = Client { relay, session, out, legs: Vec::new(), spare: None };
    tokio::select! {
        () = client.run(reader, first) => {}
        // Whoever does not read is gone.
        _ = write(writer, queue) => {}
    }
}

async fn write(mut writer: impl AsyncWrite + Unpin, mut queue: Receiver<Outgoing>) -> io::Result<()> {
    let (mut waiting, mut bytes) = (Vec::with_capacity(TOGETHER), Vec::new());
    while queue.recv_many(&mut waiting, TOGETHER).await > 0 {
        bytes.clear();
        for message in waiting.drain(..) {
            if message.since.is_none_or(|since| since.elapsed() < LATEST) {
                bytes.extend_from_slice(&message.bytes);
            } else {
                count("relay_slow_client");
            }
        }
        let written = async {
            writer.write_all(&bytes).await?;
            writer.flush().await
        };
        timeout(WRITE_WITHIN, written).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    }
    writer.shutdown().await
}

struct Client {
    relay: Arc<Relay>,
    session: Session,
    out: Sender<Outgoing>,
    legs: Vec<Leg>,
    /// The socket that the allocation was made with, until a peer is reached.
    spare: Option<UdpSocket>,
}

impl Client {
    async fn run(mut self, mut reader: impl AsyncRead + Unpin, first: BytesMut) {
        let mut buffer = first;
        let mut datagram = [0u8; MOST_DATA];
        if !self.messages(&mut buffer).await {
            return;
        }
        loop {
            let deadline = self.session.deadline();
            tokio::select! {
                read = reader.read_buf(&mut buffer) => {
                    if !matches!(read, Ok(1..)) || !self.messages(&mut buffer).await {
                        return;
                    }
                }
                (peer, len) = received(&self.legs, &mut datagram) => {
                    if let Some(bytes) = self.session.bring(peer, &datagram[..len], TransactionId::new(), now()) {
                        self.tell(Outgoing { bytes, since: Some(Instant::now()) });
                    }
                }
                () = sleep_until(deadline.into()) => {
                    if self.session.is_over(now()) {
                        return;
                    }
                }
            }
        }
    }

    /// Takes all whole messages; false if the connection is over.
    async fn messages(&mut self, buffer: &mut BytesMut) -> bool {
        loop {
            match Frame::first(buffer) {
                Ok(None) => return true,
                Ok(Some(frame)) => {
                    let action = self.session.message(frame, buffer, now());
                    if !self.act(action, buffer).await {
                        return false;
                    }
                    buffer.advance(frame.size());
                }
                Err(_) => {
                    count("relay_bad_message");
                    return false;
                }
            }
        }
    }

    async fn act(&mut self, action: Action, message: &[u8]) -> bool {
        match action {
            Action::Nothing => {}
            Action::Reply(bytes) => self.tell(Outgoing { bytes, since: None }),
            Action::Open(family) => {
                self.legs.clear();
                self.spare = self.open(family).await.ok();
                let port =
                    self.spare.as_ref().and_then(|socket| socket.local_addr().ok()).map(|address| address.port());
                if let Action::Reply(bytes) = self.session.opened(port, now()) {
                    self.tell(Outgoing { bytes, since: None });
                }
            }
            Action::Send(peer, range) => {
                if let (Some(socket), Some(data)) = (self.leg(peer).await, message.get(range)) {
                    // A full socket loses it, as a full line would.
                    let _ = socket.try_send(data);
                }
            }
            Action::Close => return false,
        }
        true
    }

    fn tell(&self, message: Outgoing) {
        if self.out.try_send(message).is_err() {
            count("relay_slow_client");
        }
    }

    /// A socket on this machine, where the workers of this family are.
    async fn open(&self, family: Family) -> io::Result<UdpSocket> {
        let peer = self.relay.peers.of(family).ok_or(io::ErrorKind::AddrNotAvailable)?;
        UdpSocket::bind(SocketAddr::new(peer.local.ip(), 0)).await
    }

    /// The socket towards a peer, connected to it: nobody else can send into it. Each name of a peer has its own, or its
    /// answers could not be told apart.
    async fn leg(&mut self, peer: PeerId) -> Option<&UdpSocket> {
        if let Some(known) = self.legs.iter().position(|leg| leg.peer == peer) {
            return Some(&self.legs[known].socket);
        }
        let local = self.relay.peers.get(peer)?.local;
        let socket = match self.spare.take() {
            Some(socket) => socket,
            None => UdpSocket::bind(SocketAddr::new(local.ip(), 0)).await.ok()?,
        };
        socket.connect(local).await.ok()?;
        self.legs.push(Leg { peer, local, socket });
        self.legs.last().map(|leg| &leg.socket)
    }
}

/// The next datagram of any peer. What came before the socket was connected may be anybody's, and is not taken.
async fn received(legs: &[Leg], datagram: &mut [u8]) -> (PeerId, usize) {
    poll_fn(|context| {
        for leg in legs {
            loop {
                let mut buffer = ReadBuf::new(datagram);
                match leg.socket.poll_recv_from(context, &mut buffer) {
                    Poll::Ready(Ok(from)) if from == leg.local => {
                        return Poll::Ready((leg.peer, buffer.filled().len()));
                    }
                    // Another's, or word that nobody listens there.
                    Poll::Ready(_) => {}
                    Poll::Pending => break,
                }
            }
        }
        Poll::Pending
    })
    .await
}

fn now() -> Now {
    let utc_s = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default();
    Now { at: Instant::now(), utc_s }
}
