#![allow(clippy::unwrap_used)]

use super::client::Client;
use super::*;
use crate::negotiated::{ExtensionIds, PayloadType};
use crate::srtp::RTP_OVERHEAD;
use assize_rtp::tap::{Codec, TrackKey};
use assize_rtp::testing::Random;
use std::net::SocketAddr;
use std::time::Instant;

const MS: i64 = 1000;

/// A server's transport and a client on a link of 10 ms each way.
struct World {
    now_us: i64,
    ours: Identity,
    theirs: Identity,
    transport: Transport,
    client: Client,
    addr: Remote,
    flying: Vec<(i64, bool, Vec<u8>)>,
}

fn credentials(n: u8) -> Credentials {
    Credentials::from_random(&[n; 24])
}

fn addr(port: u16) -> Remote {
    Remote::Udp(SocketAddr::from(([10, 0, 0, 9], port)))
}

impl World {
    fn new(known: bool) -> Self {
        Self::seeded(known, 1)
    }

    fn seeded(known: bool, seed: u64) -> Self {
        let identity = |seed| Identity::seeded(Instant::now(), seed).unwrap();
        let (ours, theirs) = (identity(seed), identity(seed + 1_000_000));
        let expected = known.then(|| theirs.fingerprint());
        let transport = Transport::new(&ours, credentials(1), expected, 0);
        let client = Client::new("them", credentials(1), [1; 12], 0);
        Self { now_us: 0, ours, theirs, transport, client, addr: addr(1), flying: Vec::new() }
    }

    fn run(&mut self, ms: i64, mut lost: impl FnMut(&[u8]) -> bool) {
        let end = self.now_us + ms * MS;
        while self.now_us < end {
            self.client.timeout(self.now_us, &self.theirs, self.ours.fingerprint());
            self.transport.timeout(self.now_us);
            let at = self.now_us + 10 * MS;
            while let Some(datagram) = self.client.poll_transmit() {
                self.flying.push((at, true, datagram));
            }
            while let Some((to, datagram)) = self.transport.poll_transmit() {
                assert_eq!(to, self.addr);
                self.flying.push((at, false, datagram));
            }
            self.flying.retain(|(sent, _, datagram)| *sent != at || !lost(datagram));
            self.now_us += MS;
            let (due, later) = self.flying.drain(..).partition(|(at, ..)| *at <= self.now_us);
            self.flying = later;
            for (_, to_server, mut datagram) in due {
                if to_server {
                    self.transport.datagram(self.now_us, self.addr, &mut datagram);
                } else {
                    self.client.datagram(self.now_us, &mut datagram);
                }
            }
        }
    }

    fn connected(&self) -> bool {
        self.transport.state() == State::Connected && self.client.is_connected()
    }

    /// A sealed packet from the client.
    fn media(&mut self, seq: u16) -> Vec<u8> {
        let mut packet = vec![0x80, 96];
        packet.extend(seq.to_be_bytes());
        packet.extend([0, 0, 0, 1, 0, 0, 0, 5, 1, 2, 3, 4]);
        let len = packet.len();
        packet.resize(len + RTP_OVERHEAD, 0);
        let len = self.client.outbound().unwrap().seal_rtp(u64::from(seq), &mut packet, len).unwrap();
        packet.truncate(len);
        packet
    }
}

#[test]
fn a_client_gets_through_and_its_media_is_opened() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    assert!(world.connected());
    let mut packet = world.media(1);
    assert_eq!(world.transport.datagram(world.now_us, world.addr, &mut packet), Received::Rtp(16));
    assert_eq!(packet[12..16], [1, 2, 3, 4]);
}

#[test]
fn no_join_hangs_when_a_fifth_of_all_datagrams_is_lost() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let mut world = World::seeded(true, seed);
        for _ in 0..300 {
            world.run(100, |_| random.chance(20));
            if world.connected() {
                break;
            }
        }
        assert!(world.connected(), "seed {seed}: {:?}", world.transport.state());
    }
}

/// The ClientHello race of CVE-2023-49786, and checks by somebody who has learned the user fragment.
#[test]
fn two_hundred_joins_connect_under_spray_and_strangers_get_no_answer() {
    let mallory = Identity::seeded(Instant::now(), 9_000_000).unwrap();
    let mut check =
        crate::ice::client::request("them", &Credentials { pwd: "x".repeat(32), ..credentials(1) }, [3; 12]).unwrap();
    for seed in 0..200 {
        let mut world = World::seeded(true, seed);
        let mut stranger = Association::new(&mallory, Role::Client, Some(world.ours.fingerprint()), 0);
        stranger.timeout(0);
        let mut hello = stranger.poll().unwrap();
        for _ in 0..3_000 {
            // `run` sees to it that nothing is sent but to the client.
            world.transport.datagram(world.now_us, addr(66), &mut hello);
            world.transport.datagram(world.now_us, addr(66), &mut check);
            world.run(1, |_| false);
            if world.connected() {
                break;
            }
        }
        assert!(world.connected(), "seed {seed}: {:?}", world.transport.state());
    }
}

#[test]
fn a_flood_of_checks_by_a_stranger_costs_the_peer_nothing() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    let mut check =
        crate::ice::client::request("them", &Credentials { pwd: "x".repeat(32), ..credentials(1) }, [3; 12]).unwrap();
    let flood = 40_000;
    for _ in 0..flood {
        // Just before whatever else comes.
        world.transport.datagram(world.now_us + MS - 1, addr(66), &mut check);
        world.run(1, |_| false);
    }
    let drops = world.transport.drops();
    assert!(drops.get(Dropped::Budget) > 30_000, "the flood was taken");
    assert_eq!(drops.get(Dropped::Budget) + drops.get(Dropped::Credentials), flood, "a check of the peer was dropped");
    assert!(world.connected());
}

#[test]
fn a_hello_before_the_answer_waits_for_it() {
    let mut world = World::new(false);
    world.run(200, |_| false);
    assert_eq!(world.transport.state(), State::Connecting);
    let fingerprint = world.theirs.fingerprint();
    world.transport.expect(world.now_us, fingerprint);
    world.run(60, |_| false);
    assert!(world.connected());
}

#[test]
fn a_wrong_certificate_ends_the_transport() {
    let mut world = World::new(false);
    world.run(200, |_| false);
    world.transport.expect(world.now_us, Fingerprint([1; 32]));
    world.run(300, |_| false);
    assert!(matches!(world.transport.state(), State::Gone(_)));
    assert!(world.transport.outbound().is_none());
}

#[test]
fn media_from_another_address_is_dropped_unseen() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    let mut packet = world.media(1);
    assert_eq!(world.transport.datagram(world.now_us, addr(2), &mut packet.clone()), Received::Nothing);
    assert_eq!(world.transport.drops().get(Dropped::Unvalidated), 1);
    assert!(matches!(world.transport.datagram(world.now_us, addr(1), &mut packet), Received::Rtp(_)));
}

#[test]
fn ice_restarts_without_new_keys() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    world.transport.restart(world.now_us, credentials(2));
    let request = crate::ice::client::request("them", &credentials(2), [9; 12]).unwrap();
    world.transport.datagram(world.now_us, addr(7), &mut request.clone());
    assert_eq!(world.transport.agent().selected(), Some(addr(7)));
    let mut packet = world.media(3);
    assert!(matches!(world.transport.datagram(world.now_us, addr(7), &mut packet), Received::Rtp(_)));
}

#[test]
fn silence_of_thirty_seconds_is_the_end() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    world.run(29_000, |_| true);
    assert_eq!(world.transport.state(), State::Connected);
    world.run(4_000, |_| true);
    assert_eq!(world.transport.state(), State::Gone("silent for 30 s"));
}

#[test]
fn an_unanswered_offer_does_not_age() {
    let mut world = World::new(false);
    world.run(60_000, |_| true);
    assert_eq!(world.transport.state(), State::Connecting);
}

#[test]
fn a_flood_is_cut_before_it_is_decrypted() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    for _ in 0..30_000 {
        world.transport.datagram(world.now_us, world.addr, &mut [0x80; 40]);
    }
    assert!(world.transport.drops().get(Dropped::Budget) >= 24_000);
}

#[test]
fn what_a_peer_may_send_follows_from_what_it_publishes() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    let section = |codec, pt: u8| Published {
        mid: pt.to_string(),
        track: TrackKey(1),
        payloads: vec![PayloadType { codec, pt, rtx: None, red: None }],
        rids: Vec::new(),
        ssrcs: Vec::new(),
        extensions: ExtensionIds::default(),
        nack: false,
    };
    let sections = [section(Codec::Opus, 111), section(Codec::Vp8, 96), section(Codec::Vp8, 98)];
    world.transport.published(&sections);
    world.run(2_000, |_| false);
    for (pt, taken) in [(111, 500), (96, 10_000), (98, 0)] {
        let before = world.transport.drops().get(Dropped::Budget);
        for _ in 0..20_000 {
            world.transport.datagram(world.now_us, world.addr, &mut [0x80, pt, 1, 1, 0, 0, 0, 0, 0, 0, 0, 7]);
        }
        assert_eq!(world.transport.drops().get(Dropped::Budget) - before, 20_000 - taken, "{pt}");
    }
}

#[test]
fn random_datagrams_from_a_valid_address_do_no_harm() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    let mut random = Random::new(1);
    for n in 0..200_000 {
        let mut datagram = random.bytes(80);
        world.transport.datagram(world.now_us + n * 100, world.addr, &mut datagram);
        while world.transport.poll_transmit().is_some() {}
    }
}

#[test]
fn good_bye_is_heard() {
    let mut world = World::new(true);
    world.run(300, |_| false);
    world.client.close(world.now_us);
    world.run(50, |_| false);
    assert_eq!(world.transport.state(), State::Gone("closed by the peer"));
}
