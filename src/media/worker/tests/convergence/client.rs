//! What the clients of the random hearings say and send.

use super::super::super::Command;
use super::super::super::peers::{Kind, Out};
use super::super::ours;
use super::{Device, Later, Up, World, hearing, ssrc};
use crate::plane::{MediaError, TransportKey};
use crate::sdp;

impl World {
    pub(super) fn offer(&self, up: &Up) -> String {
        let (head, place) = ours(&self.identity);
        let mids: Vec<String> = (0..up.sections.len()).map(|mid| mid.to_string()).collect();
        let mut offer = head.replace("BUNDLE 0", &format!("BUNDLE {}", mids.join(" ")));
        for (mid, (device, active)) in up.sections.iter().enumerate() {
            let (media, map) = match device {
                Device::Microphone => ("audio", "opus/48000/2"),
                Device::Camera | Device::Screen => ("video", "VP8/90000"),
            };
            let direction = if *active { "sendonly" } else { "inactive" };
            offer += &format!(
                "m={media} 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n{place}a=setup:actpass\r\na=mid:{mid}\r\n\
                 a={direction}\r\na=rtcp-mux\r\na=rtpmap:96 {map}\r\n\
                 a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
            );
            offer += &match device {
                Device::Camera => "a=rid:q send\r\na=rid:h send\r\na=simulcast:send q;h\r\n".to_owned(),
                Device::Microphone | Device::Screen => format!("a=ssrc:{} cname:x\r\n", ssrc(up.t, *device, 0)),
            };
        }
        offer
    }

    /// A client answers on the link, which does not say for which transport.
    pub(super) fn answer(&mut self, person: usize, offer: u32, text: String) {
        let Some(t) = self.people[person].down.as_ref().map(|down| down.t) else { return };
        let sdp = text.replace("a=setup:actpass", "a=setup:active").replace("a=sendonly", "a=recvonly");
        let sdp = sdp.replace("a=ice-lite\r\n", "");
        match self.ask(person, |reply| Command::DownAnswer { t, offer, sdp, reply }) {
            Ok(()) => {}
            Err(MediaError::StaleAnswer) => return,
            Err(error) => panic!("{error}"),
        }
        let offered = sdp::parse(&text).unwrap();
        let Some(down) = &mut self.people[person].down else { return };
        down.sections = offered.sections.iter().map(|section| (section.mid.clone(), section.ssrcs[0].0)).collect();
        if !std::mem::replace(&mut down.connects, true) {
            self.later(200_000, Later::Connected { person, t });
        }
    }

    /// As after the handshake, which others test.
    pub(super) fn connected(&mut self, person: usize, t: TransportKey) {
        if self.people[person].down.as_ref().is_none_or(|down| down.t != t) {
            return;
        }
        let at = self.inner.peers.at(t).unwrap();
        let peer = self.inner.peers.get(at).unwrap();
        assert!(matches!(peer.kind, Kind::Down(_)));
        peer.connected = true;
        self.inner.subscribe(self.now, at);
    }

    pub(super) fn speak(&mut self, person: usize) {
        let Some(up) = &mut self.people[person].up else { return };
        up.seq = up.seq.wrapping_add(1);
        let mut packets = Vec::new();
        for (mid, (device, _)) in up.sections.iter().enumerate().filter(|(_, (_, active))| *active) {
            for layer in 0..if *device == Device::Camera { 2 } else { 1 } {
                let ssrc = ssrc(up.t, *device, layer);
                let key = up.asked.remove(&ssrc);
                let mut packet = vec![0x90, 0x80 | 96];
                packet.extend(up.seq.to_be_bytes());
                packet.extend(((self.now / 1000 * 90) as u32).to_be_bytes());
                packet.extend(ssrc.to_be_bytes());
                packet.extend([0xbe, 0xde, 0, 1, 0x10, b'0' + mid as u8, 0x20, if layer == 0 { b'q' } else { b'h' }]);
                match (device, key) {
                    (Device::Microphone, _) => packet.extend([1, 2, 3]),
                    (_, false) => packet.extend([0x10, 1, 0, 0, 7]),
                    (_, true) => packet.extend([0x10, 0, 0, 0, 0x9d, 0x01, 0x2a, 64, 1, 180, 0, 7]),
                }
                packets.push((up.t, packet));
            }
        }
        let key = hearing(person);
        for (t, packet) in packets {
            let Some(place) = self.inner.hearings.get_mut(&key) else { return };
            let mut out = Out { arrival_us: Some(self.now), ..Out::silent(&mut self.inner.peers) };
            place.router.rtp(self.now, t, &packet, self.now, &mut out);
        }
    }
}
