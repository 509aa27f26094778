//! Our certificate and others' fingerprints.

use aws_lc_rs::digest::{SHA256, digest};
use dimpl::{Config, ConfigBuilder, DtlsCertificate};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// SHA-256 over a certificate's DER (RFC 8122 section 5).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, der).as_ref());
        Self(bytes)
    }

    /// Reads `AB:CD:...`, in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let mut pairs = text.split(':');
        for byte in &mut bytes {
            let pair = pairs.next().filter(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        pairs.next().is_none().then_some(Self(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02X}", if n == 0 { "" } else { ":" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A P-256 certificate made for this process and never written down, with the settings that go with it.
pub struct Identity {
    pub(super) certificate: DtlsCertificate,
    pub(super) config: Arc<Config>,
    /// What microsecond 0 is for the engine, which counts in [`Instant`]s. Any one will do.
    pub(super) beginning: Instant,
    /// Whether keys are taken of AES-CM with an 80-bit tag.
    pub(super) aes_cm: bool,
    fingerprint: Fingerprint,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.fingerprint)
    }
}

/// The certificate could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the DTLS certificate could not be made")]
pub struct NoIdentity;

fn settings() -> ConfigBuilder {
    Config::builder()
        // ICE has proved that the client can be reached: a cookie would only cost a round trip.
        .use_server_cookie(false)
        // The wait doubles with every repeat, so that it has to begin small for a lossy link to get through soon. A
        // repeat too many on a long way costs three datagrams.
        .flight_start_rto(Duration::from_millis(100))
        // Clients repeat as well, and answering them counts.
        .flight_retries(40)
        .handshake_timeout(Duration::from_secs(30))
}

impl Identity {
    /// Makes a new key and certificate. `beginning` is any instant; times in microseconds count from it.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn generate(beginning: Instant) -> Result<Self, NoIdentity> {
        let certificate = dimpl::certificate::generate_self_signed_certificate().map_err(|_| NoIdentity)?;
        let fingerprint = Fingerprint::of(&certificate.certificate);
        let config = settings().build().map_err(|_| NoIdentity)?;
        Ok(Self { certificate, config: Arc::new(config), beginning, aes_cm: true, fingerprint })
    }

    /// As this one, without AES-CM: whoever knows nothing better gets no keys.
    #[must_use]
    pub fn without_aes_cm(self) -> Self {
        Self { aes_cm: false, ..self }
    }

    /// One whose engines time their repeats alike in every run.
    #[cfg(test)]
    pub(crate) fn seeded(beginning: Instant, seed: u64) -> Result<Self, NoIdentity> {
        let config = settings().dangerously_set_rng_seed(seed).build().map_err(|_| NoIdentity)?;
        Ok(Self { config: Arc::new(config), ..Self::generate(beginning)? })
    }

    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}
