//! The physical limit: copy, AES-256-GCM seal and `sendmmsg` with `UDP_SEGMENT`, destination by destination, on one thread.
//!
//! No routing, no feedback, no state: what any server would have to pay on this machine for the same datagrams.

use crate::report::Report;
use anyhow::Context;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use clap::Args;
use nix::sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrIn, sendmmsg};
use nix::time::{ClockId, clock_gettime};
use std::io::{BufRead, BufReader, IoSlice, Read};
use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HEADER: usize = 12;
const TAG: usize = 16;

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Destinations.
    #[arg(long, default_value_t = 100)]
    pub(crate) subs: usize,
    /// Bytes of a packet before sealing, RTP header included.
    #[arg(long, default_value_t = 1200)]
    pub(crate) size: usize,
    /// Packets of a frame, sent to one destination at once.
    #[arg(long, default_value_t = 4)]
    pub(crate) frame: usize,
    /// Packets a second to each destination.
    #[arg(long, default_value_t = 500)]
    pub(crate) pps: usize,
    /// Runs, of which the best counts.
    #[arg(long, default_value_t = 5)]
    pub(crate) runs: usize,
    /// Seconds of each run.
    #[arg(long, default_value_t = 2)]
    pub(crate) seconds: u64,
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let mut best: Option<Report> = None;
    for _ in 0..options.runs.max(1) {
        let report = measure(options)?;
        if best.as_ref().is_none_or(|b| report.cpu_us_per_packet < b.cpu_us_per_packet) {
            best = Some(report);
        }
    }
    best.context("no run")?.print(options.json)
}

/// One run against a draining process of its own.
pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    anyhow::ensure!(options.subs > 0 && options.frame > 0 && options.pps > 0, "subs, frame and pps must be positive");
    anyhow::ensure!((64..=1400).contains(&options.size), "size must be 64 to 1400 bytes");
    let mut drain = Command::new(std::env::current_exe()?)
        .args(["drain", "--count", &options.subs.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = BufReader::new(drain.stdout.take().context("no output of the drain")?);
    let mut line = String::new();
    output.read_line(&mut line)?;
    let ports: Vec<u16> = serde_json::from_str(&line)?;

    let Sent { packets: sent, cpu, wall, burst } = Sender::new(options, &ports)?.send(options)?;
    std::thread::sleep(Duration::from_millis(100));
    drop(drain.stdin.take());
    let mut rest = String::new();
    output.read_to_string(&mut rest)?;
    drain.wait()?;
    let received: u64 = rest.trim().parse().context("the drain printed no count")?;

    let cpu_us = cpu.as_secs_f64() * 1e6 / sent as f64;
    Ok(Report {
        row: format!("limit {} x {} x {} B", options.subs, options.frame, options.size),
        offered: sent as f64 / wall.as_secs_f64(),
        delivered: received as f64 / wall.as_secs_f64(),
        lost: 1.0 - received as f64 / sent as f64,
        cpu_us_per_packet: Some(cpu_us),
        packets_per_second_per_core: Some(1e6 / cpu_us),
        burst_us: Some(burst.as_secs_f64() * 1e6),
        limit_us_per_packet: Some(cpu_us),
        ratio_to_limit: Some(1.0),
        generator_healthy: received as f64 >= 0.99 * sent as f64,
        ..Report::default()
    })
}

struct Sent {
    packets: u64,
    /// Of this process.
    cpu: Duration,
    wall: Duration,
    /// Median time to seal and send one frame to everybody.
    burst: Duration,
}

struct Sender {
    socket: UdpSocket,
    addresses: Vec<Option<SockaddrIn>>,
    keys: Vec<LessSafeKey>,
    arena: Vec<u8>,
    frame: Vec<u8>,
}

impl Sender {
    fn new(options: &Options, ports: &[u16]) -> anyhow::Result<Self> {
        let keys = (0..options.subs)
            .map(|n| Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[n as u8; 32])?)))
            .collect::<Result<Vec<_>, aws_lc_rs::error::Unspecified>>()?;
        Ok(Self {
            socket: UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?,
            addresses: ports.iter().map(|p| Some(SocketAddrV4::new(Ipv4Addr::LOCALHOST, *p).into())).collect(),
            keys,
            arena: vec![0; options.subs * options.frame * (options.size + TAG)],
            frame: (0..options.frame * options.size).map(|n| n as u8).collect(),
        })
    }

    /// Frames at the asked rate.
    fn send(&mut self, options: &Options) -> anyhow::Result<Sent> {
        let period = Duration::from_secs_f64(options.frame as f64 / options.pps as f64);
        let frames = options.seconds * options.pps as u64 / options.frame as u64;
        let start = Instant::now();
        let cpu = process_cpu()?;
        let mut bursts = Vec::new();
        for n in 0..frames {
            let due = start + period * u32::try_from(n)?;
            if let Some(wait) = due.checked_duration_since(Instant::now()) {
                std::thread::sleep(wait);
            }
            let begun = Instant::now();
            self.seal(options, n)?;
            self.transmit(options)?;
            bursts.push(begun.elapsed());
        }
        let packets = frames * (options.frame * options.subs) as u64;
        bursts.sort_unstable();
        let burst = bursts.get(bursts.len() / 2).copied().unwrap_or_default();
        Ok(Sent { packets, cpu: process_cpu()? - cpu, wall: start.elapsed(), burst })
    }

    fn seal(&mut self, options: &Options, frame: u64) -> anyhow::Result<()> {
        let wire = options.size + TAG;
        for (packet, slot) in self.arena.chunks_exact_mut(wire).enumerate() {
            let (sub, index) = (packet / options.frame, packet % options.frame);
            slot[..options.size].copy_from_slice(&self.frame[index * options.size..][..options.size]);
            let seq = frame * options.frame as u64 + index as u64;
            slot[4..12].copy_from_slice(&seq.to_be_bytes());
            let mut nonce = [0; 12];
            nonce[4..].copy_from_slice(&seq.to_be_bytes());
            let (header, rest) = slot.split_at_mut(HEADER);
            let (body, tag) = rest.split_at_mut(options.size - HEADER);
            let sealed = self.keys[sub].seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(&*header),
                body,
            )?;
            tag.copy_from_slice(sealed.as_ref());
        }
        Ok(())
    }

    fn transmit(&self, options: &Options) -> anyhow::Result<()> {
        let wire = options.size + TAG;
        let segment = u16::try_from(wire)?;
        // The kernel takes at most 64 KiB a datagram before segmentation.
        let run =
            (1..=options.frame).rev().find(|n| options.frame.is_multiple_of(*n) && n * wire <= 65_000).unwrap_or(1);
        for first in (0..options.subs).step_by(64) {
            let last = (first + 64).min(options.subs);
            let bytes = &self.arena[first * wire * options.frame..last * wire * options.frame];
            let slices: Vec<[IoSlice<'_>; 1]> = bytes.chunks(wire * run).map(|c| [IoSlice::new(c)]).collect();
            let runs_per_sub = options.frame.div_ceil(run);
            let addresses: Vec<Option<SockaddrIn>> =
                (0..slices.len()).map(|n| self.addresses[first + n / runs_per_sub]).collect();
            let control = [ControlMessage::UdpGsoSegments(&segment)];
            let mut headers = MultiHeaders::<SockaddrIn>::preallocate(slices.len(), Some(nix::cmsg_space!(u16)));
            let sent = sendmmsg(self.socket.as_raw_fd(), &mut headers, &slices, addresses, control, MsgFlags::empty())?;
            anyhow::ensure!(sent.count() == slices.len(), "the kernel took only a part of a batch");
        }
        Ok(())
    }
}

/// User and system time of this process.
pub(crate) fn process_cpu() -> anyhow::Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?.into())
}
