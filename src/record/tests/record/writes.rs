//! What is written, when all goes well and when packets are lost.

use crate::support::{self, PICTURES, SOUND, Sitting, Source, feed, h264, opus, track, vp8, vp9};
use assize_core::hearing::GapReason;
use assize_core::ids::DeviceKind::{Camera1, Microphone};
use assize_proof::chain::{Checker, genesis, parse_file};
use assize_record::Notice;
use assize_rtp::tap::{Codec, TapItem};
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// The chain covers the whole file.
pub(crate) fn whole_chain(folder: &Path, file: &Path) {
    let media = fs::read(file).unwrap();
    let (lines, torn) = parse_file(&fs::read(file.with_extension("chain")).unwrap()).unwrap();
    let name = file.strip_prefix(folder).unwrap().to_str().unwrap();
    let mut checker = Checker::new(genesis(support::plan().hearing, "01", name), lines);
    checker.feed(&media);
    let checked = checker.finish();
    assert_eq!((torn, &checked.wrong), (0, &None));
    assert_eq!(checked.linked, media.len() as u64, "the chain of {} does not reach its end", file.display());
}

fn gaps(sitting: &Sitting) -> Vec<(u64, u64, GapReason)> {
    let gap =
        |n| if let Notice::Gap { from_us, to_us, reason, .. } = n { Some((from_us, to_us, reason)) } else { None };
    sitting.notices().into_iter().filter_map(gap).collect()
}

#[test]
fn sound_and_picture_are_whole_in_time_chained_and_playable() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(SOUND, Codec::Opus, 5_000_000);
    sitting.on(PICTURES, Codec::Vp8, 5_000_000);
    feed(&sitting, &mut Source::new(SOUND, Codec::Opus), opus(), 5_000_000);
    feed(&sitting, &mut Source::new(PICTURES, Codec::Vp8), vp8(), 5_000_000);
    sitting.stop();
    for (device, units) in [(Microphone, opus()), (Camera1, vp8())] {
        let [file] = &sitting.files(device)[..] else { panic!("{:?}", sitting.files(device)) };
        let times = support::times(file);
        assert_eq!(times.len(), units.len(), "frames of {device:?}");
        assert!((times[0] - 5.01).abs() < 0.002, "begins at {}", times[0]);
        assert!((times[times.len() - 1] - times[0] - units[units.len() - 1].ms as f64 / 1000.0).abs() < 0.03);
        support::decodes(file);
        whole_chain(&sitting.folder, file);
        let index = fs::metadata(file.with_extension("idx")).unwrap().len();
        assert_eq!(index % 24, 0);
        assert!(index / 24 >= units.len() as u64);
    }
    assert_eq!(support::probe(&sitting.files(Camera1)[0], "stream=codec_name,width,height"), ["vp8,640,360"]);
    assert_eq!(
        support::probe(&sitting.files(Microphone)[0], "stream=codec_name,sample_rate,channels"),
        ["opus,48000,2"]
    );
    assert!(gaps(&sitting).is_empty());
    assert!(!sitting.notices().iter().any(|n| matches!(n, Notice::Fault { .. })), "{:?}", sitting.notices());
}

#[test]
fn h264_goes_into_matroska() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(PICTURES, Codec::H264, 0);
    feed(&sitting, &mut Source::new(PICTURES, Codec::H264), h264(), 0);
    sitting.stop();
    let [file] = &sitting.files(Camera1)[..] else { panic!() };
    assert!(file.to_str().unwrap().ends_with("1-0001.mkv"));
    assert_eq!(support::probe(file, "stream=codec_name,profile,width,height"), ["h264,Constrained Baseline,640,360"]);
    assert_eq!(support::times(file).len(), h264().len());
    support::decodes(file);
    whole_chain(&sitting.folder, file);
}

#[test]
fn a_loss_is_a_stated_gap_and_pictures_go_on_at_the_next_key_frame() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(SOUND, Codec::Opus, 0);
    sitting.on(PICTURES, Codec::Vp8, 0);
    let (mut sound, mut picture) = (Source::new(SOUND, Codec::Opus), Source::new(PICTURES, Codec::Vp8));
    for (i, unit) in opus().iter().enumerate() {
        let at = unit.ms * 1000;
        let items = sound.packets(unit, at, sitting.zero_us + at);
        if i != 100 {
            items.into_iter().for_each(|item| sitting.tap.push(item));
        }
    }
    for (i, unit) in vp8().iter().enumerate() {
        let at = unit.ms * 1000;
        let items = picture.packets(unit, at, sitting.zero_us + at);
        let lost = i == 100;
        items.into_iter().skip(usize::from(lost)).for_each(|item| sitting.tap.push(item));
    }
    sitting.stop();
    let gaps = gaps(&sitting);
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    let (from, to, reason) = gaps[0];
    assert_eq!(reason, GapReason::Network);
    assert!((to - from).abs_diff(20_000) <= 2_000, "sound lacks {} us", to - from);
    let (from, to, _) = gaps[1];
    // Frame 99 was the last good one, frame 180 is the next key frame.
    assert!(from.abs_diff(3_300_000) < 5_000 && to.abs_diff(6_000_000) < 5_000, "{from} to {to}");
    support::decodes(&sitting.files(Camera1)[0]);
    let wanted = sitting.notices().iter().filter(|n| matches!(n, Notice::KeyframeWanted { .. })).count();
    assert!(wanted >= 2, "asked for {wanted} key frames");
}

#[test]
fn a_mute_stays_a_hole_on_the_hearings_clock_in_the_same_file_and_is_no_gap() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    let mut source = Source::new(SOUND, Codec::Opus);
    sitting.on(SOUND, Codec::Opus, 0);
    let units = &opus()[..200];
    let end = feed(&sitting, &mut source, units, 0);
    sitting.off(SOUND, end + 20_000);
    sitting.on(SOUND, Codec::Opus, 60_000_000);
    feed(&sitting, &mut source, units, 60_000_000);
    sitting.stop();
    let [file] = &sitting.files(Microphone)[..] else { panic!() };
    let times = support::times(file);
    assert_eq!(times.len(), 400);
    assert!((times[199] - 3.99).abs() < 0.03 && (times[200] - 60.01).abs() < 0.03, "{} {}", times[199], times[200]);
    assert!(gaps(&sitting).is_empty());
    whole_chain(&sitting.folder, file);
}

#[test]
fn a_track_is_not_anchored_on_the_late_burst_that_a_sender_begins_with() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(SOUND, Codec::Opus, 0);
    let mut source = Source::new(SOUND, Codec::Opus);
    for (n, unit) in opus()[..100].iter().enumerate() {
        // The first four come together, when the fifth is captured; all others 10 ms after their capture.
        let at_us = 1_000_000 + n as i64 * 20_000;
        let arrival_us = sitting.zero_us + at_us.max(1_080_000) + 10_000;
        source.packets(unit, at_us, arrival_us).into_iter().for_each(|item| sitting.tap.push(item));
    }
    sitting.stop();
    let times = support::times(&sitting.files(Microphone)[0]);
    assert_eq!(times.len(), 100);
    assert!((times[0] - 1.01).abs() < 0.002 && (times[99] - 2.99).abs() < 0.002, "{} to {}", times[0], times[99]);
}

#[test]
fn nothing_outside_on_and_off_is_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    let mut source = Source::new(SOUND, Codec::Opus);
    feed(&sitting, &mut source, &opus()[..50], 0);
    sitting.on(SOUND, Codec::Opus, 2_000_000);
    let end = feed(&sitting, &mut source, &opus()[..50], 2_000_000);
    sitting.off(SOUND, end);
    feed(&sitting, &mut source, &opus()[..50], 4_000_000);
    sitting.stop();
    let times = support::times(&sitting.files(Microphone)[0]);
    assert_eq!(times.len(), 50);
    assert!(times[0] >= 2.0 && times[49] < 3.1);
}

#[test]
fn long_recordings_are_cut_into_files_at_key_frames() {
    let dir = tempfile::tempdir().unwrap();
    let first = Sitting::begin(dir.path());
    let mut sitting = Sitting::resume(first.folder.clone(), first.key.clone(), 2, first.zero_us, 8_000_000);
    sitting.on(SOUND, Codec::Opus, 0);
    sitting.on(PICTURES, Codec::Vp8, 0);
    feed(&sitting, &mut Source::new(SOUND, Codec::Opus), opus(), 0);
    feed(&sitting, &mut Source::new(PICTURES, Codec::Vp8), vp8(), 0);
    sitting.stop();
    for (device, units) in [(Microphone, opus()), (Camera1, vp8())] {
        let files = sitting.files(device);
        assert!(files.len() >= 3, "{files:?}");
        let mut all = Vec::new();
        for file in &files {
            let times = support::times(file);
            assert!(times[times.len() - 1] - times[0] <= 8.0, "{} is too long", file.display());
            support::decodes(file);
            whole_chain(&sitting.folder, file);
            all.extend(times);
        }
        assert_eq!(all.len(), units.len());
        assert!(all.is_sorted());
    }
}

/// What the court takes is what it can record: each codec, from a real encoder's stream to a file that plays.
#[test]
fn every_codec_that_is_recorded_plays() {
    for (codec, flexible) in [(Codec::Vp8, false), (Codec::Vp9, false), (Codec::Vp9, true), (Codec::H264, false)] {
        assert!(codec.is_recorded());
        let units = match codec {
            Codec::Vp9 => vp9(),
            Codec::H264 => h264(),
            _ => vp8(),
        };
        let dir = tempfile::tempdir().unwrap();
        let mut sitting = Sitting::begin(dir.path());
        sitting.on(PICTURES, codec, 0);
        let mut source = Source::new(PICTURES, codec);
        source.flexible = flexible;
        feed(&sitting, &mut source, &units[..200], 0);
        // A frame is lost on the way: what follows waits for the next key frame, and plays.
        source.packets(&units[200], 0, 0);
        feed(&sitting, &mut source, &units[201..], 1_000_000 + units[201].ms * 1000);
        sitting.stop();
        let [file] = &sitting.files(Camera1)[..] else { panic!("{:?}", sitting.files(Camera1)) };
        let key = (201..units.len()).find(|n| n % 90 == 0).unwrap();
        assert_eq!(support::times(file).len(), 200 + units.len() - key, "{codec:?}");
        let name = format!("{codec:?},640,360").to_lowercase();
        assert_eq!(support::probe(file, "stream=codec_name,width,height"), [name]);
        support::decodes(file);
        whole_chain(&sitting.folder, file);
        assert!(matches!(gaps(&sitting)[..], [(_, _, GapReason::Network)]), "{:?}", gaps(&sitting));
    }
}

#[test]
fn what_was_said_before_a_silence_reaches_the_disk_while_the_silence_lasts() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    let now = assize_record::now_us() - sitting.zero_us;
    sitting.on(SOUND, Codec::Opus, now);
    // Less than a cluster: only the idle flush can write it.
    feed(&sitting, &mut Source::new(SOUND, Codec::Opus), &opus()[..15], now);
    let file = sitting.folder.join("tracks").join(track(Microphone).to_string()).join("1-0001.webm");
    let chained = || fs::read(file.with_extension("chain")).is_ok_and(|c| !c.is_empty());
    let mut waited = 0;
    let read_back = || {
        sitting.notices().iter().any(|n| matches!(n, Notice::ReadBack { up_to_us } if *up_to_us as i64 > now + 300_000))
    };
    while !(chained() && read_back()) && waited < 400 {
        sleep(Duration::from_millis(50));
        waited += 1;
    }
    assert_eq!(support::times(&file).len(), 15);
    assert!(read_back(), "{:?}", sitting.notices());
    let durable = |notice: &Notice| if let Notice::Durable { up_to_us } = notice { Some(*up_to_us) } else { None };
    let told: Vec<_> = sitting.notices().iter().filter_map(durable).collect();
    assert!(told.iter().flatten().any(|up_to| *up_to as i64 > now + 300_000), "{told:?}");
    assert!(told.iter().flatten().is_sorted(), "{told:?}");
    sitting.stop();
    assert_eq!(sitting.notices().iter().filter_map(durable).next_back(), Some(None), "nothing is in hand any more");
}

#[test]
fn shed_pictures_are_a_stated_gap() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(PICTURES, Codec::Vp8, 0);
    let mut source = Source::new(PICTURES, Codec::Vp8);
    feed(&sitting, &mut source, &vp8()[..60], 0);
    sitting.tap.push(TapItem::Shed { track: PICTURES, packets: 30, at_us: sitting.zero_us + 2_000_000 });
    source.seq += 30;
    feed(&sitting, &mut source, &vp8()[90..], 3_000_000);
    sitting.stop();
    let gaps = gaps(&sitting);
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(gaps[0].2, GapReason::Shed);
    assert!(gaps[0].0.abs_diff(1_977_000) < 50_000 && gaps[0].1.abs_diff(3_010_000) < 50_000, "{gaps:?}");
    support::decodes(&sitting.files(Camera1)[0]);
}

#[test]
fn a_frame_that_a_pause_cuts_in_two_is_no_gap() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(PICTURES, Codec::Vp8, 0);
    let mut source = Source::new(PICTURES, Codec::Vp8);
    let end = feed(&sitting, &mut source, &vp8()[..90], 0);
    // A key frame takes several packets: only the first comes before the cut, the rest is cut off with it.
    let packets = source.packets(&vp8()[90], end + 33_000, sitting.zero_us + end + 33_000);
    assert!(packets.len() > 1);
    packets.into_iter().take(1).for_each(|item| sitting.tap.push(item));
    sitting.off(PICTURES, end + 110_000);
    sitting.on(PICTURES, Codec::Vp8, 60_000_000);
    source.seq += 20;
    feed(&sitting, &mut source, &vp8()[180..210], 60_000_000);
    sitting.stop();
    assert!(gaps(&sitting).is_empty(), "{:?}", gaps(&sitting));
    support::decodes(&sitting.files(Camera1)[0]);
}

#[test]
fn a_line_that_falls_silent_is_a_gap_though_no_number_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(SOUND, Codec::Opus, 0);
    sitting.on(PICTURES, Codec::Vp8, 0);
    let (mut sound, mut picture) = (Source::new(SOUND, Codec::Opus), Source::new(PICTURES, Codec::Vp8));
    feed(&sitting, &mut sound, &opus()[..100], 0);
    feed(&sitting, &mut picture, &vp8()[..90], 0);
    // Nothing comes from 2 s (sound) and 3 s (picture) on, until 10 s; then the sound ends for good at 12 s.
    feed(&sitting, &mut sound, &opus()[100..200], 10_000_000);
    feed(&sitting, &mut picture, &vp8()[90..], 10_000_000);
    sitting.off(SOUND, 15_000_000);
    sitting.off(PICTURES, 27_000_000);
    sitting.stop();
    let gaps = gaps(&sitting);
    let near = |from: u64, to: u64| {
        let fits = |gap: &&(u64, u64, GapReason)| gap.0.abs_diff(from) < 60_000 && gap.1.abs_diff(to) < 60_000;
        gaps.iter().filter(fits).filter(|gap| gap.2 == GapReason::Network).count()
    };
    let found = [near(2_000_000, 10_000_000), near(3_000_000, 10_000_000), near(12_000_000, 15_000_000)];
    assert_eq!((found, gaps.len()), ([1, 1, 1], 3), "{gaps:?}");
}

/// The media plane lost its memory between 2 s (sound) or 3 s (picture) and 10 s: it tells anew that they are on, and
/// numbers anew.
#[test]
fn a_track_that_is_told_to_be_on_once_more_has_lost_what_lay_between() {
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(SOUND, Codec::Opus, 0);
    sitting.on(PICTURES, Codec::Vp8, 0);
    let (mut sound, mut picture) = (Source::new(SOUND, Codec::Opus), Source::new(PICTURES, Codec::Vp8));
    feed(&sitting, &mut sound, &opus()[..100], 0);
    feed(&sitting, &mut picture, &vp8()[..90], 0);
    sitting.on(SOUND, Codec::Opus, 10_000_000);
    sitting.on(PICTURES, Codec::Vp8, 10_000_000);
    (sound.seq, picture.seq) = (1, 1);
    feed(&sitting, &mut sound, &opus()[100..200], 10_000_000);
    feed(&sitting, &mut picture, &vp8()[90..], 10_000_000);
    sitting.off(SOUND, 12_000_000);
    sitting.off(PICTURES, 13_000_000);
    sitting.stop();
    let gaps = gaps(&sitting);
    let near = |from: u64, to: u64| {
        let fits = |gap: &&(u64, u64, GapReason)| gap.0.abs_diff(from) < 60_000 && gap.1.abs_diff(to) < 60_000;
        gaps.iter().filter(fits).filter(|gap| gap.2 == GapReason::Crash).count()
    };
    assert_eq!([near(2_000_000, 10_000_000), near(3_000_000, 10_000_000)], [1, 1], "{gaps:?}");
}
