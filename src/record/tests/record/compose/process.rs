//! What the process that composes may do, and how much of the machine it takes.

use super::sample::{PART, composing, record};
use std::fs;
use std::thread::{available_parallelism, sleep};
use std::time::{Duration, Instant};

/// The process that decodes, which the given one has started.
fn worker(of: u32) -> u32 {
    let begun = Instant::now();
    loop {
        let children = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap_or_default();
        if let Some(child) = children.split_whitespace().next().and_then(|child| child.parse().ok()) {
            return child;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "no process was started");
        sleep(Duration::from_millis(2));
    }
}

/// Ticks of a processor, 100 a second.
fn ticks(process: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

fn field(text: &str, name: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
    line[name.len()..].split_whitespace().next().unwrap_or_default().to_owned()
}

#[test]
fn it_has_limits_and_no_network_and_dies_with_its_parent() {
    let dir = tempfile::tempdir().unwrap();
    let folder = record(dir.path());
    let mut child = composing(&folder, "mp4", PART, 100);
    let worker = worker(child.id());
    // Once it works it is confined.
    while !folder.join("derived/.compose/mp4/of").exists() {
        sleep(Duration::from_millis(2));
    }
    let limits = fs::read_to_string(format!("/proc/{worker}/limits")).unwrap();
    assert_eq!(field(&limits, "Max address space"), (3u64 << 30).to_string());
    assert_eq!(field(&limits, "Max core file size"), "0");
    assert_ne!(field(&limits, "Max cpu time"), "unlimited");
    let status = fs::read_to_string(format!("/proc/{worker}/status")).unwrap();
    assert_eq!((field(&status, "NoNewPrivs:").as_str(), field(&status, "Seccomp:").as_str()), ("1", "2"), "a filter");
    let sockets = |process: u32| {
        let open = fs::read_dir(format!("/proc/{process}/fd")).unwrap().flatten();
        open.filter(|entry| fs::read_link(entry.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:")))
            .count()
    };
    assert_eq!(sockets(worker), 0);
    child.kill().unwrap();
    child.wait().unwrap();
    let begun = Instant::now();
    while fs::metadata(format!("/proc/{worker}/fd/0")).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(5), "it lives on");
        sleep(Duration::from_millis(5));
    }
}

/// On two cores a share of 10 is a fifth of one.
#[test]
fn it_takes_no_more_than_its_share_of_the_machine() {
    let dir = tempfile::tempdir().unwrap();
    let folder = record(dir.path());
    let mut child = composing(&folder, "mp4", PART, 10);
    let worker = worker(child.id());
    // What loading and opening cost is over.
    sleep(Duration::from_millis(1500));
    let (begun, before) = (Instant::now(), ticks(worker));
    sleep(Duration::from_secs(4));
    let used = (ticks(worker) - before) as f64 / 100.0 / begun.elapsed().as_secs_f64();
    let share = used / available_parallelism().unwrap().get() as f64;
    child.kill().unwrap();
    child.wait().unwrap();
    println!("{:.1} % of the machine, of 10 allowed", share * 100.0);
    assert!((0.01..0.14).contains(&share), "{share}");
}
