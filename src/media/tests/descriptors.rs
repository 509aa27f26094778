//! A process that has no descriptor to spare: media over TCP wait for one, and the worker does not spin meanwhile.
//!
//! Alone in its process, whose limit it changes.

#![allow(clippy::unwrap_used)]

use assize_media::plane::{Config, HearingKey, Plane, TransportKey};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::io::{ErrorKind, Read as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Lines of the log: one for each try that failed.
static TRIES: AtomicUsize = AtomicUsize::new(0);

struct Counter;

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::WARN && metadata.target().starts_with("assize_media::worker")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        TRIES.fetch_add(1, Ordering::Relaxed);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

const CEILING: Duration = Duration::from_secs(30);

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
                     m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:them\r\n\
                     a=ice-pwd:0123456789012345678901\r\na=setup:actpass\r\na=mid:0\r\na=sendonly\r\na=rtcp-mux\r\n\
                     a=rtpmap:111 opus/48000/2\r\n";

async fn media_port(plane: &Plane) -> SocketAddr {
    let offer = OFFER.replace("a=setup", &format!("a=fingerprint:sha-256 {}\r\na=setup", ["AB"; 32].join(":")));
    let answer = plane.hearing(HearingKey(1)).up(TransportKey(1), offer, Vec::new()).await.unwrap();
    let line = answer.lines().find(|line| line.contains(" tcp ")).unwrap().to_owned();
    let words: Vec<&str> = line.split(' ').collect();
    SocketAddr::new(words[4].parse().unwrap(), words[5].parse().unwrap())
}

#[tokio::test]
async fn without_a_descriptor_to_spare_nobody_is_accepted_and_nothing_spins() {
    tracing::subscriber::set_global_default(Counter).unwrap();
    let (events, _receiver) = unbounded_channel();
    let ip = Ipv4Addr::LOCALHOST.into();
    let config = Config { bind: ip, first_port: 0, tcp: true, srtp_aes_cm: true, workers: 1, announce: vec![ip] };
    let plane = Plane::start(&config, events).unwrap();
    let to = media_port(&plane).await;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    // The client's end takes the last descriptor; the kernel has done with the handshake before the server accepts.
    let spare = std::fs::File::open("/dev/null").unwrap();
    let last = u64::try_from(std::os::fd::AsRawFd::as_raw_fd(&spare)).unwrap();
    drop(spare);
    setrlimit(Resource::RLIMIT_NOFILE, last + 1, hard).unwrap();
    let mut stream = TcpStream::connect(to).unwrap();
    tokio::time::sleep(Duration::from_millis(3500)).await;
    setrlimit(Resource::RLIMIT_NOFILE, soft, hard).unwrap();
    let tries = TRIES.load(Ordering::Relaxed);
    assert!((1..=8).contains(&tries), "{tries} tries to accept in 3.5 s");
    // Accepted at last, and closed because it says nothing.
    stream.set_read_timeout(Some(CEILING)).unwrap();
    let end = stream.read(&mut [0; 1]);
    assert!(matches!(&end, Ok(0)) || end.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset));
}
