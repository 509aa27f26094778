//! The disk after a power cut: what was synced, and of everything else any part in any order.

use super::journal::{Change, Journal, Node, Op, ROOT};
use std::collections::BTreeMap;
use std::fs::{self, File, FileTimes};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

/// splitmix64: the same on every machine.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        let mut first = Self(seed);
        Self(first.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// What a disk writes in one piece.
const BLOCKS: [usize; 2] = [512, 4096];

/// How much of what was not synced is there after all, in hundredths.
const SHARES: [usize; 5] = [0, 15, 50, 85, 100];

/// What the journal says of a moment.
struct Moment {
    /// When it is (UTC microseconds).
    cut_us: i64,
    /// Of each file: lengths after each write that had returned, with when.
    lengths: BTreeMap<Node, Vec<(usize, i64)>>,
    synced: BTreeMap<Node, usize>,
    /// Changes of names, and whether they are durable.
    changes: Vec<(Change, [bool; 2])>,
}

impl Moment {
    /// After the first `upto` operations. A sync makes durable what was done before it began, once it has returned.
    fn of(journal: &Journal, upto: usize) -> Self {
        let cut_us = journal.ops[upto.saturating_sub(1)].0;
        let mut moment = Self { cut_us, lengths: BTreeMap::new(), synced: BTreeMap::new(), changes: Vec::new() };
        let mut begun: BTreeMap<u64, (Node, usize, usize)> = BTreeMap::new();
        for (at, op) in &journal.ops[..upto] {
            match op {
                Op::Change(change) => moment.changes.push((change.clone(), [false; 2])),
                Op::Append { node, end } => moment.lengths.entry(*node).or_default().push((*end, *at)),
                Op::SyncBegins { sync, node } => {
                    let length = moment.lengths.get(node).and_then(|l| l.last()).map_or(0, |(end, _)| *end);
                    begun.insert(*sync, (*node, length, moment.changes.len()));
                }
                Op::SyncEnds { sync } => {
                    let Some((node, length, changes)) = begun.remove(sync) else { continue };
                    // Two syncs of one file may end in another order than they began.
                    let synced = moment.synced.entry(node).or_default();
                    *synced = length.max(*synced);
                    for (change, durable) in &mut moment.changes[..changes] {
                        let dirs = change.dirs();
                        durable[0] |= dirs[0] == node;
                        durable[1] |= dirs[1] == node;
                    }
                }
                Op::Note(_) => {}
            }
        }
        moment
    }
}

/// Lays what a power cut after the first `upto` operations left of everything out in `target`, by `chance`.
pub(super) fn lay_out(journal: &Journal, upto: usize, chance: &mut Chance, target: &Path) {
    let moment = Moment::of(journal, upto);
    let share = SHARES[chance.below(SHARES.len())];
    let tree = names(&moment, share, chance);
    let block = BLOCKS[chance.below(BLOCKS.len())];
    Cut { journal, moment, tree, block, chance }.put(ROOT, target);
}

/// What is being laid out.
struct Cut<'a> {
    journal: &'a Journal,
    moment: Moment,
    tree: Tree,
    block: usize,
    chance: &'a mut Chance,
}

impl Cut<'_> {
    fn put(&mut self, dir: Node, at: &Path) {
        for (name, node) in self.tree.get(&dir).cloned().unwrap_or_default() {
            let path = at.join(name);
            if let Some(content) = &self.journal.contents[node] {
                self.file(node, content, &path);
            } else {
                fs::create_dir(&path).unwrap();
                self.put(node, &path);
            }
        }
    }

    fn file(&mut self, node: Node, content: &[u8], path: &Path) {
        let written = self.moment.lengths.get(&node).map_or(&[][..], Vec::as_slice);
        let synced = self.moment.synced.get(&node).copied().unwrap_or(0);
        let ends: Vec<usize> = written.iter().map(|(end, _)| *end).filter(|end| *end > synced).collect();
        let share = SHARES[self.chance.below(SHARES.len())];
        let mut file = File::create(path).unwrap();
        file.write_all(&torn(content, synced, &ends, (self.block, share), self.chance)).unwrap();
        let at_us = written.last().map_or(self.moment.cut_us, |(_, at_us)| *at_us);
        let modified = UNIX_EPOCH + Duration::from_micros((at_us - super::CLOCK_BACK_MS * 1000).cast_unsigned());
        file.set_times(FileTimes::new().set_modified(modified)).unwrap();
    }
}

type Tree = BTreeMap<Node, BTreeMap<String, Node>>;

/// Which names there are. What is not durable may be there or not; but nothing lies in a folder that is not there.
fn names(moment: &Moment, share: usize, chance: &mut Chance) -> Tree {
    let mut tree: Tree = BTreeMap::from([(ROOT, BTreeMap::new())]);
    for (change, durable) in &moment.changes {
        if *durable != [true; 2] && !chance.happens(share) {
            continue;
        }
        let dirs = change.dirs();
        if !dirs.iter().all(|dir| is_there(&tree, *dir)) {
            continue;
        }
        match change {
            Change::Link { dir, name, node } => _ = tree.entry(*dir).or_default().insert(name.clone(), *node),
            Change::Unlink { dir, name } => _ = tree.entry(*dir).or_default().remove(name),
            Change::Rename { from, to } => {
                if let Some(node) = tree.entry(from.0).or_default().remove(&from.1) {
                    tree.entry(to.0).or_default().insert(to.1.clone(), node);
                }
            }
        }
    }
    tree
}

fn is_there(tree: &Tree, dir: Node) -> bool {
    dir == ROOT || tree.values().any(|names| names.values().any(|node| *node == dir))
}

/// A file that was synced up to `synced` and then grew to each of `ends`: of each block any of its states since then, and
/// any length that it has had since then; where the block was not written, nothing but zeros.
fn torn(content: &[u8], synced: usize, ends: &[usize], (block, share): (usize, usize), chance: &mut Chance) -> Vec<u8> {
    let mut out = content[..synced].to_vec();
    let Some(end) = ends.last() else { return out };
    let mut from = synced;
    while from < *end {
        let to = ((from / block + 1) * block).min(*end);
        let mut states: Vec<usize> = ends.iter().copied().filter(|at| (from + 1..to).contains(at)).collect();
        states.push(to);
        let written = if chance.happens(share) { states[chance.below(states.len())] } else { from };
        out.extend_from_slice(&content[from..written]);
        out.resize(to, 0);
        from = to;
    }
    // A length of its own, and now and then one in the middle of a write.
    let length = match chance.below(4) {
        0 => synced,
        1 => ends[chance.below(ends.len())],
        2 => (end / block * block).max(synced),
        _ => *end,
    };
    out.truncate(length);
    out
}
