//! Ports, and whether media reach them at the addresses that are announced.

use super::{Both, Finding, both};
use crate::config::Config;
use std::fmt::Display;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// Longest wait for this machine to answer itself.
const LOCAL: Duration = Duration::from_millis(500);
/// The running server renews its figures each second, later on a busy machine: it is asked so often, and so many times.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const LOOKS: u32 = 20;
/// Bytes a buffer should hold: a quarter of a second of a worker's traffic.
const BUFFER: usize = 4 << 20;
/// Datagrams of a probe; a few may be lost.
const PROBES: u32 = 10;

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let running = is_running(config.server.listen).await;
    if running {
        findings.push(Finding::ok("server", both!("đang chạy", "running")));
    } else {
        findings.push(Finding::ok("server", both!("không chạy", "not running")));
        findings.extend(listeners(config).into_iter().map(|(key, address)| listener(key, address)));
    }
    findings.extend(media(config, running).await);
    findings.push(buffers());
    findings
}

/// Whether it is this server that listens there: something else may.
async fn is_running(listen: SocketAddr) -> bool {
    get(listen, "/livez").await.is_ok_and(|answer| answer.ends_with("ok\n"))
}

async fn get(from: SocketAddr, path: &str) -> io::Result<String> {
    let answer = async {
        let mut stream = TcpStream::connect(from).await?;
        stream.write_all(format!("GET {path} HTTP/1.0\r\nhost: {from}\r\n\r\n").as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.map(|_| answer)
    };
    timeout(2 * LOCAL, answer).await.map_err(io::Error::other)?
}

fn listeners(config: &Config) -> Vec<(&'static str, SocketAddr)> {
    let fixed = [("server.listen", config.server.listen), ("operator.listen", config.operator.listen)];
    fixed.into_iter().chain(config.tls.listen.map(|listen| ("tls.listen", listen))).collect()
}

fn listener(key: &'static str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok(key, both!("TCP {address} còn trống", "TCP {address} is free")),
        Err(error) => Finding::fail(key, both!("TCP {address}: {error}", "TCP {address}: {error}"), taken()),
    }
}

fn taken() -> Both {
    both!(
        "Tìm chương trình đang dùng cổng này bằng `ss -lntup` và dừng nó, hoặc đặt cổng khác trong cấu hình.",
        "Find the program that has this port with `ss -lntup` and stop it, or name another port in the configuration."
    )
}

/// Ports of the workers; none if any free port will do, since nobody knows them beforehand.
fn ports(config: &Config) -> Vec<u16> {
    let workers = u16::try_from(config.media.worker_count()).unwrap_or(u16::MAX);
    let first = config.media.ports;
    if first == 0 { Vec::new() } else { (0..workers).map(|n| first.saturating_add(n)).collect() }
}

async fn media(config: &Config, running: bool) -> Vec<Finding> {
    let ports = ports(config);
    if ports.is_empty() {
        let what = both!("0: cổng bất kỳ, mỗi lần chạy một khác", "0: any free ports, others at every start");
        let todo = both!(
            "Đặt media.ports thành một số cố định để tường lửa mở được cổng đó.",
            "Set media.ports to a fixed number, so that a firewall can let it through."
        );
        return vec![Finding::warn("media.ports", what, todo)];
    }
    let mut findings = Vec::new();
    for address in config.media.addresses() {
        for port in &ports {
            let to = SocketAddr::new(address, *port);
            let arrived = match running {
                true => counted(config.operator.listen, to).await,
                false => answered(SocketAddr::new(config.media.bind, *port), to).await,
            };
            findings.push(judged("UDP", to, arrived));
            if config.media.tcp {
                let place = (!running).then(|| SocketAddr::new(config.media.bind, *port));
                findings.push(judged("TCP", to, connected(place, to).await));
            }
        }
    }
    findings
}

/// What became of datagrams to an announced address.
#[derive(Debug)]
enum Arrived {
    Yes,
    No,
    /// The port cannot be had: something else has it.
    Taken(io::Error),
    /// The running server does not show its figures.
    Unknown,
}

fn judged(protocol: &str, to: SocketAddr, arrived: Arrived) -> Finding {
    let about = "media.announce";
    let ours = UdpSocket::bind((to.ip(), 0)).is_ok();
    match arrived {
        Arrived::Yes => Finding::ok(about, both!("{protocol} {to} tới được", "{protocol} {to} is reached")),
        Arrived::Taken(error) => {
            Finding::fail("media.ports", both!("{protocol} {to}: {error}", "{protocol} {to}: {error}"), taken())
        }
        Arrived::Unknown => Finding::warn(
            about,
            both!(
                "{protocol} {to}: không đọc được số liệu của máy chủ",
                "{protocol} {to}: the server's figures cannot be read"
            ),
            both!(
                "Chạy doctor trên chính máy chủ; xem operator.listen.",
                "Run doctor on the server itself; see operator.listen."
            ),
        ),
        Arrived::No if ours => Finding::fail(
            about,
            both!(
                "{protocol} {to} không tới được dù là địa chỉ của máy này",
                "{protocol} {to} is not reached although it is this machine's"
            ),
            both!(
                "Tường lửa của máy chặn {protocol}: xem `nft list ruleset` và mở các cổng của media.ports.",
                "This machine's firewall stops {protocol}: see `nft list ruleset` and open the ports of media.ports."
            ),
        ),
        Arrived::No => Finding::warn(
            about,
            both!(
                "{protocol} {to} là địa chỉ của máy khác và từ đây không tới được",
                "{protocol} {to} is another machine's address and is not reached from here"
            ),
            both!(
                "Nếu bộ định tuyến chuyển tiếp địa chỉ này, hãy thử bằng trang kiểm tra thiết bị từ mạng ngoài; nếu không, sửa media.announce.",
                "If a router translates it, try the device check page from outside; if not, mend media.announce."
            ),
        ),
    }
}

/// A round trip without the server: a socket in its place that answers, and one that asks by the announced address.
async fn answered(place: SocketAddr, to: SocketAddr) -> Arrived {
    let there = match tokio::net::UdpSocket::bind(place).await {
        Ok(socket) => socket,
        Err(error) => return Arrived::Taken(error),
    };
    let any: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { std::net::Ipv6Addr::UNSPECIFIED.into() };
    let Ok(here) = tokio::net::UdpSocket::bind((any, 0)).await else { return Arrived::No };
    let echo = async {
        let mut buffer = [0; 64];
        while let Ok((len, from)) = there.recv_from(&mut buffer).await {
            // The asker repeats itself.
            let _ = there.send_to(&buffer[..len], from).await;
        }
    };
    let ask = async {
        let mut buffer = [0; 64];
        for n in 0..PROBES {
            let word = format!("assize doctor {n}");
            if here.send_to(word.as_bytes(), to).await.is_err() {
                continue;
            }
            let back = timeout(LOCAL / PROBES, here.recv_from(&mut buffer)).await;
            if matches!(back, Ok(Ok((len, _))) if buffer[..len].starts_with(b"assize doctor")) {
                return Arrived::Yes;
            }
        }
        Arrived::No
    };
    tokio::select! {
        arrived = ask => arrived,
        () = echo => Arrived::No,
    }
}

/// Whether a TCP connection to the announced address comes about: to the running server, or to a listener in its place.
async fn connected(place: Option<SocketAddr>, to: SocketAddr) -> Arrived {
    let _there = match place.map(TcpListener::bind).transpose() {
        Ok(listener) => listener,
        Err(error) => return Arrived::Taken(error),
    };
    match timeout(LOCAL, TcpStream::connect(to)).await {
        Ok(Ok(_)) => Arrived::Yes,
        Ok(Err(_)) | Err(_) => Arrived::No,
    }
}

/// With the server running: it drops what strangers send and counts it, which shows that it came.
async fn counted(operator: SocketAddr, to: SocketAddr) -> Arrived {
    let Ok(before) = dropped(operator).await else { return Arrived::Unknown };
    let any = if to.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { std::net::Ipv6Addr::UNSPECIFIED.into() };
    let Ok(here) = UdpSocket::bind((any, 0)) else { return Arrived::No };
    for n in 0..PROBES {
        // First byte 0x80: taken for media (RFC 7983).
        let _ = here.send_to(&[0x80, 0, 0, n as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0], to);
    }
    for _ in 0..LOOKS {
        sleep(LOOK_EVERY).await;
        match dropped(operator).await {
            Ok(after) if after >= before + f64::from(PROBES / 2) => return Arrived::Yes,
            Ok(_) => {}
            Err(_) => return Arrived::Unknown,
        }
    }
    Arrived::No
}

async fn dropped(operator: SocketAddr) -> io::Result<f64> {
    let figures = get(operator, "/metrics").await?;
    let lines = figures.lines().filter(|line| line.starts_with("assize_datagrams_dropped_total"));
    Ok(lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum())
}

fn buffers() -> Finding {
    let about = "network buffers";
    let read = |name: &str| {
        let text = std::fs::read_to_string(format!("/proc/sys/net/core/{name}")).map_err(told)?;
        text.trim().parse::<usize>().map_err(told)
    };
    let (receive, send) = match (read("rmem_max"), read("wmem_max")) {
        (Ok(receive), Ok(send)) => (receive, send),
        (Err(error), _) | (_, Err(error)) => {
            return Finding::warn(
                about,
                both!("{error}", "{error}"),
                both!("Xem /proc/sys/net/core.", "See /proc/sys/net/core."),
            );
        }
    };
    let what = both!("rmem_max {receive}, wmem_max {send}", "rmem_max {receive}, wmem_max {send}");
    if receive >= BUFFER && send >= BUFFER {
        return Finding::ok(about, what);
    }
    let todo = both!(
        "Nhỏ: hình có thể mất khi dồn dập. `sysctl -w net.core.rmem_max={BUFFER} net.core.wmem_max={BUFFER}`",
        "Small: pictures may be lost in a burst. `sysctl -w net.core.rmem_max={BUFFER} net.core.wmem_max={BUFFER}`"
    );
    Finding::warn(about, what, todo)
}

fn told(error: impl Display) -> String {
    error.to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Level;
    use super::*;

    fn local(port: u16) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, port))
    }

    fn free_udp() -> SocketAddr {
        UdpSocket::bind(local(0)).unwrap().local_addr().unwrap()
    }

    #[tokio::test]
    async fn a_datagram_goes_there_and_back() {
        let to = free_udp();
        let arrived = answered(to, to).await;
        assert!(matches!(arrived, Arrived::Yes), "{arrived:?}");
        // The socket stands in one place, the announced address is another.
        let arrived = answered(free_udp(), free_udp()).await;
        assert!(matches!(arrived, Arrived::No), "{arrived:?}");
        assert_eq!(judged("UDP", to, Arrived::No).level, Level::Fail);
        assert_eq!(judged("UDP", "192.0.2.1:50000".parse().unwrap(), Arrived::No).level, Level::Warn);
    }

    #[tokio::test]
    async fn a_connection_comes_about_or_not() {
        let to = TcpListener::bind(local(0)).unwrap().local_addr().unwrap();
        assert!(matches!(connected(None, to).await, Arrived::No), "nobody listens");
        assert!(matches!(connected(Some(to), to).await, Arrived::Yes), "a listener in the server's place");
        let held = TcpListener::bind(to).unwrap();
        assert!(matches!(connected(None, to).await, Arrived::Yes), "the server itself");
        assert!(matches!(connected(Some(to), to).await, Arrived::Taken(_)), "something else has the port");
        drop(held);
    }

    #[tokio::test]
    async fn a_port_that_something_else_has_is_a_failure() {
        let held = UdpSocket::bind(local(0)).unwrap();
        let to = held.local_addr().unwrap();
        assert_eq!(judged("UDP", to, answered(to, to).await).level, Level::Fail);
        let listening = TcpListener::bind(local(0)).unwrap();
        assert_eq!(listener("server.listen", listening.local_addr().unwrap()).level, Level::Fail);
        assert!(!is_running(listening.local_addr().unwrap()).await, "something listens, and it is not this server");
    }
}
