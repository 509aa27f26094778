//! The TLS listener's certificate: from files, or signed by an authority made on this machine for the demonstration.

use crate::identity::keyfile::{private_folder, write_private};
use anyhow::{Context as _, Result};
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Makes aws-lc-rs the process's provider of cryptography. Done once, before any TLS.
pub fn install_provider() {
    // An error means that it is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// # Errors
/// The files cannot be read or do not belong together.
pub async fn from_files(certificate: &Path, key: &Path) -> Result<RustlsConfig> {
    RustlsConfig::from_pem_file(certificate, key)
        .await
        .with_context(|| format!("{} with {}", certificate.display(), key.display()))
}

/// A locally made authority and a certificate for this machine, renewed at every start.
#[derive(Debug)]
pub struct Local {
    pub config: RustlsConfig,
    /// The authority's certificate, to be trusted by machines that try the demonstration.
    pub authority: PathBuf,
}

/// # Errors
/// The folder cannot be written, or an old key cannot be read.
pub async fn local(folder: &Path, addresses: &[IpAddr]) -> Result<Local> {
    private_folder(folder)?;
    let authority = folder.join("ca.pem");
    let ca_key = load_or_make_key(&folder.join("ca.key"))?;
    if !authority.exists() {
        write_private(&authority, authority_params()?.self_signed(&ca_key)?.pem().as_bytes())?;
    }
    let issuer = Issuer::new(authority_params()?, ca_key);
    let key = KeyPair::generate()?;
    let leaf = leaf_params(addresses)?.signed_by(&key, &issuer)?;
    let chain = leaf.pem() + &std::fs::read_to_string(&authority)?;
    let config = RustlsConfig::from_pem(chain.into_bytes(), key.serialize_pem().into_bytes()).await?;
    Ok(Local { config, authority })
}

fn load_or_make_key(path: &Path) -> Result<KeyPair> {
    if path.exists() {
        return Ok(KeyPair::from_pem(&std::fs::read_to_string(path)?)?);
    }
    let key = KeyPair::generate()?;
    write_private(path, key.serialize_pem().as_bytes())?;
    Ok(key)
}

fn authority_params() -> Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "Assize demonstration authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2046, 1, 1);
    Ok(params)
}

/// Valid from yesterday for 397 days, the longest that browsers accept.
fn leaf_params(addresses: &[IpAddr]) -> Result<CertificateParams> {
    let mut names: Vec<String> = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    names.extend(addresses.iter().map(IpAddr::to_string));
    names.extend(host_name());
    names.sort();
    names.dedup();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Assize");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (from, to) = (now.yesterday()?, now.saturating_add(jiff::Span::new().days(396)));
    let part = |value: i8| u8::try_from(value).unwrap_or(1);
    params.not_before = date_time_ymd(i32::from(from.year()), part(from.month()), part(from.day()));
    params.not_after = date_time_ymd(i32::from(to.year()), part(to.month()), part(to.day()));
    Ok(params)
}

/// The machine's name, if it can be one in a certificate.
#[must_use]
pub fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?.trim().to_lowercase();
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    plain.then_some(name)
}
