//! Somebody in a hearing, as the browser client is: one link, one transport to publish and one to receive.

use crate::court::{Court, Invited, Planned};
use crate::description::{self, Kind, Local, Section};
use crate::peer::{Peer, bind};
use crate::signalling::Link;
use assize_core::ids::DeviceKind;
use assize_core::signal::{ClientMessage, MidDevice};
use assize_media::dtls::Identity;

pub(crate) struct Party {
    pub(crate) link: Link,
    down: Local,
}

impl Party {
    /// Enters by code, or by a ticket who has none.
    pub(crate) fn join(
        court: &Court,
        hearing: &Planned,
        person: &Invited,
        identity: &Identity,
    ) -> anyhow::Result<Self> {
        Ok(Self { link: Link::enter(court.http, court.join(hearing, person)?)?, down: Local::new(identity)? })
    }

    /// Offers microphone and camera, and connects.
    pub(crate) fn publish(&mut self, identity: &Identity, sections: &[Section]) -> anyhow::Result<Peer> {
        let device = |kind| match kind {
            Kind::Sound => DeviceKind::Microphone,
            Kind::Picture => DeviceKind::Camera1,
        };
        let tracks = sections.iter().enumerate();
        let tracks = tracks.map(|(mid, section)| MidDevice { mid: mid.to_string(), device: device(section.kind) });
        let tracks = tracks.collect();
        let mut peer = Peer::begin(identity, sections, |offer| self.link.publish(offer, tracks))?;
        peer.connect(identity)?;
        Ok(peer)
    }

    /// Says that it can receive, answers the first offer, and connects. Somebody else must have published.
    pub(crate) fn receive(&mut self, identity: &Identity) -> anyhow::Result<Peer> {
        self.link.send(&ClientMessage::Receive { sealed: false })?;
        let (offer, sdp) = self.link.offer()?;
        let mut peer = Peer::between(&self.down, bind()?, description::read(&sdp)?)?;
        self.answer(offer, &sdp)?;
        peer.connect(identity)?;
        Ok(peer)
    }

    /// Takes what was said, and answers offers of more on the same transport.
    pub(crate) fn look(&mut self) -> anyhow::Result<()> {
        self.link.look()?;
        while let Some((offer, sdp)) = self.link.waiting_offer() {
            self.answer(offer, &sdp)?;
        }
        Ok(())
    }

    fn answer(&mut self, offer: u32, sdp: &str) -> anyhow::Result<()> {
        let sdp = description::answer(&self.down, sdp)?;
        self.link.send(&ClientMessage::DownAnswer { offer, sdp })
    }
}
