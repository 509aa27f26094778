//! One publisher to many subscribers through the real server, its full feature set on.

use crate::court::Court;
use crate::http::post;
use crate::limit;
use crate::peer::Peer;
use crate::publisher::{Publisher, RTX, SSRC, Shape};
use crate::report::Report;
use crate::viewers::{Seen, Viewers};
use anyhow::Context;
use assize_media::dtls::Identity;
use clap::Args;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Subscribers.
    #[arg(long, default_value_t = 100)]
    pub(crate) subs: usize,
    /// Packets a second of the publisher.
    #[arg(long, default_value_t = 500)]
    pub(crate) pps: usize,
    /// Bytes of a packet before sealing, RTP header included.
    #[arg(long, default_value_t = 1200)]
    pub(crate) size: usize,
    /// Packets of a frame, published at once.
    #[arg(long, default_value_t = 4)]
    pub(crate) frame: usize,
    /// Seconds of measuring, in five slices between which the limit is measured.
    #[arg(long, default_value_t = 20)]
    pub(crate) seconds: u64,
    /// Media workers of the server.
    #[arg(long, default_value_t = 1)]
    pub(crate) workers: usize,
    #[arg(long)]
    pub(crate) json: bool,
}

const SLICES: u32 = 5;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    measure(options)?.print(options.json)
}

/// Best CPU of the slices for the ratio, all of them for what was delivered.
struct Measured {
    sent: u64,
    received: u64,
    wall: Duration,
    best_us: f64,
    limit_us: f64,
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    anyhow::ensure!((64..=1200).contains(&options.size), "size must be 64 to 1200 bytes");
    let court = Court::start(options.workers)?;
    let identity = Identity::generate(Instant::now()).context("no certificate")?;
    let judge = court.open()?;
    let shape = Shape { size: options.size, frame: options.frame, pps: options.pps };
    let before = court.rss_kib()?;
    let peers = subscribe(&court, &identity, options.subs)?;
    // Last, so that its consent is fresh when it begins.
    let mut publisher = Publisher::new(publish(&court, &identity)?, shape);
    let mut viewers = Viewers::new(peers);
    let (seen, stop) = (Seen::default(), AtomicBool::new(false));
    let (measured, memory) = thread::scope(|scope| {
        let viewing = scope.spawn(|| viewers.run(&identity, &seen, &stop));
        let measured = slices(options, &court, &identity, &mut publisher, &seen);
        let memory = court.rss_kib().map(|after| after.saturating_sub(before));
        stop.store(true, Ordering::Relaxed);
        viewing.join().map_err(|_| anyhow::anyhow!("the viewers' thread panicked"))??;
        anyhow::Ok((measured?, memory?))
    })?;
    drop(judge);
    Ok(report(options, &measured, &mut viewers.delays, memory, publisher.late))
}

fn slices(
    options: &Options,
    court: &Court,
    identity: &Identity,
    publisher: &mut Publisher,
    seen: &Seen,
) -> anyhow::Result<Measured> {
    let slice = Duration::from_secs(options.seconds.max(5)) / SLICES;
    // Warm up: legs start with a key frame, rings fill.
    publish_for(publisher, identity, Duration::from_secs(3));
    let limit_options = limit::Options {
        subs: options.subs,
        size: options.size,
        frame: options.frame,
        pps: options.pps,
        runs: 1,
        seconds: 2,
        json: false,
    };
    let mut m = Measured { sent: 0, received: 0, wall: Duration::ZERO, best_us: f64::MAX, limit_us: f64::MAX };
    for _ in 0..SLICES {
        let packets = seen.packets.load(Ordering::Relaxed);
        let (cpu, start) = (court.cpu()?, Instant::now());
        seen.measuring.store(true, Ordering::Relaxed);
        m.sent += publish_for(publisher, identity, slice);
        m.wall += start.elapsed();
        // What is on its way arrives.
        thread::sleep(Duration::from_millis(200));
        seen.measuring.store(false, Ordering::Relaxed);
        let received = seen.packets.load(Ordering::Relaxed) - packets;
        let spent = court.cpu()? - cpu;
        m.received += received;
        m.best_us = m.best_us.min(spent.as_secs_f64() * 1e6 / received.max(1) as f64);
        m.limit_us = m.limit_us.min(limit::measure(&limit_options)?.cpu_us_per_packet.unwrap_or(f64::MAX));
    }
    Ok(m)
}

fn publish_for(publisher: &mut Publisher, identity: &Identity, time: Duration) -> u64 {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(time);
            stop.store(true, Ordering::Relaxed);
        });
        publisher.run(identity, &stop)
    })
}

fn publish(court: &Court, identity: &Identity) -> anyhow::Result<Peer> {
    let ticket = court.ticket_of("panel_member")?;
    let path = format!("/whip/{}", court.hearing);
    let mut peer = Peer::begin(identity, Some((SSRC, RTX)), |offer| exchange(court, &path, &ticket, offer))?;
    peer.connect(identity)?;
    Ok(peer)
}

/// Connects one viewer after the other; those who are in already keep their consent fresh meanwhile.
fn subscribe(court: &Court, identity: &Identity, count: usize) -> anyhow::Result<Vec<Peer>> {
    let mut peers: Vec<Peer> = Vec::with_capacity(count);
    for _ in 0..count {
        let mut peer = view(court, identity)?;
        peer.connect(identity)?;
        peers.push(peer);
        peers.iter_mut().for_each(|peer| peer.drive(identity));
    }
    Ok(peers)
}

fn view(court: &Court, identity: &Identity) -> anyhow::Result<Peer> {
    let ticket = court.observer_ticket()?;
    let path = format!("/whep/{}", court.hearing);
    Peer::begin(identity, None, |offer| exchange(court, &path, &ticket, offer))
}

fn exchange(court: &Court, path: &str, ticket: &str, offer: &str) -> anyhow::Result<String> {
    let answer = post(court.http, path, ticket, "application/sdp", offer)?;
    anyhow::ensure!(answer.status == 201, "{path} answered {}: {}", answer.status, answer.body);
    Ok(answer.body)
}

fn report(options: &Options, m: &Measured, delays: &mut [u32], memory: u64, late: Duration) -> Report {
    delays.sort_unstable();
    let quantile = |q: usize| delays.get(delays.len() * q / 100).map(|us| f64::from(*us));
    let offered = m.sent * options.subs as u64;
    Report {
        row: format!("forward 1 to {} in frames of {} x {} B", options.subs, options.frame, options.size),
        offered: offered as f64 / m.wall.as_secs_f64(),
        delivered: m.received as f64 / m.wall.as_secs_f64(),
        lost: (1.0 - m.received as f64 / offered.max(1) as f64).max(0.0),
        cpu_us_per_packet: Some(m.best_us),
        packets_per_second_per_core: Some(1e6 / m.best_us),
        p50_us: quantile(50),
        p99_us: quantile(99),
        rss_kib_per_leg: Some(memory as f64 / options.subs as f64),
        limit_us_per_packet: Some(m.limit_us),
        ratio_to_limit: Some(m.best_us / m.limit_us),
        generator_healthy: late < Duration::from_millis(50),
        ..Report::default()
    }
}
