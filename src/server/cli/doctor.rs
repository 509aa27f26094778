//! `assize doctor`: whether this machine has what the server needs.

use crate::app::Base;
use crate::clock::SystemClock;
use crate::config::Config;
use anyhow::Result;
use std::fmt::Display;
use std::fs::File;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A disk that syncs slower than this cannot acknowledge events in time.
const SLOW_SYNC: Duration = Duration::from_millis(100);
const SYNCS: usize = 100;
/// Bytes a receive buffer should hold: a quarter of a second of a worker's traffic.
const BUFFER: usize = 4 << 20;

#[derive(Debug, Default)]
struct Report {
    failed: bool,
}

impl Report {
    fn say(&mut self, what: &str, result: std::result::Result<String, String>) {
        match result {
            Ok(detail) => println!("ok    {what}: {detail}"),
            Err(detail) => {
                self.failed = true;
                println!("FAIL  {what}: {detail}");
            }
        }
    }
}

pub(super) async fn run(config: &Config) -> Result<ExitCode> {
    let mut report = Report::default();
    let running = is_running(config.server.listen);
    report.say("server", Ok(if running { "running" } else { "not running" }.to_owned()));
    if !running {
        for (key, address) in listeners(config) {
            report.say(key, TcpListener::bind(address).map(|_| address.to_string()).map_err(told));
        }
        for port in media_ports(config) {
            let address = SocketAddr::new(config.media.bind, port);
            report.say("media.ports", UdpSocket::bind(address).map(|_| format!("UDP {address}")).map_err(told));
        }
    }
    report.say("media.announce", addresses(config));
    report.say("network buffers", buffers());
    report.say("tls", certificate(config).await);
    report.say("clock", clock());
    report.say("storage.recordings", disk(&config.storage.recordings));
    let opened = Base::open(config.clone(), Arc::new(SystemClock)).await;
    let answered = match opened {
        Ok(base) => base.store.ping().await.map(|()| config.storage.data.display().to_string()).map_err(told),
        Err(error) => Err(told(error)),
    };
    report.say("database", answered);
    Ok(if report.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn told(error: impl Display) -> String {
    error.to_string()
}

fn is_running(listen: SocketAddr) -> bool {
    std::net::TcpStream::connect_timeout(&listen, Duration::from_millis(300)).is_ok()
}

fn listeners(config: &Config) -> Vec<(&'static str, SocketAddr)> {
    let fixed = [("server.listen", config.server.listen), ("operator.listen", config.operator.listen)];
    fixed.into_iter().chain(config.tls.listen.map(|listen| ("tls.listen", listen))).collect()
}

fn media_ports(config: &Config) -> Vec<u16> {
    if config.media.ports == 0 {
        return vec![0];
    }
    let workers = u16::try_from(config.media.worker_count()).unwrap_or(u16::MAX);
    (0..workers).map(|n| config.media.ports.saturating_add(n)).collect()
}

/// Addresses that this machine has. What lies between it and the browsers only a browser can tell.
fn addresses(config: &Config) -> std::result::Result<String, String> {
    let named = config.media.addresses();
    let ours = named.iter().filter(|address| UdpSocket::bind((**address, 0)).is_ok()).count();
    let shown: Vec<_> = named.iter().map(ToString::to_string).collect();
    let shown = shown.join(", ");
    if ours == named.len() {
        Ok(shown)
    } else {
        Ok(format!("{shown} (some are another machine's: translation is assumed)"))
    }
}

fn buffers() -> std::result::Result<String, String> {
    let read = |name: &str| {
        let text = std::fs::read_to_string(format!("/proc/sys/net/core/{name}")).map_err(told)?;
        text.trim().parse::<usize>().map_err(told)
    };
    let (receive, send) = (read("rmem_max")?, read("wmem_max")?);
    if receive >= BUFFER && send >= BUFFER {
        return Ok(format!("rmem_max {receive}, wmem_max {send}"));
    }
    Ok(format!("small: sysctl -w net.core.rmem_max={BUFFER} net.core.wmem_max={BUFFER} (now {receive}, {send})"))
}

async fn certificate(config: &Config) -> std::result::Result<String, String> {
    crate::tls::install_provider();
    match (&config.tls.certificate, &config.tls.key) {
        (Some(certificate), Some(key)) => {
            { crate::tls::from_files(certificate, key).await.map(|_| "certificate and key belong together".to_owned()) }
                .map_err(told)
        }
        _ => Ok("no certificate named".to_owned()),
    }
}

/// The kernel says whether anything keeps the clock right.
fn clock() -> std::result::Result<String, String> {
    let now = jiff::Timestamp::now();
    let year = now.to_zoned(jiff::tz::TimeZone::UTC).year();
    if year < 2026 {
        return Err(format!("{now}: set the clock"));
    }
    let synchronised = Path::new("/run/systemd/timesync/synchronized").exists() || Path::new("/run/chrony").exists();
    let note = if synchronised { "kept by a time service" } else { "no time service found: install chrony" };
    Ok(format!("{now}, {note}"))
}

/// Slowest of the fastest 99 % of syncs of one small write each.
fn disk(folder: &Path) -> std::result::Result<String, String> {
    std::fs::create_dir_all(folder).map_err(told)?;
    let path = folder.join(".doctor");
    let mut file = File::create(&path).map_err(told)?;
    let mut took = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let start = Instant::now();
        file.write_all(&[0; 512]).and_then(|()| file.sync_data()).map_err(told)?;
        took.push(start.elapsed());
    }
    drop(file);
    std::fs::remove_file(&path).map_err(told)?;
    took.sort();
    let p99 = took[SYNCS * 99 / 100 - 1];
    let text = format!("sync p99 {} ms", p99.as_micros() as f64 / 1000.0);
    if p99 < SLOW_SYNC { Ok(text) } else { Err(format!("{text}: too slow for the record")) }
}
