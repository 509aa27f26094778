//! Disks that are full, and what the recorder says about them.

use crate::support::{self, PICTURES, SOUND, Sitting, Source, feed, track, vp8};
use assize_core::hearing::{Event, GapReason};
use assize_core::ids::DeviceKind::{Camera1, Microphone};
use assize_proof::verify::{Verdict, verify};
use assize_record::{Notice, now_us, probe};
use assize_rtp::tap::{Codec, TapItem};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A small file system in memory, or `None` with a line that says why not.
struct Small(tempfile::TempDir);

impl Small {
    fn mount(name: &str, size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let option = format!("size={size}");
        let path = dir.path().to_str().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &option, "tmpfs", path]).status();
        if mounted.is_ok_and(|s| s.success()) {
            return Some(Self(dir));
        }
        println!("SKIPPED {name}: mounting a tmpfs needs root");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn wait_for(sitting: &Sitting, what: impl Fn(&Notice) -> bool) -> Option<Duration> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if sitting.notices().iter().any(&what) {
            return Some(began.elapsed());
        }
        sleep(Duration::from_millis(20));
    }
    None
}

#[test]
fn a_full_disk_is_told_what_was_written_plays_and_recording_goes_on_when_there_is_room() {
    let Some(disk) = Small::mount("full disk", "3m") else { return };
    let ballast = disk.path().join("ballast");
    fs::write(&ballast, vec![0; 1 << 20]).unwrap();
    let mut sitting = Sitting::begin(disk.path());
    let begin = now_us() - sitting.zero_us;
    sitting.on(PICTURES, Codec::Vp8, begin);
    sitting.on(SOUND, Codec::Opus, begin);
    let mut picture = Source::new(PICTURES, Codec::Vp8);
    let mut end = begin;
    // 100 kB/s: the second megabyte is full after some twenty seconds of media.
    for _ in 0..3 {
        end = feed(&sitting, &mut picture, vp8(), end + 33_333);
    }
    let fault = |n: &Notice| matches!(n, Notice::Fault { track: Some(t), .. } if *t == track(Camera1));
    assert!(wait_for(&sitting, fault).is_some(), "{:?}", sitting.notices());
    let first = sitting.files(Camera1)[0].clone();
    // The cluster that did not fit is there in part and stays so; everything before it plays.
    let text = support::run("ffmpeg", &["-v", "error", "-i", first.to_str().unwrap(), "-f", "null", "-"]);
    assert!(text.lines().all(|l| l.trim().is_empty() || l.contains("File ended prematurely")), "{text}");

    fs::remove_file(&ballast).unwrap();
    sleep(Duration::from_millis(1_200));
    let now = end.max(now_us() - sitting.zero_us) + 100_000;
    feed(&sitting, &mut picture, &vp8()[..60], now);
    let recovered = |n: &Notice| matches!(n, Notice::Recovered { track: Some(t) } if *t == track(Camera1));
    assert!(wait_for(&sitting, recovered).is_some(), "{:?}", sitting.notices());
    sitting.stop();
    let gap = sitting.notices().into_iter().find_map(|n| match n {
        Notice::Gap { from_us, to_us, reason: GapReason::Disk, track: t } if t == track(Camera1) => {
            Some((from_us, to_us))
        }
        _ => None,
    });
    let (from, to) = gap.expect("a stated gap");
    let files = sitting.files(Camera1);
    let last = support::times(&first).last().copied().unwrap();
    assert!(from as f64 / 1e6 <= last + 0.05, "the gap begins at {from} but the file ends at {last}");
    let resumed = files.iter().find_map(|f| support::times(f).first().copied().filter(|t| *t > last)).unwrap();
    assert!((resumed - to as f64 / 1e6).abs() < 0.05, "the gap ends at {to} but the next file begins at {resumed}");
}

#[test]
fn a_session_cannot_begin_on_a_full_small_or_unwritable_disk() {
    let Some(disk) = Small::mount("probe", "2m") else { return };
    assert!(probe(disk.path()).unwrap_err().contains("free"));
    fs::write(disk.path().join("ballast"), vec![0; 4 << 20]).unwrap_err();
    let full = probe(disk.path()).unwrap_err();
    assert!(full.contains("space"), "{full}");
    let path = disk.path().to_str().unwrap();
    support::run("mount", &["-o", "remount,ro", path]);
    let only_read = probe(disk.path()).unwrap_err();
    assert!(only_read.to_lowercase().contains("read-only"), "{only_read}");
}

#[test]
fn an_ordinary_disk_will_do_and_the_ledger_survives_a_full_one() {
    let dir = tempfile::tempdir().unwrap();
    probe(dir.path()).unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    let Some(disk) = Small::mount("ledger", "2m") else { return };
    let (mut ledger, _) = assize_record::LedgerFile::open(disk.path(), 1).unwrap();
    let event = |reason: String| assize_core::hearing::Stamped {
        now: assize_core::time::Now { t_us: 1, utc_ms: 1_795_226_523_000 },
        actor: assize_core::hearing::Actor::System,
        event: Event::Paused { reason },
    };
    // The space reserved ahead is the ledger's, even when others have filled the rest.
    let _ = fs::write(disk.path().join("ballast"), vec![0; 4 << 20]);
    let mut appended = 0;
    let refused = loop {
        match ledger.append(&[event("x".repeat(100_000))]) {
            Ok(_) => appended += 1,
            Err(e) => break e,
        }
    };
    assert!(appended >= 8, "{appended} lines before {refused}");
    assert_eq!(assize_record::ledger::replay(disk.path()).unwrap().lines.len(), appended);
    fs::remove_file(disk.path().join("ballast")).unwrap();
    ledger.append(&[event("again".to_owned())]).unwrap();
    assert_eq!(assize_record::ledger::replay(disk.path()).unwrap().lines.len(), appended + 1);
}

/// Fills what is left of the disk to the last byte.
fn fill(disk: &Small) -> std::path::PathBuf {
    let path = disk.path().join("ballast");
    let mut file = fs::File::create(&path).unwrap();
    for block in [1 << 16, 1 << 12, 1] {
        while std::io::Write::write(&mut file, &vec![0; block]).is_ok_and(|n| n > 0) {}
    }
    path
}

/// Index of the first notice that is so.
fn first(sitting: &Sitting, what: impl Fn(&Notice) -> bool) -> usize {
    sitting.notices().iter().position(what).unwrap_or_else(|| panic!("{:?}", sitting.notices()))
}

#[test]
fn while_the_disk_is_full_nothing_is_said_to_be_read_back_and_what_is_lost_is_the_disks() {
    let Some(disk) = Small::mount("full from the beginning", "24m") else { return };
    let mut sitting = Sitting::begin(disk.path());
    let ballast = fill(&disk);
    let begin = now_us() - sitting.zero_us;
    sitting.on(SOUND, Codec::Opus, begin);
    sitting.on(PICTURES, Codec::Vp8, begin);
    let (mut source, mut picture) = (Source::new(SOUND, Codec::Opus), Source::new(PICTURES, Codec::Vp8));
    feed(&sitting, &mut source, &support::opus()[..20], begin);
    feed(&sitting, &mut picture, &vp8()[..10], begin);
    for device in [Microphone, Camera1] {
        let fault = |n: &Notice| matches!(n, Notice::Fault { track: Some(t), .. } if *t == track(device));
        assert!(wait_for(&sitting, fault).is_some(), "{:?}", sitting.notices());
    }
    assert!(wait_for(&sitting, |n| matches!(n, Notice::ReadBack { .. })).is_some(), "the reader goes on");

    fs::remove_file(ballast).unwrap();
    sleep(Duration::from_millis(1_200));
    let now = now_us() - sitting.zero_us;
    feed(&sitting, &mut source, &support::opus()[..100], now);
    // The disk takes again before there is a picture to begin with.
    feed(&sitting, &mut picture, &vp8()[20..50], now);
    feed(&sitting, &mut picture, &vp8()[..60], now + 1_500_000);
    for device in [Microphone, Camera1] {
        let recovered = |n: &Notice| matches!(n, Notice::Recovered { track: Some(t) } if *t == track(device));
        assert!(wait_for(&sitting, recovered).is_some(), "{:?}", sitting.notices());
    }
    sitting.stop();
    let notices = sitting.notices();
    for device in [Microphone, Camera1] {
        let gap = first(&sitting, |n| matches!(n, Notice::Gap { track: t, .. } if *t == track(device)));
        let Notice::Gap { from_us, reason, .. } = notices[gap] else { panic!() };
        assert_eq!(reason, GapReason::Disk, "{device:?}");
        for notice in &notices[..gap] {
            let Notice::ReadBack { up_to_us } = notice else { continue };
            assert!(*up_to_us <= from_us, "{device:?}: read back to {up_to_us}, and nothing from {from_us} on");
        }
    }
}

#[test]
fn a_fault_of_a_device_ends_with_the_device() {
    let Some(disk) = Small::mount("closed while full", "24m") else { return };
    let mut sitting = Sitting::begin(disk.path());
    fill(&disk);
    let begin = now_us() - sitting.zero_us;
    sitting.on(SOUND, Codec::Opus, begin);
    let mut source = Source::new(SOUND, Codec::Opus);
    let end = feed(&sitting, &mut source, &support::opus()[..20], begin);
    let fault = |n: &Notice| matches!(n, Notice::Fault { track: Some(t), .. } if *t == track(Microphone));
    assert!(wait_for(&sitting, fault).is_some(), "{:?}", sitting.notices());
    sitting.off(SOUND, end + 20_000);
    let lapsed = |n: &Notice| matches!(n, Notice::Lapsed { track: t } if *t == track(Microphone));
    assert!(wait_for(&sitting, lapsed).is_some(), "{:?}", sitting.notices());
    let gap =
        |n: &Notice| matches!(n, Notice::Gap { track: t, reason: GapReason::Disk, .. } if *t == track(Microphone));
    assert!(first(&sitting, gap) < first(&sitting, lapsed), "what it lacks is stated before");
    assert!(!sitting.notices().iter().any(|n| matches!(n, Notice::Recovered { track: Some(_) })), "nothing was mended");
    sitting.stop();
}

/// What a disk has that is full for some seconds: lines of every kind are refused in part, and go on whole.
#[test]
fn a_disk_that_is_full_for_a_while_tears_no_line_and_raises_no_lasting_alarm() {
    let Some(disk) = Small::mount("full for a while", "24m") else { return };
    let mut sitting = Sitting::begin(disk.path());
    let (mut ledger, _) = assize_record::LedgerFile::open(&sitting.folder, 1).unwrap();
    ledger.append(&[support::stamped(0, Event::Planned { plan: support::plan(), procedure: None })]).unwrap();
    let mut source = Source::new(SOUND, Codec::Opus);
    let begin = now_us() - sitting.zero_us;
    sitting.on(SOUND, Codec::Opus, begin);
    let mut end = feed(&sitting, &mut source, &support::opus()[..100], begin);
    let read_back = |n: &Notice| matches!(n, Notice::ReadBack { .. });
    assert!(wait_for(&sitting, read_back).is_some());

    let ballast = fill(&disk);
    sitting.on(PICTURES, Codec::Vp8, end);
    let mut picture = Source::new(PICTURES, Codec::Vp8);
    feed(&sitting, &mut picture, &vp8()[..30], end);
    for n in 0..40 {
        let report =
            TapItem::SenderReport { track: SOUND, ntp: n << 32, rtp_ts: n as u32, arrival_us: sitting.zero_us };
        sitting.tap.push(report);
    }
    end = feed(&sitting, &mut source, &support::opus()[100..500], end + 20_000);
    assert!(wait_for(&sitting, |n| matches!(n, Notice::Fault { .. })).is_some());
    sleep(Duration::from_millis(2_500));
    fs::remove_file(ballast).unwrap();
    sleep(Duration::from_millis(1_500));

    let now = end.max(now_us() - sitting.zero_us) + 100_000;
    feed(&sitting, &mut source, &support::opus()[500..800], now);
    feed(&sitting, &mut picture, &vp8()[90..180], now);
    sleep(Duration::from_millis(2_500));
    sitting.stop();

    let mut standing = std::collections::BTreeSet::new();
    for notice in sitting.notices() {
        match notice {
            Notice::Fault { track, detail } => {
                ledger.append(&[support::stamped(1, Event::RecorderFault { track, detail })]).unwrap();
                standing.insert(track);
            }
            Notice::Recovered { track } => _ = standing.remove(&track),
            Notice::Lapsed { track } => _ = standing.remove(&Some(track)),
            Notice::Gap { track, from_us, to_us, reason } => {
                ledger
                    .append(&[support::stamped(1, Event::Gap { track, from_us, to_us, reason, pieces: None })])
                    .unwrap();
            }
            _ => {}
        }
    }
    assert!(standing.is_empty(), "still alarmed: {standing:?} {:?}", sitting.notices());
    let checkpoints = fs::read(sitting.folder.join("checkpoints.jsonl")).unwrap();
    assert!(checkpoints.ends_with(b"\n"));
    let report = verify(&sitting.folder, &[sitting.key.public()]);
    assert_ne!(report.result, Verdict::Altered, "{}", report.text());
    let dir = sitting.folder.join("tracks").join(track(Microphone).to_string());
    let text = fs::read_to_string(dir.join("sync.jsonl")).unwrap();
    assert_eq!(text.lines().filter(|l| serde_json::from_str::<serde_json::Value>(l).is_err()).count(), 0, "{text}");
    assert_eq!(text.lines().count(), 40, "each report once");
    let meta =
        assize_record::seal::Meta { utc_ms: 1_795_226_600_000, software: "assize 0.1.0".to_owned(), typeset: None };
    ledger.append(&[support::stamped(1, Event::Closed)]).unwrap();
    assize_record::seal::sitting(&sitting.folder, &sitting.key, &meta).unwrap();
    let report = verify(&sitting.folder, &[sitting.key.public()]);
    assert_eq!(report.result, Verdict::Gaps, "{}", report.text());
    let disk_gaps = report.tracks.iter().flat_map(|t| &t.gaps).filter(|g| g.reason == GapReason::Disk).count();
    assert!(disk_gaps > 0, "{}", report.text());
}
