//! A server that is measured: ours, and others through their own signalling.

use crate::court::{Court, Planned};
use crate::description::Section;
use crate::http::post;
use crate::peer::Peer;
use crate::signalling::Link;
use assize_core::hearing::Command;
use assize_core::ids::HearingId;
use assize_core::plan::Role;
use assize_media::dtls::Identity;
use std::net::SocketAddr;

/// A running server with a room for one publisher and many viewers.
pub(crate) trait Sfu {
    fn name(&self) -> &str;

    /// None: it runs elsewhere, or nobody said.
    fn pid(&self) -> Option<u32>;

    /// Connects a publisher that offers `published`, and so many viewers that receive `viewed`.
    fn connect(
        &mut self,
        identity: &Identity,
        published: &[Section],
        viewed: &[Section],
        viewers: usize,
    ) -> anyhow::Result<(Peer, Vec<Peer>)>;

    /// Looks after signalling; called again and again.
    fn idle(&mut self) -> anyhow::Result<()>;
}

/// Our server's way in for encoders and players.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) http: SocketAddr,
    pub(crate) hearing: HearingId,
}

impl Room {
    /// Connects a publisher by WHIP.
    pub(crate) fn publish(self, identity: &Identity, ticket: &str, published: &[Section]) -> anyhow::Result<Peer> {
        let mut publisher = Peer::begin(identity, published, |offer| self.exchange("whip", ticket, &offer))?;
        publisher.connect(identity)?;
        Ok(publisher)
    }

    /// Connects a viewer by WHEP.
    pub(crate) fn view(self, identity: &Identity, ticket: &str, viewed: &[Section]) -> anyhow::Result<Peer> {
        let mut viewer = Peer::begin(identity, viewed, |offer| self.exchange("whep", ticket, &offer))?;
        viewer.connect(identity)?;
        Ok(viewer)
    }

    fn exchange(self, kind: &str, ticket: &str, offer: &str) -> anyhow::Result<String> {
        let path = format!("/{kind}/{}", self.hearing);
        let answer = post(self.http, &path, ticket, "application/sdp", offer)?;
        anyhow::ensure!(answer.status == 201, "{path} answered {}: {}", answer.status, answer.body);
        Ok(answer.body)
    }
}

/// Our server, with a hearing of a judge and a panel member in session.
pub(crate) struct Ours {
    pub(crate) court: Court,
    hearing: Planned,
    judge: Link,
}

impl Ours {
    pub(crate) fn start(workers: usize) -> anyhow::Result<Self> {
        let court = Court::start(workers, None)?;
        let hearing = court.plan(&[Role::PresidingJudge, Role::PanelMember])?;
        let mut judge = Link::enter(court.http, court.ticket(&hearing, &hearing.people[0])?)?;
        judge.command(Command::Open { record: false, reason: Some("load".to_owned()) })?;
        Ok(Self { court, hearing, judge })
    }

    /// Connects one viewer after the other; those who are in already keep their consent fresh meanwhile.
    pub(crate) fn view(
        &mut self,
        identity: &Identity,
        viewed: &[Section],
        viewers: usize,
    ) -> anyhow::Result<Vec<Peer>> {
        let mut peers: Vec<Peer> = Vec::with_capacity(viewers);
        for _ in 0..viewers {
            let ticket = self.court.observer_ticket(&self.hearing)?;
            peers.push(self.room().view(identity, &ticket, viewed)?);
            peers.iter_mut().for_each(|peer| peer.drive(identity));
            self.judge.look()?;
        }
        Ok(peers)
    }

    /// Connects the publisher.
    pub(crate) fn publish(&self, identity: &Identity, published: &[Section]) -> anyhow::Result<Peer> {
        let ticket = self.court.ticket(&self.hearing, &self.hearing.people[1])?;
        self.room().publish(identity, &ticket, published)
    }

    fn room(&self) -> Room {
        Room { http: self.court.http, hearing: self.hearing.id }
    }
}

impl Sfu for Ours {
    fn name(&self) -> &str {
        "assize"
    }

    fn pid(&self) -> Option<u32> {
        Some(self.court.pid())
    }

    /// The publisher comes last, so that its consent is fresh when it begins.
    fn connect(
        &mut self,
        identity: &Identity,
        published: &[Section],
        viewed: &[Section],
        viewers: usize,
    ) -> anyhow::Result<(Peer, Vec<Peer>)> {
        let viewers = self.view(identity, viewed, viewers)?;
        Ok((self.publish(identity, published)?, viewers))
    }

    fn idle(&mut self) -> anyhow::Result<()> {
        self.judge.look()
    }
}
