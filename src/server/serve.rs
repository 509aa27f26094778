//! The running server: listeners, hearings, and the way they start and stop.

use crate::app::Base;
use crate::cli::LISTEN;
use crate::clock::SystemClock;
use crate::config::{Config, OnFault, default_route};
use crate::http::{self, Scheme};
use crate::keyring;
use crate::relay::{Entry, Gate, Issuer, Peers, Relay};
use crate::runtime::{Registry, Settings, metrics};
use crate::signal::{self, Signal};
use crate::store::RecordFilter;
use crate::whip::{self, Whip};
use crate::{composition, demo, library, telemetry, tls};
use anyhow::{Context as _, Result};
use assize_media::plane;
use assize_record::listen::Decoder;
use axum::Router;
use axum::routing::get;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

/// How long hearings get to close their segments.
const CLOSE: Duration = Duration::from_secs(20);
const SWEEP: Duration = Duration::from_secs(60);
/// How often figures are sorted.
const KEEP_UP: Duration = Duration::from_secs(5);
/// Where the demonstration listens for other machines.
const DEMO_TLS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 8443);

/// Runs the server until it is told to stop.
///
/// # Errors
/// A listener or media port cannot be bound, the data directory cannot be used.
pub async fn run(mut config: Config, demo: bool) -> Result<()> {
    telemetry::start_log(&config.log)?;
    let figures = telemetry::start_metrics()?;
    tls::install_provider();
    if demo && config.tls.listen.is_none() {
        config.tls.listen = Some(DEMO_TLS);
    }
    let base = Arc::new(Base::open(config, Arc::new(SystemClock)).await?);
    let secure = secure_listener(&base, demo).await?;
    let plain = bind(base.config.server.listen, "server.listen")?;
    let operator = bind(base.config.operator.listen, "operator.listen")?;
    let registry = Registry::start(settings(&base), Arc::<Base>::clone(&base)).context("media.ports")?;

    let mut listeners = JoinSet::new();
    let handle = Handle::new();
    let authority = secure.as_ref().and_then(|secure| secure.scheme.authority.clone());
    let scheme = Scheme { authority, ..Scheme::default() };
    let relay = relay(&base, &registry).context("relay")?;
    let live = live(&base, &registry, Issuer::new(&base.config, relay.as_deref()));
    listeners.spawn(serve(plain, http::router(&base, live.clone(), scheme), handle.clone()));
    if let Some(secure) = secure {
        let router = http::router(&base, live, secure.scheme);
        let gate = Gate::new(base.config.tls.connections_each, base.config.server.proxies.clone());
        listeners.spawn(serve_tls(secure.listener, Entry::new(secure.config, gate, relay), router, handle.clone()));
    }
    listeners.spawn(serve(operator, operator_router(figures.clone(), registry.clone()), handle.clone()));
    tokio::spawn(keep_up(figures));
    tokio::spawn(sweep(Arc::clone(&base)));
    tokio::spawn(catch_up(Arc::clone(&base)));
    tokio::spawn(library::nightly::watch(Arc::clone(&base)));
    tokio::spawn(composition::keep_up(Arc::clone(&base), registry.clone()));
    tokio::spawn(base.live.clone().watch(Arc::clone(&base)));
    if demo {
        println!("{}", demo::prepare(&base).await?);
    }
    signing_keys(&base).await?;
    base.set_ready(true);
    tracing::info!(listen = %base.config.server.listen, "ready");

    tokio::select! {
        () = told_to_stop() => {}
        Some(ended) = listeners.join_next() => ended?.context("a listener ended")?,
    }
    stop(&base, &registry, &handle, listeners).await;
    Ok(())
}

/// Every court has a key from its first start on, and its fingerprint is told.
async fn signing_keys(base: &Base) -> Result<()> {
    for court in base.store.courts().await? {
        let filter = RecordFilter { court: Some(court.id), ..RecordFilter::default() };
        let is_lost = !base.keyring.has(court.id) && !base.store.records(&filter).await?.is_empty();
        if is_lost {
            tracing::error!(court = court.name, "the key that signed this court's records is gone: see assize doctor");
        } else {
            keyring::announced(&base.keyring, &court)?;
        }
    }
    Ok(())
}

/// Readiness goes first, then the hearings close their segments, then the listeners drain.
async fn stop(base: &Base, registry: &Registry, handle: &Handle<SocketAddr>, mut listeners: JoinSet<Result<()>>) {
    tracing::info!("stopping");
    base.set_ready(false);
    let closed = async {
        if tokio::time::timeout(CLOSE, registry.stop()).await.is_err() {
            tracing::error!("some hearings did not close in time; they are recovered at the next start");
        }
        handle.graceful_shutdown(Some(Duration::from_secs(u64::from(base.config.server.drain))));
        while listeners.join_next().await.is_some() {}
    };
    tokio::select! {
        () = closed => tracing::info!("stopped"),
        () = told_to_stop() => tracing::warn!("told to stop twice: stopping at once"),
    }
}

async fn told_to_stop() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => stream.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

fn settings(base: &Base) -> Settings {
    let config = &base.config;
    Settings {
        recordings: config.storage.recordings.clone(),
        procedures: Arc::clone(&base.procedures),
        keys: base.keyring.clone(),
        segment_us: u64::from(config.recording.segment) * 1_000_000,
        // This very program, even if its file was replaced meanwhile.
        decoder: Some(Decoder { program: "/proc/self/exe".into(), args: vec![LISTEN.into()] }),
        second_places: config.recording.second_places.clone(),
        ballast_bytes: config.recording.ballast_bytes(),
        time_authority: config.seal.authority(),
        hold_after_us: match config.recording.on_fault {
            OnFault::Hold => Some(u64::from(config.recording.hold_after) * 1_000_000),
            OnFault::Continue => None,
        },
        evidence_bytes: config.evidence.hearing_bytes(),
        media: plane::Config {
            bind: config.media.bind,
            first_port: config.media.ports,
            tcp: config.media.tcp,
            srtp_aes_cm: config.media.srtp_aes_cm,
            workers: config.media.worker_count(),
            announce: config.media.addresses(),
        },
    }
}

/// The ways into running hearings, the same behind every listener.
fn live(base: &Arc<Base>, registry: &Registry, issuer: Issuer) -> Router {
    let signal = Signal {
        registry: registry.clone(),
        door: Arc::<Base>::clone(base),
        live: base.live.clone(),
        origins: base.config.server.origins.clone().into(),
        issuer: issuer.clone(),
    };
    let whip = Whip::new(registry.clone(), Arc::<Base>::clone(base), base.live.clone(), issuer);
    signal::router(signal).merge(whip::router(whip))
}

/// The relay behind the TLS listener, if there is one and it is wanted.
fn relay(base: &Base, registry: &Registry) -> Result<Option<Arc<Relay>>> {
    if !base.config.relay.enabled || base.config.tls.listen.is_none() {
        return Ok(None);
    }
    let peers = Peers::new(&registry.candidates(), base.config.media.bind);
    Ok(Some(Arc::new(Relay::new(peers)?)))
}

struct Secure {
    listener: TcpListener,
    config: RustlsConfig,
    scheme: Scheme,
}

async fn secure_listener(base: &Base, demo: bool) -> Result<Option<Secure>> {
    let tls = &base.config.tls;
    let Some(address) = tls.listen else { return Ok(None) };
    let listener = bind(address, "tls.listen")?;
    let (config, authority) = match (&tls.certificate, &tls.key) {
        (Some(certificate), Some(key)) => (tls::from_files(certificate, key).await?, None),
        _ if demo => {
            let addresses: Vec<_> = default_route().into_iter().collect();
            let local = tls::local(&base.config.storage.data.join("tls"), &addresses).await?;
            (local.config, Some(local.authority))
        }
        _ => anyhow::bail!("tls.listen is set: name tls.certificate and tls.key, or use --demo"),
    };
    let scheme = Scheme { tls: true, strict: authority.is_none(), authority };
    Ok(Some(Secure { listener, config, scheme }))
}

fn bind(address: SocketAddr, key: &str) -> Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("{key}: {address}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

async fn serve(listener: TcpListener, router: Router, handle: Handle<SocketAddr>) -> Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum_server::from_tcp(listener)?.handle(handle).serve(service).await?;
    Ok(())
}

async fn serve_tls(listener: TcpListener, entry: Entry, router: Router, handle: Handle<SocketAddr>) -> Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum_server::from_tcp(listener)?.acceptor(entry).handle(handle).serve(service).await?;
    Ok(())
}

/// Observations wait in memory until they are sorted into their buckets, whether anybody looks at them or not.
async fn keep_up(figures: PrometheusHandle) {
    loop {
        tokio::time::sleep(KEEP_UP).await;
        figures.run_upkeep();
    }
}

fn operator_router(figures: PrometheusHandle, registry: Registry) -> Router {
    Router::new().route(
        "/metrics",
        get(move || {
            figures.run_upkeep();
            let text = figures.render() + &metrics::forwarding(&registry.stats());
            async move { ([(axum::http::header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
        }),
    )
}

async fn catch_up(base: Arc<Base>) {
    if let Err(error) = library::catch_up(&base).await {
        tracing::error!(%error, "sealed records may be missing from the catalogue");
    }
    let (seal, storage) = (&base.config.seal, &base.config.storage);
    crate::runtime::stamp::take_up(seal.authority(), storage.recordings.clone()).await;
}

/// Expired tickets, links and sessions leave the database.
async fn sweep(base: Arc<Base>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        if let Err(error) = base.store.sweep(base.clock.utc_ms(), base.identity.sessions.idle_since_ms()).await {
            tracing::warn!(%error, "expired rows stay");
        }
    }
}
