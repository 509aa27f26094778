//! kill -9 in the middle: the test binary starts itself as a recording process and kills it.

use crate::support::{self, PICTURES, SOUND, Sitting, Source, opus, track, vp8};
use assize_core::hearing::{Actor, Event, GapReason, Stamped};
use assize_core::ids::DeviceKind::{Camera1, Microphone};
use assize_core::time::Now;
use assize_proof::key::CourtKey;
use assize_proof::verify::{Verdict, verify};
use assize_record::{LedgerFile, now_us, recover};
use assize_rtp::tap::{Codec, TapItem};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const CHILD: &str = "ASSIZE_TEST_CHILD";

fn utc_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64
}

fn stamped(zero_us: i64, event: Event) -> Stamped {
    let now = Now { t_us: (now_us() - zero_us) as u64, utc_ms: utc_ms() };
    Stamped { now, actor: Actor::System, event }
}

/// Encoded media as files, so that twenty children need not encode it again.
fn media(dir: &Path) -> (Vec<support::Unit>, Vec<support::Unit>) {
    (support::load(&dir.join("opus")), support::load(&dir.join("vp8")))
}

/// Not a test of its own: what the killed process runs. Records in real time, appends an event every 50 ms, and notes in a
/// side file, before anything else may know of it, what was handed over and what was acknowledged.
#[test]
fn child_records_until_it_is_killed() {
    let Ok(root) = std::env::var(CHILD) else { return };
    let root = Path::new(&root);
    let (sounds, pictures) = media(root);
    let sitting = Sitting::begin(&root.join("recordings"));
    let (mut ledger, _) = LedgerFile::open(&sitting.folder, 1).unwrap();
    let plan = support::plan();
    ledger.append(&[stamped(sitting.zero_us, Event::Planned { plan, procedure: None })]).unwrap();
    ledger
        .append(&[stamped(sitting.zero_us, Event::Opened { recording: true, reason: None, missing: Vec::new() })])
        .unwrap();
    fs::write(root.join("key.pub"), sitting.key.public().pem()).unwrap();
    let mut side = File::create(root.join("side")).unwrap();
    println!("\nfolder {}", sitting.folder.display());
    sitting.on(SOUND, Codec::Opus, 0);
    sitting.on(PICTURES, Codec::Vp8, 0);
    let (mut sound, mut picture) = (Source::new(SOUND, Codec::Opus), Source::new(PICTURES, Codec::Vp8));
    let start = now_us() - sitting.zero_us;
    let (mut s, mut p, mut events) = (0, 0, 0u64);
    loop {
        let at = now_us() - sitting.zero_us;
        while s < sounds.len() && start + sounds[s].ms * 1000 <= at {
            let when = start + sounds[s].ms * 1000;
            sound.packets(&sounds[s], when, now_us()).into_iter().for_each(|item| sitting.tap.push(item));
            writeln!(side, "sound {}", when).unwrap();
            s += 1;
        }
        while p < pictures.len() && start + pictures[p].ms * 1000 <= at {
            let when = start + pictures[p].ms * 1000;
            picture.packets(&pictures[p], when, now_us()).into_iter().for_each(|item| sitting.tap.push(item));
            writeln!(side, "picture {}", when).unwrap();
            p += 1;
        }
        if at / 50_000 > events as i64 {
            events += 1;
            let event = Event::Paused { reason: events.to_string() };
            let line = ledger.append(&[stamped(sitting.zero_us, event)]).unwrap().remove(0);
            writeln!(side, "event {}", line.n).unwrap();
        }
        sleep(Duration::from_millis(5));
    }
}

struct Killed {
    folder: std::path::PathBuf,
    /// Last hearing time handed over, by kind, and last event acknowledged.
    sound_us: u64,
    picture_us: u64,
    event: u64,
}

fn kill_after(root: &Path, milliseconds: u64) -> Killed {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child_records_until_it_is_killed", "--nocapture"])
        .env(CHILD, root)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let folder = lines.find_map(|line| Some(line.unwrap().strip_prefix("folder ")?.to_owned())).unwrap();
    sleep(Duration::from_millis(milliseconds));
    child.kill().unwrap();
    child.wait().unwrap();
    let side = fs::read_to_string(root.join("side")).unwrap();
    let last = |kind: &str| {
        let value = |line: &str| line.strip_prefix(kind)?.trim().parse().ok();
        side.lines().rev().find_map(value).unwrap_or(0)
    };
    Killed { folder: folder.into(), sound_us: last("sound"), picture_us: last("picture"), event: last("event") }
}

/// Kills a recorder at a moment of its own; what was lost of a track at most, in microseconds.
fn killed_once(round: u64) -> u64 {
    let mut worst = 0;
    let root = tempfile::tempdir().unwrap();
    support::store(&root.path().join("opus"), opus());
    support::store(&root.path().join("vp8"), vp8());
    let killed = kill_after(root.path(), 1_500 + round * 173 % 1_900);
    let recovery = recover::sitting(&killed.folder).unwrap();
    assert!(
        recovery.head.n >= killed.event,
        "event {} was acknowledged, {} is the last",
        killed.event,
        recovery.head.n
    );
    for (device, handed) in [(Microphone, killed.sound_us), (Camera1, killed.picture_us)] {
        let found = recovery.tracks.iter().find(|t| t.track == track(device)).unwrap();
        assert_eq!(found.damaged, None);
        let file = killed.folder.join(&found.file);
        let times = support::times(&file);
        let last = (times[times.len() - 1] * 1e6) as u64;
        // A cluster that the kill tore in two may play in part: what counts is what recovery vouches for.
        assert!(found.reached_us <= last + 2_000, "reached {} but the file plays to {last}", found.reached_us);
        // The record's clock is the arrival's: a few milliseconds of the process's own delay.
        let lost = (handed + 30_000).saturating_sub(last.min(found.reached_us));
        assert!(lost <= 1_000_000, "round {round}: {lost} us of {device:?} lost");
        worst = worst.max(lost);
        support::decodes(&file);
    }
    let key = fs::read_to_string(root.path().join("key.pub")).unwrap();
    let key = assize_proof::key::PublicKey::from_pem(&key).unwrap();
    let report = verify(&killed.folder, &[key]);
    assert_eq!((report.result, report.findings.len()), (Verdict::Unverifiable, 1), "{}", report.text());
    assert!(report.findings[0].what.starts_with("is not sealed"), "{}", report.text());
    assert_eq!(verify(&killed.folder, &[]).result, Verdict::Unverifiable);
    worst
}

#[test]
fn twenty_times_killed_less_than_a_second_is_lost_and_no_acknowledged_event() {
    // Two at a time: they mostly wait.
    let lanes = [0, 1].map(|lane| std::thread::spawn(move || (0..10).map(|n| killed_once(2 * n + lane)).max()));
    let worst = lanes.map(|lane| lane.join().unwrap().unwrap()).into_iter().max().unwrap();
    println!("kill -9, 20 times: at most {} ms of received media lost a track", worst / 1000);
}

#[test]
fn a_new_epoch_states_loss_and_outage_and_the_whole_verifies_with_gaps() {
    let root = tempfile::tempdir().unwrap();
    support::store(&root.path().join("opus"), opus());
    support::store(&root.path().join("vp8"), vp8());
    let killed = kill_after(root.path(), 2_000);
    sleep(Duration::from_millis(700));
    let recovery = recover::sitting(&killed.folder).unwrap();
    assert_eq!(recovery.next_epoch, 2);
    let now_hearing = recovery.last_us + (utc_ms() - recovery.last_utc_ms).max(0) as u64 * 1000;
    let outage = now_hearing - recovery.last_us;
    assert!((600_000..3_000_000).contains(&outage), "the outage is taken for {outage} us");
    let zero_us = now_us() - now_hearing as i64;

    let key = Arc::new(CourtKey::generate().unwrap());
    let (mut ledger, before) = LedgerFile::open(&killed.folder, 2).unwrap();
    assert_eq!(before.len() as u64, recovery.head.n);
    let both = [Microphone, Camera1].map(|device| recover::Recorded { track: track(device), since_us: 0 });
    let losses = recovery.losses(&both, now_hearing);
    assert!(losses.iter().any(|l| l.reason == GapReason::Outage));
    for loss in losses.iter().filter(|l| l.reason == GapReason::Crash) {
        assert!(loss.to_us - loss.from_us <= 1_000_000, "{loss:?}");
    }
    ledger.append(&[stamped(zero_us, Event::TakenUp { epoch: 2, outage_us: outage })]).unwrap();
    for loss in &losses {
        let gap = Event::Gap {
            track: loss.track,
            from_us: loss.from_us,
            to_us: loss.to_us,
            reason: loss.reason,
            pieces: None,
        };
        ledger.append(&[stamped(zero_us, gap)]).unwrap();
    }
    let mut sitting = Sitting::resume(killed.folder.clone(), Arc::clone(&key), 2, zero_us, 300_000_000);
    let at = now_us() - zero_us;
    sitting.on(SOUND, Codec::Opus, at);
    support::feed(&sitting, &mut Source::new(SOUND, Codec::Opus), &opus()[..100], at);
    sitting.stop();
    ledger.append(&[stamped(zero_us, Event::Closed)]).unwrap();

    let old =
        assize_proof::key::PublicKey::from_pem(&fs::read_to_string(root.path().join("key.pub")).unwrap()).unwrap();
    let report = verify(&killed.folder, &[old, key.public()]);
    assert_eq!((report.result, report.findings.len()), (Verdict::Unverifiable, 1), "{}", report.text());
    let summary = assize_record::catalogue::read(&killed.folder).unwrap();
    let sound = summary.tracks.iter().find(|t| t.id == track(Microphone)).unwrap();
    assert_eq!(sound.segments.len(), 2);
    assert!(sound.segments[1].from_us >= now_hearing && !sound.gaps.is_empty());

    let copies = recover::playable_copies(&killed.folder).unwrap();
    assert_eq!(copies.len(), 3);
    for copy in copies {
        let duration: f64 = support::probe(&copy, "format=duration")[0].parse().unwrap();
        assert!(duration > 1.0);
        support::decodes(&copy);
    }
    let meta = assize_record::seal::Meta { utc_ms: utc_ms(), software: "assize 0.1.0".to_owned(), typeset: None };
    assize_record::seal::sitting(&killed.folder, &key, &meta).unwrap();
    let report = verify(&killed.folder, &[key.public()]);
    assert_eq!(report.result, Verdict::Gaps, "{}", report.text());
}

#[test]
fn what_a_kill_kept_from_being_written_before_an_end_is_told() {
    let root = tempfile::tempdir().unwrap();
    support::store(&root.path().join("opus"), opus());
    support::store(&root.path().join("vp8"), vp8());
    let killed = kill_after(root.path(), 2_000);
    let recovery = recover::sitting(&killed.folder).unwrap();
    let sound = recovery.tracks.iter().find(|t| t.track == track(Microphone)).unwrap();
    let ends = |to_us| recovery.cut_short(&[recover::Ended { track: track(Microphone), from_us: 0, to_us }]);
    assert_eq!(ends(sound.reached_us + 100_000), [], "the last frame had begun");
    let lost = recover::Loss {
        track: track(Microphone),
        from_us: sound.reached_us,
        to_us: sound.reached_us + 400_000,
        reason: GapReason::Crash,
    };
    assert_eq!(ends(lost.to_us), [lost]);
    let later = recover::Recovery { last_us: lost.to_us + 10_000_000, ..recovery.clone() };
    let long_before = recover::Ended { track: track(Microphone), from_us: 0, to_us: lost.to_us };
    assert_eq!(later.cut_short(&[long_before]), [], "it had been written long before");
}

#[test]
fn media_is_durable_before_every_line_of_its_chain() {
    let root = tempfile::tempdir().unwrap();
    support::store(&root.path().join("opus"), opus());
    support::store(&root.path().join("vp8"), vp8());
    let trace = root.path().join("trace");
    let mut child = Command::new("strace")
        .args(["-f", "-y", "-e", "trace=write,fdatasync", "-s", "20", "-o", trace.to_str().unwrap()])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child_records_until_it_is_killed", "--nocapture"])
        .env(CHILD, root.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Long enough for several passes, however slow tracing is.
    let mut lines = 0;
    for _ in 0..600 {
        sleep(Duration::from_millis(100));
        lines = fs::read_to_string(&trace).unwrap_or_default().matches(".chain>, \"{").count();
        if lines >= 6 {
            break;
        }
    }
    // strace does not die with its child: the child is killed by its own number, which is the first in the trace.
    let text = fs::read_to_string(&trace).unwrap();
    let pid = text.split_whitespace().next().unwrap().to_owned();
    support::run("kill", &["-9", &pid]);
    child.wait().unwrap();
    assert!(lines >= 6, "only {lines} lines of chains were traced");
    let (mut synced, mut checked) = (std::collections::BTreeSet::new(), 0);
    let path_of = |line: &str| Some(line.split_once('<')?.1.split_once('>')?.0.to_owned());
    for line in text.lines() {
        let Some(path) = path_of(line) else { continue };
        let media = path.replace(".chain", ".webm");
        if line.contains("fdatasync(") && path.ends_with(".webm") {
            synced.insert(path);
        } else if line.contains("write(") && path.ends_with(".chain") {
            // One sync allows one line: it must come between every two lines.
            assert!(synced.remove(&media), "a chain line without a sync before it: {line}");
            checked += 1;
        }
    }
    assert!(checked >= 6);
}

#[test]
fn a_panic_over_one_tracks_packets_is_not_possible_from_outside() {
    // Packets of one codec under the name of another are the worst a peer can do.
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    sitting.on(PICTURES, Codec::H264, 0);
    sitting.on(SOUND, Codec::Opus, 0);
    let mut wrong = Source::new(PICTURES, Codec::Vp8);
    support::feed(&sitting, &mut wrong, vp8(), 0);
    support::feed(&sitting, &mut Source::new(SOUND, Codec::Opus), &opus()[..100], 0);
    sitting.tap.push(TapItem::SenderReport { track: PICTURES, ntp: u64::MAX, rtp_ts: 1, arrival_us: i64::MAX / 4 });
    sitting.stop();
    assert_eq!(support::times(&sitting.files(Microphone)[0]).len(), 100);
}

/// A sitting that was closed a moment before its program was killed: its last cluster is in no chain.
fn closed_and_killed(root: &Path) -> Sitting {
    let mut sitting = Sitting::begin(root);
    let (mut ledger, _) = LedgerFile::open(&sitting.folder, 1).unwrap();
    let plan = support::plan();
    ledger.append(&[stamped(sitting.zero_us, Event::Planned { plan, procedure: None })]).unwrap();
    sitting.on(SOUND, Codec::Opus, 0);
    support::feed(&sitting, &mut Source::new(SOUND, Codec::Opus), opus(), 0);
    sitting.stop();
    ledger.append(&[stamped(sitting.zero_us, Event::Closed)]).unwrap();
    let mut media = fs::OpenOptions::new().append(true).open(&sitting.files(Microphone)[0]).unwrap();
    media.write_all(&[0x1F, 0x43, 0xB6, 0x75, 0x82, 0xE7, 0x80]).unwrap();
    sitting
}

#[test]
fn an_owner_who_came_to_say_nothing_changes_nothing_of_what_has_to_be_stated() {
    let root = tempfile::tempdir().unwrap();
    let sitting = closed_and_killed(root.path());
    let before = recover::sitting(&sitting.folder).unwrap();
    assert!(!before.is_proved());
    assert_eq!((before.epoch, before.next_epoch), (1, 2));
    // The next owner makes its file, and then the disk is full or the power goes again.
    drop(LedgerFile::open(&sitting.folder, before.next_epoch).unwrap());
    let after = recover::sitting(&sitting.folder).unwrap();
    assert_eq!((after.epoch, after.next_epoch, after.last_us), (1, 3, before.last_us));
    assert!(!after.is_proved(), "nobody has stated the tail");
    // Who has said something has stated it.
    let (mut ledger, _) = LedgerFile::open(&sitting.folder, after.next_epoch).unwrap();
    ledger.append(&[stamped(sitting.zero_us, Event::TakenUp { epoch: 3, outage_us: 0 })]).unwrap();
    assert!(recover::sitting(&sitting.folder).unwrap().is_proved());
}

#[test]
fn a_hole_in_what_was_durable_is_no_write_that_was_interrupted() {
    let root = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(root.path());
    let (mut ledger, _) = LedgerFile::open(&sitting.folder, 1).unwrap();
    let plan = support::plan();
    ledger.append(&[stamped(sitting.zero_us, Event::Planned { plan, procedure: None })]).unwrap();
    for n in 0..40 {
        ledger
            .append(&[stamped(sitting.zero_us, Event::Paused { reason: format!("{n} {}", "x".repeat(500)) })])
            .unwrap();
    }
    sitting.stop();
    let file = sitting.folder.join("ledger/1.jsonl");
    let mut bytes = fs::read(&file).unwrap();
    bytes[4096..4608].fill(0);
    fs::write(&file, &bytes).unwrap();
    let refused = recover::sitting(&sitting.folder).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidData, "{refused}");
    // Nobody signed for it: it may have been the last write.
    fs::remove_file(sitting.folder.join("checkpoints.jsonl")).unwrap();
    assert!(recover::sitting(&sitting.folder).is_ok_and(|recovery| !recovery.torn.is_empty()));
}
