//! Disks that are full, and what the recorder says about them.

use crate::support::{self, PICTURES, SOUND, Sitting, Source, feed, track, vp8};
use assize_core::hearing::GapReason;
use assize_core::ids::DeviceKind::Camera1;
use assize_record::{Notice, now_us, probe};
use assize_rtp::tap::Codec;
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
        event: assize_core::hearing::Event::Paused { reason },
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
