//! What clients are told of relays: addresses and a credential that lasts for minutes.

use super::Relay;
use super::credential::{CREDENTIAL_S, Secrets};
use crate::config::Config;
use assize_core::signal::IceServer;
use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::sync::Arc;

/// Gives credentials for the relay of this server and for those that the configuration names. Cheap to clone; one that
/// was made by default gives none.
#[derive(Clone, Default)]
pub struct Issuer(Arc<Inner>);

#[derive(Default)]
struct Inner {
    own: Option<Own>,
    external: Vec<String>,
    secret: Option<Key>,
}

struct Own {
    secrets: Arc<Secrets>,
    /// Name that browsers use; without one, the name that each used to come here.
    host: Option<String>,
    port: u16,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = self.0.own.as_ref().map(|own| (&own.host, own.port));
        f.debug_struct("Issuer").field("own", &own).field("external", &self.0.external).finish_non_exhaustive()
    }
}

impl Issuer {
    /// For these settings, and this server's relay if it has one.
    #[must_use]
    pub fn new(config: &Config, relay: Option<&Relay>) -> Self {
        let own = relay.zip(config.tls.listen).map(|(relay, listen)| {
            let public = config.server.public_url.as_deref().and_then(host_of_url).map(|(host, _)| host);
            let named = config.relay.host.as_deref().and_then(split_host);
            let (host, port) = match named {
                Some((host, port)) => (Some(host), port),
                None => (public, None),
            };
            Own { secrets: Arc::clone(&relay.secrets), host, port: port.unwrap_or_else(|| listen.port()) }
        });
        let secret =
            config.relay.secret.as_ref().map(|secret| Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes()));
        Self(Arc::new(Inner { own, external: config.relay.external.clone(), secret }))
    }

    /// Relays for `who`, who asked for this `Host`, from now on for [`Issuer::lasts_s`].
    #[must_use]
    pub fn servers(&self, who: &str, asked: Option<&str>, utc_s: u64) -> Vec<IceServer> {
        self.own(who, asked, utc_s).into_iter().chain(self.external(who, utc_s)).collect()
    }

    /// Seconds for which credentials open allocations.
    #[must_use]
    pub fn lasts_s() -> u64 {
        CREDENTIAL_S
    }

    fn own(&self, who: &str, asked: Option<&str>, utc_s: u64) -> Option<IceServer> {
        let own = self.0.own.as_ref()?;
        let host = own.host.clone().or_else(|| Some(split_host(asked?)?.0))?;
        let credential = own.secrets.credential(who, utc_s);
        Some(IceServer {
            urls: vec![format!("turns:{host}:{}?transport=tcp", own.port)],
            username: credential.username,
            credential: credential.password,
        })
    }

    /// The scheme of coturn's `use-auth-secret`, which only knows SHA-1.
    fn external(&self, who: &str, utc_s: u64) -> Option<IceServer> {
        let secret = self.0.secret.as_ref().filter(|_| !self.0.external.is_empty())?;
        let username = format!("{}:{who}", utc_s.saturating_add(CREDENTIAL_S));
        let credential = STANDARD.encode(sign(secret, username.as_bytes()));
        Some(IceServer { urls: self.0.external.clone(), username, credential })
    }
}

fn host_of_url(url: &str) -> Option<(String, Option<u16>)> {
    split_host(url.split_once("://")?.1.split('/').next()?)
}

/// Host and port of an authority (RFC 3986 section 3.2); `None` for what cannot stand in a URL of TURN.
fn split_host(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port.parse().ok()?)),
        _ => (authority, None),
    };
    let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let fits = match inside {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    fits.then(|| (host.to_owned(), port))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::relay::Peers;

    fn url(config: &Config, asked: Option<&str>) -> Option<String> {
        let relay = Relay::new(Peers::default()).unwrap();
        Some(Issuer::new(config, Some(&relay)).servers("h.1", asked, 0).first()?.urls[0].clone())
    }

    #[test]
    fn the_relay_has_the_name_that_browsers_use() {
        let mut config = Config::default();
        config.tls.listen = Some(([0, 0, 0, 0], 8443).into());
        let is = |config: &Config, asked, named: &str| {
            assert_eq!(url(config, asked).unwrap(), format!("turns:{named}?transport=tcp"))
        };
        is(&config, Some("court.example"), "court.example:8443");
        is(&config, Some("10.77.0.1:8080"), "10.77.0.1:8443");
        is(&config, Some("[2001:db8::1]:8080"), "[2001:db8::1]:8443");
        for wrong in [None, Some(""), Some("a b"), Some("a?x"), Some("[::1"), Some("a:b:c"), Some("::1")] {
            assert_eq!(url(&config, wrong), None, "{wrong:?}");
        }
        config.server.public_url = Some("https://public.example:444/".to_owned());
        is(&config, Some("inner"), "public.example:8443");
        config.relay.host = Some("relay.example:443".to_owned());
        is(&config, None, "relay.example:443");
    }

    #[test]
    fn without_relays_there_is_nothing_to_tell() {
        assert_eq!(Issuer::default().servers("h.1", Some("court.example"), 0), []);
        let mut config = Config::default();
        config.relay.external = vec!["turns:turn.example".to_owned()];
        assert_eq!(Issuer::new(&config, None).servers("h.1", None, 0), []);
    }

    /// By `printf 300:h.1 | openssl dgst -sha1 -hmac s3cr3t -binary | base64`.
    #[test]
    fn external_relays_get_credentials_as_coturn_checks_them() {
        let mut config = Config::default();
        config.relay.external = vec!["turns:turn.example:443?transport=tcp".to_owned()];
        config.relay.secret = Some("s3cr3t".to_owned());
        let servers = Issuer::new(&config, None).servers("h.1", None, 0);
        let wanted = IceServer {
            urls: config.relay.external,
            username: "300:h.1".into(),
            credential: "A/kIa6uspvcUccEWOtYIH0gPOfA=".into(),
        };
        assert_eq!(servers, [wanted]);
    }
}
