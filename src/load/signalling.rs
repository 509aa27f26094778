//! Signalling of one participant: the same messages as a browser's.

use crate::socket::Socket;
use anyhow::{Context, bail};
use assize_core::hearing::{Command, Room};
use assize_core::ids::SeatId;
use assize_core::signal::{ClientMessage, MidDevice, ServerMessage};
use std::collections::VecDeque;
use std::net::SocketAddr;

pub(crate) struct Link {
    socket: Socket,
    pub(crate) seat: SeatId,
    pub(crate) room: Room,
    /// Tracks that the server says it sends.
    pub(crate) tracks: usize,
    offers: VecDeque<(u32, String)>,
    last: u32,
}

impl Link {
    /// Enters with a ticket.
    pub(crate) fn enter(server: SocketAddr, ticket: String) -> anyhow::Result<Self> {
        let socket = Socket::open(server, "/api/v1/signal", "assize.v1")?;
        let (seat, room) = (SeatId(0), Room::Waiting);
        let mut link = Self { socket, seat, room, tracks: 0, offers: VecDeque::new(), last: 0 };
        link.send(&ClientMessage::Hello { ticket })?;
        loop {
            if let ServerMessage::Welcome { view, .. } = link.read()? {
                (link.seat, link.room) = (view.me.seat, view.me.room);
                return Ok(link);
            }
        }
    }

    pub(crate) fn send(&mut self, message: &ClientMessage) -> anyhow::Result<()> {
        self.socket.send(serde_json::to_string(message)?)
    }

    /// Waits until the command is done.
    pub(crate) fn command(&mut self, command: Command) -> anyhow::Result<()> {
        let id = self.id();
        self.send(&ClientMessage::Command { id, command })?;
        while !matches!(self.read()?, ServerMessage::Done { id: done } if done == id) {}
        Ok(())
    }

    /// Offers to publish; returns the server's answer.
    pub(crate) fn publish(&mut self, sdp: String, tracks: Vec<MidDevice>) -> anyhow::Result<String> {
        let id = self.id();
        self.send(&ClientMessage::UpOffer { id, sdp, tracks, sealed: false })?;
        loop {
            match self.read()? {
                ServerMessage::UpAnswer { id: of, sdp } if of == id => return Ok(sdp),
                _ => {}
            }
        }
    }

    /// Waits for the server's next offer.
    pub(crate) fn offer(&mut self) -> anyhow::Result<(u32, String)> {
        loop {
            if let Some(offer) = self.waiting_offer() {
                return Ok(offer);
            }
            self.read()?;
        }
    }

    /// An offer that has come and was not answered yet.
    pub(crate) fn waiting_offer(&mut self) -> Option<(u32, String)> {
        self.offers.pop_front()
    }

    /// Takes what has come and waits for nothing.
    pub(crate) fn look(&mut self) -> anyhow::Result<()> {
        let waiting = self.socket.waiting()?;
        waiting.iter().try_for_each(|text| self.note(text).map(|_| ()))
    }

    fn read(&mut self) -> anyhow::Result<ServerMessage> {
        let text = self.socket.read()?;
        self.note(&text)
    }

    fn note(&mut self, text: &str) -> anyhow::Result<ServerMessage> {
        let message = serde_json::from_str(text).with_context(|| text.to_owned())?;
        match &message {
            ServerMessage::Refused { .. } | ServerMessage::Bye { .. } => bail!("refused: {text}"),
            ServerMessage::TransportLost { .. } => bail!("a media transport was lost"),
            ServerMessage::DownOffer { offer, sdp, legs } => {
                self.tracks = legs.iter().filter(|leg| leg.track.is_some()).count();
                self.offers.extend(sdp.clone().map(|sdp| (*offer, sdp)));
            }
            _ => {}
        }
        Ok(message)
    }

    fn id(&mut self) -> u32 {
        self.last += 1;
        self.last
    }
}
