//! Steady state of a worker: no allocation and no lock while packets are forwarded. A real plane over the loopback, an
//! allocator that counts what the worker's thread asks for, and a trace of its system calls.

#![allow(clippy::unwrap_used, clippy::disallowed_types)]

use assize_media::dtls::{Fingerprint, Identity};
use assize_media::ice::Credentials;
use assize_media::plane::{Config, HearingKey, HearingPlane, Plane, PlaneRoute, PlaneSink, TransportKey};
use assize_media::sdp;
use assize_media::srtp::{RTCP_OVERHEAD, RTP_OVERHEAD};
use assize_media::transport::client::Client;
use assize_rtp::red;
use assize_rtp::rtcp::write;
use assize_rtp::tap::TrackKey;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::Command;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::unbounded_channel;

const CAMERA: TrackKey = TrackKey(20);
const VOICE: TrackKey = TrackKey(21);
const VIEWERS: u64 = 50;
const FRAME: usize = 4;
const PAYLOAD: usize = 1150;
/// Frames at once, before anything is counted.
const BURST: usize = 16;
const SSRC: u32 = 77;
const VOICE_SSRC: u32 = 78;
/// Of an Opus packet.
const SOUND: usize = 80;
/// Every so many packets of sound is lost.
const LOST: u64 = 10;
/// Forwarded packets that are looked at.
const STEADY: u64 = 100_000;

/// Counts the requests of one thread.
struct Counting;

/// The thread that is counted, by the kernel's number.
static COUNTED: AtomicI32 = AtomicI32::new(0);
static REQUESTS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static THREAD: Cell<i32> = const { Cell::new(0) };
}

fn count() {
    // While a thread ends there is nothing to count.
    let thread = THREAD.try_with(|known| {
        if known.get() == 0 {
            known.set(nix::unistd::gettid().as_raw());
        }
        known.get()
    });
    if thread == Ok(COUNTED.load(Ordering::Relaxed)) {
        REQUESTS.fetch_add(1, Ordering::Relaxed);
    }
}

#[allow(unsafe_code, reason = "handing on to the system's allocator, with what was handed in")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn now_us() -> i64 {
    let now = Duration::from(nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC).unwrap());
    i64::try_from(now.as_micros()).unwrap()
}

fn offer(identity: &Identity, ours: &Credentials, direction: &str) -> String {
    let source = |ssrc: u32| {
        if direction == "sendonly" { format!("a=ssrc:{ssrc} cname:x\r\n") } else { String::new() }
    };
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n\
         c=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:sha-256 {}\r\na=setup:actpass\r\na=mid:0\r\n\
         a={direction}\r\na=rtcp-mux\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n\
         a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n{}m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n\
         c=IN IP4 0.0.0.0\r\na=mid:1\r\na={direction}\r\na=rtcp-mux\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:6 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 nack\r\n\
         a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n{}",
        ours.ufrag,
        ours.pwd,
        identity.fingerprint(),
        source(SSRC),
        source(VOICE_SSRC),
    )
}

struct Peer {
    client: Client,
    socket: UdpSocket,
    to: SocketAddr,
    server: Fingerprint,
}

impl Peer {
    fn new(ours: &Credentials, answer: &str) -> Self {
        let parsed = sdp::parse(answer).unwrap();
        let candidate = answer.lines().find(|line| line.starts_with("a=candidate:")).unwrap();
        let words: Vec<&str> = candidate.split(' ').collect();
        let to = SocketAddr::new(words[4].parse().unwrap(), words[5].parse().unwrap());
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_nonblocking(true).unwrap();
        let client = Client::new(&ours.ufrag, parsed.credentials, [5; 12], now_us());
        Self { client, socket, to, server: parsed.fingerprint }
    }

    fn step(&mut self, identity: &Identity) {
        self.client.timeout(now_us(), identity, self.server);
        while let Some(datagram) = self.client.poll_transmit() {
            self.socket.send_to(&datagram, self.to).unwrap();
        }
        let mut buffer = [0; 2000];
        while let Ok(len) = self.socket.recv(&mut buffer) {
            self.client.datagram(now_us(), &mut buffer[..len]);
        }
    }
}

fn connect(peers: &mut [Peer], identity: &Identity) {
    let until = Instant::now() + Duration::from_secs(60);
    while peers.iter().any(|peer| !peer.client.is_connected()) {
        assert!(Instant::now() < until, "not connected");
        peers.iter_mut().for_each(|peer| peer.step(identity));
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A camera that sends frames of several packets, and a voice with redundancy and losses.
struct Camera {
    peer: Peer,
    seq: u64,
    frames: u32,
    sounds: u64,
}

impl Camera {
    fn frame(&mut self) {
        for n in 0..FRAME {
            let mut packet = Vec::with_capacity(1400);
            let last = u8::from(n + 1 == FRAME) << 7;
            packet.extend([0x90, last | 96]);
            packet.extend(((self.seq & 0xffff) as u16).to_be_bytes());
            packet.extend((self.frames * 3000).to_be_bytes());
            packet.extend(SSRC.to_be_bytes());
            packet.extend([0xbe, 0xde, 0, 2, 4 << 4, b'0', 5 << 4 | 1]);
            packet.extend(((self.seq & 0xffff) as u16).to_be_bytes());
            packet.extend([0, 0, 0]);
            packet.extend([0x80 | u8::from(n == 0) << 4, 0x80]);
            packet.extend((((self.frames & 0x7fff) as u16) | 0x8000).to_be_bytes());
            if n == 0 {
                packet.extend([
                    u8::from(!self.frames.is_multiple_of(100)),
                    0,
                    0,
                    0x9d,
                    0x01,
                    0x2a,
                    0x80,
                    0x02,
                    0x68,
                    0x01,
                ]);
            }
            packet.resize(PAYLOAD, 0x55);
            self.send(self.seq, packet);
            self.seq += 1;
        }
        self.frames += 1;
        self.sound();
    }

    /// A packet of sound with the one before it; the one that is lost comes with the next.
    fn sound(&mut self) {
        let seq = self.sounds;
        self.sounds += 1;
        if seq % LOST == LOST / 2 {
            return;
        }
        let mut packet = vec![0x90, 63];
        packet.extend(((seq & 0xffff) as u16).to_be_bytes());
        packet.extend((((seq * 960) & 0xffff_ffff) as u32).to_be_bytes());
        packet.extend(VOICE_SSRC.to_be_bytes());
        // Silence: that somebody is heard is told when it changes, as it may when the machine stands still for a while.
        packet.extend([0xbe, 0xde, 0, 1, 4 << 4, b'1', 6 << 4, 0x7f]);
        red::write_head(&mut packet, 111, 960, SOUND);
        red::write_last(&mut packet, 111);
        for _ in 0..2 {
            packet.push(0xf8);
            packet.extend([0x55; SOUND - 1]);
        }
        self.send(seq, packet);
    }

    fn send(&mut self, seq: u64, mut packet: Vec<u8>) {
        let len = packet.len();
        packet.resize(len + RTP_OVERHEAD, 0);
        let len = self.peer.client.outbound().unwrap().seal_rtp(seq, &mut packet, len).unwrap();
        self.peer.socket.send_to(&packet[..len], self.peer.to).unwrap();
    }

    fn report(&mut self) {
        let mut compound = Vec::new();
        write::sender_report(&mut compound, SSRC, 1 << 32, self.frames * 3000, self.seq as u32, 0);
        let len = compound.len();
        compound.resize(len + RTCP_OVERHEAD, 0);
        let len = self.peer.client.outbound().unwrap().seal_rtcp(&mut compound, len).unwrap();
        self.peer.socket.send_to(&compound[..len], self.peer.to).unwrap();
    }

    /// Sends frames until the plane has sent `packets` more; returns how many it has sent then.
    fn until(&mut self, plane: &Plane, packets: u64) -> u64 {
        let end = sent(plane) + packets;
        let until = Instant::now() + Duration::from_secs(300);
        while sent(plane) < end {
            assert!(Instant::now() < until, "the plane does not send");
            self.frame();
            if self.frames.is_multiple_of(100) {
                self.report();
            }
            std::thread::sleep(Duration::from_millis(4));
        }
        sent(plane)
    }
}

fn sent(plane: &Plane) -> u64 {
    plane.stats().iter().map(|worker| worker.packets_out).sum()
}

async fn viewers(hearing: &HearingPlane, identity: &Identity, ours: &Credentials) -> Vec<Peer> {
    let mut viewers = Vec::new();
    for n in 0..VIEWERS {
        let t = TransportKey(100 + n);
        let answer = hearing.slots(t, offer(identity, ours, "recvonly"), Duration::ZERO).await.unwrap();
        let routes = [CAMERA, VOICE].map(|source| PlaneRoute { source, sink: PlaneSink::Transport(t) });
        hearing.connect(routes.to_vec()).await.unwrap();
        viewers.push(Peer::new(ours, &answer));
    }
    viewers
}

/// The kernel's number of the worker's thread.
fn worker() -> i32 {
    let threads = std::fs::read_dir("/proc/self/task").unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &std::path::Path| std::fs::read_to_string(path.join("comm")).unwrap_or_default();
    let worker = threads.into_iter().find(|path| name(path).starts_with("media-")).unwrap();
    worker.file_name().unwrap().to_str().unwrap().parse().unwrap()
}

/// A plane with a camera and a voice that many get.
struct Court {
    plane: Plane,
    camera: Camera,
    _viewers: Vec<Peer>,
}

impl Court {
    /// With rings, queues and lists grown to their size: a worker that has to wait for the processor gets bursts.
    async fn in_steady_state() -> Self {
        let (events, kept) = unbounded_channel();
        let ip = Ipv4Addr::LOCALHOST.into();
        let plane = Plane::start(
            &Config { bind: ip, first_port: 0, tcp: true, srtp_aes_cm: true, workers: 1, announce: vec![ip] },
            events,
        )
        .unwrap();
        // Nobody reads what the plane tells, as nobody's doing: nothing is told in steady state.
        std::mem::forget(kept);
        let hearing = plane.hearing(HearingKey(1));
        let identity = Identity::generate(Instant::now()).unwrap();
        let ours = Credentials::from_random(&[8; 24]);
        let up = hearing.up(
            TransportKey(1),
            offer(&identity, &ours, "sendonly"),
            vec![("0".into(), CAMERA), ("1".into(), VOICE)],
        );
        let mut peers = viewers(&hearing, &identity, &ours).await;
        peers.insert(0, Peer::new(&ours, &up.await.unwrap()));
        connect(&mut peers, &identity);
        let mut camera = Camera { peer: peers.remove(0), seq: 1, frames: 0, sounds: 1 };
        (0..BURST).for_each(|_| camera.frame());
        // Rings keep 1024 packets of a picture and 256 of sound.
        camera.until(&plane, STEADY);
        Self { plane, camera, _viewers: peers }
    }

    /// Packets forwarded meanwhile, at least [`STEADY`].
    fn forwards(&mut self) -> u64 {
        let began = sent(&self.plane);
        let ended = self.camera.until(&self.plane, STEADY);
        assert!(ended - began >= STEADY);
        ended - began
    }
}

/// One at a time: each looks for the worker's thread by its name.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn forwarding_asks_for_no_memory() {
    let _alone = ALONE.lock().await;
    let mut court = Court::in_steady_state().await;
    COUNTED.store(worker(), Ordering::Relaxed);
    let before = REQUESTS.load(Ordering::Relaxed);
    let began = Instant::now();
    let forwarded = court.forwards();
    let requests = REQUESTS.load(Ordering::Relaxed) - before;
    COUNTED.store(-1, Ordering::Relaxed);
    // Every two seconds the hearing's lines are told: a map, a list, and now and then room in the queue, whatever the packets.
    let told = began.elapsed().as_secs() / 2 + 1;
    println!(
        "{requests} requests for memory while {forwarded} packets were forwarded and lines told {told} times at most"
    );
    assert!(requests <= 3 * told, "{requests} requests");
}

#[tokio::test]
async fn forwarding_waits_for_no_other_thread() {
    let _alone = ALONE.lock().await;
    let mut court = Court::in_steady_state().await;
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut tracer = Command::new("strace")
        .args(["-qq", "-e", "trace=futex,sendmmsg,sendmsg", "-s", "0", "-o", trace.to_str().unwrap()])
        .args(["-p", &worker().to_string()])
        .spawn()
        .unwrap();
    let text = || std::fs::read_to_string(&trace).unwrap_or_default();
    let until = Instant::now() + Duration::from_secs(60);
    while text().is_empty() {
        assert!(Instant::now() < until, "nothing is traced");
        court.camera.frame();
        std::thread::sleep(Duration::from_millis(4));
    }
    let forwarded = court.forwards();
    tracer.kill().unwrap();
    tracer.wait().unwrap();
    let text = text();
    let (locks, sends) = (text.matches("futex(").count(), text.matches("send").count());
    println!("{locks} futex calls and {sends} sends while {forwarded} packets were forwarded");
    assert!(sends > 100, "the trace is of somebody else");
    assert_eq!(locks, 0);
}
