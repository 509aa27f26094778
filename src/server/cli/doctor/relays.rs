//! TURN servers elsewhere (R-T5): whether each is reached, takes our credentials, lets media go to this server, and lets
//! them go nowhere that it must not reach.

use super::{Both, Finding, both, certificate};
use crate::config::Config;
use crate::relay::Issuer;
use crate::relay::probe::{Probe, Said};
use assize_core::signal::IceServer;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

const ABOUT: &str = "relay.external";
/// Longest wait for all that one server is asked.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a relay of a court reaches for nobody: this machine, private and shared networks, link-local addresses and the
/// metadata service there, multicast, unspecified and mapped addresses.
const FORBIDDEN: [&str; 16] = [
    "0.0.0.0",
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "fe80::1",
    "fd00::1",
];
/// Nor anything on the Internet: addresses for documentation (RFC 5737, RFC 3849), and of two root name servers, since
/// some servers deny the former by themselves. To be permitted a peer is sent nothing.
const INTERNET: [&str; 7] =
    ["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.41.0.4", "193.0.14.129", "2001:db8::1", "2001:7fd::1"];
/// No refusal: the allocation is of the other family (RFC 8656 section 10.2).
const OTHER_FAMILY: u16 = 443;
/// Any port: permissions are for addresses (RFC 8656 section 9).
const PORT: u16 = 9;

pub(super) async fn examine(config: &Config, now_s: u64) -> Vec<Finding> {
    let Some(told) = Issuer::new(config, None).servers("doctor", None, now_s).pop() else { return Vec::new() };
    let media: Vec<IpAddr> = config.media.addresses().into_iter().filter(|address| !address.is_loopback()).collect();
    let mut findings = Vec::new();
    for url in &told.urls {
        let found = match Place::of(url) {
            Some(place) => timeout(PATIENCE, place.ask(&told, &media)).await.unwrap_or_else(|_| silent(url)),
            None => unknown(url),
        };
        findings.push(found);
    }
    findings
}

/// Where a URL of TURN leads (RFC 7065).
#[derive(Debug, PartialEq, Eq)]
struct Place<'a> {
    url: &'a str,
    tls: bool,
    host: &'a str,
    port: u16,
}

impl<'a> Place<'a> {
    /// `None`: it is none, or leads over UDP.
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once(':')?;
        let tls = match scheme {
            "turns" => true,
            "turn" => false,
            _ => return None,
        };
        let (authority, query) = rest.split_once('?').unwrap_or((rest, if tls { "transport=tcp" } else { "" }));
        if query != "transport=tcp" {
            return None;
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (authority, if tls { 5349 } else { 3478 }),
        };
        Some(Self { url, tls, host: host.trim_matches(['[', ']']), port })
    }

    async fn ask(&self, credentials: &IceServer, media: &[IpAddr]) -> Finding {
        self.judge(credentials, media).await.unwrap_or_else(|error| unreached(self.url, &error))
    }

    async fn connect(&self) -> io::Result<Probe<Box<dyn Stream>>> {
        let stream = TcpStream::connect((self.host, self.port)).await?;
        if !self.tls {
            return Ok(Probe::new(Box::new(stream)));
        }
        let name = ServerName::try_from(self.host.to_owned()).map_err(io::Error::other)?;
        let stream = connector(certificate::system_roots())?.connect(name, stream).await?;
        Ok(Probe::new(Box::new(stream)))
    }

    async fn judge(&self, credentials: &IceServer, media: &[IpAddr]) -> io::Result<Finding> {
        let url = self.url;
        let mut probe = self.connect().await?;
        if probe.allocate_as_nobody(credentials).await? == Said::Yes {
            let what = both!("{url} chuyển tiếp cho bất kỳ ai", "{url} relays for anybody");
            return Ok(Finding::fail(ABOUT, what, example()));
        }
        if let Said::No(code) = probe.allocate(false).await? {
            return Ok(not_taken(url, code));
        }
        let mut reach = Reach::default();
        reach.of(&mut probe, media, |_| true).await?;
        // A connection has one allocation, and an allocation one family.
        let mut probe = self.connect().await?;
        probe.allocate_as_nobody(credentials).await?;
        match probe.allocate(true).await? {
            Said::Yes => reach.of(&mut probe, media, IpAddr::is_ipv6).await?,
            Said::No(code) => reach.no_ipv6 = Some(code),
        }
        Ok(reach.finding(url))
    }
}

/// A connection, with TLS or without.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// What a server lets media go to.
#[derive(Debug, Default)]
struct Reach {
    forbidden: Vec<&'static str>,
    internet: Vec<&'static str>,
    /// Media addresses of ours that it does not, with the code.
    refused: Vec<(IpAddr, u16)>,
    /// It gave no IPv6, with this code.
    no_ipv6: Option<u16>,
}

impl Reach {
    /// Asks, of one allocation, for all addresses of these families.
    async fn of(
        &mut self,
        probe: &mut Probe<Box<dyn Stream>>,
        media: &[IpAddr],
        family: impl Fn(&IpAddr) -> bool,
    ) -> io::Result<()> {
        for (texts, reached) in [(&FORBIDDEN[..], &mut self.forbidden), (&INTERNET[..], &mut self.internet)] {
            for text in texts {
                let Ok(address) = text.parse::<IpAddr>() else { continue };
                let asked = family(&address) && !media.contains(&address) && !reached.contains(text);
                if asked && probe.permit(SocketAddr::new(address, PORT)).await? == Said::Yes {
                    reached.push(text);
                }
            }
        }
        for address in media.iter().filter(|address| family(address)) {
            match probe.permit(SocketAddr::new(*address, PORT)).await? {
                Said::Yes | Said::No(OTHER_FAMILY) => {}
                Said::No(code) => self.refused.push((*address, code)),
            }
        }
        Ok(())
    }

    fn finding(&self, url: &str) -> Finding {
        let mut reached: Vec<String> = self.forbidden.iter().map(|text| (*text).to_owned()).collect();
        if !self.internet.is_empty() {
            reached.push(format!("Internet ({})", self.internet.join(", ")));
        }
        if !reached.is_empty() {
            let reached = reached.join(", ");
            let what = both!(
                "{url} chuyển tiếp tới nơi bị cấm: {reached}",
                "{url} relays to what it must not reach: {reached}"
            );
            return Finding::fail(ABOUT, what, example());
        }
        if let Some((address, code)) = self.refused.first() {
            let what =
                both!("{url} không chuyển tiếp tới {address}: {code}", "{url} does not relay to {address}: {code}");
            let todo = both!(
                "Thêm allowed-peer-ip={address} vào cấu hình ở đó.",
                "Add allowed-peer-ip={address} to its configuration."
            );
            return Finding::warn(ABOUT, what, todo);
        }
        match self.no_ipv6 {
            None => Finding::ok(
                ABOUT,
                both!(
                    "{url} nhận thông tin xác thực và không tới nơi nào bị cấm",
                    "{url} takes our credentials and reaches nothing that it must not"
                ),
            ),
            Some(code) => Finding::ok(
                ABOUT,
                both!(
                    "{url} nhận thông tin xác thực và không tới nơi nào bị cấm qua IPv4; không cấp IPv6 ({code}) nên chưa kiểm tra IPv6",
                    "{url} takes our credentials and reaches nothing that it must not over IPv4; it gives no IPv6 ({code}), which was not checked"
                ),
            ),
        }
    }
}

fn connector(roots: RootCertStore) -> io::Result<TlsConnector> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn not_taken(url: &str, code: u16) -> Finding {
    let what = both!("{url} không nhận thông tin xác thực: {code}", "{url} does not take our credentials: {code}");
    let todo = both!(
        "relay.secret phải là static-auth-secret ở đó; xem giờ của cả hai máy.",
        "relay.secret must be its static-auth-secret; see the clocks of both machines."
    );
    Finding::fail(ABOUT, what, todo)
}

fn example() -> Both {
    both!(
        "Cấu hình nó như config/coturn.conf.example: chỉ tới các địa chỉ media của máy chủ này.",
        "Configure it as config/coturn.conf.example says: to this server's media addresses only."
    )
}

fn unreached(url: &str, error: &io::Error) -> Finding {
    Finding::fail(
        ABOUT,
        both!("{url}: {error}", "{url}: {error}"),
        both!(
            "Xem tên, cổng, tường lửa và chứng thư của máy chủ TURN đó, hoặc bỏ nó khỏi relay.external.",
            "See the name, the port, the firewall and the certificate of that TURN server, or take it out of relay.external."
        ),
    )
}

fn silent(url: &str) -> Finding {
    unreached(url, &io::ErrorKind::TimedOut.into())
}

fn unknown(url: &str) -> Finding {
    Finding::warn(
        ABOUT,
        both!("{url} không kiểm tra được từ đây", "{url} cannot be checked from here"),
        both!(
            "Chỉ kiểm tra được TURN qua TCP và TLS: turns:NAME:443?transport=tcp.",
            "Only TURN over TCP and TLS is checked: turns:NAME:443?transport=tcp."
        ),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_to_a_place() {
        let place = |url| Place::of(url).map(|place| (place.tls, place.host.to_owned(), place.port));
        let of = |tls, host: &str, port| Some((tls, host.to_owned(), port));
        assert_eq!(place("turns:turn.example:443?transport=tcp"), of(true, "turn.example", 443));
        assert_eq!(place("turns:turn.example"), of(true, "turn.example", 5349));
        assert_eq!(place("turn:192.0.2.1?transport=tcp"), of(false, "192.0.2.1", 3478));
        assert_eq!(place("turns:[2001:db8::1]:443?transport=tcp"), of(true, "2001:db8::1", 443));
        assert_eq!(place("turns:[2001:db8::1]"), of(true, "2001:db8::1", 5349));
        for none in ["turn:turn.example", "turn:turn.example?transport=udp", "stun:stun.example", "turn.example"] {
            assert_eq!(place(none), None, "{none}");
        }
    }
}
