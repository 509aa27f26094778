#![allow(clippy::unwrap_used)]

use super::gcm::Gcm;
use super::*;
use rtc_srtp::context::Context;
use rtc_srtp::protection_profile::ProtectionProfile;

const ALL: [Profile; 3] = [Profile::AesGcm128, Profile::AesGcm256, Profile::AesCmSha1];

fn master(profile: Profile) -> Master {
    let (key, salt) = profile.lengths();
    let bytes: Vec<u8> = (1..).take(key + salt).collect();
    Master { key: bytes[..key].to_vec(), salt: bytes[key..].to_vec() }
}

fn theirs(profile: Profile) -> Context {
    let master = master(profile);
    let profile = match profile {
        Profile::AesGcm128 => ProtectionProfile::AeadAes128Gcm,
        Profile::AesGcm256 => ProtectionProfile::AeadAes256Gcm,
        Profile::AesCmSha1 => ProtectionProfile::Aes128CmHmacSha1_80,
    };
    let provider = rtc_crypto::default_provider().unwrap();
    Context::new(&master.key, &master.salt, profile, None, None, provider.crypto()).unwrap()
}

/// An RTP packet with one contributing source and a one-byte extension block.
fn rtp(ssrc: u32, seq: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x91, 96];
    packet.extend(seq.to_be_bytes());
    packet.extend([0, 0, 1, 0]);
    packet.extend(ssrc.to_be_bytes());
    packet.extend([9, 9, 9, 9, 0xbe, 0xde, 0, 1, 0x10, b'0', 0, 0]);
    packet.extend(payload);
    packet
}

fn sealed(out: &mut Outbound, seq: u64, packet: &[u8]) -> Vec<u8> {
    let mut buffer = packet.to_vec();
    buffer.resize(packet.len() + RTP_OVERHEAD, 0);
    let len = out.seal_rtp(seq, &mut buffer, packet.len()).unwrap();
    buffer.truncate(len);
    buffer
}

fn pair(profile: Profile) -> (Outbound, Inbound) {
    let master = master(profile);
    (Outbound::new(profile, &master).unwrap(), Inbound::new(profile, &master).unwrap())
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn rfc_7714_section_16_1_vector_seals_and_opens() {
    let plain = hex("8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 \
                     61727465 73207472 6573");
    let cipher = hex("8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a \
                      51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce");
    let key: Vec<u8> = (0..16).collect();
    let gcm = Gcm::from_session(&key, &hex("5175696420 70726f20 71756f")).unwrap();
    let mut packet = plain.clone();
    packet.resize(plain.len() + 16, 0);
    gcm.seal_rtp(0xf17b, 12, &mut packet).unwrap();
    assert_eq!(packet, cipher);
    assert_eq!(gcm.open_rtp(0xf17b, 12, &mut packet), Some(plain.len()));
    assert_eq!(packet[..plain.len()], plain);
}

#[test]
fn what_we_seal_the_other_library_opens_and_the_other_way_round() {
    for profile in ALL {
        let (mut out, mut inbound) = pair(profile);
        let (mut their_in, mut their_out) = (theirs(profile), theirs(profile));
        for step in 0..300_u64 {
            let seq = 65_400 + step;
            let packet = rtp(7, (seq & 0xffff).try_into().unwrap(), &vec![3; 5 + usize::try_from(step).unwrap()]);
            assert_eq!(their_in.decrypt_rtp(&sealed(&mut out, seq, &packet)).unwrap(), packet);
            let mut from_them = their_out.encrypt_rtp(&packet).unwrap().to_vec();
            let len = inbound.open_rtp(&mut from_them).unwrap();
            assert_eq!(from_them[..len], packet, "{profile:?} step {step}");
        }
        let compound = hex("81c90007 00000007 00000001 00000000 00000000 00000000 00000000 00000000");
        let mut buffer = compound.clone();
        buffer.resize(compound.len() + RTCP_OVERHEAD, 0);
        let len = out.seal_rtcp(&mut buffer, compound.len()).unwrap();
        assert_eq!(their_in.decrypt_rtcp(&buffer[..len]).unwrap(), compound);
        let mut from_them = their_out.encrypt_rtcp(&compound).unwrap().to_vec();
        let again = from_them.clone();
        let len = inbound.open_rtcp(&mut from_them).unwrap();
        assert_eq!(from_them[..len], compound);
        assert!(inbound.open_rtcp(&mut again.clone()).is_err(), "{profile:?}: a compound is taken once");
    }
}

#[test]
fn a_packet_is_taken_once() {
    for profile in ALL {
        let (mut out, mut inbound) = pair(profile);
        let packet = sealed(&mut out, 5, &rtp(1, 5, b"abc"));
        assert!(inbound.open_rtp(&mut packet.clone()).is_ok());
        assert!(inbound.open_rtp(&mut packet.clone()).is_err(), "{profile:?}");
    }
}

#[test]
fn a_stream_whose_first_packets_before_the_wrap_were_lost_is_opened() {
    let (mut out, mut inbound) = pair(Profile::AesGcm256);
    let after = sealed(&mut out, 65_538, &rtp(1, 2, b"after"));
    let late = sealed(&mut out, 65_535, &rtp(1, 65_535, b"late"));
    assert!(inbound.open_rtp(&mut after.clone()).is_ok());
    assert!(inbound.open_rtp(&mut late.clone()).is_ok());
}

#[test]
fn a_stream_that_ran_on_during_an_outage_is_caught_up_with() {
    // In its first round a jump back can only be one forward; later the rollover counter must be tried.
    for (before, after) in [(10, 50_000_u64), (70_000, 110_000)] {
        let (mut out, mut inbound) = pair(Profile::AesGcm128);
        let mut packet = |seq: u64| sealed(&mut out, seq, &rtp(1, u16::try_from(seq & 0xffff).unwrap(), b"media"));
        inbound.open_rtp(&mut packet(before)).unwrap();
        let lost = (after..after + 10).filter(|seq| inbound.open_rtp(&mut packet(*seq)).is_err()).count();
        assert!(lost <= 1, "{lost} lost from {after} on");
    }
}

#[test]
fn an_unauthentic_stream_leaves_no_trace() {
    for profile in ALL {
        let (mut out, mut inbound) = pair(profile);
        for ssrc in 100..100 + 4 * u32::try_from(MAX_STREAMS).unwrap() {
            assert!(inbound.open_rtp(&mut rtp(ssrc, 1, &[0; 40])).is_err());
        }
        assert!(inbound.open_rtp(&mut sealed(&mut out, 1, &rtp(1, 1, b"true"))).is_ok(), "{profile:?}");
    }
}

#[test]
fn a_million_random_and_mutated_packets_do_no_harm() {
    let mut random = assize_rtp::testing::Random::new(11);
    for profile in [Profile::AesGcm256, Profile::AesCmSha1] {
        let (mut out, mut inbound) = pair(profile);
        let rounds = if profile == Profile::AesCmSha1 { 100_000 } else { 900_000 };
        let good = sealed(&mut out, 1, &rtp(1, 1, &[7; 100]));
        inbound.open_rtp(&mut good.clone()).unwrap();
        for round in 0..rounds {
            let mut packet = if round % 2 == 0 { good.clone() } else { random.bytes(60) };
            random.mutate(&mut packet);
            let rtcp = round % 3 == 0;
            let result = if rtcp { inbound.open_rtcp(&mut packet) } else { inbound.open_rtp(&mut packet) };
            assert!(
                result.is_err(),
                "{profile:?}: a packet nobody sealed was opened: {round} {} {}",
                packet.len(),
                good.len()
            );
        }
    }
}
