//! What was read back is listened to, and whoever listens may die of it.

use crate::support::{self, PICTURES, SOUND, Sitting, Source, Unit};
use assize_core::ids::DeviceKind::{Camera1, Microphone};
use assize_core::ids::TrackId;
use assize_proof::key::CourtKey;
use assize_record::listen::{Decoder, Found};
use assize_record::{Config, Notice, now_us};
use assize_rtp::tap::Codec;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

/// A sitting that is listened to by `program`.
fn listened_by(root: &Path, program: &str, args: &[&str]) -> Sitting {
    let key = Arc::new(CourtKey::generate().unwrap());
    let folder = assize_record::folder::create(root, &mut support::hearing_file(&key), 1_795_226_523_000).unwrap();
    let decoder = Decoder { program: program.into(), args: args.iter().map(Into::into).collect() };
    let (epoch, zero_us, segment_us) = (1, now_us(), 300_000_000);
    Sitting::with(Config {
        folder,
        epoch,
        zero_us,
        segment_us,
        key: Some(key),
        decoder: Some(decoder),
        second_places: Vec::new(),
    })
}

fn listened(root: &Path) -> Sitting {
    listened_by(root, env!("CARGO_BIN_EXE_assize-listen"), &[])
}

type Heard = (u64, u64, Found);

fn heard(sitting: &Sitting, of: TrackId) -> Vec<Heard> {
    let one = |notice| match notice {
        Notice::Heard { track, from_us, up_to_us, found } if track == of => Some((from_us, up_to_us, found)),
        _ => None,
    };
    sitting.notices().into_iter().filter_map(one).collect()
}

/// What is found of a track, once there is anything; the recorder does not wait for it.
fn awaited(sitting: &Sitting, of: TrackId) -> Vec<Heard> {
    for _ in 0..600 {
        let heard = heard(sitting, of);
        if !heard.is_empty() {
            return heard;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("nobody listened to {of}: {:?}", sitting.notices());
}

/// What is found of so much sound when its recording has ended.
fn found_of(units: &[Unit]) -> Found {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = listened(dir.path());
    sitting.on(SOUND, Codec::Opus, 0);
    support::feed(&sitting, &mut Source::new(SOUND, Codec::Opus), units, 0);
    sitting.stop();
    awaited(&sitting, support::track(Microphone)).remove(0).2
}

#[test]
fn level_silence_and_clipping_are_heard_from_the_disk() {
    // Full scale is 0 dBFS, and a lossy codec moves a peak by a little.
    let Found::Sound { peak_db, clipped: false } = found_of(support::opus()) else { panic!("the sine") };
    assert!((-20..=-15).contains(&peak_db), "{peak_db} dBFS of a sine of -18");
    let Found::Sound { peak_db, clipped: false } = found_of(&support::sounding("anullsrc", 4)) else {
        panic!("silence")
    };
    assert!(peak_db < -80, "{peak_db} dBFS of silence");
    let loud = support::sounding("sine=frequency=440,volume=30dB", 4);
    let Found::Sound { peak_db, clipped: true } = found_of(&loud) else { panic!("cut off") };
    assert!(peak_db >= -1, "{peak_db} dBFS of what is cut off");
}

#[test]
fn pieces_follow_each_other_while_it_is_recorded_and_the_last_key_picture_is_decoded() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = listened(dir.path());
    sitting.on(SOUND, Codec::Opus, 0);
    sitting.on(PICTURES, Codec::Vp8, 0);
    let (mut sound, mut picture) = (Source::new(SOUND, Codec::Opus), Source::new(PICTURES, Codec::Vp8));
    let (sounds, pictures) = (support::opus(), support::vp8());
    let half = |units: &[Unit]| units.iter().position(|unit| unit.ms >= 10_000).unwrap();
    let (s, p) = (half(sounds), half(pictures));
    support::feed(&sitting, &mut sound, &sounds[..s], 0);
    support::feed(&sitting, &mut picture, &pictures[..p], 0);
    let (microphone, camera) = (support::track(Microphone), support::track(Camera1));
    let first = awaited(&sitting, microphone).len();
    awaited(&sitting, camera);
    support::feed(&sitting, &mut sound, &sounds[s..], sounds[s].ms * 1000);
    support::feed(&sitting, &mut picture, &pictures[p..], pictures[p].ms * 1000);
    sitting.stop();
    let all = || (heard(&sitting, microphone), heard(&sitting, camera));
    for _ in 0..600 {
        let (sound, picture) = all();
        if sound.len() > first
            && sound.last().is_some_and(|last| last.1 > 19_000_000)
            && picture.last().is_some_and(|last| last.1 > 19_000_000)
        {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    let (sound, picture) = all();
    for track in [&sound, &picture] {
        assert!(track.len() > 1 && track.last().unwrap().1 > 19_000_000, "{track:?}");
        assert!(
            track.windows(2).all(|two| two[0].1 == two[1].0),
            "a piece begins where the one before ends: {track:?}"
        );
    }
    assert!(sound.iter().all(|(.., found)| matches!(found, Found::Sound { clipped: false, .. })), "{sound:?}");
    let keys: Vec<u64> = picture
        .iter()
        .filter_map(|(.., found)| match found {
            Found::Picture { key_ms } => *key_ms,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(keys.last().is_some_and(|last| (17_500..=18_500).contains(last)), "a key picture every 3 s: {keys:?}");
}

#[test]
fn a_decoder_that_dies_or_says_nonsense_is_told_and_the_record_goes_on() {
    for (program, args) in [("false", &[][..]), ("echo", &["no"]), ("head", &["-c", "0"]), ("assize-is-not-here", &[])]
    {
        let dir = tempfile::tempdir().unwrap();
        let mut sitting = listened_by(dir.path(), program, args);
        sitting.on(SOUND, Codec::Opus, 0);
        support::feed(&sitting, &mut Source::new(SOUND, Codec::Opus), support::opus(), 0);
        // What is read back is told up to a second before the last sync.
        sleep(Duration::from_millis(2500));
        sitting.stop();
        let heard = awaited(&sitting, support::track(Microphone));
        assert!(matches!(&heard[0].2, Found::Nothing { why } if !why.is_empty()), "{program}: {heard:?}");
        let notices = sitting.notices();
        assert!(!notices.iter().any(|notice| matches!(notice, Notice::Fault { .. })), "{program}: {notices:?}");
        let up_to = notices.iter().filter_map(|notice| match notice {
            Notice::ReadBack { up_to_us } => Some(*up_to_us),
            _ => None,
        });
        assert!(up_to.max().is_some(), "{program}: it is read back all the same");
        support::decodes(&sitting.files(Microphone)[0]);
    }
}

#[test]
fn the_decoder_may_open_nothing_and_answers_what_is_no_media() {
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_assize-listen")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for piece in [&b"no media"[..], b"", &[0x1A, 0x45, 0xDF, 0xA3, 0xFF]] {
        input.write_all(&(piece.len() as u32).to_le_bytes()).unwrap();
        input.write_all(piece).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let found: Found = serde_json::from_str(&line).unwrap();
        assert!(matches!(found, Found::Nothing { .. }), "{found:?}");
    }
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let open = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(open.split_whitespace().nth(3), Some("0"), "{open}");
    drop(input);
    assert!(child.wait().unwrap().success(), "without a parent's pipe it ends");
}
