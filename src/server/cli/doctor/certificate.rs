//! The certificate in the configured files: whether it is whole, in time, for this name, and vouched for.

use super::{Both, Finding, both};
use crate::config::Config;
use crate::tls;
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use std::path::Path;
use std::time::Duration;

const ABOUT: &str = "tls";
const DAY_S: u64 = 24 * 3600;
/// Renewal is due this many days before the end.
const SOON: u64 = 21;
/// No certificate lasts as long: asked at this time, each says when it ends.
const FAR_S: u64 = 100 * 365 * DAY_S;
/// What Debian's `ca-certificates` keeps.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// `now_s`: seconds since 1970-01-01 UTC.
pub(super) async fn examine(config: &Config, now_s: u64) -> Vec<Finding> {
    tls::install_provider();
    let (certificate, key) = match (&config.tls.certificate, &config.tls.key, config.tls.listen) {
        (Some(certificate), Some(key), _) => (certificate, key),
        (.., Some(_)) => {
            return vec![Finding::warn(ABOUT, both!("không có tệp chứng thư", "no certificate is named"), files())];
        }
        (.., None) => {
            let what = both!("không có cổng TLS", "there is no TLS listener");
            let todo = both!(
                "Trình duyệt ở máy khác không mở máy quay qua http: đặt tls.listen, tls.certificate và tls.key, hoặc đặt một proxy TLS phía trước.",
                "Browsers on other machines open no camera over http: set tls.listen, tls.certificate and tls.key, or put a TLS proxy in front."
            );
            return vec![Finding::warn(ABOUT, what, todo)];
        }
    };
    if let Err(error) = tls::from_files(certificate, key).await {
        return vec![Finding::fail(ABOUT, both!("{error:#}", "{error:#}"), files())];
    }
    let names: Vec<String> = public_name(config).into_iter().collect();
    match chain(certificate) {
        Ok(chain) => judge(&chain, &system_roots(), &names, now_s),
        Err(error) => vec![Finding::fail(ABOUT, both!("{error}", "{error}"), files())],
    }
}

fn files() -> Both {
    both!(
        "Đặt tls.certificate (chuỗi PEM, chứng thư của máy chủ đứng đầu) và tls.key (khóa của chính chứng thư đó).",
        "Name tls.certificate (a PEM chain, the server's first) and tls.key (the key of that very certificate)."
    )
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())?;
    let chain: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    if chain.is_empty() { Err(format!("{} holds no certificate", path.display())) } else { Ok(chain) }
}

/// Of the file that `SSL_CERT_FILE` names, as OpenSSL has it, or the system's.
pub(super) fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let file = std::env::var_os("SSL_CERT_FILE").unwrap_or_else(|| SYSTEM_ROOTS.into());
    let read = CertificateDer::pem_file_iter(Path::new(&file)).into_iter().flatten().flatten();
    roots.add_parsable_certificates(read);
    roots
}

/// The name by which browsers ask for this server.
fn public_name(config: &Config) -> Option<String> {
    let Some(url) = &config.server.public_url else { return tls::host_name() };
    let uri: axum::http::Uri = url.parse().ok()?;
    Some(uri.host()?.trim_matches(['[', ']']).to_owned())
}

fn judge(chain: &[CertificateDer<'static>], roots: &RootCertStore, names: &[String], now_s: u64) -> Vec<Finding> {
    let own = match ParsedCertificate::try_from(&chain[0]) {
        Ok(own) => own,
        Err(error) => return vec![Finding::fail(ABOUT, both!("{error}", "{error}"), files())],
    };
    let at = |seconds: u64| {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let algorithms = provider.signature_verification_algorithms.all;
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        verify_server_cert_signed_by_trust_anchor(&own, roots, &chain[1..], time, algorithms)
    };
    let mut findings = vec![time(at(now_s), at(now_s + FAR_S), now_s)];
    findings.extend(names.iter().map(|name| named(&own, name)));
    findings.push(vouched(at(now_s)));
    findings
}

/// `now`: what verification says at present; `far`: what it says when every certificate is over.
fn time(now: Result<(), Error>, far: Result<(), Error>, now_s: u64) -> Finding {
    let renew = both!(
        "Gia hạn chứng thư, thay tệp rồi khởi động lại máy chủ khi không có phiên tòa.",
        "Renew the certificate, replace the file, and restart the server when no hearing runs."
    );
    if matches!(
        now,
        Err(Error::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }))
    ) {
        return Finding::fail(ABOUT, both!("chứng thư chưa có hiệu lực", "the certificate is not valid yet"), renew);
    }
    let Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) = far else {
        let what = both!("không rõ chứng thư hết hạn khi nào", "when the certificate ends cannot be told");
        return Finding::warn(ABOUT, what, files());
    };
    let end_s = not_after.as_secs();
    let day = i64::try_from(end_s).ok().and_then(|end| jiff::Timestamp::from_second(end).ok());
    let day = day.map(|end| end.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
    if end_s <= now_s {
        let what = both!(
            "chứng thư đã hết hạn ngày {day}: trình duyệt từ chối vào",
            "the certificate ended on {day}: browsers refuse to enter"
        );
        return Finding::fail(ABOUT, what, renew);
    }
    let days = (end_s - now_s) / DAY_S;
    let what = both!("chứng thư còn {days} ngày, đến {day}", "the certificate is good for {days} days, until {day}");
    if days < SOON { Finding::warn(ABOUT, what, renew) } else { Finding::ok(ABOUT, what) }
}

fn named(own: &ParsedCertificate<'_>, name: &str) -> Finding {
    let is_named = ServerName::try_from(name).is_ok_and(|asked| verify_server_name(own, &asked).is_ok());
    if is_named {
        return Finding::ok(ABOUT, both!("chứng thư có tên {name}", "the certificate names {name}"));
    }
    Finding::fail(
        ABOUT,
        both!(
            "chứng thư không có tên {name}: trình duyệt từ chối vào",
            "the certificate does not name {name}: browsers refuse to enter"
        ),
        both!(
            "Xin chứng thư có tên này, hoặc đặt server.public_url đúng tên mà mọi người mở.",
            "Get a certificate with this name, or set server.public_url to the name that people open."
        ),
    )
}

fn vouched(now: Result<(), Error>) -> Finding {
    match now {
        Ok(()) => Finding::ok(ABOUT, both!("chuỗi chứng thư đầy đủ", "the chain is complete")),
        // Dates have a line of their own.
        Err(Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        )) => Finding::ok(ABOUT, both!("chuỗi chứng thư: xem thời hạn", "the chain: see its dates")),
        Err(error) => Finding::warn(
            ABOUT,
            both!(
                "máy này không biết ai bảo đảm cho chứng thư ({error})",
                "this machine does not know who vouches for it ({error})"
            ),
            both!(
                "Nếu là CA riêng của Tòa án: cài chứng thư gốc vào mọi máy tham gia. Nếu không: tệp thiếu chứng thư trung gian.",
                "If it is the court's own authority: install its root on every machine that takes part. If not: an intermediate is missing from the file."
            ),
        ),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Level;
    use super::super::Level::{Fail, Ok as Good, Warn};
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

    /// 2026-11-21.
    const NOW_S: u64 = 1_795_219_200;

    /// An authority, and a certificate of it for `court.example` until 2026-12-31.
    fn made() -> (CertificateDer<'static>, CertificateDer<'static>) {
        let ca_key = KeyPair::generate().unwrap();
        let mut ca = CertificateParams::new(Vec::new()).unwrap();
        ca.distinguished_name.push(DnType::CommonName, "court");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.not_before = date_time_ymd(2026, 1, 1);
        ca.not_after = date_time_ymd(2036, 1, 1);
        let root = ca.self_signed(&ca_key).unwrap();
        let issuer = Issuer::new(ca, ca_key);
        let mut leaf = CertificateParams::new(vec!["court.example".to_owned()]).unwrap();
        leaf.not_before = date_time_ymd(2026, 11, 1);
        leaf.not_after = date_time_ymd(2026, 12, 31);
        let leaf = leaf.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
        (leaf.der().clone(), root.der().clone())
    }

    fn levels(known: bool, name: &str, now_s: u64) -> Vec<Level> {
        tls::install_provider();
        let ((leaf, root), mut roots) = (made(), RootCertStore::empty());
        if known {
            roots.add(root).unwrap();
        }
        judge(&[leaf], &roots, &[name.to_owned()], now_s).into_iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn date_name_and_authority_are_told_apart() {
        assert_eq!(levels(true, "court.example", NOW_S), [Good, Good, Good]);
        assert_eq!(levels(true, "other.example", NOW_S), [Good, Fail, Good]);
        assert_eq!(levels(false, "court.example", NOW_S), [Good, Good, Warn]);
        assert_eq!(levels(true, "court.example", NOW_S + 25 * DAY_S), [Warn, Good, Good], "it ends soon");
        assert_eq!(levels(true, "court.example", NOW_S + 50 * DAY_S), [Fail, Good, Good], "it has ended");
        assert_eq!(levels(true, "court.example", NOW_S - 30 * DAY_S), [Fail, Good, Good], "it has not begun");
    }
}
