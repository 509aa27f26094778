//! Listens to what was read back: sound level and pictures, decoded in a process of its own, whose death says that nobody
//! listens and costs nothing else.

mod child;
mod decode;

pub use child::serve;

use crate::Notice;
use crate::recorder::Notify;
use assize_core::ids::TrackId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Pieces that may wait. More means that decoding is slower than recording: what is left out is looked at five seconds later.
const WAITING: usize = 64;
/// A decoder that takes longer for a piece hangs.
const ANSWERS: Duration = Duration::from_secs(10);
/// A track whose piece made it hang is left out for so long: nobody else has to wait for it again.
const LEFT_OUT: Duration = Duration::from_secs(60);
/// A file's first cluster begins within so many bytes.
const HEADER: usize = 4096;
const CLUSTER: [u8; 4] = [0x1F, 0x43, 0xB6, 0x75];

/// How to start the process that decodes: a program that runs [`serve`] on its standard input and output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoder {
    pub program: PathBuf,
    pub args: Vec<OsString>,
}

/// What a piece of a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The loudest sample in dBFS, at least -100; `clipped`: so many samples are cut off that it can be heard.
    Sound { peak_db: i32, clipped: bool },
    /// Time in the file, in milliseconds, of the last picture that was decoded; none if the piece has no key picture.
    Picture { key_ms: Option<u64> },
    /// Nobody knows: it cannot be decoded, or the decoder did not answer.
    Nothing { why: String },
}

/// A piece of a file that was read back and is what was written.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) track: TrackId,
    pub(crate) bytes: Vec<u8>,
    pub(crate) from_us: u64,
    pub(crate) up_to_us: u64,
}

/// The bytes of a file before its first cluster; `file`: its beginning.
#[must_use]
pub fn header(file: &[u8]) -> &[u8] {
    let begins = &file[..file.len().min(HEADER)];
    let end = begins.windows(CLUSTER.len()).position(|four| four == CLUSTER);
    &file[..end.unwrap_or(0)]
}

/// Hands pieces to the thread that has them decoded. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Listener(SyncSender<Span>);

impl Listener {
    pub(crate) fn start(decoder: Decoder, notify: Notify) -> io::Result<Self> {
        let (spans, taken) = sync_channel(WAITING);
        thread::Builder::new().name("rec-listen".to_owned()).spawn(move || listen(&decoder, &taken, &notify))?;
        Ok(Self(spans))
    }

    /// Never waits: what there is no room for is not listened to.
    pub(crate) fn hand(&self, span: Span) {
        if let Err(TrySendError::Full(span)) = self.0.try_send(span) {
            tracing::warn!(track = %span.track, "decoding is behind: a piece of the record is not listened to");
        }
    }
}

fn listen(decoder: &Decoder, spans: &Receiver<Span>, notify: &Notify) {
    let mut process: Option<Process> = None;
    let mut hung: BTreeMap<TrackId, Instant> = BTreeMap::new();
    while let Ok(Span { track, bytes, from_us, up_to_us }) = spans.recv() {
        hung.retain(|_, since| since.elapsed() < LEFT_OUT);
        let found = match hung.entry(track) {
            Entry::Occupied(_) => Err(io::Error::other("its decoder hung")),
            Entry::Vacant(free) => ask(&mut process, decoder, bytes).inspect_err(|error| {
                tracing::warn!(%track, %error, "the process that decodes what was read back has failed");
                process = None;
                if error.kind() == io::ErrorKind::TimedOut {
                    free.insert(Instant::now());
                }
            }),
        };
        let found = found.unwrap_or_else(|error| Found::Nothing { why: error.to_string() });
        notify(Notice::Heard { track, from_us, up_to_us, found });
    }
}

fn ask(process: &mut Option<Process>, decoder: &Decoder, bytes: Vec<u8>) -> io::Result<Found> {
    if process.is_none() {
        *process = Some(Process::start(decoder)?);
    }
    process.as_mut().ok_or(io::ErrorKind::NotFound)?.ask(bytes)
}

/// The decoder's process. A thread of its own writes to it and reads from it, so that one that hangs can be ended.
struct Process {
    child: Child,
    asks: SyncSender<Vec<u8>>,
    answers: Receiver<io::Result<Found>>,
}

impl Process {
    fn start(Decoder { program, args }: &Decoder) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(args).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or(io::ErrorKind::BrokenPipe)?;
        let ((asks, asked), (answer, answers)) = (sync_channel::<Vec<u8>>(1), sync_channel(1));
        let mut pipe = Pipe { input, output: BufReader::new(output) };
        let process = Self { child, asks, answers };
        thread::Builder::new().name("rec-decode".to_owned()).spawn(move || {
            while let Ok(bytes) = asked.recv() {
                if answer.send(pipe.exchange(&bytes)).is_err() {
                    return;
                }
            }
        })?;
        Ok(process)
    }

    fn ask(&mut self, bytes: Vec<u8>) -> io::Result<Found> {
        self.asks.send(bytes).map_err(|_| io::ErrorKind::BrokenPipe)?;
        match self.answers.recv_timeout(ANSWERS) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
            Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Pipe {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Pipe {
    fn exchange(&mut self, bytes: &[u8]) -> io::Result<Found> {
        let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= child::LONGEST);
        self.input.write_all(&length.ok_or(io::ErrorKind::FileTooLarge)?.to_le_bytes())?;
        self.input.write_all(bytes)?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the decoder ended"));
        }
        Ok(serde_json::from_str(&line)?)
    }
}
