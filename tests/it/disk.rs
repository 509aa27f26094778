//! A disk that takes no record: the session cannot be opened, and the judge is told why.

use crate::stage::OPEN;
use assize_core::hearing::{Command, SessionState};
use assize_core::refusal::Refusal;
use assize_tests::{Person, TestCourt};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use std::io::Write as _;
use std::path::{Path, PathBuf};

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

fn may_mount(test: &str) -> bool {
    let root = nix::unistd::Uid::effective().is_root();
    if !root {
        // Not by `println!`, which the harness keeps to itself when a test passes.
        let _ = writeln!(std::io::stdout(), "SKIPPED {test}: mounting needs root");
    }
    root
}

async fn cannot_open(judge: &Person) -> (String, bool) {
    let refused = judge.command(OPEN).await;
    let Err(Refusal::CannotRecord { detail, ledger }) = refused else { panic!("{refused:?}") };
    assert!(!detail.is_empty());
    assert_eq!(judge.state(), SessionState::Waiting);
    assert!(!judge.view().session.recording);
    (detail, ledger)
}

async fn opens(judge: &Person) {
    judge.does(OPEN).await;
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
