//! `assize-load link` between namespaces of this machine, with real sockets at both ends.

#![allow(clippy::unwrap_used)]

use assize_line::{Conditions, Line, Loss};
use nix::sched::{CloneFlags, setns};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Whether namespaces and TUN devices can be made here.
fn may_make(test: &str) -> bool {
    let can = nix::unistd::Uid::effective().is_root() && Path::new("/dev/net/tun").exists();
    if !can {
        // Not by `println!`, which the harness keeps to itself when a test passes.
        let _ = writeln!(std::io::stdout(), "SKIPPED link::{test}: namespaces and TUN devices need root");
    }
    can
}

fn netns(name: &str) -> PathBuf {
    Path::new("/run/netns").join(name)
}

/// A socket that stays in its namespace, whoever uses it.
fn socket(name: &str, address: &str) -> UdpSocket {
    let there = File::open(netns(name)).unwrap();
    let bound = || {
        setns(&there, CloneFlags::CLONE_NEWNET).unwrap();
        UdpSocket::bind(address).unwrap()
    };
    let socket = std::thread::scope(|scope| scope.spawn(bound).join().unwrap());
    socket.set_read_timeout(Some(Duration::from_millis(800))).unwrap();
    socket
}

/// The tool, up.
struct Tool {
    child: Child,
    /// What it says of itself when it is up.
    up: String,
    stderr: BufReader<ChildStderr>,
    stdout: BufReader<ChildStdout>,
}

impl Tool {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_assize-load"))
            .arg("link")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut stderr, mut up) = (BufReader::new(child.stderr.take().unwrap()), String::new());
        stderr.read_line(&mut up).unwrap();
        assert!(up.starts_with("up: "), "{up}");
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, up, stderr, stdout }
    }

    /// Asks it to end.
    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Its exit code and what it counted.
    fn end(mut self) -> (Option<i32>, Value) {
        let mut text = String::new();
        self.stdout.read_to_string(&mut text).unwrap();
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "nothing is complained about");
        (status.code(), serde_json::from_str(text.lines().last().unwrap()).unwrap())
    }
}

/// A test that fails leaves nothing behind either.
impl Drop for Tool {
    fn drop(&mut self) {
        if self.child.try_wait().unwrap().is_none() {
            self.signal(Signal::SIGTERM);
            self.child.wait().unwrap();
        }
    }
}

fn name(side: &str) -> String {
    format!("assize-test-{}-{side}", std::process::id())
}

#[test]
fn packets_are_late_and_lost_as_the_seed_says_and_nothing_is_left() {
    if !may_make("packets_are_late_and_lost_as_the_seed_says_and_nothing_is_left") {
        return;
    }
    let (a, b) = (name("a"), name("b"));
    let line = ["--delay", "40ms", "--jitter", "10ms", "--loss", "10", "--seed", "7", "--from", &a, "--to", &b];
    let tool = Tool::start(&line);
    assert_eq!(tool.up.trim(), format!("up: {a} 10.78.0.1 - {b} 10.78.0.2"));
    let (server, client) = (socket(&a, "10.78.0.1:7000"), socket(&b, "10.78.0.2:0"));
    let echo = std::thread::spawn(move || {
        let mut buffer = [0; 64];
        while let Ok((len, from)) = server.recv_from(&mut buffer) {
            server.send_to(&buffer[..len], from).unwrap();
        }
    });
    const PINGS: u32 = 400;
    let ears = client.try_clone().unwrap();
    let answers = std::thread::spawn(move || {
        let (mut buffer, mut answers) = ([0; 64], Vec::new());
        while let Ok(4) = ears.recv(&mut buffer) {
            answers.push((u32::from_be_bytes(buffer[..4].try_into().unwrap()), Instant::now()));
        }
        answers
    });
    let ping = |n: u32| {
        let at = Instant::now();
        client.send_to(&n.to_be_bytes(), "10.78.0.1:7000").unwrap();
        std::thread::sleep(Duration::from_millis(1));
        at
    };
    let sent: Vec<Instant> = (0..PINGS).map(ping).collect();
    let answers = answers.join().unwrap();
    let early = answers.iter().find(|(n, at)| *at - sent[*n as usize] < Duration::from_millis(80));
    assert_eq!(early, None, "40 ms there and 40 ms back");
    let numbers: Vec<u32> = answers.iter().map(|(n, _)| *n).collect();
    echo.join().unwrap();
    tool.signal(Signal::SIGTERM);
    let (code, counted) = tool.end();
    assert_eq!(code, Some(0));
    assert!(!netns(&a).exists() && !netns(&b).exists());

    // The model alone says what had to become of them.
    let conditions = Conditions { loss: Loss { share: 0.1, burst: None }, ..Conditions::default() };
    let mut model = Line::new(conditions, conditions, 7).unwrap();
    let back: Vec<u32> = survivors(&mut model.back, (0..PINGS).collect());
    let there = survivors(&mut model.there, back.clone());
    assert_eq!(numbers, there, "these, and in this order");
    let count = |way: &str, what: &str| counted[way][what].as_u64().unwrap() as usize;
    assert_eq!((count("back", "sent"), count("back", "arrived")), (PINGS as usize, back.len()));
    assert_eq!((count("there", "sent"), count("there", "arrived")), (back.len(), there.len()));
    assert_eq!(count("there", "lost"), back.len() - there.len());
    assert!(count("back", "slowest_us") >= 40_000 && count("there", "slowest_us") >= 40_000);
    assert_eq!((count("there", "refused"), count("back", "refused")), (0, 0));
}

fn survivors(way: &mut assize_line::Way<u32>, numbers: Vec<u32>) -> Vec<u32> {
    numbers.into_iter().for_each(|n| way.send(0, 1, n));
    std::iter::from_fn(|| way.receive(i64::MAX / 4)).map(|(_, n)| n).collect()
}

#[test]
fn a_command_runs_inside_and_its_end_is_the_lines() {
    if !may_make("a_command_runs_inside_and_its_end_is_the_lines") {
        return;
    }
    let mut tool = Tool::start(&["--inside", "from", "--", "sh", "-c", "ip -o -4 addr show dev assize0; exit 7"]);
    let mut address = String::new();
    tool.stdout.read_line(&mut address).unwrap();
    assert!(address.contains("10.78.0.1/24"), "{address}");
    let up = tool.up.clone();
    let (code, counted) = tool.end();
    assert_eq!(code, Some(7));
    for end in ["from", "to"] {
        let name = counted[end]["netns"].as_str().unwrap();
        assert!(up.contains(name) && !netns(name).exists(), "{name}");
    }
}

#[test]
fn a_command_has_no_signal_blocked() {
    if !may_make("a_command_has_no_signal_blocked") {
        return;
    }
    let mut tool = Tool::start(&["--", "grep", "SigBlk", "/proc/self/status"]);
    let mut blocked = String::new();
    tool.stdout.read_line(&mut blocked).unwrap();
    assert_eq!(blocked.trim(), "SigBlk:\t0000000000000000");
    assert_eq!(tool.end().0, Some(0));
}

#[test]
fn a_signal_ends_the_command_and_leaves_namespaces_that_were_there() {
    if !may_make("a_signal_ends_the_command_and_leaves_namespaces_that_were_there") {
        return;
    }
    let ours = name("ours");
    assert!(Command::new("ip").args(["netns", "add", &ours]).status().unwrap().success());
    let waits = "trap 'echo asked; exit 0' TERM; echo waiting; while :; do sleep 0.1; done";
    let mut tool = Tool::start(&["--from", &ours, "--", "sh", "-c", waits]);
    let mut said = String::new();
    tool.stdout.read_line(&mut said).unwrap();
    assert_eq!(said, "waiting\n");
    let other = tool.up.rsplit_once(" - ").unwrap().1.split(' ').next().unwrap().to_owned();
    assert!(netns(&other).exists());
    tool.signal(Signal::SIGINT);
    tool.stdout.read_line(&mut said).unwrap();
    assert_eq!(said, "waiting\nasked\n", "it had the time to end by itself");
    let (code, _) = tool.end();
    assert_eq!(code, Some(0));
    assert!(netns(&ours).exists() && !netns(&other).exists());
    assert!(Command::new("ip").args(["netns", "del", &ours]).status().unwrap().success());
}

#[test]
fn conditions_that_contradict_themselves_make_nothing() {
    let done = Command::new(env!("CARGO_BIN_EXE_assize-load"))
        .args(["link", "--loss", "90", "--burst", "2", "--from", &name("never")])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stderr).contains("bursts of this mean length"));
    assert!(!netns(&name("never")).exists());
}
