//! What `strace` wrote, as calls in the order in which they began and returned.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every call by which something gets onto a disk, or to another name there. What is in the list and not understood is
/// refused when it is read: nothing may reach a disk unseen.
const CALLS: &str = "openat,open,creat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,\
                     sync_file_range,syncfs,sync,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,\
                     symlink,symlinkat,copy_file_range,sendfile,splice,msync";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    /// Opened so that it is made if it is not there.
    Create(PathBuf),
    Write(PathBuf, u64),
    SyncBegins(u64, PathBuf),
    SyncEnds(u64),
    Rename(PathBuf, PathBuf),
    Unlink(PathBuf),
    Mkdir(PathBuf),
}

/// A call, and when (UTC microseconds).
#[derive(Debug, Clone)]
pub(super) struct Traced {
    pub(super) at_us: i64,
    pub(super) call: Call,
}

/// Runs this test binary as the child and gives the trace of it.
pub(super) fn record(root: &Path, child: &str, variable: &str) -> String {
    let trace = root.join("trace");
    // Only the calls asked for stop the child: others cost it nothing.
    let status = Command::new("strace")
        .args(["-f", "--seccomp-bpf", "-y", "-ttt", "-s", "0", "-e", &format!("trace={CALLS}"), "-o"])
        .arg(&trace)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", child, "--nocapture"])
        .env(variable, root)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "the traced child failed");
    std::fs::read_to_string(trace).unwrap()
}

/// Calls below `root`; what is done elsewhere does not count.
pub(super) fn parse(text: &str, root: &Path) -> Vec<Traced> {
    let mut begun: BTreeMap<&str, (String, Option<u64>)> = BTreeMap::new();
    let (mut out, mut syncs) = (Vec::new(), 0);
    for line in text.lines() {
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let Some((time, rest)) = rest.trim_start().split_once(' ') else { continue };
        let at_us = (time.parse::<f64>().unwrap() * 1e6) as i64;
        let mut put = |call| out.push(Traced { at_us, call });
        let mut sync_begins = |head: &str| {
            let path = is_sync(head).then(|| of_descriptor(head)).flatten().filter(|path| path.starts_with(root))?;
            syncs += 1;
            put(Call::SyncBegins(syncs, path));
            Some(syncs)
        };
        if let Some(head) = rest.strip_suffix(" <unfinished ...>") {
            let sync = sync_begins(head);
            begun.insert(process, (head.to_owned(), sync));
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let (Some((head, sync)), Some((_, tail))) = (begun.remove(process), resumed.split_once(" resumed>")) else {
                panic!("{line}");
            };
            end(&format!("{head}{tail}"), sync, root, &mut put);
        } else {
            let sync = sync_begins(rest);
            end(rest, sync, root, &mut put);
        }
    }
    out
}

/// A call that has returned.
fn end(text: &str, sync: Option<u64>, root: &Path, put: &mut dyn FnMut(Call)) {
    let Some((_, result)) = text.rsplit_once(" = ") else { return };
    if result.starts_with('-') || result.starts_with('?') {
        assert!(sync.is_none(), "a sync failed: {text}");
        return;
    }
    if let Some(sync) = sync {
        return put(Call::SyncEnds(sync));
    }
    let below = |path: &PathBuf| path.starts_with(root);
    let name = text.split_once('(').map_or("", |(name, _)| name);
    let paths = quoted(text);
    match name {
        "openat" if text.contains("O_CREAT") => {
            assert!(!below(&paths[0]) || !text.contains("O_TRUNC") || fresh_name(&paths[0]), "{text}");
            paths.into_iter().filter(below).for_each(|path| put(Call::Create(path)));
        }
        "openat" | "fsync" | "fdatasync" => {}
        "write" => {
            let length = result.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap();
            of_descriptor(text).filter(below).into_iter().for_each(|path| put(Call::Write(path, length)));
        }
        "rename" | "renameat" | "renameat2" if below(&paths[0]) => {
            let [from, to] = <[PathBuf; 2]>::try_from(paths).unwrap();
            put(Call::Rename(from, to));
        }
        "unlink" if below(&paths[0]) => put(Call::Unlink(paths[0].clone())),
        "mkdir" if below(&paths[0]) => put(Call::Mkdir(paths[0].clone())),
        // Space reserved behind the end: it changes no byte and no length.
        "fallocate" => assert!(text.contains("FALLOC_FL_KEEP_SIZE"), "{text}"),
        _ => {
            let touched = of_descriptor(text).into_iter().chain(paths).any(|path| below(&path));
            assert!(!touched, "a call that is not understood: {text}");
        }
    }
}

/// Truncating is only what is made anew under a name that is no part of the record: nothing there is rewritten.
fn fresh_name(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "next" || e == "pub") || path.file_name().is_some_and(|n| n == "side")
}

fn is_sync(head: &str) -> bool {
    head.starts_with("fsync(") || head.starts_with("fdatasync(")
}

/// The path that `-y` shows of the first descriptor: `write(7</a/b>, ...`.
fn of_descriptor(text: &str) -> Option<PathBuf> {
    let (_, rest) = text.split_once('(')?;
    let (number, rest) = rest.split_once('<')?;
    number.parse::<u32>().ok()?;
    Some(rest.split_once('>')?.0.into())
}

/// What stands between quotation marks.
fn quoted(text: &str) -> Vec<PathBuf> {
    text.split('"').skip(1).step_by(2).filter(|path| !path.is_empty()).map(PathBuf::from).collect()
}
