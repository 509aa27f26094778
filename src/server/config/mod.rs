//! Configuration: a TOML file, overridden by `ASSIZE__SECTION__KEY`; `config/assize.toml` explains every key.

mod error;
mod load;

pub use error::ConfigError;

use crate::time_authority::TimeAuthority;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;

/// Everything that can be set. An unknown key is refused by [`Config::load`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    pub server: Server,
    pub tls: Tls,
    pub operator: Operator,
    pub media: Media,
    pub relay: Relay,
    pub storage: Storage,
    pub recording: Recording,
    pub seal: Seal,
    pub keeping: Keeping,
    pub composition: Composition,
    pub evidence: Evidence,
    pub identity: Identity,
    pub court: Court,
    pub log: Log,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Server {
    /// Plain HTTP listener. Only loopback is a secure context for browsers.
    pub listen: SocketAddr,
    /// Origins, besides the server's own, from which browsers may change anything or open the WebSocket.
    pub origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    /// Address by which clients reach this server, if not the one they asked for (behind a proxy).
    pub public_url: Option<String>,
    /// Seconds that open connections get to finish when the server stops.
    pub drain: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tls {
    pub listen: Option<SocketAddr>,
    /// PEM chain, leaf first.
    pub certificate: Option<PathBuf>,
    /// PEM private key.
    pub key: Option<PathBuf>,
    /// Connections at once of one address that is neither loopback nor a proxy; 0: any number.
    pub connections_each: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Operator {
    /// Listener for `/metrics`; loopback unless a monitoring network is meant.
    pub listen: SocketAddr,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Media {
    pub bind: IpAddr,
    /// First port; each worker takes the next, UDP and TCP. 0: any free ports.
    pub ports: u16,
    /// Whether media are taken over TCP too.
    pub tcp: bool,
    /// Whether endpoints without AES-GCM may take part, with AES-CM and a tag of 80 bits.
    pub srtp_aes_cm: bool,
    /// Worker threads; 0: one a core.
    pub workers: usize,
    /// Addresses named to clients, preferred first; empty: the address of the default route, and loopback.
    pub announce: Vec<IpAddr>,
}

/// How media gets through where only TLS does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relay {
    /// Whether the TLS listener relays to this server's own media ports (and to nothing else).
    pub enabled: bool,
    /// `name` or `name:port` by which browsers reach the TLS listener; without it, the public URL's name or the one that
    /// each asked for, with the listener's port.
    pub host: Option<String>,
    /// URLs of TURN servers elsewhere.
    pub external: Vec<String>,
    /// The secret that this server shares with them (coturn's `static-auth-secret`).
    pub secret: Option<String>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { enabled, host, external, secret } = self;
        let mut shown = f.debug_struct("Relay");
        shown.field("enabled", enabled).field("host", host).field("external", external);
        shown.field("secret", &secret.as_ref().map(|_| "..")).finish()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Storage {
    /// Database, keys and certificates.
    pub data: PathBuf,
    pub recordings: PathBuf,
    /// Folder of procedure files.
    pub procedures: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recording {
    /// Seconds without durable audio after which the session is held (ruling 3).
    pub hold_after: u32,
    /// What happens then.
    pub on_fault: OnFault,
    /// Longest segment file in seconds (contract: at most 300).
    pub segment: u32,
    /// Folders to which every checkpoint is copied at once.
    pub second_places: Vec<PathBuf>,
    /// MiB that are kept beside the records, so that a full disk still takes a seal.
    pub ballast: u32,
}

impl Recording {
    #[must_use]
    pub fn ballast_bytes(&self) -> u64 {
        u64::from(self.ballast) << 20
    }
}

/// What becomes of a record when its sitting is over.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Seal {
    /// URL of a time-stamping authority (RFC 3161), which is asked about every seal.
    pub time_authority: Option<String>,
    /// Certificates (PEM) that stand behind it.
    pub time_authority_ca: Option<PathBuf>,
}

impl Seal {
    /// Who is asked, if anybody is.
    #[must_use]
    pub fn authority(&self) -> Option<TimeAuthority> {
        self.time_authority.clone().map(|url| TimeAuthority { url, ca: self.time_authority_ca.clone() })
    }
}

/// What is done for records over the years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keeping {
    /// When all records begin to be verified again, every night, on the clocks of `court.zone`; empty: never.
    pub verify_at: String,
    /// Hours after which the rest waits for the next night.
    pub verify_hours: u32,
}

impl Keeping {
    #[must_use]
    pub fn verify_at(&self) -> Option<jiff::civil::Time> {
        self.verify_at.parse().ok()
    }
}

impl Default for Keeping {
    fn default() -> Self {
        Self { verify_at: "02:00".to_owned(), verify_hours: 4 }
    }
}

/// Films that are made of sealed records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Composition {
    /// Whether every record gets one by itself.
    pub automatic: bool,
    /// Per cent of the machine that making one takes at most.
    pub share: u8,
    /// The same while a hearing runs.
    pub share_live: u8,
}

/// Files that are handed in during a hearing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// Largest document or picture, in MiB.
    pub file: u32,
    /// Largest recording of sound or picture, in MiB.
    pub recording: u32,
    /// All files of a hearing, in MiB.
    pub hearing: u32,
}

impl Evidence {
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        u64::from(self.file) << 20
    }

    /// The largest of any kind.
    #[must_use]
    pub fn most_bytes(&self) -> u64 {
        self.file_bytes().max(self.recording_bytes())
    }

    #[must_use]
    pub fn recording_bytes(&self) -> u64 {
        u64::from(self.recording) << 20
    }

    #[must_use]
    pub fn hearing_bytes(&self) -> u64 {
        u64::from(self.hearing) << 20
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFault {
    Hold,
    Continue,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// Minutes after which an unused staff session ends.
    pub session_idle: u32,
    /// Hours after which every staff session ends.
    pub session_absolute: u32,
    /// Days for which an enrolment link may be used.
    pub enrolment: u32,
    /// Wrong passwords and codes that one source may try in five minutes.
    pub tries: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Court {
    /// IANA time zone of courts that are made without naming one: a day is a day there.
    pub zone: String,
    /// Most component points of a hearing, whatever its procedure says.
    pub component_points: Option<u32>,
    /// Online hearings that a judge is to hold in a year.
    pub online_quota: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Log {
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug`, `trace`, or directives like `info,assize=debug`.
    pub level: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            origins: Vec::new(),
            proxies: Vec::new(),
            public_url: None,
            drain: 5,
        }
    }
}

impl Default for Tls {
    fn default() -> Self {
        Self { listen: None, certificate: None, key: None, connections_each: 512 }
    }
}

impl Default for Operator {
    fn default() -> Self {
        Self { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 9464)) }
    }
}

impl Default for Media {
    fn default() -> Self {
        let bind = Ipv4Addr::UNSPECIFIED.into();
        Self { bind, ports: 50_000, tcp: true, srtp_aes_cm: true, workers: 0, announce: Vec::new() }
    }
}

impl Default for Relay {
    fn default() -> Self {
        Self { enabled: true, host: None, external: Vec::new(), secret: None }
    }
}

impl Default for Storage {
    fn default() -> Self {
        Self { data: "data".into(), recordings: "recordings".into(), procedures: "config/procedures".into() }
    }
}

impl Default for Recording {
    fn default() -> Self {
        Self { hold_after: 10, on_fault: OnFault::Hold, segment: 300, second_places: Vec::new(), ballast: 256 }
    }
}

impl Default for Composition {
    fn default() -> Self {
        Self { automatic: true, share: 100, share_live: 50 }
    }
}

impl Default for Evidence {
    fn default() -> Self {
        Self { file: 64, recording: 512, hearing: 2048 }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self { session_idle: 30, session_absolute: 12, enrolment: 7, tries: 10 }
    }
}

impl Default for Court {
    fn default() -> Self {
        Self { zone: "Asia/Ho_Chi_Minh".to_owned(), component_points: None, online_quota: None }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

impl Media {
    /// Worker threads to start.
    #[must_use]
    pub fn worker_count(&self) -> usize {
        if self.workers > 0 { self.workers } else { std::thread::available_parallelism().map_or(1, usize::from) }
    }

    /// Addresses to name in candidates. Nothing is sent to find them.
    #[must_use]
    pub fn addresses(&self) -> Vec<IpAddr> {
        if !self.announce.is_empty() {
            return self.announce.clone();
        }
        if !self.bind.is_unspecified() {
            return vec![self.bind];
        }
        default_route().into_iter().chain([IpAddr::V4(Ipv4Addr::LOCALHOST)]).collect()
    }
}

/// Source address of the default route. Connecting a UDP socket asks the routing table and sends nothing; the target is
/// a documentation address (RFC 5737).
pub(crate) fn default_route() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}
