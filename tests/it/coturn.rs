//! A TURN server elsewhere: the configuration that we give as an example in a real coturn, and what `assize doctor` says of
//! it and of one that is less careful.

use assize_tests::{CEILING, TestCourt, ports};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::net::{TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where the media would be, if this were a court's network.
const MEDIA: &str = "192.0.2.10";
const MEDIA_IPV6: &str = "2001:db8::10";
const SECRET: &str = "a secret of two servers";

struct Coturn {
    process: Child,
    port: u16,
    folder: TempDir,
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_installed(test: &str) -> bool {
    let found = Command::new("turnserver").arg("--version").output().is_ok();
    if !found {
        let _ = writeln!(std::io::stdout(), "SKIPPED {test}: coturn is not installed");
    }
    found
}

/// The example, with what has to be changed changed, on loopback.
fn example(folder: &Path, port: u16) -> String {
    let text = include_str!("../../config/coturn.conf.example");
    let value = |key: &str| match key {
        "static-auth-secret" => Some(SECRET.to_owned()),
        "listening-ip" | "relay-ip" => Some("127.0.0.1".to_owned()),
        "tls-listening-port" => Some(port.to_string()),
        "cert" => Some(folder.join("turn.pem").display().to_string()),
        "pkey" => Some(folder.join("turn.key").display().to_string()),
        "allowed-peer-ip" => Some(MEDIA.to_owned()),
        _ => None,
    };
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.starts_with("proc-") && *line != "syslog") {
        let key = line.split('=').next().unwrap_or_default();
        let _ = match value(key) {
            Some(value) => writeln!(out, "{key}={value}"),
            None => writeln!(out, "{line}"),
        };
    }
    out + "log-file=stdout\npidfile=/dev/null\n"
}

fn certificate(folder: &Path) {
    let arguments = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=turn -addext subjectAltName=IP:127.0.0.1 \
                     -addext basicConstraints=critical,CA:FALSE -keyout turn.key -out turn.pem";
    let made = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{made:?}");
}

/// A coturn with the example's configuration, without the lines that begin with `without`, and with these.
fn coturn(without: Option<&str>, with: &[&str]) -> Coturn {
    let (folder, port) = (tempfile::tempdir().unwrap(), ports::free());
    certificate(folder.path());
    let text = example(folder.path(), port);
    let text = text.lines().filter(|line| without.is_none_or(|word| !line.starts_with(word)));
    let text: Vec<&str> = text.chain(with.iter().copied()).collect();
    fs::write(folder.path().join("turn.conf"), text.join("\n")).unwrap();
    let log = File::create(folder.path().join("log")).unwrap();
    let process = Command::new("turnserver")
        .args(["-c", "turn.conf", "--db", "turn.db"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stderr(log.try_clone().unwrap())
        .stdout(log)
        .spawn()
        .unwrap();
    let coturn = Coturn { process, port, folder };
    let end = Instant::now() + CEILING;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        let log = || fs::read_to_string(coturn.folder.path().join("log")).unwrap_or_default();
        assert!(Instant::now() < end, "coturn does not listen: {}", log());
        std::thread::sleep(Duration::from_millis(50));
    }
    coturn
}

/// What `assize doctor` says of the relays.
async fn doctor(coturn: &Coturn, secret: &str) -> String {
    let url = format!("[\"turns:127.0.0.1:{}?transport=tcp\"]", coturn.port);
    let announce = format!("[\"127.0.0.1\",\"{MEDIA}\",\"{MEDIA_IPV6}\"]");
    let trusted = coturn.folder.path().join("turn.pem").display().to_string();
    let court = TestCourt::with(&[
        ("ASSIZE__RELAY__EXTERNAL", &url),
        ("ASSIZE__RELAY__SECRET", secret),
        ("ASSIZE__MEDIA__ANNOUNCE", &announce),
        ("SSL_CERT_FILE", &trusted),
    ])
    .await;
    let (_, told) = court.cli(&["doctor"]);
    let found = told.lines().find(|line| line.contains("relay.external")).unwrap_or_default().to_owned();
    let log = fs::read_to_string(coturn.folder.path().join("log")).unwrap_or_default();
    assert!(!found.is_empty(), "{told}\n{log}");
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_of_coturn_takes_our_credentials_and_reaches_nothing_but_the_media() {
    if !is_installed("coturn::the_example_of_coturn") {
        return;
    }
    let hardened = coturn(None, &[]);
    let told = doctor(&hardened, SECRET).await;
    assert!(told.starts_with("ok") && told.contains("gives no IPv6 (440), which was not checked"), "{told}");
    let told = doctor(&hardened, "another secret").await;
    assert!(told.starts_with("FAIL") && told.contains("does not take our credentials: 401"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_says_of_a_coturn_without_denied_peers_what_it_reaches() {
    if !is_installed("coturn::doctor_says_of_a_coturn_without_denied_peers") {
        return;
    }
    let told = doctor(&coturn(Some("denied-peer-ip"), &[]), SECRET).await;
    assert!(told.starts_with("FAIL") && told.contains("relays to what it must not reach"), "{told}");
    let reached = ["10.0.0.1", "169.254.169.254", "192.168.0.1", "Internet (192.0.2.1, 198.51.100.1, 203.0.113.1"];
    assert!(reached.iter().all(|address| told.contains(address)), "{told}");
    let told = doctor(&coturn(Some("allowed-peer-ip"), &[]), SECRET).await;
    assert!(told.starts_with("warn") && told.contains(MEDIA), "{told}");
}

/// What is denied by a list that many use: all that is special, and nothing of the Internet.
const SPECIAL: [&str; 11] = [
    "denied-peer-ip=0.0.0.0-0.255.255.255",
    "denied-peer-ip=10.0.0.0-10.255.255.255",
    "denied-peer-ip=100.64.0.0-100.127.255.255",
    "denied-peer-ip=127.0.0.0-127.255.255.255",
    "denied-peer-ip=169.254.0.0-169.254.255.255",
    "denied-peer-ip=172.16.0.0-172.31.255.255",
    "denied-peer-ip=192.0.2.1-192.0.2.9",
    "denied-peer-ip=192.168.0.0-192.168.255.255",
    "denied-peer-ip=198.51.100.0-198.51.100.255",
    "denied-peer-ip=203.0.113.0-203.0.113.255",
    "denied-peer-ip=224.0.0.0-255.255.255.255",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coturn_that_denies_private_networks_only_is_open_to_the_internet() {
    if !is_installed("coturn::a_coturn_that_denies_private_networks_only") {
        return;
    }
    let told = doctor(&coturn(Some("denied-peer-ip"), &SPECIAL), SECRET).await;
    assert!(told.starts_with("FAIL") && told.contains("Internet (198.41.0.4, 193.0.14.129)"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_coturn_that_relays_ipv6_is_asked_for_that_as_well() {
    let test = "coturn::a_coturn_that_relays_ipv6";
    if !is_installed(test) {
        return;
    }
    if UdpSocket::bind("[::1]:0").is_err() {
        let _ = writeln!(std::io::stdout(), "SKIPPED {test}: this machine has no IPv6");
        return;
    }
    let relay = "relay-ip=::1";
    let open = coturn(Some("denied-peer-ip=::"), &[relay]);
    let told = doctor(&open, SECRET).await;
    let reached = ["fe80::1", "fd00::1", "Internet (2001:db8::1, 2001:7fd::1)"];
    assert!(told.starts_with("FAIL") && reached.iter().all(|address| told.contains(address)), "{told}");
    let told = doctor(&coturn(None, &[relay]), SECRET).await;
    assert!(told.starts_with("warn") && told.contains("does not relay to 2001:db8::10: 403"), "{told}");
    let allowed = format!("allowed-peer-ip={MEDIA_IPV6}");
    let told = doctor(&coturn(None, &[relay, &allowed]), SECRET).await;
    assert!(told.starts_with("ok") && !told.contains("not checked"), "{told}");
}
