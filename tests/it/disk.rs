//! A disk that takes no record: the session is neither opened nor resumed, and the judge is told why.

use crate::stage::open;
use assize_core::hearing::{Command, Event, SessionState};
use assize_core::refusal::Refusal;
use assize_tests::{Person, TestCourt, ledger};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A file system cannot become smaller than what is in it.
const NO_BALLAST: (&str, &str) = ("ASSIZE__RECORDING__BALLAST", "0");

/// A file system of our own at a path, for as long as this lives.
struct Mounted(PathBuf);

impl Mounted {
    fn at(path: &Path, size: &str) -> Self {
        std::fs::create_dir_all(path).unwrap();
        let options = format!("size={size}");
        mount(Some("tmpfs"), path, Some("tmpfs"), MsFlags::empty(), Some(options.as_str())).unwrap();
        Self(path.to_owned())
    }

    fn again(&self, flags: MsFlags, size: &str) {
        let options = format!("size={size}");
        mount(None::<&str>, &self.0, None::<&str>, MsFlags::MS_REMOUNT | flags, Some(options.as_str())).unwrap();
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // The server may still hold files: the mount goes with the last of them.
        let _ = umount2(&self.0, MntFlags::MNT_DETACH);
    }
}

/// A disk that has stopped answering: whoever writes waits, until this is dropped.
struct Frozen(PathBuf);

impl Frozen {
    /// A disk of its own, in a file: what is frozen is nobody else's.
    fn disk(folder: &Path, at: &Path) -> Option<Mounted> {
        let image = folder.join("disk.img");
        std::fs::File::create(&image).unwrap().set_len(2 << 30).unwrap();
        std::fs::create_dir_all(at).unwrap();
        let run = |program: &str, args: &[&str]| {
            std::process::Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
        };
        let (image, path) = (image.to_str().unwrap(), at.to_str().unwrap());
        let made = run("mkfs.ext4", &["-q", "-F", image]) && run("mount", &["-o", "loop", image, path]);
        made.then(|| Mounted(at.to_owned()))
    }

    fn new(at: &Path) -> Self {
        assert!(std::process::Command::new("fsfreeze").arg("-f").arg(at).status().unwrap().success());
        Self(at.to_owned())
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let _ = std::process::Command::new("fsfreeze").arg("-u").arg(&self.0).status();
    }
}

fn may_mount(test: &str) -> bool {
    let root = nix::unistd::Uid::effective().is_root();
    if !root {
        // Not by `println!`, which the harness keeps to itself when a test passes.
        let _ = writeln!(std::io::stdout(), "SKIPPED {test}: mounting needs root");
    }
    root
}

async fn cannot_open(judge: &Person) -> (String, bool) {
    let refused = judge.command(open()).await;
    let Err(Refusal::CannotRecord { detail, ledger }) = refused else { panic!("{refused:?}") };
    assert!(!detail.is_empty());
    assert_eq!(judge.state(), SessionState::Waiting);
    assert!(!judge.view().session.recording);
    (detail, ledger)
}

async fn opens(judge: &Person) {
    judge.does(open()).await;
    judge.until_state(SessionState::InSession).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_keeps_the_session_closed_until_there_is_room() {
    if !may_mount("disk::a_full_disk_keeps_the_session_closed_until_there_is_room") {
        return;
    }
    let mut disk = None;
    let court = TestCourt::prepared(&[], |folder| disk = Some(Mounted::at(&folder.join("recordings"), "1m"))).await;
    let disk = disk.unwrap();
    let judge = court.judge().await;
    cannot_open(&judge).await;
    assert!(court.metric("assize_refusals_total", "\"cannot_record\"").await >= 1.0);
    disk.again(MsFlags::empty(), "1500m");
    opens(&judge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_disk_keeps_the_session_closed_until_it_can_be_written() {
    if !may_mount("disk::a_read_only_disk_keeps_the_session_closed_until_it_can_be_written") {
        return;
    }
    let mut disk = None;
    let court = TestCourt::prepared(&[], |folder| {
        let mounted = Mounted::at(&folder.join("recordings"), "1500m");
        mounted.again(MsFlags::MS_RDONLY, "1500m");
        disk = Some(mounted);
    })
    .await;
    let disk = disk.unwrap();
    let judge = court.judge().await;
    let (detail, ledger) = cannot_open(&judge).await;
    assert!(ledger, "nothing offers to open without recording what has no ledger either");
    let unrecorded = Command::Open { record: false, reason: Some("urgent".into()) };
    assert_eq!(judge.command(unrecorded).await, Err(Refusal::LedgerFault));
    assert!(detail.to_lowercase().contains("read-only"), "{detail}");
    disk.again(MsFlags::empty(), "1500m");
    opens(&judge).await;
}

/// Ruling 3: without a working record only with a reason, which the ledger keeps; after a hold and after a pause alike.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_lets_a_session_go_on_with_a_reason_only_and_then_unrecorded() {
    if !may_mount("disk::a_full_disk_lets_a_session_go_on_with_a_reason_only_and_then_unrecorded") {
        return;
    }
    let mut disk = None;
    let court =
        TestCourt::prepared(&[NO_BALLAST], |folder| disk = Some(Mounted::at(&folder.join("recordings"), "1500m")))
            .await;
    let disk = disk.unwrap();
    let judge = court.judge().await;
    opens(&judge).await;
    let pause = Command::Pause { reason: "noon".into() };
    for (rest, state) in [(Command::Hold { reason: "line".into() }, SessionState::Held), (pause, SessionState::Paused)]
    {
        judge.does(rest).await;
        judge.until_state(state).await;
        disk.again(MsFlags::empty(), "32m");
        let refused = judge.command(Command::Resume { reason: None }).await;
        assert!(matches!(refused, Err(Refusal::CannotRecord { ledger: false, .. })), "{refused:?}");
        assert_eq!(judge.state(), state, "it rests until somebody decides");
        judge.does(Command::Resume { reason: Some("a witness flies tonight".into()) }).await;
        judge.until_state(SessionState::InSession).await;
        assert!(!judge.view().session.recording);
        disk.again(MsFlags::empty(), "1500m");
    }
    judge.does(Command::Hold { reason: "there is room".into() }).await;
    judge.does(Command::Resume { reason: None }).await;
    judge.until_view("recorded again", |view| view.session.recording).await;
    let resumed = |event| match event {
        Event::Resumed { recording, reason, .. } => Some((recording, reason)),
        _ => None,
    };
    let resumed: Vec<_> = ledger::read(&court.sitting()).into_iter().filter_map(|line| resumed(line.event)).collect();
    let without = (Some(false), Some("a witness flies tonight".to_owned()));
    assert_eq!(resumed, [without.clone(), without, (Some(true), None)]);
}

/// Architecture section 5: a disk that does not answer never keeps the court from muting and pausing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_hangs_keeps_nobody_from_pausing_and_what_was_done_meanwhile_is_written_when_it_answers() {
    let name =
        "disk::a_disk_that_hangs_keeps_nobody_from_pausing_and_what_was_done_meanwhile_is_written_when_it_answers";
    if !may_mount(name) {
        return;
    }
    let (mut disk, mut at) = (None, PathBuf::new());
    let court = TestCourt::prepared(&[], |folder| {
        at = folder.join("recordings");
        disk = Frozen::disk(folder, &at);
    })
    .await;
    let Some(disk) = disk else {
        let _ = writeln!(std::io::stdout(), "SKIPPED {name}: no loop device");
        return;
    };
    let judge = court.judge().await;
    opens(&judge).await;
    let frozen = Frozen::new(&at);
    let pause = Command::Pause { reason: "noon".into() };
    assert_eq!(judge.command(pause).await, Err(Refusal::LedgerFault), "it is not on record");
    judge.until_state(SessionState::Paused).await;
    let refused = judge.command(Command::Resume { reason: None }).await;
    assert!(matches!(refused, Err(Refusal::CannotRecord { ledger: true, .. })), "{refused:?}");
    assert_eq!(judge.state(), SessionState::Paused);
    drop(frozen);
    // What waited goes first.
    for _ in 0..100 {
        match judge.command(Command::Resume { reason: None }).await {
            Ok(_) => break,
            Err(refusal) => assert!(matches!(refusal, Refusal::CannotRecord { .. }), "{refusal:?}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    judge.until_state(SessionState::InSession).await;
    let events: Vec<Event> = ledger::read(&court.sitting()).into_iter().map(|line| line.event).collect();
    let paused = events.iter().position(|event| matches!(event, Event::Paused { .. })).unwrap();
    let resumed = events.iter().position(|event| matches!(event, Event::Resumed { .. })).unwrap();
    assert!(paused < resumed, "{events:?}");
    drop(disk);
}

/// Takes what room there is.
fn fill(folder: &Path) {
    let mut file = std::fs::File::create(folder.join("filler")).unwrap();
    while file.write_all(&[0; 1 << 16]).is_ok() {}
    while file.write_all(&[0; 1]).is_ok() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sitting_that_ends_on_a_full_disk_is_sealed_in_the_space_that_was_kept() {
    if !may_mount("disk::a_sitting_that_ends_on_a_full_disk_is_sealed_in_the_space_that_was_kept") {
        return;
    }
    let mut disk = None;
    let court = TestCourt::prepared(&[], |folder| disk = Some(Mounted::at(&folder.join("recordings"), "1500m"))).await;
    let _disk = disk.unwrap();
    let records = court.path("recordings");
    let judge = court.judge().await;
    opens(&judge).await;
    assert!(records.join(".ballast").exists());
    fill(&records);
    judge.does(Command::Close {}).await;
    let until = std::time::Instant::now() + assize_tests::CEILING;
    while !court.sitting().join("bagit.txt").exists() || court.sitting().join(".sealing").exists() {
        assert!(std::time::Instant::now() < until, "it is not sealed:\n{}", court.log());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(!records.join(".ballast").exists(), "it was needed");
    let (code, report) = court.verify();
    assert_eq!(code, 0, "{report}");
}
