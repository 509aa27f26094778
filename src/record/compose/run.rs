//! The side that decodes nothing: sees to it that there is room, that nobody else does the same, and that the process which
//! composes gets on.

use super::order::{Made, Order, Progress, Said, Task, Trouble};
use super::work::MARK;
use super::{Format, folder, marker, provenance, workshop};
use crate::folder::{LEAST_FREE, free_bytes, write_durably};
use crate::{catalogue, seal};
use rustix::fs::{FlockOperation, flock};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// Bytes that a second of film takes at most while it is made: its parts, and the file twice.
const BYTES_A_SECOND: u64 = 400_000;
/// So many files of a record may end the process before nobody tries any more.
const MOST_HARMFUL: usize = 16;
/// How often the share and the process are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// Ticks of a processor (100 a second) without a sign of progress: then it hangs.
const HANGS: u64 = 100 * 180;

/// How to start the process that composes: a program that runs [`super::serve`] on its standard input and output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub path: PathBuf,
    pub args: Vec<OsString>,
}

/// Whether a composite was begun and not finished.
#[must_use]
pub fn is_begun(record: &Path, format: Format) -> bool {
    workshop(record).join(format.name()).is_dir()
}

/// Makes a composite, or goes on making it. `share`, in per cent of the machine, may be changed meanwhile; `tell` hears how
/// far it is. Blocks until it is done.
///
/// # Errors
/// See [`Trouble`].
pub fn run(
    order: &Order,
    program: &Program,
    share: &AtomicU8,
    tell: &mut dyn FnMut(Progress),
) -> Result<Made, Trouble> {
    if !seal::is_sealed(&order.record) {
        return Err(Trouble::NotSealed);
    }
    let workshop = workshop(&order.record);
    fs::create_dir_all(&workshop)?;
    let lock = File::create(workshop.join("lock"))?;
    if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Err(Trouble::Busy);
    }
    if !order.again && order.out.exists() {
        return already(order);
    }
    room(order)?;
    let mut order = order.clone();
    order.record = fs::canonicalize(&order.record)?;
    let harmful = workshop.join("harmful.json");
    loop {
        let known: Vec<String> =
            fs::read(&harmful).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        let task = Task { order: order.clone(), share: share.load(Ordering::Relaxed), harmful: known.clone() };
        // What another run was at is nothing that this one could die of.
        let _ = fs::remove_file(workshop.join(MARK));
        match attend(&task, program, share, tell)? {
            Ended::Said(said) => {
                let _ = fs::remove_file(&harmful);
                return said;
            }
            Ended::Died(detail) => {
                let blamed = marker::last(&workshop.join(MARK)).filter(|file| !known.contains(file));
                let Some(blamed) = blamed.filter(|_| known.len() < MOST_HARMFUL) else {
                    return Err(Trouble::Died { detail });
                };
                tracing::warn!(file = blamed, detail, "decoding it ended the process; it is left out of the composite");
                let known: Vec<String> = known.into_iter().chain([blamed]).collect();
                write_durably(&harmful, &serde_json::to_vec(&known).map_err(io::Error::other)?)?;
                // What was begun is gone on with.
                order.again = false;
            }
        }
    }
}

fn already(order: &Order) -> Result<Made, Trouble> {
    let bytes = fs::metadata(&order.out)?.len();
    let kept = fs::read(provenance::path(&order.out)).ok();
    let kept: Option<provenance::Provenance> = kept.and_then(|text| serde_json::from_slice(&text).ok());
    let pictures = kept.as_ref().map_or(0, |kept| kept.pictures);
    Ok(Made {
        file: order.out.clone(),
        bytes,
        already: true,
        seconds: pictures as f64 / super::script::RATE as f64,
        cpu_seconds: 0.0,
        left_out: Vec::new(),
    })
}

/// A composite must not take the room that a hearing needs to be recorded.
fn room(order: &Order) -> Result<(), Trouble> {
    let summary = catalogue::read(&order.record)?;
    let seconds = summary.to_us.saturating_sub(summary.from_us) / 1_000_000;
    let needed = 2 * LEAST_FREE + seconds * BYTES_A_SECOND;
    let free = free_bytes(&folder(&order.record))?;
    if free < needed { Err(Trouble::NoRoom { needed, free }) } else { Ok(()) }
}

enum Ended {
    Said(Result<Made, Trouble>),
    /// Without a word.
    Died(String),
}

fn attend(task: &Task, program: &Program, share: &AtomicU8, tell: &mut dyn FnMut(Progress)) -> io::Result<Ended> {
    let mut process = Process::start(program)?;
    let mut line = serde_json::to_vec(task)?;
    line.push(b'\n');
    process.input.write_all(&line)?;
    let (mut told, mut ticks) = (task.share, 0);
    loop {
        match process.answers.recv_timeout(LOOK) {
            Ok(Said::Progress(progress)) => {
                ticks = process.ticks();
                tell(progress);
            }
            Ok(Said::Made(made)) => return Ok(Ended::Said(Ok(made))),
            Ok(Said::Trouble(trouble)) => return Ok(Ended::Said(Err(trouble))),
            Err(RecvTimeoutError::Disconnected) => return Ok(Ended::Died(process.child.wait()?.to_string())),
            Err(RecvTimeoutError::Timeout) => {
                if process.ticks().saturating_sub(ticks) > HANGS {
                    return Ok(Ended::Died("it hung".to_owned()));
                }
            }
        }
        let now = share.load(Ordering::Relaxed);
        if now != told {
            told = now;
            // One that is gone is found by its silence.
            let _ = writeln!(process.input, "{now}");
        }
    }
}

/// It ends when this is dropped.
struct Process {
    child: Child,
    input: ChildStdin,
    answers: Receiver<Said>,
}

impl Process {
    fn start(program: &Program) -> io::Result<Self> {
        let mut command = Command::new(&program.path);
        command.args(&program.args).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        let (says, answers) = sync_channel(64);
        thread::Builder::new().name("compose-hear".to_owned()).spawn(move || {
            for said in heard(output) {
                if says.send(said).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { child, input, answers })
    }

    /// Of a processor, so far.
    fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ');
        fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn heard(output: ChildStdout) -> impl Iterator<Item = Said> {
    let lines = BufReader::new(output).lines().map_while(Result::ok);
    lines.map_while(|line| serde_json::from_str(&line).ok())
}
