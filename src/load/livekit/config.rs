//! A configuration of LiveKit for one row: alone, without Redis, and with nobody to ask outside the machine.

use super::token::KEY;
use std::net::{IpAddr, SocketAddr};

pub(super) struct Config<'a> {
    pub(super) http: SocketAddr,
    /// The address to offer. Where one is named, LiveKit asks no STUN server for its own.
    pub(super) host: IpAddr,
    /// First UDP port for media.
    pub(super) media: u16,
    /// UDP ports for media; LiveKit advises one a core at the least.
    pub(super) ports: u16,
    pub(super) secret: &'a str,
}

impl Config<'_> {
    pub(super) fn text(&self) -> String {
        let Self { http, host, media, ports, secret } = self;
        let range = if *ports > 1 { format!("{media}-{}", media + ports - 1) } else { media.to_string() };
        let (ip, port) = (http.ip(), http.port());
        format!(
            r#"port: {port}
bind_addresses: ["{ip}"]
rtc:
  udp_port: "{range}"
  tcp_port: 0
  use_external_ip: false
  node_ip: "{host}"
  ips:
    includes: ["{host}/32"]
keys:
  {KEY}: "{secret}"
logging:
  level: warn
"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_a_port_a_core_and_names_its_address() {
        let config = |ports| {
            let (http, host) = (([127, 0, 0, 1], 7000).into(), [192, 0, 2, 1].into());
            Config { http, host, media: 40_000, ports, secret: "s" }.text()
        };
        assert!(config(2).contains("udp_port: \"40000-40001\"\n"));
        assert!(config(1).contains("udp_port: \"40000\"\n"));
        assert!(
            config(1).contains("bind_addresses: [\"127.0.0.1\"]\n") && config(1).contains("node_ip: \"192.0.2.1\"\n")
        );
    }
}
