//! How many TLS connections one address may have at once. What is too much is closed before its handshake costs anything.

use crate::identity::tries::network;
use axum_server::accept::Accept;
use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A refused address is logged no more often than this.
const LOG_EVERY: Duration = Duration::from_secs(60);
/// Addresses without a connection that are remembered for the sake of the log.
const REMEMBERED: usize = 10_000;

/// Lets connections in. Cheap to clone: all clones count together.
#[derive(Debug, Clone)]
pub struct Gate {
    /// 0: any number.
    most: u32,
    exempt: Arc<[IpAddr]>,
    sources: Arc<Mutex<HashMap<IpAddr, Source>>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Source {
    open: u32,
    logged: Option<Instant>,
}

/// There are too many of this address; whether that is worth a line in the log now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Full {
    log: bool,
}

impl Gate {
    /// `proxies` and loopback speak for many: they have no limit.
    #[must_use]
    pub fn new(most: u32, proxies: Vec<IpAddr>) -> Self {
        let exempt = proxies.into_iter().map(|proxy| proxy.to_canonical()).collect();
        Self { most, exempt, sources: Arc::default() }
    }

    fn enter(&self, source: IpAddr, now: Instant) -> Result<Pass, Full> {
        let source = source.to_canonical();
        if self.most == 0 || source.is_loopback() || self.exempt.contains(&source) {
            return Ok(Pass(None));
        }
        let source = network(source);
        let mut sources = self.sources();
        if sources.len() >= REMEMBERED {
            sources.retain(|_, source| source.open > 0);
        }
        let known = sources.entry(source).or_default();
        if known.open < self.most {
            known.open += 1;
            return Ok(Pass(Some((self.clone(), source))));
        }
        let log = known.logged.is_none_or(|logged| now.saturating_duration_since(logged) >= LOG_EVERY);
        if log {
            known.logged = Some(now);
        }
        Err(Full { log })
    }

    fn leave(&self, source: IpAddr) {
        let mut sources = self.sources();
        let Some(known) = sources.get_mut(&source) else { return };
        known.open = known.open.saturating_sub(1);
        if known.open == 0 && known.logged.is_none() {
            sources.remove(&source);
        }
    }

    fn sources(&self) -> MutexGuard<'_, HashMap<IpAddr, Source>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, stream: TcpStream, source: IpAddr) -> io::Result<Counted> {
        match self.enter(source, Instant::now()) {
            Ok(pass) => {
                stream.set_nodelay(true)?;
                Ok(Counted { stream, _pass: pass })
            }
            Err(Full { log }) => {
                metrics::counter!("assize_tls_refused_total").increment(1);
                if log {
                    tracing::warn!(most = self.most, "an address has too many TLS connections; more are closed");
                }
                Err(io::ErrorKind::ConnectionRefused.into())
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for Gate {
    type Stream = Counted;
    type Service = S;
    type Future = Ready<io::Result<(Counted, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let admitted = stream.peer_addr().and_then(|source| self.admit(stream, source.ip()));
        ready(admitted.map(|stream| (stream, service)))
    }
}

/// A connection's place in the count, until it is dropped.
#[derive(Debug)]
struct Pass(Option<(Gate, IpAddr)>);

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some((gate, source)) = &self.0 {
            gate.leave(*source);
        }
    }
}

/// A connection that counts while it is there.
#[derive(Debug)]
pub struct Counted {
    stream: TcpStream,
    _pass: Pass,
}

impl AsyncRead for Counted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn full(gate: &Gate, source: &str, now: Instant) -> Option<bool> {
        gate.enter(ip(source), now).err().map(|Full { log }| log)
    }

    #[test]
    fn an_address_has_so_many_at_once_and_others_have_theirs() {
        let (gate, now) = (Gate::new(2, Vec::new()), Instant::now());
        let first = gate.enter(ip("192.0.2.1"), now).unwrap();
        let _second = gate.clone().enter(ip("::ffff:192.0.2.1"), now).unwrap();
        assert!(full(&gate, "192.0.2.1", now).is_some());
        assert_eq!(full(&gate, "192.0.2.2", now), None);
        drop(first);
        let _third = gate.enter(ip("192.0.2.1"), now).unwrap();
        assert!(full(&gate, "192.0.2.1", now).is_some());
        // One subscriber of an IPv6 provider has a whole /64.
        let _pair = ["2001:db8::1", "2001:db8::2"].map(|text| gate.enter(ip(text), now).unwrap());
        assert!(full(&gate, "2001:db8::3", now).is_some());
        assert_eq!(full(&gate, "2001:db8:0:1::3", now), None);
    }

    #[test]
    fn loopback_and_proxies_and_a_limit_of_none_have_no_limit() {
        let (gate, now) = (Gate::new(1, vec![ip("192.0.2.9")]), Instant::now());
        for source in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "192.0.2.9", "::ffff:192.0.2.9"] {
            let _first = gate.enter(ip(source), now).unwrap();
            assert_eq!(full(&gate, source, now), None, "{source}");
        }
        let gate = Gate::new(0, Vec::new());
        let _first = gate.enter(ip("192.0.2.1"), now).unwrap();
        assert_eq!(full(&gate, "192.0.2.1", now), None);
    }

    #[test]
    fn an_address_is_logged_once_a_minute_and_forgotten_with_its_last_connection() {
        let (gate, now) = (Gate::new(1, Vec::new()), Instant::now());
        drop(gate.enter(ip("192.0.2.1"), now).unwrap());
        assert!(gate.sources().is_empty(), "nobody is remembered who did nothing wrong");
        let one = gate.enter(ip("192.0.2.1"), now).unwrap();
        let after = |s| full(&gate, "192.0.2.1", now + Duration::from_secs(s));
        assert_eq!([after(0), after(1), after(59)], [Some(true), Some(false), Some(false)]);
        drop(one);
        let _again = gate.enter(ip("192.0.2.1"), now).unwrap();
        assert_eq!(
            [after(59), after(60), after(61)],
            [Some(false), Some(true), Some(false)],
            "by coming and going neither"
        );
    }

    #[tokio::test]
    async fn what_is_too_much_is_closed_without_a_byte_and_its_place_comes_free() {
        let gate = Gate::new(1, Vec::new());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let to = listener.local_addr().unwrap();
        let connect = async || (TcpStream::connect(to).await.unwrap(), listener.accept().await.unwrap().0);
        let (_first, there) = connect().await;
        let held = gate.admit(there, ip("192.0.2.1")).unwrap();
        let (mut second, there) = connect().await;
        assert_eq!(gate.admit(there, ip("192.0.2.1")).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(second.read(&mut [0; 8]).await.unwrap(), 0, "closed");
        drop(held);
        let (_third, there) = connect().await;
        gate.admit(there, ip("192.0.2.1")).unwrap();
    }
}
