#![allow(clippy::unwrap_used)]

use super::*;
use crate::dtls::Fingerprint;
use crate::negotiated::{PayloadType, Subscribed};
use assize_rtp::tap::{Codec, TrackKey};
use assize_rtp::testing::Random;

/// As Chromium writes it: simulcast video and a microphone.
pub(super) const CHROMIUM: &str = include_str!("testdata/chromium-up.sdp");
/// As Firefox writes it: the fingerprint at session level.
pub(super) const FIREFOX: &str = include_str!("testdata/firefox-up.sdp");

fn local(credentials: &Credentials, addrs: &[SocketAddr], test: impl FnOnce(&Local<'_>)) {
    test(&Local {
        credentials,
        fingerprint: Fingerprint([7; 32]),
        candidates: addrs,
        tcp: true,
        session: 4,
        version: 1,
    });
}

fn with_local(test: impl FnOnce(&Local<'_>)) {
    local(&Credentials::from_random(&[9; 24]), &[SocketAddr::from(([192, 0, 2, 1], 5000))], test);
}

fn tracks() -> Vec<(String, TrackKey)> {
    vec![("0".into(), TrackKey(10)), ("1".into(), TrackKey(11))]
}

/// The lines of the section with this mid.
fn lines<'a>(sdp: &'a str, mid: &str) -> Vec<&'a str> {
    let sections = sdp.split("\r\nm=").skip(1);
    let wanted = format!("a=mid:{mid}");
    sections.map(|s| s.lines().collect::<Vec<_>>()).find(|s| s.contains(&wanted.as_str())).unwrap()
}

#[test]
fn every_address_is_named_for_both_protocols_and_udp_is_always_preferred() {
    let addrs = [SocketAddr::from(([192, 0, 2, 1], 5000)), SocketAddr::from(([127, 0, 0, 1], 5000))];
    let credentials = Credentials::from_random(&[9; 24]);
    let named = |sdp: &str| -> Vec<(String, u32, String)> {
        let lines = lines(sdp, "0").into_iter().filter_map(|line| line.strip_prefix("a=candidate:"));
        let words = lines.map(|line| line.split(' ').map(String::from).collect::<Vec<_>>());
        words.map(|w| (w[2].clone(), w[3].parse().unwrap(), format!("{} {}", w[0], w[4]))).collect()
    };
    local(&credentials, &addrs, |local| {
        let sdp = up(&parse(CHROMIUM).unwrap(), &tracks(), local).unwrap().sdp;
        let ways = named(&sdp);
        let protocols: Vec<&str> = ways.iter().map(|(protocol, ..)| protocol.as_str()).collect();
        assert_eq!(protocols, ["udp", "udp", "tcp", "tcp"]);
        assert!(ways.is_sorted_by(|a, b| a.1 > b.1), "{ways:?}");
        let foundations: std::collections::HashSet<_> = ways.iter().map(|(.., place)| &place[..1]).collect();
        assert_eq!(foundations.len(), 4, "another protocol is another foundation (RFC 8445 section 5.1.1.3)");
        let without = up(&parse(CHROMIUM).unwrap(), &tracks(), &Local { tcp: false, ..local.clone() }).unwrap().sdp;
        assert!(!without.contains(" tcp "));
    });
}

#[test]
fn chromiums_simulcast_offer_is_answered_with_its_layers() {
    with_local(|local| {
        let answer = up(&parse(CHROMIUM).unwrap(), &tracks(), local).unwrap();
        let video = answer.published.iter().find(|p| p.mid == "1").unwrap();
        assert_eq!(video.rids, ["q", "h", "f"]);
        assert_eq!(video.track, TrackKey(11));
        assert_eq!(video.payloads[0], PayloadType { codec: Codec::Vp8, pt: 96, rtx: Some(97), red: None });
        assert!(video.nack && video.extensions.transport_cc.is_some());
        assert!(video.extensions.rid.is_some() && video.extensions.rrid.is_some());
        let text = lines(&answer.sdp, "1");
        for line in [
            "a=recvonly",
            "a=simulcast:recv q;h;f",
            "a=rid:f recv",
            "a=rtcp-fb:96 transport-cc",
            "a=rtcp-fb:96 nack pli",
            "a=setup:passive",
            "a=rtcp-mux",
            "a=end-of-candidates",
            "a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host",
            "a=candidate:2 1 tcp 1520435199 192.0.2.1 5000 typ host tcptype passive",
        ] {
            assert!(text.contains(&line), "{line} is missing in {text:#?}");
        }
        let audio = answer.published.iter().find(|p| p.mid == "0").unwrap();
        assert_eq!(audio.payloads, [PayloadType { codec: Codec::Opus, pt: 111, rtx: None, red: Some(63) }]);
        assert!(audio.extensions.audio_level.is_some());
        assert!(answer.sdp.contains("a=ice-lite\r\n"));
        assert!(!answer.sdp.contains("usedtx=1"));
        parse(&answer.sdp).unwrap();
    });
}

/// Chromium's own description is without it unless it is written in: see the client.
#[test]
fn lost_sound_is_asked_for_where_the_client_says_so() {
    let munged =
        CHROMIUM.replace("a=rtpmap:111 opus/48000/2\r\n", "a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 nack\r\n");
    with_local(|local| {
        for (offer, nack) in [(CHROMIUM, false), (munged.as_str(), true)] {
            let answer = up(&parse(offer).unwrap(), &tracks(), local).unwrap();
            let audio = answer.published.iter().find(|p| p.mid == "0").unwrap();
            assert_eq!((audio.nack, lines(&answer.sdp, "0").contains(&"a=rtcp-fb:111 nack")), (nack, nack));
        }
        let mut sections = vec![section("a0", true)];
        let offer = down(&sections, local);
        assert!(lines(&offer, "a0").contains(&"a=rtcp-fb:111 nack") && !offer.contains("a=rtcp-fb:111 nack pli"));
        accept(&mut sections, &parse(&answer_to(&offer)).unwrap()).unwrap();
        assert!(sections[0].nack);
        accept(&mut sections, &parse(&answer_to(&offer).replace("a=rtcp-fb:111 nack\r\n", "")).unwrap()).unwrap();
        assert!(!sections[0].nack);
    });
}

#[test]
fn redundancy_of_sound_is_taken_and_offered_before_plain_sound() {
    with_local(|local| {
        let answer = up(&parse(CHROMIUM).unwrap(), &tracks(), local).unwrap();
        let text = lines(&answer.sdp, "0");
        assert!(text[0].ends_with(" 63 111") && text.contains(&"a=fmtp:63 111/111"), "{text:#?}");
        assert!(text.contains(&"a=fmtp:111 minptime=10;useinbandfec=1"), "in-band FEC is kept");
        for other in ["a=fmtp:63 111/9", "a=fmtp:63 9/9", "a=fmtp:62 111/111"] {
            let offer = CHROMIUM.replace("a=fmtp:63 111/111", other);
            let answer = up(&parse(&offer).unwrap(), &tracks(), local).unwrap();
            assert!(lines(&answer.sdp, "0")[0].ends_with(" 111") && !answer.sdp.contains("red/"), "{other}");
        }
        let mut sections = vec![section("a0", true)];
        let offer = down(&sections, local);
        assert!(lines(&offer, "a0").contains(&"a=rtpmap:63 red/48000/2"));
        accept(&mut sections, &parse(&answer_to(&offer)).unwrap()).unwrap();
        assert_eq!(sections[0].payloads[0].red, Some(63));
        let plain = answer_to(&offer).replace(" 63 111", " 111");
        accept(&mut sections, &parse(&plain).unwrap()).unwrap();
        assert_eq!((sections[0].payloads[0].red, sections[0].payloads[0].pt), (None, 111));
    });
}

#[test]
fn firefoxs_offer_is_answered() {
    with_local(|local| {
        let offer = parse(FIREFOX).unwrap();
        let answer = up(&offer, &tracks(), local).unwrap();
        assert_eq!(answer.published.len(), 2);
        assert!(answer.published.iter().any(|p| p.payloads[0].codec == Codec::Vp8 && p.payloads[0].rtx.is_some()));
    });
}

/// A court accepts nothing that it cannot record.
#[test]
fn a_codec_that_is_not_recorded_is_neither_taken_nor_offered() {
    with_local(|local| {
        for offer in [CHROMIUM, FIREFOX] {
            assert!(offer.contains("AV1/90000"));
            let answer = up(&parse(offer).unwrap(), &tracks(), local).unwrap();
            let codecs = answer.published.iter().flat_map(|p| &p.payloads).map(|p| p.codec);
            assert!(codecs.into_iter().all(Codec::is_recorded));
            assert!(!answer.sdp.contains("AV1"), "{}", answer.sdp);
        }
        let (slots, _) = slots(&parse(CHROMIUM).unwrap(), local, |_| (1, 2)).unwrap();
        assert!(!slots.contains("AV1") && !down(&[section("v1", false)], local).contains("AV1"));
        let only =
            CHROMIUM.replace("VP8/90000", "AV1/90000").replace("VP9/90000", "X/90000").replace("H264/90000", "X/90000");
        let answer = up(&parse(&only).unwrap(), &tracks(), local).unwrap();
        assert_eq!(answer.published.iter().map(|p| p.mid.as_str()).collect::<Vec<_>>(), ["0"]);
        assert!(answer.sdp.contains("m=video 0 "));
    });
}

#[test]
fn a_section_that_nobody_named_stays_inactive() {
    with_local(|local| {
        let answer = up(&parse(CHROMIUM).unwrap(), &tracks()[..1], local).unwrap();
        assert_eq!(answer.published.len(), 1);
        assert!(lines(&answer.sdp, "1").contains(&"a=inactive"));
    });
}

#[test]
fn a_data_channel_is_rejected_and_the_rest_accepted() {
    let offer = CHROMIUM.replace("BUNDLE 0 1", "BUNDLE 0 1 2")
        + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=sctp-port:5000\r\n";
    with_local(|local| {
        let answer = up(&parse(&offer).unwrap(), &tracks(), local).unwrap();
        assert!(answer.sdp.contains("m=application 0 UDP/DTLS/SCTP webrtc-datachannel"));
        assert!(answer.sdp.contains("a=group:BUNDLE 0 1\r\n"));
    });
}

#[test]
fn weak_fingerprints_and_passive_clients_are_refused() {
    let sha1 = CHROMIUM.replace("fingerprint:sha-256", "fingerprint:sha-1");
    assert_eq!(parse(&sha1), Err(SdpError::Unusable("no SHA-256 fingerprint")));
    let passive = CHROMIUM.replace("setup:actpass", "setup:passive");
    with_local(|local| assert!(up(&parse(&passive).unwrap(), &tracks(), local).is_err()));
}

#[test]
fn what_can_be_answered_is_known_before_anything_is_changed() {
    with_local(|local| {
        let offers = [
            CHROMIUM.to_owned(),
            FIREFOX.to_owned(),
            CHROMIUM.replace("a=setup:actpass", "a=setup:passive"),
            CHROMIUM.replace("a=rtcp-mux\r\n", ""),
            CHROMIUM.replace("a=group:BUNDLE", "a=group:LS"),
            "nonsense".to_owned(),
        ];
        let answered = offers.map(|offer| {
            let answered = parse(&offer).and_then(|offer| up(&offer, &tracks(), local)).is_ok();
            assert_eq!(answerable(&offer).is_ok(), answered, "{offer}");
            answered
        });
        assert_eq!(answered, [true, true, false, false, false, false]);
    });
}

#[test]
fn what_is_too_big_is_refused() {
    assert_eq!(parse(&"v".repeat(MAX_BYTES + 1)), Err(SdpError::TooLong));
    let many = format!("{CHROMIUM}{}", "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:x\r\n".repeat(MAX_SECTIONS));
    assert_eq!(parse(&many), Err(SdpError::TooMany("sections")));
    let candidates = CHROMIUM.to_owned() + &"a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n".repeat(MAX_CANDIDATES + 1);
    assert_eq!(parse(&candidates), Err(SdpError::TooMany("candidates")));
    let rids: Vec<String> = (0..=MAX_RIDS).map(|n| format!("r{n}")).collect();
    let lines: String = rids.iter().map(|rid| format!("a=rid:{rid} send\r\n")).collect();
    let layers = format!("{}{lines}a=simulcast:send {}\r\n", CHROMIUM.split("a=rid:").next().unwrap(), rids.join(";"));
    assert_eq!(parse(&layers), Err(SdpError::TooMany("simulcast layers")));
}

#[test]
fn sections_are_listed_for_clients_that_name_nothing() {
    assert_eq!(sections(CHROMIUM).unwrap(), [("0".into(), true, true), ("1".into(), false, true)]);
}

fn section(mid: &str, audio: bool) -> Subscribed {
    Subscribed {
        mid: mid.into(),
        audio,
        payloads: Vec::new(),
        rejected: false,
        ssrc: 100,
        rtx_ssrc: 200,
        extensions: ExtensionIds::default(),
        nack: false,
    }
}

use crate::negotiated::ExtensionIds;

/// What a browser makes of our offer, in short.
fn answer_to(offer: &str) -> String {
    offer.replace("a=setup:actpass", "a=setup:active").replace("a=sendonly", "a=recvonly").replace("a=ice-lite\r\n", "")
}

#[test]
fn an_offer_of_ours_comes_back_with_what_the_client_takes() {
    with_local(|local| {
        let mut sections = vec![section("a0", true), section("v1", false)];
        let offer = down(&sections, local);
        assert!(offer.contains("a=setup:actpass") && offer.contains("a=ssrc-group:FID 100 200"));
        assert!(offer.contains("a=msid:assize leg-v1"));
        let answer = answer_to(&offer)
            .replace("a=rtpmap:102 H264/90000\r\n", "")
            .replace(" 102 103", "")
            .replace("a=rtpmap:103 rtx/90000\r\n", "");
        accept(&mut sections, &parse(&answer).unwrap()).unwrap();
        assert_eq!(sections[0].payloads, [PayloadType { codec: Codec::Opus, pt: 111, rtx: None, red: Some(63) }]);
        let codecs: Vec<Codec> = sections[1].payloads.iter().map(|p| p.codec).collect();
        assert_eq!(codecs, [Codec::Vp8, Codec::Vp9]);
        assert_eq!((sections[1].extensions.mid, sections[1].nack), (Some(1), true));
        assert_eq!(sections[0].extensions.audio_level, Some(2));
    });
}

#[test]
fn an_answer_to_something_else_is_refused() {
    with_local(|local| {
        let mut sections = vec![section("a0", true)];
        let answer = answer_to(&down(&sections, local));
        assert!(accept(&mut [section("a0", true), section("v1", false)], &parse(&answer).unwrap()).is_err());
        let passive = answer.replace("setup:active", "setup:passive");
        assert!(accept(&mut sections, &parse(&passive).unwrap()).is_err());
    });
}

#[test]
fn a_section_the_client_rejects_carries_nothing() {
    with_local(|local| {
        let mut sections = vec![section("a0", true), section("v1", false)];
        let answer = answer_to(&down(&sections, local)).replace("m=video 9", "m=video 0");
        accept(&mut sections, &parse(&answer).unwrap()).unwrap();
        assert!(sections[1].payloads.is_empty() && !sections[0].payloads.is_empty());
        assert_eq!([sections[0].rejected, sections[1].rejected], [false, true]);
    });
}

#[test]
fn a_receiving_clients_offer_is_answered_in_its_own_numbers() {
    let offer = CHROMIUM.replace("a=sendrecv", "a=recvonly").replace("a=sendonly", "a=recvonly");
    with_local(|local| {
        let mut next = 0;
        let (sdp, subscribed) = slots(&parse(&offer).unwrap(), local, |_| {
            next += 2;
            (next, next + 1)
        })
        .unwrap();
        assert_eq!(subscribed.len(), 2);
        assert_eq!((subscribed[0].ssrc, subscribed[1].rtx_ssrc), (2, 5));
        assert!(subscribed[1].payloads.iter().any(|p| p.codec == Codec::H264));
        assert!(sdp.contains("a=sendonly") && !sdp.contains("transport-cc"));
    });
}

#[test]
fn fragments_bring_and_take_credentials() {
    let ours = Credentials::from_random(&[3; 24]);
    let text = format!("a=ice-ufrag:{}\r\na=ice-pwd:{}\r\nm=audio 9 X 0\r\na=mid:0\r\n", ours.ufrag, ours.pwd);
    let fragment = Fragment::parse(&text).unwrap();
    assert_eq!(fragment.credentials, Some(ours));
    with_local(|local| {
        let theirs = write_fragment(local, fragment.mid.as_deref().unwrap());
        assert_eq!(Fragment::parse(&theirs).unwrap().credentials.as_ref(), Some(local.credentials));
    });
    assert!(Fragment::parse("a=ice-ufrag:x\r\na=ice-pwd:y\r\n").is_err());
}

#[test]
fn a_hundred_thousand_mutated_descriptions_do_no_harm() {
    let mut random = Random::new(3);
    let lines: Vec<&str> = CHROMIUM.split_inclusive("\r\n").chain(FIREFOX.split_inclusive("\r\n")).collect();
    for round in 0..100_000 {
        let text = if round % 2 == 0 {
            let mut lines = CHROMIUM.split_inclusive("\r\n").take(60).map(str::to_owned).collect::<Vec<_>>();
            for _ in 0..3 {
                let (at, from) = (random.below(lines.len()), random.below(lines.len()));
                lines[at] = lines[from].clone();
            }
            lines.concat()
        } else {
            let head = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
            let some: String = (0..12).map(|_| lines[random.below(lines.len())]).collect();
            let mut bytes = format!("{head}{some}").into_bytes();
            random.mutate(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let Ok(description) = parse(&text) else { continue };
        with_local(|local| {
            let _ = up(&description, &tracks(), local);
            let _ = slots(&description, local, |_| (1, 2));
            let _ = accept(&mut [section("0", true), section("1", false)], &description);
        });
        let _ = Fragment::parse(&text);
    }
}
