//! A million messages that nobody should send.

use super::client::{Client, indication, relay, udp};
use super::reach::FORBIDDEN;
use crate::relay::frame::{self, Frame};
use crate::relay::session::Action;
use rtc_stun::message::{METHOD_ALLOCATE, METHOD_CHANNEL_BIND, METHOD_CREATE_PERMISSION, METHOD_REFRESH};

/// xorshift64*: the same messages every time.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let wide = u128::from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)) * below as u128;
        (wide >> 64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.next(256) as u8
    }
}

#[test]
fn a_million_hostile_messages_do_no_harm() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    assert_eq!(client.binds(0x4001, "203.0.113.9:50000"), 0);
    let mut seeds = vec![frame::channel(0x4001, b"data"), indication("203.0.113.9:50000", b"data")];
    seeds.extend(FORBIDDEN.iter().take(3).map(|peer| indication(peer, b"data")));
    for method in [METHOD_ALLOCATE, METHOD_REFRESH, METHOD_CREATE_PERMISSION, METHOD_CHANNEL_BIND] {
        seeds.push(client.signed(method, &[udp()]));
    }
    let mut random = Random(0x5eed);
    let mut taken = 0_u32;
    for n in 0..1_000_000_u32 {
        let bytes = hostile(&seeds, &mut random);
        if n % 50 == 0 {
            // Budgets are not what is tried here.
            client.session =
                crate::relay::session::Session::new(relay.clone(), "192.0.2.7:1".parse().unwrap(), client.now.at);
            client.pass(10);
        }
        let Ok(Some(frame)) = Frame::first(&bytes) else { continue };
        taken += 1;
        match client.session.message(frame, &bytes, client.now) {
            Action::Send(_, range) => assert!(range.end <= frame.size()),
            Action::Open(_) => _ = client.session.opened(Some(1), client.now),
            Action::Nothing | Action::Reply(_) | Action::Close => {}
        }
    }
    assert!(taken > 300_000, "most are messages in form: {taken}");
}

/// Noise, or a good message with a few bytes changed and perhaps cut or lengthened.
fn hostile(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    if random.next(10) == 0 {
        let len = random.next(64);
        let mut noise: Vec<u8> = (0..len).map(|_| random.byte()).collect();
        if let Some(first) = noise.first_mut() {
            *first &= 0x41;
        }
        return noise;
    }
    let mut bytes = seeds[random.next(seeds.len())].clone();
    for _ in 0..=random.next(4) {
        let at = random.next(bytes.len());
        bytes[at] = random.byte();
    }
    match random.next(8) {
        0 => bytes.truncate(random.next(bytes.len() + 1)),
        1 => bytes.extend((0..random.next(16)).map(|n| n as u8)),
        _ => {}
    }
    bytes
}
