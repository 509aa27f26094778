//! A TURN client over TLS, as browsers have one: the protocol is `rtc-turn`'s, which shares no code with the server's.

use crate::court::{CEILING, TestCourt};
use assize_core::signal::IceServer;
use bytes::{Buf as _, BytesMut};
use rtc_shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use rtc_turn::client::{Client, ClientConfig, Event};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig as TlsConfig, RootCertStore};
use sansio::Protocol as _;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A TLS connection to the court that trusts its own authority and nobody else's.
///
/// # Errors
/// The server does not answer, or its certificate does not fit.
pub async fn tls(court: &TestCourt, protocols: &[&[u8]]) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(court.path("data/tls/ca.pem")).expect("the authority");
    roots.add(authority).expect("a certificate");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = TlsConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config = config.expect("versions").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let stream = TcpStream::connect(court.tls).await?;
    stream.set_nodelay(true)?;
    let name = ServerName::IpAddress(court.tls.ip().into());
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// A client with its connection.
pub struct Turn {
    stream: TlsStream<TcpStream>,
    client: Client,
    read: BytesMut,
    context: TransportContext,
    relayed: Option<SocketAddr>,
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").field("relayed", &self.relayed).finish_non_exhaustive()
    }
}

/// The connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over;

impl Turn {
    /// Connects, negotiating no protocol, as browsers do.
    pub async fn connect(court: &TestCourt, credentials: &IceServer) -> Self {
        let stream = tls(court, &[]).await.expect("TLS");
        let local_addr = stream.get_ref().0.local_addr().expect("an address");
        let context = TransportContext {
            local_addr,
            peer_addr: court.tls,
            transport_protocol: TransportProtocol::TCP,
            ecn: None,
        };
        let config = ClientConfig {
            stun_serv_addr: String::new(),
            turn_serv_addr: court.tls.to_string(),
            local_addr,
            transport_protocol: TransportProtocol::TCP,
            username: credentials.username.clone(),
            password: credentials.credential.clone(),
            realm: String::new(),
            software: String::new(),
            rto_in_ms: 0,
            allocation_refresh_interval_cap: None,
        };
        let provider = rtc_turn::crypto::default_provider().expect("cryptography");
        let client = Client::new(config, provider).expect("a client");
        Self { stream, client, read: BytesMut::new(), context, relayed: None }
    }

    /// # Errors
    /// What the server says, with its number, or that it ended the connection.
    pub async fn allocate(&mut self) -> Result<SocketAddr, String> {
        self.client.allocate(Instant::now()).expect("a request");
        loop {
            match self.event().await? {
                Event::AllocateResponse(_, relayed) => {
                    self.relayed = Some(relayed);
                    return Ok(relayed);
                }
                Event::AllocateError(_, error) => return Err(error.to_string()),
                _ => {}
            }
        }
    }

    /// # Errors
    /// As [`Turn::allocate`].
    pub async fn permit(&mut self, peer: SocketAddr) -> Result<(), String> {
        let relayed = self.relayed.expect("an allocation");
        let mut relay = self.client.relay(relayed).expect("the allocation");
        relay.create_permission(Instant::now(), peer).expect("a request");
        loop {
            match self.event().await? {
                Event::CreatePermissionResponse(..) => return Ok(()),
                Event::CreatePermissionError(_, error) => return Err(error.to_string()),
                _ => {}
            }
        }
    }

    async fn event(&mut self) -> Result<Event, String> {
        loop {
            if let Some(event) = self.client.poll_event() {
                return Ok(event);
            }
            let stepped = timeout(CEILING, async {
                self.flush().await?;
                self.fill().await
            });
            stepped.await.expect("an answer").map_err(|Over| "over".to_owned())?;
        }
    }

    async fn flush(&mut self) -> Result<(), Over> {
        while let Some(message) = self.client.poll_write() {
            self.stream.write_all(&message.message).await.map_err(|_| Over)?;
        }
        self.stream.flush().await.map_err(|_| Over)
    }

    /// Reads, and gives all whole messages to the client.
    async fn fill(&mut self) -> Result<(), Over> {
        match self.stream.read_buf(&mut self.read).await {
            Ok(1..) => {}
            _ => return Err(Over),
        }
        while let [first, _, a, b, ..] = self.read[..] {
            let len = usize::from(u16::from_be_bytes([a, b]));
            let size = if first & 0xc0 == 0 { 20 + len } else { 4 + len.next_multiple_of(4) };
            if self.read.len() < size {
                break;
            }
            let exact = if first & 0xc0 == 0 { size } else { 4 + len };
            let message = BytesMut::from(&self.read[..exact]);
            self.read.advance(size);
            let message = TaggedBytesMut { now: Instant::now(), transport: self.context, message };
            // What it cannot read it would drop.
            let _ = self.client.handle_read(message);
        }
        Ok(())
    }

    /// Carries datagrams between a local port and a peer behind the relay, until it is dropped.
    pub async fn carry(mut self, peer: SocketAddr) -> Carrier {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a socket");
        let port = socket.local_addr().expect("an address").port();
        let task = tokio::spawn(async move {
            let mut datagram = [0u8; 2048];
            let mut from = None;
            loop {
                if self.flush().await.is_err() {
                    return;
                }
                let next = self.client.poll_timeout().unwrap_or_else(|| Instant::now() + Duration::from_secs(60));
                tokio::select! {
                    received = socket.recv_from(&mut datagram) => {
                        let Ok((len, sender)) = received else { continue };
                        from = Some(sender);
                        let relayed = self.relayed.expect("an allocation");
                        let mut relay = self.client.relay(relayed).expect("the allocation");
                        // Before the permission is there it is lost, as on any line.
                        let _ = relay.send_to(Instant::now(), &datagram[..len], peer);
                    }
                    filled = self.fill() => if filled.is_err() { return },
                    () = sleep_until(next.into()) => {
                        self.client.handle_timeout(Instant::now()).expect("time passes");
                    }
                }
                while let Some(event) = self.client.poll_event() {
                    if let (Event::DataIndicationOrChannelData(_, of, data), Some(to)) = (event, from) {
                        assert_eq!(of, peer, "only the peer is heard");
                        let _ = socket.send_to(&data, to).await;
                    }
                }
            }
        });
        Carrier { port, task }
    }
}

/// A port of this machine that leads through the relay.
#[derive(Debug)]
pub struct Carrier {
    port: u16,
    task: JoinHandle<()>,
}

impl Carrier {
    /// A description whose only candidate is this port.
    #[must_use]
    pub fn only_way(&self, sdp: &str) -> String {
        let mut way = Some(format!("a=candidate:1 1 udp 1 127.0.0.1 {} typ host\r\n", self.port));
        let mut lines = String::new();
        for line in sdp.lines() {
            match line.starts_with("a=candidate:") {
                true => lines.push_str(&way.take().unwrap_or_default()),
                false => lines.push_str(&format!("{line}\r\n")),
            }
        }
        assert!(way.is_none(), "no candidate in {sdp}");
        lines
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.task.abort();
    }
}
