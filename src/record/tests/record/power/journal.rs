//! What was done to the disk, in order: names, bytes and syncs, and the notes of what was promised in between.

use super::trace::{Call, Traced};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A file or a folder, whatever it is called.
pub(super) type Node = usize;

/// The folder in which everything lies. It was there before.
pub(super) const ROOT: Node = 0;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// A name for a new node.
    Link {
        dir: Node,
        name: String,
        node: Node,
    },
    Rename {
        from: (Node, String),
        to: (Node, String),
    },
    Unlink {
        dir: Node,
        name: String,
    },
}

impl Change {
    /// The folders whose sync makes it durable.
    pub(super) fn dirs(&self) -> [Node; 2] {
        match self {
            Self::Link { dir, .. } | Self::Unlink { dir, .. } => [*dir, *dir],
            Self::Rename { from, to } => [from.0, to.0],
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    Change(Change),
    /// Bytes at a file's end: its length then.
    Append {
        node: Node,
        end: usize,
    },
    SyncBegins {
        sync: u64,
        node: Node,
    },
    SyncEnds {
        sync: u64,
    },
    /// What the child noted: see [`Promise`].
    Note(String),
}

pub(super) struct Journal {
    pub(super) ops: Vec<(i64, Op)>,
    /// What each file holds in the end; `None`: a folder.
    pub(super) contents: Vec<Option<Vec<u8>>>,
}

/// Names while the journal is made.
struct Names {
    nodes: Vec<BTreeMap<String, Node>>,
    lengths: Vec<usize>,
    files: Vec<bool>,
}

impl Names {
    fn new_node(&mut self, file: bool) -> Node {
        self.nodes.push(BTreeMap::new());
        self.lengths.push(0);
        self.files.push(file);
        self.nodes.len() - 1
    }

    /// The folder of a path below the root, and the name in it.
    fn place(&self, path: &Path) -> Option<(Node, String)> {
        let name = path.file_name()?.to_str()?.to_owned();
        Some((self.find(path.parent()?)?, name))
    }

    fn find(&self, path: &Path) -> Option<Node> {
        path.iter().try_fold(ROOT, |dir, name| self.nodes[dir].get(name.to_str()?).copied())
    }

    /// Every file, and where it lies in the end.
    fn walk(&self, dir: Node, at: &Path, out: &mut Vec<(Node, PathBuf)>) {
        for (name, node) in &self.nodes[dir] {
            let path = at.join(name);
            if self.files[*node] { out.push((*node, path)) } else { self.walk(*node, &path, out) }
        }
    }
}

impl Journal {
    /// From the trace of what was done below `root`, where everything still lies as it was left. The file `side` is no
    /// part of the disk: its lines are the notes.
    pub(super) fn new(traced: &[Traced], root: &Path) -> Self {
        let mut names = Names { nodes: Vec::new(), lengths: Vec::new(), files: Vec::new() };
        names.new_node(false);
        let side = root.join("side");
        let notes = fs::read_to_string(&side).unwrap();
        let mut notes = notes.lines();
        let mut ops = Vec::new();
        for Traced { at_us, call } in traced {
            let op = match call {
                Call::Write(path, _) if *path == side => notes.next().map(|line| Op::Note(line.to_owned())),
                Call::Create(path) if *path == side => None,
                call => take(&mut names, call, root),
            };
            ops.extend(op.map(|op| (*at_us, op)));
        }
        assert_eq!(notes.next(), None, "every note is one write");
        let mut left = Vec::new();
        names.walk(ROOT, root, &mut left);
        let mut contents: Vec<Option<Vec<u8>>> =
            names.files.iter().zip(&names.lengths).map(|(file, n)| file.then(|| vec![0; *n])).collect();
        for (node, path) in left {
            let bytes = fs::read(&path).unwrap();
            assert_eq!(bytes.len(), names.lengths[node], "{}: not every write was seen", path.display());
            contents[node] = Some(bytes);
        }
        Self { ops, contents }
    }
}

fn take(names: &mut Names, call: &Call, root: &Path) -> Option<Op> {
    let below = |path: &Path| path.strip_prefix(root).unwrap().to_path_buf();
    match call {
        Call::Create(path) | Call::Mkdir(path) => {
            let path = below(path);
            let (dir, name) = names.place(&path)?;
            if names.nodes[dir].contains_key(&name) {
                return None;
            }
            let node = names.new_node(matches!(call, Call::Create(_)));
            names.nodes[dir].insert(name.clone(), node);
            Some(Op::Change(Change::Link { dir, name, node }))
        }
        Call::Write(path, length) => {
            let node = names.find(&below(path)).unwrap_or_else(|| panic!("{} was never made", path.display()));
            names.lengths[node] += usize::try_from(*length).unwrap();
            Some(Op::Append { node, end: names.lengths[node] })
        }
        Call::SyncBegins(sync, path) => {
            let node = names.find(&below(path))?;
            Some(Op::SyncBegins { sync: *sync, node })
        }
        Call::SyncEnds(sync) => Some(Op::SyncEnds { sync: *sync }),
        Call::Rename(from, to) => {
            let (from, to) = (names.place(&below(from))?, names.place(&below(to))?);
            let node = names.nodes[from.0].remove(&from.1)?;
            names.nodes[to.0].insert(to.1.clone(), node);
            Some(Op::Change(Change::Rename { from, to }))
        }
        Call::Unlink(path) => {
            let (dir, name) = names.place(&below(path))?;
            let node = names.nodes[dir].remove(&name)?;
            assert_eq!(names.lengths[node], 0, "{}: what was written is taken away", path.display());
            Some(Op::Change(Change::Unlink { dir, name }))
        }
    }
}
