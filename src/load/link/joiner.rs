//! Carries packets between two TUN devices over a line, in real time, until it is told to end.

use anyhow::Context;
use assize_line::{Line, Way};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::time::{TimeSpec, TimeValLike};
use nix::unistd::Pid;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

/// Longest packet of a device with our MTU, and then some.
const LONGEST: usize = 65_536;
/// Packets taken from one device before the other, and what is due, have their turn.
const TURN: usize = 64;
/// A command that is asked to end has so long.
const GRACE: Duration = Duration::from_secs(3);

/// Why the line was taken down.
#[derive(Debug)]
pub(super) enum Ended {
    Asked,
    Command(ExitStatus),
}

#[derive(Debug)]
pub(super) struct Joiner {
    tuns: [File; 2],
    line: Line<Vec<u8>>,
    signals: SignalFd,
    started: Instant,
    buffer: Vec<u8>,
    /// Packets that a device did not take, by the way they had come.
    refused: [u64; 2],
}

impl Joiner {
    /// The line's time begins now. `signals` are blocked in this thread already.
    pub(super) fn new(tuns: [File; 2], line: Line<Vec<u8>>, signals: &SigSet) -> anyhow::Result<Self> {
        let flags = SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC;
        let signals = SignalFd::with_flags(signals, flags).context("signalfd")?;
        Ok(Self { tuns, line, signals, started: Instant::now(), buffer: vec![0; LONGEST], refused: [0; 2] })
    }

    pub(super) fn line(&self) -> &Line<Vec<u8>> {
        &self.line
    }

    /// Microseconds since it began.
    pub(super) fn now_us(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    /// Packets of one direction, 0 there and 1 back, that came through and were not taken.
    pub(super) fn refused(&self, way: usize) -> u64 {
        self.refused[way]
    }

    fn way(&mut self, way: usize) -> &mut Way<Vec<u8>> {
        if way == 0 { &mut self.line.there } else { &mut self.line.back }
    }

    /// Until SIGTERM, SIGINT or the end of the command. The line stays until a command that was asked to end has ended.
    pub(super) fn run(&mut self, mut child: Option<Child>) -> anyhow::Result<Ended> {
        let mut asked: Option<Instant> = None;
        loop {
            self.deliver();
            self.wait(asked.map(|_| Duration::from_millis(100)))?;
            (0..2).try_for_each(|way| self.take(way))?;
            if self.is_told_to_end()? && asked.is_none() {
                asked = Some(Instant::now());
                if let Some(child) = &child {
                    end(child)?;
                }
            }
            if let Some(status) = child.as_mut().map(Child::try_wait).transpose()?.flatten() {
                return Ok(if asked.is_some() { Ended::Asked } else { Ended::Command(status) });
            }
            match (&mut child, asked) {
                (None, Some(_)) => return Ok(Ended::Asked),
                (Some(child), Some(since)) if since.elapsed() > GRACE => child.kill()?,
                _ => {}
            }
        }
    }

    /// Gives the devices what has arrived.
    fn deliver(&mut self) {
        for way in 0..2 {
            let now = self.now_us();
            while let Some((_, packet)) = self.way(way).receive(now) {
                // To the far end; a device that is down or full takes nothing, and that is a loss like any other.
                if (&self.tuns[1 - way]).write(&packet).is_err() {
                    self.refused[way] += 1;
                }
            }
        }
    }

    /// Until a device has a packet, something arrives, or a signal comes.
    fn wait(&mut self, at_most: Option<Duration>) -> anyhow::Result<()> {
        let now = self.now_us();
        let next = [self.line.there.next_us(), self.line.back.next_us()].into_iter().flatten().min();
        let next = next.map(|at| Duration::from_micros(u64::try_from(at - now).unwrap_or(0)));
        let longest = next.into_iter().chain(at_most).min();
        let longest = longest.map(|time| TimeSpec::microseconds(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)));
        let mut ready = [self.tuns[0].as_fd(), self.tuns[1].as_fd(), self.signals.as_fd()]
            .map(|file| PollFd::new(file, PollFlags::POLLIN));
        match ppoll(&mut ready, longest, None) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error).context("ppoll"),
        }
    }

    /// Takes what a device has to send.
    fn take(&mut self, way: usize) -> anyhow::Result<()> {
        for _ in 0..TURN {
            let len = match (&self.tuns[way]).read(&mut self.buffer) {
                Ok(len) => len,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => break,
                Err(error) => return Err(error).context("the TUN device is gone"),
            };
            let packet = self.buffer[..len].to_vec();
            let now = self.now_us();
            self.way(way).send(now, len, packet);
        }
        Ok(())
    }

    fn is_told_to_end(&self) -> anyhow::Result<bool> {
        let mut told = false;
        while let Some(signal) = self.signals.read_signal()? {
            let number = i32::try_from(signal.ssi_signo).unwrap_or_default();
            told |= number == Signal::SIGTERM as i32 || number == Signal::SIGINT as i32;
        }
        Ok(told)
    }
}

fn end(child: &Child) -> anyhow::Result<()> {
    let pid = Pid::from_raw(i32::try_from(child.id())?);
    match kill(pid, Signal::SIGTERM) {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(error) => Err(error).context("ending the command"),
    }
}
