//! Power cuts. kill -9 tests no durability: what was written stays in the kernel's hands and gets to the disk. Here the
//! real recorder, ledger and seal are traced once, call by call, while they write a sitting of several tracks from its
//! first event to its seal. From that a simulated disk is made, which loses power at any moment: what was synced is
//! there, and of everything else any part in any order, blocks that were lost before blocks that were not, names without
//! contents and contents without names. The real recovery, seal and verifier then have to live with it.
//!
//! Every seed is laid out as files, verified as it lies, recovered, its losses stated, and compared with what was written
//! byte by byte. What was closed or being sealed is then sealed and verified again, every time; of the sittings that would
//! go on, one in [`BAGS`].

mod child;
mod disk;
mod journal;
mod judge;
mod trace;
mod truth;

use crate::support;
use assize_proof::key::{CourtKey, PublicKey};
use assize_proof::verify::verify;
use disk::Chance;
use journal::{Journal, Op};
use judge::{Held, Judge, Outcome};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use truth::{Promise, Truth};

const CHILD: &str = "ASSIZE_TEST_POWER_CHILD";
/// The recovery trusts what the kernel still held if the machine has not been started since. A power cut starts it
/// anew: everything is so long ago that this machine was not running yet.
const CLOCK_BACK_MS: i64 = 10 * 365 * 86_400_000;
/// Of the sittings that would go on, one in so many is sealed: that costs half of all the time.
const BAGS: u64 = 8;
/// Another number of them, for those who look for something.
const SEEDS_VARIABLE: &str = "ASSIZE_TEST_POWER_SEEDS";

struct World {
    journal: Journal,
    judge: Judge,
    /// Moments other than those between two notes or ledger lines, which would be nearly all.
    rare: Vec<usize>,
}

fn record() -> World {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    support::store(&root.join("opus"), support::opus());
    support::store(&root.join("vp8"), support::vp8_small());
    let disk = root.join("recordings");
    fs::create_dir(&disk).unwrap();
    let text = trace::record(root, "power::child::child_records_and_seals", CHILD);
    let journal = Journal::new(&trace::parse(&text, &disk), &disk);
    let place = sitting(&disk);
    let first = PublicKey::from_pem(&fs::read_to_string(root.join("key.pub")).unwrap()).unwrap();
    let key = CourtKey::generate().unwrap();
    let vouched = vec![first, key.public()];
    let report = verify(&disk.join(&place), &vouched);
    assert_eq!(report.findings.len(), 0, "{}", report.text());
    let truth = Truth::of(&disk.join(&place));
    let judge = Judge { truth, place, key, vouched, whole: report.result };
    let rare = rare(&journal);
    World { journal, judge, rare }
}

/// The one sitting's folder, below the disk's.
fn sitting(disk: &Path) -> PathBuf {
    let found = assize_record::folder::all(disk).unwrap();
    found[0].strip_prefix(disk).unwrap().to_path_buf()
}

fn rare(journal: &Journal) -> Vec<usize> {
    let ledger = journal.ops.iter().filter_map(|(_, op)| match op {
        Op::Append { node, .. } => Some(*node),
        _ => None,
    });
    let mut written: BTreeMap<usize, usize> = BTreeMap::new();
    ledger.for_each(|node| *written.entry(node).or_default() += 1);
    // The ledger is the file that was written most often.
    let ledger = written.iter().max_by_key(|(_, n)| **n).map(|(node, _)| *node);
    let is_rare = |op: &Op| match op {
        Op::Note(_) | Op::SyncEnds { .. } => false,
        Op::Append { node, .. } | Op::SyncBegins { node, .. } => Some(*node) != ledger,
        Op::Change(_) => true,
    };
    (0..journal.ops.len()).filter(|at| is_rare(&journal.ops[*at].1)).flat_map(|at| [at, at + 1]).collect()
}

impl World {
    /// One power cut.
    fn cut(&self, seed: u64, scratch: &Path) -> Held<Outcome> {
        let mut chance = Chance::new(seed);
        let upto = match seed % 64 {
            // What is acknowledged last is the seal.
            0 => self.journal.ops.len(),
            n if n % 2 == 0 => chance.below(self.journal.ops.len() + 1),
            _ => self.rare[chance.below(self.rare.len())],
        };
        let disk = scratch.join(seed.to_string());
        fs::create_dir(&disk).unwrap();
        disk::lay_out(&self.journal, upto, &mut chance, &disk);
        let promise = Promise::at(&self.journal, upto);
        let outcome = self.judge.judge(&disk, &promise, seed.is_multiple_of(BAGS));
        fs::remove_dir_all(&disk).unwrap();
        outcome.map_err(|how| format!("{how}\n{promise:?}"))
    }
}

/// In memory, if there is such a place: it is the simulated disk whose syncs count.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Every seed, on two threads; what came of each, and the seeds that broke a promise.
fn all(world: &World, seeds: u64) -> (Vec<Outcome>, Vec<(u64, String)>) {
    let (next, scratch) = (AtomicU64::new(0), scratch());
    let lane = || {
        let (mut outcomes, mut broken) = (Vec::new(), Vec::new());
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return (outcomes, broken);
            }
            match world.cut(seed, scratch.path()) {
                Ok(outcome) => outcomes.push(outcome),
                Err(how) => broken.push((seed, how)),
            }
        }
    };
    let lanes = std::thread::scope(|scope| [scope.spawn(lane), scope.spawn(lane)].map(|lane| lane.join().unwrap()));
    let mut out = (Vec::new(), Vec::new());
    for (outcomes, broken) in lanes {
        out.0.extend(outcomes);
        out.1.extend(broken);
    }
    out
}

#[test]
fn ten_thousand_power_cuts_two_seconds_are_lost_at_most_and_no_acknowledged_event_and_nothing_is_called_what_it_is_not()
{
    let world = record();
    let seeds = std::env::var(SEEDS_VARIABLE).map_or(10_000, |n| n.parse().unwrap());
    let (outcomes, broken) = all(&world, seeds);
    let worst = outcomes.iter().map(|o| o.lost_us).max().unwrap_or(0);
    let mut kinds = BTreeMap::new();
    for outcome in &outcomes {
        *kinds.entry(format!("{:?} {:?}", outcome.fate, outcome.verdict)).or_insert(0) += 1;
    }
    println!(
        "power cut on a simulated disk, {seeds} seeds over {} operations: at most {} ms of received media lost a track; {kinds:?}",
        world.journal.ops.len(),
        worst / 1000
    );
    for (seed, how) in broken.iter().take(10) {
        println!("seed {seed}: {how}");
    }
    assert!(broken.is_empty(), "{} of {seeds} power cuts broke a promise", broken.len());
}
