//! One TLS port for HTTPS and the relay. A browser's TURN client negotiates no protocol, but the first byte tells: both
//! kinds of client speak first, TURN with the two zero bits of STUN, HTTP with a letter.

use super::gate::Gate;
use super::{Relay, connection};
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use bytes::BytesMut;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// First bytes of STUN requests of methods below 256.
const STUN: std::ops::RangeInclusive<u8> = 0x00..=0x03;

/// Accepts TLS connections, and keeps from HTTP those of the relay's clients.
#[derive(Debug, Clone)]
pub struct Entry {
    tls: RustlsAcceptor<Gate>,
    relay: Option<Arc<Relay>>,
}

impl Entry {
    /// Without a relay everything is HTTP.
    #[must_use]
    pub fn new(config: RustlsConfig, gate: Gate, relay: Option<Arc<Relay>>) -> Self {
        Self { tls: RustlsAcceptor::new(config).acceptor(gate), relay }
    }
}

type Tls = <RustlsAcceptor<Gate> as Accept<TcpStream, ()>>::Stream;

impl<S: Send + 'static> Accept<TcpStream, S> for Entry {
    type Stream = Fork<Tls>;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let source = stream.peer_addr();
        let accepted = self.tls.accept(stream, service);
        let relay = self.relay.clone();
        Box::pin(async move {
            let (stream, service) = accepted.await?;
            let fork = match relay {
                Some(relay) => Fork::Undecided(stream, source?, relay),
                None => Fork::Http(stream),
            };
            Ok((fork, service))
        })
    }
}

/// A stream that is HTTP's unless its first byte says otherwise. The decision is made where HTTP reads first, so that
/// nothing waits for it but what waits for the client anyway.
#[derive(Debug)]
pub enum Fork<S> {
    Undecided(S, SocketAddr, Arc<Relay>),
    Http(S),
    /// The relay has it: for HTTP the client has left without a word.
    Gone,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> AsyncRead for Fork<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let stream = match &mut *self {
            Self::Gone => return Poll::Ready(Ok(())),
            Self::Http(stream) => return Pin::new(stream).poll_read(context, buffer),
            Self::Undecided(stream, ..) => stream,
        };
        ready!(Pin::new(stream).poll_read(context, buffer))?;
        let Some(first) = buffer.filled().get(before).copied() else { return Poll::Ready(Ok(())) };
        match std::mem::replace(&mut *self, Self::Gone) {
            Self::Undecided(stream, source, relay) if STUN.contains(&first) => {
                let read = BytesMut::from(&buffer.filled()[before..]);
                buffer.set_filled(before);
                tokio::spawn(connection::serve(stream, read, source, relay));
            }
            Self::Undecided(stream, ..) => *self = Self::Http(stream),
            other => *self = other,
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Fork<S> {
    fn stream(self: Pin<&mut Self>) -> Option<Pin<&mut S>> {
        match self.get_mut() {
            Self::Undecided(stream, ..) | Self::Http(stream) => Some(Pin::new(stream)),
            Self::Gone => None,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Fork<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.stream() {
            Some(stream) => stream.poll_write(context, bytes),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.stream() {
            Some(stream) => stream.poll_write_vectored(context, slices),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Undecided(stream, ..) | Self::Http(stream) => stream.is_write_vectored(),
            Self::Gone => false,
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().map_or(Poll::Ready(Ok(())), |stream| stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().map_or(Poll::Ready(Ok(())), |stream| stream.poll_shutdown(context))
    }
}
