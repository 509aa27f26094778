#![allow(clippy::unwrap_used)]

use super::*;
use assize_rtp::testing::Random;

const MS: i64 = 1000;

struct Pair {
    now_us: i64,
    client: Association,
    server: Association,
    theirs: Fingerprint,
    flying: Vec<(i64, bool, Vec<u8>)>,
}

impl Pair {
    fn new(fingerprints: impl Fn(&Identity, &Identity) -> (Option<Fingerprint>, Option<Fingerprint>)) -> Self {
        Self::seeded(1, fingerprints)
    }

    fn seeded(
        seed: u64,
        fingerprints: impl Fn(&Identity, &Identity) -> (Option<Fingerprint>, Option<Fingerprint>),
    ) -> Self {
        let identity = |seed| Identity::seeded(Instant::now(), seed).unwrap();
        let (ours, theirs) = (identity(seed), identity(seed + 1_000_000));
        let (for_client, for_server) = fingerprints(&ours, &theirs);
        Self {
            now_us: 0,
            client: Association::new(&theirs, Role::Client, for_client, 0),
            server: Association::new(&ours, Role::Server, for_server, 0),
            theirs: theirs.fingerprint(),
            flying: Vec::new(),
        }
    }

    fn right() -> Self {
        Self::right_seeded(1)
    }

    fn right_seeded(seed: u64) -> Self {
        Self::seeded(seed, |ours, theirs| (Some(ours.fingerprint()), Some(theirs.fingerprint())))
    }

    /// Runs a link of 20 ms each way until both sides are done or `until_ms` is reached.
    fn run(&mut self, until_ms: i64, mut drop: impl FnMut() -> bool) {
        while self.now_us < until_ms * MS {
            while let Some(datagram) = self.client.poll() {
                if !drop() {
                    self.flying.push((self.now_us + 20 * MS, true, datagram));
                }
            }
            while let Some(datagram) = self.server.poll() {
                if !drop() {
                    self.flying.push((self.now_us + 20 * MS, false, datagram));
                }
            }
            if self.server.state() != State::Handshaking && self.client.state() != State::Handshaking {
                return;
            }
            self.now_us += MS;
            let (due, later) = self.flying.drain(..).partition(|(at, ..)| *at <= self.now_us);
            self.flying = later;
            for (_, to_server, datagram) in due {
                let side = if to_server { &mut self.server } else { &mut self.client };
                side.datagram(self.now_us, &datagram);
            }
            for side in [&mut self.server, &mut self.client] {
                if side.next_timeout().is_some_and(|at| at <= self.now_us) {
                    side.timeout(self.now_us);
                }
            }
        }
    }
}

#[test]
fn both_sides_get_the_same_keys() {
    let mut pair = Pair::right();
    pair.run(1000, || false);
    assert_eq!((pair.server.state(), pair.client.state()), (State::Established, State::Established));
    let keys = pair.server.take_keys().unwrap();
    assert_eq!(keys.profile, Profile::AesGcm256);
    assert_eq!(Some(keys), pair.client.take_keys());
    assert_eq!(pair.server.take_keys(), None);
}

#[test]
fn no_join_hangs_when_a_fifth_of_the_datagrams_is_lost() {
    let mut took = Vec::new();
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let mut pair = Pair::right_seeded(seed);
        pair.run(30_000, || random.chance(20));
        assert_eq!(pair.server.state(), State::Established, "seed {seed} at {} ms", pair.now_us / MS);
        assert_eq!(pair.client.state(), State::Established, "seed {seed} at {} ms", pair.now_us / MS);
        took.push(pair.now_us / MS);
    }
    took.sort_unstable();
    assert!(took[took.len() * 9 / 10] < 4_000, "{took:?}");
}

#[test]
fn a_hello_before_the_answer_is_held_and_then_answered() {
    let mut pair = Pair::new(|ours, _| (Some(ours.fingerprint()), None));
    // The client's fingerprint arrives 100 ms after its hello.
    pair.run(100, || false);
    assert_eq!(pair.server.state(), State::Handshaking);
    assert!(!pair.server.held.is_empty());
    pair.server.expect(pair.now_us, pair.theirs);
    pair.run(400, || false);
    assert_eq!(pair.server.state(), State::Established);
}

#[test]
fn a_certificate_with_another_fingerprint_gives_no_keys() {
    let mut pair = Pair::new(|ours, _| (Some(ours.fingerprint()), Some(ours.fingerprint())));
    pair.run(1000, || false);
    assert!(matches!(pair.server.state(), State::Failed(_)), "{:?}", pair.server.state());
    assert_eq!(pair.server.take_keys(), None);
}

#[test]
fn another_fingerprint_later_ends_it() {
    let mut pair = Pair::right();
    pair.run(1000, || false);
    pair.server.expect(pair.now_us, Fingerprint([0; 32]));
    assert!(matches!(pair.server.state(), State::Failed(_)));
    assert_eq!(pair.server.take_keys(), None);
}

#[test]
fn good_bye_is_heard() {
    let mut pair = Pair::right();
    pair.run(1000, || false);
    pair.client.close(pair.now_us);
    let farewell = pair.client.poll().unwrap();
    pair.server.datagram(pair.now_us, &farewell);
    assert_eq!(pair.server.state(), State::Closed);
}

#[test]
fn damaged_handshakes_end_or_go_on_but_never_panic() {
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let mut pair = Pair::right();
        for _ in 0..40 {
            let mut sent = Vec::new();
            while let Some(datagram) = pair.client.poll() {
                sent.push((true, datagram));
            }
            while let Some(datagram) = pair.server.poll() {
                sent.push((false, datagram));
            }
            for (to_server, mut datagram) in sent {
                if random.chance(40) {
                    random.mutate(&mut datagram);
                }
                let side = if to_server { &mut pair.server } else { &mut pair.client };
                side.datagram(pair.now_us, &datagram);
                if random.chance(10) {
                    side.datagram(pair.now_us, &random.bytes(200));
                }
            }
            pair.now_us += 120 * MS;
            pair.server.timeout(pair.now_us);
            pair.client.timeout(pair.now_us);
        }
    }
}

#[test]
fn thousands_of_tiny_fragments_are_cheap_and_end_in_nothing() {
    let mut pair = Pair::right();
    for n in 0..20_000_u32 {
        let mut datagram = vec![22, 254, 253, 0, 0, 0, 0];
        datagram.extend(n.to_be_bytes());
        datagram.extend([0, 13, 1, 0, 60, 0, 0, 0]);
        datagram.extend(&(20_000 - n).to_be_bytes()[1..]);
        datagram.extend([0, 0, 1, 7]);
        pair.server.datagram(0, &datagram);
    }
    assert_ne!(pair.server.state(), State::Established);
}

/// `use_srtp` (RFC 5764 section 4.1.1) of a hello: where its first profile stands, and the profiles.
fn offered(hello: &[u8]) -> Option<(usize, Vec<u16>)> {
    let at = hello.windows(4).position(|w| matches!(w, [0, 14, 0, 5 | 9]))? + 4;
    let list = hello.get(at..)?;
    let len = usize::from(u16::from_be_bytes([list[0], list[1]]));
    Some((at + 2, list.get(2..2 + len)?.chunks(2).map(|id| u16::from_be_bytes([id[0], id[1]])).collect()))
}

/// The profile that the server takes when only this one is offered.
fn taken_of(profile: u16) -> Option<u16> {
    let mut pair = Pair::right();
    for _ in 0..2 {
        // The second time with the server's cookie.
        while let Some(mut hello) = pair.client.poll() {
            let (at, profiles) = offered(&hello)?;
            (0..profiles.len()).for_each(|n| hello[at + 2 * n..at + 2 * n + 2].copy_from_slice(&profile.to_be_bytes()));
            pair.server.datagram(0, &hello);
        }
        while let Some(answer) = pair.server.poll() {
            if let Some((_, taken)) = offered(&answer) {
                assert_eq!(taken.len(), 1);
                return Some(taken[0]);
            }
            pair.client.datagram(0, &answer);
        }
    }
    None
}

#[test]
fn of_all_profiles_of_srtp_only_three_are_offered_and_taken() {
    // RFC 7714 section 14.2 and RFC 5764 section 4.1.2.
    let (gcm256, gcm128, cm80) = (8, 7, 1);
    let (_, offered) = offered(&Pair::right().client.poll().unwrap()).unwrap();
    assert_eq!(offered, [gcm256, gcm128, cm80]);
    let taken: Vec<u16> = (0..=0x1ff).filter_map(taken_of).collect();
    assert_eq!(taken, [cm80, gcm128, gcm256]);
}

#[test]
fn without_aes_cm_whoever_knows_nothing_better_gets_no_keys() {
    for (aes_cm, state) in [(true, State::Handshaking), (false, State::Failed("SRTP profile"))] {
        let identity = Identity::generate(Instant::now()).unwrap();
        let identity = if aes_cm { identity } else { identity.without_aes_cm() };
        let mut server = Association::new(&identity, Role::Server, Some(identity.fingerprint()), 0);
        server.exported(&[1; 60], SrtpProfile::AES128_CM_SHA1_80);
        assert_eq!((server.state(), server.keys.is_some()), (state, aes_cm));
        let mut server = Association::new(&identity, Role::Server, Some(identity.fingerprint()), 0);
        server.exported(&[1; 88], SrtpProfile::AEAD_AES_256_GCM);
        assert!(server.keys.is_some(), "the others are as before");
    }
}
