//! Janus (Debian's package `janus`) as a peer to compare with: started here, driven through its VideoRoom.

mod api;
mod config;

use crate::court::free_port;
use crate::description::{Section, answer, offer, read};
use crate::peer::{Peer, host, reachable};
use crate::process::last_lines;
use crate::sfu::Sfu;
use anyhow::{Context, bail};
use api::Api;
use assize_media::dtls::Identity;
use config::{Config, ROOM};
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) const PROGRAM: &str = "janus";
/// What our own server agrees on with our clients.
const PROFILE: &str = "SRTP_AEAD_AES_256_GCM";
const STARTS_WITHIN: Duration = Duration::from_secs(15);
const PROFILE_WITHIN: Duration = Duration::from_secs(3);

pub(crate) struct Janus {
    server: Child,
    folder: TempDir,
    api: Option<Api>,
    admin: SocketAddr,
    host: IpAddr,
}

impl Janus {
    /// With so many threads for media; 0: one a participant.
    pub(crate) fn start(event_loops: usize) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let host = host()?;
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (signalling, admin) = (local(free_port()?), local(free_port()?));
        Config { folder: folder.path(), host, signalling, admin, event_loops }.write()?;
        let log = std::fs::File::create(folder.path().join("janus.log"))?;
        let server = Command::new(PROGRAM)
            .arg("--configs-folder")
            .arg(folder.path())
            .arg("--disable-colors")
            .current_dir(folder.path())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("janus does not start")?;
        let mut janus = Self { server, folder, api: None, admin, host };
        janus.api = Some(janus.reach(signalling)?);
        Ok(janus)
    }

    fn reach(&mut self, signalling: SocketAddr) -> anyhow::Result<Api> {
        let end = Instant::now() + STARTS_WITHIN;
        loop {
            match Api::open(signalling) {
                Ok(api) => return Ok(api),
                Err(error) if Instant::now() > end || self.server.try_wait()?.is_some() => {
                    bail!("janus did not start: {error:#}\n{}", self.last_words());
                }
                Err(_) => sleep(Duration::from_millis(100)),
            }
        }
    }

    fn last_words(&self) -> String {
        last_lines(&std::fs::read_to_string(self.folder.path().join("janus.log")).unwrap_or_default())
    }

    fn api(&mut self) -> anyhow::Result<&mut Api> {
        self.api.as_mut().context("janus is not reached")
    }

    /// Joins and publishes; returns the id by which others subscribe.
    fn publish(&mut self, identity: &Identity, sections: &[Section]) -> anyhow::Result<(Peer, Value)> {
        let (socket, local) = reachable(identity, self.host)?;
        let api = self.api()?;
        let handle = api.attach()?;
        let join = json!({ "request": "join", "ptype": "publisher", "room": ROOM, "display": "load" });
        let joined = api.message(handle, join, None)?;
        let feed = joined["plugindata"]["data"]["id"].clone();
        let jsep = json!({ "type": "offer", "sdp": offer(&local, sections) });
        let published = api.message(handle, json!({ "request": "publish" }), Some(jsep))?;
        let sdp = published["jsep"]["sdp"].as_str().context("janus gave no answer")?;
        let mut peer = Peer::between(&local, socket, read(sdp)?)?;
        peer.connect(identity).with_context(|| sdp.to_owned())?;
        self.check_profile(handle)?;
        Ok((peer, feed))
    }

    fn view(&mut self, identity: &Identity, feed: &Value) -> anyhow::Result<Peer> {
        let (socket, local) = reachable(identity, self.host)?;
        let api = self.api()?;
        let handle = api.attach()?;
        let join = json!({ "request": "join", "ptype": "subscriber", "room": ROOM, "streams": [{ "feed": feed }] });
        let attached = api.message(handle, join, None)?;
        let sdp = attached["jsep"]["sdp"].as_str().context("janus gave no offer")?;
        let jsep = json!({ "type": "answer", "sdp": answer(&local, sdp)? });
        api.message(handle, json!({ "request": "start" }), Some(jsep))?;
        let mut peer = Peer::between(&local, socket, read(sdp)?)?;
        peer.connect(identity).with_context(|| sdp.to_owned())?;
        Ok(peer)
    }

    /// A comparison under another cipher would say nothing. Janus knows its profile a little later than its client.
    fn check_profile(&mut self, handle: u64) -> anyhow::Result<()> {
        let (admin, end) = (self.admin, Instant::now() + PROFILE_WITHIN);
        loop {
            let info = self.api()?.info(admin, handle)?;
            let profile = find(&info, "srtp-profile").and_then(Value::as_str).unwrap_or("unknown");
            if profile == PROFILE {
                return Ok(());
            }
            anyhow::ensure!(Instant::now() < end, "janus uses {profile}, not {PROFILE}");
            sleep(Duration::from_millis(50));
        }
    }
}

impl Sfu for Janus {
    fn name(&self) -> &str {
        PROGRAM
    }

    fn pid(&self) -> Option<u32> {
        Some(self.server.id())
    }

    fn connect(
        &mut self,
        identity: &Identity,
        published: &[Section],
        _: &[Section],
        viewers: usize,
    ) -> anyhow::Result<(Peer, Vec<Peer>)> {
        let (mut publisher, feed) =
            self.publish(identity, published).with_context(|| format!("publishing:\n{}", self.last_words()))?;
        let mut peers: Vec<Peer> = Vec::with_capacity(viewers);
        for _ in 0..viewers {
            peers.push(self.view(identity, &feed)?);
            publisher.drive(identity);
            peers.iter_mut().for_each(|peer| peer.drive(identity));
        }
        Ok((publisher, peers))
    }

    fn idle(&mut self) -> anyhow::Result<()> {
        self.api()?.look()
    }
}

impl Drop for Janus {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The first value of this key, however deep.
fn find<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => fields.get(key).or_else(|| fields.values().find_map(|value| find(value, key))),
        Value::Array(values) => values.iter().find_map(|value| find(value, key)),
        _ => None,
    }
}
