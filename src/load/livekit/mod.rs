//! LiveKit (`livekit-server` on the PATH) as a peer to compare with: started here, driven through its WHIP.
//!
//! LiveKit's WHIP is for receiving as well: a header names the tracks of whoever publishes that the answer shall send, and
//! the answer waits for them. Its WebSocket would do too, but ends whoever has not opened its data channels within a minute,
//! and our light clients speak no SCTP. What media go through is the same.
//!
//! Written from the source of LiveKit 1.13.5 and of its protocol; it has not met a running server yet.

mod config;
mod token;

use crate::court::free_port;
use crate::description::{Kind, Section, offer, read};
use crate::http;
use crate::peer::{Peer, host, random, reachable};
use crate::process::last_lines;
use crate::sfu::Sfu;
use anyhow::{Context, bail};
use assize_media::dtls::Identity;
use assize_media::srtp::RTP_OVERHEAD;
use config::Config;
use serde_json::json;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use token::token;

pub(crate) const PROGRAM: &str = "livekit-server";
const PATH: &str = "/whip/v1";
const PUBLISHER: &str = "publisher";
const STARTS_WITHIN: Duration = Duration::from_secs(15);
/// What AES-GCM adds to a packet (RFC 7714); AES-CM adds 10.
const GCM_TAG: usize = 16;

pub(crate) struct Livekit {
    server: Child,
    folder: TempDir,
    http: SocketAddr,
    host: IpAddr,
    secret: String,
}

impl Livekit {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let (folder, host) = (TempDir::new()?, host()?);
        let http = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let secret = random::<16>()?.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let ports = std::thread::available_parallelism().map_or(1, |cores| u16::try_from(cores.get()).unwrap_or(1));
        let config = Config { http, host, media: free_port()?, ports, secret: &secret }.text();
        std::fs::write(folder.path().join("livekit.yaml"), config)?;
        let log = std::fs::File::create(folder.path().join("livekit.log"))?;
        let server = Command::new(PROGRAM)
            .arg("--config")
            .arg(folder.path().join("livekit.yaml"))
            .current_dir(folder.path())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("livekit-server does not start")?;
        let mut livekit = Self { server, folder, http, host, secret };
        livekit.wait()?;
        Ok(livekit)
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let end = Instant::now() + STARTS_WITHIN;
        while TcpStream::connect(self.http).is_err() {
            if Instant::now() > end || self.server.try_wait()?.is_some() {
                bail!("livekit-server did not start:\n{}", self.last_words());
            }
            sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn last_words(&self) -> String {
        last_lines(&std::fs::read_to_string(self.folder.path().join("livekit.log")).unwrap_or_default())
    }

    /// Joins with an offer of these sections; `headers` beside those that WHIP asks for.
    fn join(&self, identity: &Identity, who: &str, sections: &[Section], headers: &str) -> anyhow::Result<Peer> {
        let (socket, local) = reachable(identity, self.host)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let token = token(&self.secret, who, who == PUBLISHER, now);
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/sdp\r\n{headers}");
        let answer = http::request(self.http, "POST", PATH, &headers, &offer(&local, sections))?;
        anyhow::ensure!(answer.status == 201, "{PATH} answered {}: {}", answer.status, answer.body);
        let mut peer = Peer::between(&local, socket, read(&answer.body)?)?;
        peer.connect(identity).with_context(|| answer.body)?;
        check_profile(&mut peer)?;
        Ok(peer)
    }
}

/// Asks for the publisher's tracks of these kinds, by the names that LiveKit gives to what comes by WHIP.
fn wanted(viewed: &[Section]) -> String {
    let name = |section: &Section| match section.kind {
        Kind::Sound => "synthesized-microphone",
        Kind::Picture => "synthesized-camera",
    };
    let names: Vec<&str> = viewed.iter().map(name).collect();
    format!("X-LiveKit-ClientInfo: {}\r\n", json!({ "subscribedParticipantTrackNames": { PUBLISHER: names } }))
}

/// A comparison under another cipher would say nothing. LiveKit does not tell its profile, but what a packet grows by tells
/// AES-GCM from AES-CM; of the two key lengths of AES-GCM both sides put 256 bits first.
fn check_profile(peer: &mut Peer) -> anyhow::Result<()> {
    let mut packet = [0; 12 + RTP_OVERHEAD];
    packet[0] = 0x80;
    // Number 0 is never sent: streams begin with 1.
    let len = peer.client.outbound().and_then(|out| out.seal_rtp(0, &mut packet, 12)).context("no keys")?;
    anyhow::ensure!(len == 12 + GCM_TAG, "livekit-server does not use AES-GCM");
    Ok(())
}

impl Sfu for Livekit {
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
        viewed: &[Section],
        viewers: usize,
    ) -> anyhow::Result<(Peer, Vec<Peer>)> {
        let failed = || format!("livekit-server's last words:\n{}", self.last_words());
        let mut publisher = self.join(identity, PUBLISHER, published, "").with_context(failed)?;
        let wanted = wanted(viewed);
        let mut peers: Vec<Peer> = Vec::with_capacity(viewers);
        for n in 0..viewers {
            peers.push(self.join(identity, &format!("viewer {n}"), viewed, &wanted).with_context(failed)?);
            publisher.drive(identity);
            peers.iter_mut().for_each(|peer| peer.drive(identity));
        }
        Ok((publisher, peers))
    }

    /// There is no signalling to look after.
    fn idle(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}

impl Drop for Livekit {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_name_the_tracks_that_they_offer_to_receive() {
        let both = wanted(&[Section::receive(Kind::Sound), Section::receive(Kind::Picture)]);
        let text =
            r#"{"subscribedParticipantTrackNames":{"publisher":["synthesized-microphone","synthesized-camera"]}}"#;
        assert_eq!(both, format!("X-LiveKit-ClientInfo: {text}\r\n"));
    }
}
