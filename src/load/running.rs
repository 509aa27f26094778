//! A server of ours that somebody else has started, here or elsewhere: its hearing and its tickets are handed to us.

use crate::description::Section;
use crate::peer::Peer;
use crate::sfu::{Room, Sfu};
use crate::signalling::Link;
use anyhow::Context;
use assize_core::hearing::Command;
use assize_core::ids::HearingId;
use assize_media::dtls::Identity;
use clap::Args;
use std::io::Read;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Args)]
#[group(id = "running")]
pub(crate) struct Options {
    /// A server that already runs, by its plain HTTP listener, such as http://127.0.0.1:8080. One is started otherwise.
    #[arg(long, requires_all = ["hearing", "publisher", "viewers"])]
    pub(crate) url: Option<String>,
    /// The hearing there.
    #[arg(long, requires = "url", value_name = "ID")]
    hearing: Option<HearingId>,
    /// Ticket of who publishes (`assize ticket ID --person P`): somebody who needs no admission.
    #[arg(long, requires = "url", value_name = "TICKET")]
    publisher: Option<String>,
    /// File with an observer's ticket (`assize ticket ID --observer`) for each subscriber, one a line; -: standard input.
    #[arg(long, requires = "url", value_name = "FILE")]
    viewers: Option<PathBuf>,
    /// Ticket of the presiding judge, who opens the session, unrecorded. It must be open already otherwise.
    #[arg(long, requires = "url", value_name = "TICKET")]
    judge: Option<String>,
    /// The server's process, if it runs on this machine. There are no figures of CPU and memory otherwise.
    #[arg(long, requires = "url")]
    pid: Option<u32>,
}

pub(crate) struct Running {
    name: String,
    room: Room,
    pid: Option<u32>,
    publisher: String,
    viewers: Vec<String>,
    /// Keeps the presiding judge in the room.
    judge: Option<Link>,
}

impl Running {
    /// At the URL that the options must have; with tickets for so many subscribers.
    pub(crate) fn reach(options: &Options, subs: usize) -> anyhow::Result<Self> {
        let url = options.url.as_deref().context("no --url")?;
        let file = options.viewers.as_deref().context("no --viewers")?;
        let viewers = tickets(&read(file)?);
        anyhow::ensure!(
            viewers.len() >= subs,
            "{subs} subscribers need as many tickets; {} has {}",
            file.display(),
            viewers.len()
        );
        let http = address(url)?;
        let mut judge = options.judge.clone().map(|ticket| Link::enter(http, ticket)).transpose()?;
        if let Some(judge) = &mut judge {
            judge.command(Command::Open { record: false, reason: Some("load".to_owned()) })?;
        }
        Ok(Self {
            name: format!("assize at {url}"),
            room: Room { http, hearing: options.hearing.context("no --hearing")? },
            pid: options.pid,
            publisher: options.publisher.clone().context("no --publisher")?,
            viewers,
            judge,
        })
    }
}

impl Sfu for Running {
    fn name(&self) -> &str {
        &self.name
    }

    fn pid(&self) -> Option<u32> {
        self.pid
    }

    /// The publisher comes last, so that its consent is fresh when it begins.
    fn connect(
        &mut self,
        identity: &Identity,
        published: &[Section],
        viewed: &[Section],
        viewers: usize,
    ) -> anyhow::Result<(Peer, Vec<Peer>)> {
        let mut peers: Vec<Peer> = Vec::with_capacity(viewers);
        for ticket in self.viewers.iter().take(viewers) {
            peers.push(self.room.view(identity, ticket, viewed)?);
            peers.iter_mut().for_each(|peer| peer.drive(identity));
            self.judge.iter_mut().try_for_each(Link::look)?;
        }
        Ok((self.room.publish(identity, &self.publisher, published)?, peers))
    }

    fn idle(&mut self) -> anyhow::Result<()> {
        self.judge.iter_mut().try_for_each(Link::look)
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}

fn tickets(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

/// Only plain HTTP: the tool brings no TLS.
fn address(url: &str) -> anyhow::Result<SocketAddr> {
    let host = url
        .strip_prefix("http://")
        .context("the URL must begin with http:// (docs/load.md says how to reach a server elsewhere)")?;
    let host = host.trim_end_matches('/');
    anyhow::ensure!(!host.contains('/'), "the URL must end with the host's name and port");
    let port = if host.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(':') { "" } else { ":80" };
    let mut found = format!("{host}{port}").to_socket_addrs().with_context(|| host.to_owned())?;
    found.next().with_context(|| format!("{host} has no address"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::forward;
    use clap::Parser;

    #[test]
    fn a_url_names_a_plain_listener() {
        assert_eq!(address("http://127.0.0.1:8080").unwrap(), "127.0.0.1:8080".parse().unwrap());
        assert_eq!(address("http://127.0.0.1/").unwrap(), "127.0.0.1:80".parse().unwrap());
        assert_eq!(address("http://[::1]:81/").unwrap(), "[::1]:81".parse().unwrap());
        for bad in ["https://127.0.0.1", "127.0.0.1:8080", "http://127.0.0.1/join", "http://"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        row: forward::Options,
    }

    #[test]
    fn a_url_needs_its_tickets_and_they_need_a_url() {
        let hearing = "00000000-0000-7000-8000-000000000000";
        let all = ["--url", "http://a", "--hearing", hearing, "--publisher", "p", "--viewers", "-"];
        let parse = |words: &[&str]| Line::try_parse_from(["forward"].iter().chain(words)).map(|line| line.row);
        assert!(parse(&all).unwrap().running.url.is_some());
        for end in [2, 4, 6] {
            assert!(parse(&all[..end]).is_err(), "{:?}", &all[..end]);
        }
        assert!(parse(&["--judge", "j"]).is_err() && parse(&["--pid", "1"]).is_err());
        assert!(parse(&[]).unwrap().running.url.is_none());
    }

    #[test]
    fn too_few_tickets_are_told_before_anything_is_asked() {
        assert_eq!(tickets("one\n\n two \r\n"), ["one", "two"]);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "one\n").unwrap();
        let path = file.path().to_str().unwrap();
        let words = ["f", "--url", "http://192.0.2.1", "--hearing", "00000000-0000-7000-8000-000000000000"];
        let line = Line::try_parse_from(words.iter().chain(&["--publisher", "p", "--viewers", path])).unwrap();
        let error = Running::reach(&line.row.running, 2).err().unwrap().to_string();
        assert!(error.ends_with("has 1"), "{error}");
    }
}
