//! Checkpoints in second places.

use crate::support::{self, SOUND, Sitting, Source};
use assize_proof::chain::genesis;
use assize_proof::checkpoint::{FILE, check_file};
use assize_proof::key::CourtKey;
use assize_record::{Config, Notice, now_us};
use assize_rtp::tap::Codec;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

fn sitting(root: &Path, second_places: Vec<PathBuf>) -> Sitting {
    let key = Arc::new(CourtKey::generate().unwrap());
    let folder = assize_record::folder::create(root, &mut support::hearing_file(&key), 1_795_226_523_000).unwrap();
    let (epoch, zero_us, segment_us) = (1, now_us(), 300_000_000);
    Sitting::with(Config { folder, epoch, zero_us, segment_us, key: Some(key), decoder: None, second_places })
}

/// Records a little and ends.
fn recorded(sitting: &mut Sitting) {
    sitting.on(SOUND, Codec::Opus, 0);
    support::feed(sitting, &mut Source::new(SOUND, Codec::Opus), support::opus(), 0);
    sitting.stop();
}

fn until(what: impl Fn() -> bool) -> bool {
    (0..600).any(|_| {
        sleep(Duration::from_millis(20));
        what()
    })
}

fn copy_of(sitting: &Sitting, root: &Path, place: &Path) -> PathBuf {
    place.join(sitting.folder.strip_prefix(root).unwrap()).join(FILE)
}

fn faults(sitting: &Sitting) -> Vec<bool> {
    let one = |notice| match notice {
        Notice::SecondPlace { fault, .. } => Some(fault.is_some()),
        _ => None,
    };
    sitting.notices().into_iter().filter_map(one).collect()
}

#[test]
fn every_checkpoint_lies_in_every_second_place_under_the_same_path() {
    let (root, places) = (tempfile::tempdir().unwrap(), [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()]);
    let mut sitting = sitting(root.path(), places.iter().map(|place| place.path().join("not/yet")).collect());
    recorded(&mut sitting);
    let written = fs::read(sitting.folder.join(FILE)).unwrap();
    assert!(!written.is_empty());
    for place in &places {
        let copy = copy_of(&sitting, root.path(), &place.path().join("not/yet"));
        assert!(until(|| fs::read(&copy).is_ok_and(|copy| copy == written)), "{}", copy.display());
        let check = check_file(&fs::read(&copy).unwrap(), genesis(support::plan().hearing, "01", FILE));
        assert!(check.bad.is_empty() && !check.found.is_empty(), "it stands for itself");
    }
    assert!(faults(&sitting).is_empty());
}

#[test]
fn a_place_that_refuses_is_told_of_and_gets_what_it_lacks_when_it_is_back() {
    let (root, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let blocked = place.path().join("mount");
    fs::write(&blocked, "no folder").unwrap();
    let mut sitting = sitting(root.path(), vec![blocked.clone()]);
    sitting.on(SOUND, Codec::Opus, 0);
    support::feed(&sitting, &mut Source::new(SOUND, Codec::Opus), support::opus(), 0);
    assert!(until(|| faults(&sitting) == [true]), "{:?}", sitting.notices());
    assert!(
        !sitting.notices().iter().any(|notice| matches!(notice, Notice::Fault { .. })),
        "the record is not at fault"
    );
    // The checkpoints of the new files are behind it: the next is a minute away.
    sleep(Duration::from_secs(2));
    fs::remove_file(&blocked).unwrap();
    assert!(until(|| faults(&sitting) == [true, false]), "tried again by itself");
    sitting.stop();
    let copy = copy_of(&sitting, root.path(), &blocked);
    let written = fs::read(sitting.folder.join(FILE)).unwrap();
    assert!(until(|| fs::read(&copy).is_ok_and(|copy| copy == written)));
}

#[test]
fn what_is_of_another_record_is_never_written_over() {
    let (root, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut first = sitting(root.path(), Vec::new());
    first.stop();
    let copy = copy_of(&first, root.path(), place.path());
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    fs::write(&copy, "somebody else's\n").unwrap();
    let (folder, key) = (first.folder.clone(), Some(Arc::clone(&first.key)));
    let second_places = vec![place.path().to_owned()];
    let config =
        Config { folder, epoch: 2, zero_us: now_us(), segment_us: 300_000_000, key, decoder: None, second_places };
    let mut again = Sitting::with(config);
    recorded(&mut again);
    assert!(until(|| faults(&again) == [true]), "{:?}", again.notices());
    assert_eq!(fs::read_to_string(&copy).unwrap(), "somebody else's\n");
}
