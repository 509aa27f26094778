//! The seal, by our own verifier and by stock tools; and every way of altering a record that one can think of.

use crate::support::{self, PICTURES, SOUND, Sitting, Source, feed, opus, stamped, track, vp8};
use assize_core::hearing::{Event, GapReason};
use assize_core::ids::DeviceKind::{Camera1, Microphone};
use assize_core::plan::Plan;
use assize_proof::key::CourtKey;
use assize_proof::verify::{Report, UNFINISHED, Verdict, verify};
use assize_record::seal::{self, Meta};
use assize_record::{LedgerFile, catalogue, levels};
use assize_rtp::tap::Codec;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

pub(crate) fn meta() -> Meta {
    Meta { utc_ms: 1_795_300_000_000, software: "assize 0.1.0".to_owned(), typeset: None }
}

/// A small real record: two tracks, four files, two epochs' worth of one ledger, one checkpoint at least.
pub(crate) struct Sample {
    dir: tempfile::TempDir,
    pub(crate) folder: PathBuf,
    pub(crate) key: std::sync::Arc<CourtKey>,
}

pub(crate) fn sample(gap: bool) -> Sample {
    sample_of(gap, support::plan())
}

fn sample_of(gap: bool, plan: Plan) -> Sample {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Sitting::of(dir.path(), plan.clone());
    let (folder, key) = (first.folder.clone(), first.key.clone());
    let (mut ledger, _) = LedgerFile::open(&folder, 1).unwrap();
    ledger.append(&[stamped(0, Event::Planned { plan, procedure: None })]).unwrap();
    ledger.append(&[stamped(1_000_000, Event::Opened { recording: true, reason: None, missing: Vec::new() })]).unwrap();
    first.stop();
    let mut sitting = Sitting::resume(folder.clone(), key.clone(), 1, assize_record::now_us() - 1_000_000, 6_000_000);
    sitting.on(SOUND, Codec::Opus, 1_000_000);
    sitting.on(PICTURES, Codec::Vp8, 1_000_000);
    feed(&sitting, &mut Source::new(SOUND, Codec::Opus), &opus()[..400], 1_000_000);
    feed(&sitting, &mut Source::new(PICTURES, Codec::Vp8), &vp8()[..240], 1_000_000);
    if gap {
        let (track, reason) = (track(Microphone), GapReason::Network);
        ledger
            .append(&[stamped(
                9_000_000,
                Event::Gap { track, from_us: 5_000_000, to_us: 5_020_000, reason, pieces: None },
            )])
            .unwrap();
    }
    ledger.append(&[stamped(9_100_000, Event::Closed)]).unwrap();
    sitting.stop();
    Sample { dir, folder, key }
}

pub(crate) fn seal_it(sample: &Sample) {
    seal::sitting(&sample.folder, &sample.key, &meta()).unwrap();
}

fn copy(from: &Path, to: &Path) {
    support::run("cp", &["-r", from.to_str().unwrap(), to.to_str().unwrap()]);
}

impl Sample {
    fn verify(&self) -> Report {
        verify(&self.folder, &[self.key.public()])
    }

    pub(crate) fn copy(&self) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("record");
        copy(&self.folder, &folder);
        (dir, folder)
    }
}

#[test]
fn the_record_of_a_rehearsal_says_that_it_is_one() {
    let rehearsed = |rehearsal: bool| {
        let sample = sample_of(false, Plan { rehearsal, ..support::plan() });
        let sealed = seal::sitting(&sample.folder, &sample.key, &meta()).unwrap();
        let (info, report) = (fs::read_to_string(sample.folder.join("bag-info.txt")).unwrap(), sample.verify());
        let said = report.text().contains("REHEARSAL");
        (
            sealed.head.rehearsal,
            info.lines().any(|line| line == "Rehearsal: true"),
            report.rehearsal,
            said,
            report.result,
        )
    };
    assert_eq!(rehearsed(true), (true, true, true, true, Verdict::Intact));
    assert_eq!(rehearsed(false), (false, false, false, false, Verdict::Intact));
}

/// What an open record is worth at best: intact as far as it goes, and never complete.
fn only_unsealed(report: &Report) {
    assert_eq!((report.result, report.sealed, report.findings.len()), (Verdict::Unverifiable, false, 1));
    assert!(report.findings[0].what.starts_with("is not sealed"), "{}", report.text());
}

/// The end of a record goes with its seal, its last events and the checkpoints that state them: nothing in it says so.
#[test]
fn a_record_stripped_of_its_seal_and_its_end_is_never_intact() {
    let sample = sample(false);
    seal::sitting(&sample.folder, &sample.key, &meta()).unwrap();
    let stripped = sample.dir.path().join("stripped");
    copy(&sample.folder.join("data"), &stripped);
    fs::remove_dir_all(stripped.join("seal")).unwrap();
    for (file, lines) in [("ledger/1.jsonl", 1), ("checkpoints.jsonl", 1)] {
        let text = fs::read_to_string(stripped.join(file)).unwrap();
        let kept = text.lines().count() - lines;
        let kept: String = text.lines().take(kept).map(|line| format!("{line}\n")).collect();
        fs::write(stripped.join(file), kept).unwrap();
    }
    let report = verify(&stripped, &[sample.key.public()]);
    assert!(matches!(report.result, Verdict::Unverifiable | Verdict::Altered), "{}", report.text());
}

#[test]
fn a_bag_is_checked_by_stock_tools_and_by_ours_also_as_a_zip() {
    let sample = sample(false);
    only_unsealed(&sample.verify());
    let sealed = seal::sitting(&sample.folder, &sample.key, &meta()).unwrap();
    let report = sample.verify();
    assert_eq!((report.result, report.sealed), (Verdict::Intact, true), "{}", report.text());
    assert_eq!(report.case, "45/2026/TLST-HS");
    assert_eq!(report.from.as_deref(), Some("2026-11-21T02:02:04.000Z"));
    let seconds: Vec<u64> = report.tracks.iter().map(|t| t.seconds).collect();
    assert!(seconds.iter().all(|s| s.abs_diff(8_000) < 500), "{seconds:?}");
    assert_eq!(verify(&sample.folder, &[]).result, Verdict::Unverifiable);
    assert_eq!(verify(&sample.folder, &[CourtKey::generate().unwrap().public()]).result, Verdict::Unverifiable);

    let at = |file: &str| sample.folder.join(file).to_str().unwrap().to_owned();
    let (key, head, signature) = (at("data/seal/key.pub"), at("data/seal/head.json"), at("data/seal/head.sig"));
    support::run(
        "openssl",
        &["pkeyutl", "-verify", "-pubin", "-inkey", &key, "-rawin", "-in", &head, "-sigfile", &signature],
    );
    let shell = |script: &str| Command::new("sh").args(["-c", script]).current_dir(&sample.folder).output().unwrap();
    let sums = shell("sha256sum --strict -c manifest-sha256.txt tagmanifest-sha256.txt");
    assert!(sums.status.success(), "{}", String::from_utf8_lossy(&sums.stdout));
    let id = shell("openssl pkey -pubin -in data/seal/key.pub -outform DER | sha256sum");
    assert_eq!(String::from_utf8_lossy(&id.stdout)[..64], sealed.head.key.to_string());
    // The payload digest, with nothing but a shell.
    let digest = shell("grep -v '  data/seal/head\\.' manifest-sha256.txt | LC_ALL=C sort -k2 | sha256sum");
    assert_eq!(String::from_utf8_lossy(&digest.stdout)[..64], sealed.head.payload.sha256.to_string());

    let zip = sample.dir.path().join("bag.zip");
    // Stock tools deflate and pack the folder itself.
    let script = "import shutil,sys; shutil.make_archive(sys.argv[1][:-4],'zip',sys.argv[2],sys.argv[3])";
    let (parent, name) = (sample.folder.parent().unwrap(), sample.folder.file_name().unwrap());
    support::run("python3", &["-c", script, zip.to_str().unwrap(), parent.to_str().unwrap(), name.to_str().unwrap()]);
    let zipped = verify(&zip, &[sample.key.public()]);
    assert_eq!(zipped.result, Verdict::Intact, "{}", zipped.text());
    assert_eq!(zipped.tracks, report.tracks);

    let summary = catalogue::read(&sample.folder).unwrap();
    assert!(summary.sealed && summary.tracks.len() == 2);
    let sound = &summary.tracks[0].segments;
    assert!(sound.len() == 2 && sound[0].codec == "opus" && sound[0].from_us.abs_diff(1_010_000) < 30_000, "{sound:?}");
    assert!(sound[1].to_us.abs_diff(9_000_000) < 50_000, "{sound:?}");
    assert!(catalogue::root(&sample.folder).join(&sound[1].file).exists());
    let html = fs::read_to_string(sample.folder.join("data/certificate.html")).unwrap();
    assert!(html.contains("Trộm cắp tài sản") && html.contains("Nothing."));
    assert!(html.contains("09:02:04 21/11/2026"), "in the court's time");
    // Eight seconds of sound from the first second on, and a tenth of a second is one value.
    let levels = levels::of(&sample.folder, track(Microphone)).unwrap();
    assert!(levels[..10].iter().all(|level| *level == levels::NOTHING), "{levels:?}");
    assert!(levels[10..88].iter().all(|level| *level == support::LEVEL), "{levels:?}");
    assert!((88..92).contains(&levels.len()), "{}", levels.len());
}

#[test]
fn stated_gaps_are_told_and_do_not_make_a_record_altered() {
    let sample = sample(true);
    assert_eq!(sample.verify().result.exit_code(), 3, "not sealed yet");
    seal::sitting(&sample.folder, &sample.key, &meta()).unwrap();
    let report = sample.verify();
    assert_eq!(report.result.exit_code(), 2, "{}", report.text());
    let gap = &report.tracks[1].gaps[0];
    assert_eq!(report.tracks[1].id, "03-microphone");
    assert_eq!((gap.from.as_str(), gap.to.as_str()), ("2026-11-21T02:02:08.000Z", "2026-11-21T02:02:08.020Z"));
    let html = fs::read_to_string(sample.folder.join("data/certificate.html")).unwrap();
    assert!(html.contains("lost on the way") && !html.contains("Nothing."));
}

#[test]
fn sealing_can_be_interrupted_anywhere_and_repeated() {
    let sample = sample(false);
    let (_dir, whole) = sample.copy();
    seal::sitting(&whole, &sample.key, &meta()).unwrap();
    // The states that a crash can leave: some entries moved, then some of what is written, in the order of writing.
    let written = ["data/certificate.json", "data/certificate.html", "data/seal/key.pub", "data/seal/head.json"];
    let written = [&written[..], &["data/seal/head.sig", "manifest-sha256.txt", "bag-info.txt"]].concat();
    let written = [&written[..], &["tagmanifest-sha256.txt", "bagit.txt"]].concat();
    for reached in 0..written.len() + 2 {
        let (_dir, folder) = sample.copy();
        fs::write(folder.join(UNFINISHED), b"").unwrap();
        fs::create_dir_all(folder.join("data")).unwrap();
        if reached == 0 {
            fs::rename(folder.join("tracks"), folder.join("data/tracks")).unwrap();
        } else {
            fs::remove_dir_all(&folder).unwrap();
            copy(&whole, &folder);
            fs::write(folder.join(UNFINISHED), b"").unwrap();
            for file in &written[reached - 1..] {
                fs::remove_file(folder.join(file)).unwrap();
            }
            // In the middle of the next one, which is written under another name.
            if let Some(next) = written.get(reached - 1) {
                fs::write(folder.join(format!("{next}.next")), b"half").unwrap();
            }
        }
        assert!(!seal::is_sealed(&folder));
        assert_eq!(verify(&folder, &[sample.key.public()]).result, Verdict::Unverifiable);
        seal::sitting(&folder, &sample.key, &meta()).unwrap();
        let report = verify(&folder, &[sample.key.public()]);
        assert_eq!(report.result, Verdict::Intact, "after {reached}: {}", report.text());
    }
}

/// All files below a folder, with what they hold.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut dirs = vec![folder.to_path_buf()];
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { dirs.push(path) } else { out.push(path) }
        }
    }
    out.sort();
    out
}

#[derive(Debug, Clone, Copy)]
enum Tampering {
    Flip,
    Cut,
    Insert,
    Overwrite,
    Remove,
    Truncate,
    SwapFiles,
    SwapTracks,
    DropLine,
    SwapLines,
    AddFile,
}

const ALL: [Tampering; 11] = {
    use Tampering::{
        AddFile, Cut, DropLine, Flip, Insert, Overwrite, Remove, SwapFiles, SwapLines, SwapTracks, Truncate,
    };
    [Flip, Cut, Insert, Overwrite, Remove, Truncate, SwapFiles, SwapTracks, DropLine, SwapLines, AddFile]
};

/// Alters the record at `folder`; gives what was done, or `None` if it changed nothing. `r` is random.
fn tamper(folder: &Path, how: Tampering, mut r: u64) -> Option<String> {
    let mut pick = |n: usize| {
        r = r.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (r >> 33) as usize % n.max(1)
    };
    let all = files(folder);
    let path = &all[pick(all.len())];
    let told = format!("{how:?} {}", path.strip_prefix(folder).unwrap().display());
    let bytes = fs::read(path).unwrap();
    if bytes.is_empty() && !matches!(how, Tampering::Remove | Tampering::AddFile | Tampering::SwapTracks) {
        return None;
    }
    let at = pick(bytes.len());
    let length = 1 + pick(40);
    let mut new = bytes.clone();
    match how {
        Tampering::Flip => new[at] ^= 1 << pick(8),
        Tampering::Cut => drop(new.drain(at..(at + length).min(bytes.len()))),
        Tampering::Insert => drop(new.splice(at..at, vec![pick(256) as u8; length])),
        Tampering::Overwrite => {
            let byte = pick(256) as u8;
            new.iter_mut().skip(at).take(length).for_each(|b| *b = byte);
        }
        Tampering::Truncate => new.truncate(at),
        Tampering::Remove => {
            fs::remove_file(path).unwrap();
            return Some(told);
        }
        Tampering::AddFile => {
            let name = ["data/tracks/03-microphone/1-0009.webm", "data/exhibits/x.pdf", "data/x"][pick(3)];
            fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
            fs::write(folder.join(name), b"x").unwrap();
            return Some(format!("{how:?} {name}"));
        }
        Tampering::SwapFiles => {
            let other = &all[pick(all.len())];
            let theirs = fs::read(other).unwrap();
            if theirs == bytes {
                return None;
            }
            fs::write(path, theirs).unwrap();
            new = fs::read(path).unwrap();
            fs::write(other, &bytes).unwrap();
        }
        Tampering::SwapTracks => {
            // Whole segments change places, chain and index with them.
            let tracks = [folder.join("tracks"), folder.join("data/tracks")].into_iter().find(|t| t.exists())?;
            let (a, b) = (tracks.join("03-microphone"), tracks.join("03-microphone"));
            let (first, second) = if pick(2) == 0 { ("1-0001", "1-0002") } else { ("1-0002", "1-0001") };
            for ending in ["webm", "chain", "idx"] {
                let (a, b) = (a.join(format!("{first}.{ending}")), b.join(format!("{second}.{ending}")));
                let (ours, theirs) = (fs::read(&a).unwrap(), fs::read(&b).unwrap());
                fs::write(&a, theirs).unwrap();
                fs::write(&b, ours).unwrap();
            }
            return Some(told);
        }
        Tampering::DropLine | Tampering::SwapLines => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
            // The last line of an open record's file: see the test below.
            if lines.len() < 3 {
                return None;
            }
            let line = pick(lines.len() - 2);
            if matches!(how, Tampering::DropLine) {
                lines.remove(line);
            } else {
                lines.swap(line, line + 1);
            }
            new = lines.concat();
        }
    }
    if new == bytes {
        return None;
    }
    fs::write(path, new).unwrap();
    Some(told)
}

#[test]
fn every_tampering_with_a_sealed_record_is_found() {
    static SEALED: OnceLock<Sample> = OnceLock::new();
    let sample = SEALED.get_or_init(|| {
        let sample = sample(false);
        seal::sitting(&sample.folder, &sample.key, &meta()).unwrap();
        sample
    });
    assert_eq!(sample.verify().result, Verdict::Intact, "{}", sample.verify().text());
    let mut tried = 0;
    for round in 0..660u64 {
        let (_dir, folder) = sample.copy();
        let how = ALL[round as usize % ALL.len()];
        let Some(told) = tamper(&folder, how, round * 7919 + 13) else { continue };
        tried += 1;
        let report = verify(&folder, &[sample.key.public()]);
        assert_eq!(report.result, Verdict::Altered, "{told}: {}", report.text());
        assert!(!report.findings.is_empty());
    }
    println!("{tried} tamperings with a sealed record, all found");
    assert!(tried > 400);
}

/// An open record is signed up to its last checkpoint, and its recorder wrote one when it stopped: all that was there then
/// is held by it. Only the checkpoints' own last line can be taken away unseen, which is why they are sent elsewhere too.
#[test]
fn every_tampering_with_an_open_record_is_found() {
    let sample = sample(false);
    let whole = sample.verify();
    only_unsealed(&whole);
    let mut tried = 0;
    for round in 0..660u64 {
        let (_dir, folder) = sample.copy();
        let how = ALL[round as usize % (ALL.len() - 1)];
        let Some(told) = tamper(&folder, how, round * 104_729 + 7) else { continue };
        if told.contains("Truncate checkpoints") || told.contains("Cut checkpoints") {
            continue;
        }
        tried += 1;
        let report = verify(&folder, &[sample.key.public()]);
        let found = report.result == Verdict::Altered
            || told.ends_with("checkpoints.jsonl") && report.findings != whole.findings;
        assert!(found, "{told}: {}", report.text());
    }
    println!("{tried} tamperings with an open record, all found");
    assert!(tried > 350);
}

#[test]
fn a_finding_names_the_second_that_was_altered() {
    let sample = sample(false);
    let file = sample.folder.join("tracks").join(track(Camera1).to_string()).join("1-0001.webm");
    let mut bytes = fs::read(&file).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    fs::write(&file, bytes).unwrap();
    let report = sample.verify();
    assert_eq!(report.result.exit_code(), 1);
    let finding = &report.findings[0];
    assert_eq!(finding.file, "tracks/03-camera1/1-0001.webm");
    assert!(finding.from_byte <= at as u64 && (at as u64) < finding.to_byte, "{finding:?}");
}

#[test]
fn a_seal_made_anew_with_another_key_is_vouched_for_by_nobody() {
    let sample = sample(false);
    let other = CourtKey::generate().unwrap();
    seal::sitting(&sample.folder, &other, &meta()).unwrap();
    assert_eq!(sample.verify().result, Verdict::Unverifiable);
    assert_eq!(verify(Path::new("/nonexistent"), &[]).result.exit_code(), 3);
}
