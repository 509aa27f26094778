//! A peer that sends far more than it may: runs of datagrams as a network card hands them over, half of them valid.

use crate::court::CEILING;
use assize_media::dtls::{Fingerprint, Identity};
use assize_media::ice::Credentials;
use assize_media::sdp;
use assize_media::srtp::RTP_OVERHEAD;
use assize_media::transport::client::Client;
use nix::sys::socket::{ControlMessage, MsgFlags, SockaddrIn, sendmsg};
use std::io::IoSlice;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::thread;
use std::time::{Duration, Instant};

/// Datagrams in one message to the kernel, and bytes of each before and after sealing.
const RUN: usize = 16;
const SIZE: usize = 400;
const WIRE: usize = SIZE + 16;
/// SSRC, payload type and steps of time of the two streams.
const STREAMS: [(u32, u8, u32); 2] = [(7001, 111, 960), (7002, 96, 3000)];

/// See the module. It publishes a microphone and a camera.
#[derive(Debug)]
pub struct Flood {
    socket: UdpSocket,
    client: Client,
    identity: Identity,
    server: Fingerprint,
    beginning: Instant,
    seqs: [u64; 2],
}

/// Who a flood is before it is answered.
#[derive(Debug)]
pub struct Before {
    identity: Identity,
    ufrag: String,
}

impl Before {
    /// Ourselves, and our offer.
    #[must_use]
    pub fn new() -> (Self, String) {
        let identity = Identity::generate(Instant::now()).expect("a certificate");
        let mut random = [0; 24];
        getrandom::fill(&mut random).expect("randomness");
        let Credentials { ufrag, pwd } = Credentials::from_random(&random);
        let place = format!(
            "c=IN IP4 0.0.0.0\r\na=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\na=fingerprint:sha-256 {}\r\n\
             a=setup:active\r\na=sendonly\r\na=rtcp-mux\r\n",
            identity.fingerprint()
        );
        let [(sound, ..), (picture, ..)] = STREAMS;
        let offer = format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
             m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n{place}a=mid:0\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:{sound} cname:x\r\n\
             m=video 9 UDP/TLS/RTP/SAVPF 96\r\n{place}a=mid:1\r\na=rtpmap:96 VP8/90000\r\na=ssrc:{picture} cname:x\r\n"
        );
        (Self { identity, ufrag }, offer)
    }

    /// Connects to the server that answered.
    ///
    /// # Panics
    /// It does not connect within the ceiling.
    #[must_use]
    pub fn connect(self, answer: &str) -> Flood {
        let remote = sdp::parse(answer).expect("an answer");
        let candidate = answer.lines().find(|line| line.starts_with("a=candidate:")).expect("a candidate");
        let words: Vec<&str> = candidate.split(' ').collect();
        let to = SocketAddr::new(words[4].parse().expect("an address"), words[5].parse().expect("a port"));
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
        socket.connect(to).expect("an address");
        socket.set_read_timeout(Some(Duration::from_millis(5))).expect("a timeout");
        let client = Client::new(&self.ufrag, remote.credentials, [7; 12], 0);
        let Self { identity, .. } = self;
        let beginning = Instant::now();
        let mut flood = Flood { socket, client, identity, server: remote.fingerprint, beginning, seqs: [1; 2] };
        while !flood.client.is_connected() {
            assert!(beginning.elapsed() < CEILING && !flood.client.is_failed(), "the flood does not connect");
            flood.drive();
        }
        flood.socket.set_nonblocking(true).expect("a socket that waits for nothing");
        flood
    }
}

impl Flood {
    /// Does what is due, and takes one datagram.
    fn drive(&mut self) {
        let now = i64::try_from(self.beginning.elapsed().as_micros()).unwrap_or(i64::MAX);
        self.client.timeout(now, &self.identity, self.server);
        while let Some(datagram) = self.client.poll_transmit() {
            // What the kernel does not take is lost.
            let _ = self.socket.send(&datagram);
        }
        let mut buffer = [0; 2000];
        if let Ok(len) = self.socket.recv(&mut buffer) {
            self.client.datagram(now, &mut buffer[..len]);
        }
    }

    /// Sends so many datagrams, no more than `rate` a second: of four, one of sound, one of picture, and two that only
    /// look like them. Returns itself and how many the kernel took.
    ///
    /// # Panics
    /// There are no keys.
    #[must_use]
    pub fn send(mut self, datagrams: usize, rate: usize) -> (Self, usize) {
        let (begun, mut done, mut taken) = (Instant::now(), 0, 0);
        while done < datagrams {
            let due = (begun.elapsed().as_secs_f64() * rate as f64) as usize;
            while done < due.min(datagrams) {
                taken += if self.run() { RUN } else { 0 };
                done += RUN;
            }
            self.drive();
            thread::sleep(Duration::from_millis(1));
        }
        (self, taken)
    }

    /// One message of [`RUN`] datagrams; `false`: the kernel did not take it.
    fn run(&mut self) -> bool {
        let mut arena = [0; RUN * WIRE];
        for (n, datagram) in arena.chunks_exact_mut(WIRE).enumerate() {
            let stream = n % 2;
            let (ssrc, pt, step) = STREAMS[stream];
            let seq = &mut self.seqs[stream];
            let [.., high, low] = seq.to_be_bytes();
            datagram[..4].copy_from_slice(&[0x80, pt, high, low]);
            datagram[4..8].copy_from_slice(&(*seq as u32).wrapping_mul(step).to_be_bytes());
            datagram[8..12].copy_from_slice(&ssrc.to_be_bytes());
            // The beginning of a VP8 key frame (RFC 7741, RFC 6386), and as good for sound.
            datagram[12..26].copy_from_slice(&[0x90, 0x80, 0x80, 1, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 2, 0x68, 1]);
            if n % 4 < 2 {
                const { assert!(WIRE - SIZE <= RTP_OVERHEAD) };
                let mut room = [0; SIZE + RTP_OVERHEAD];
                room[..SIZE].copy_from_slice(&datagram[..SIZE]);
                let sealed = self.client.outbound().expect("keys").seal_rtp(*seq, &mut room, SIZE).expect("sealed");
                datagram.copy_from_slice(&room[..sealed]);
                *seq += 1;
            }
        }
        let control = [ControlMessage::UdpGsoSegments(&(WIRE as u16))];
        sendmsg::<SockaddrIn>(self.socket.as_raw_fd(), &[IoSlice::new(&arena)], &control, MsgFlags::empty(), None)
            .is_ok()
    }
}
