//! The process that composes: an order in, progress out. It decodes what strangers have sent, so it may do nothing else.

use super::confine;
use super::facts::facts;
use super::join::{self, Piece};
use super::marker::Marker;
use super::mix::Mix;
use super::order::{Made, Order, Progress, Said, Stage as Doing, Task, Trouble};
use super::pace::{Pace, Share, cpu};
use super::script::{RATE, Script, script};
use super::stage::Stage;
use super::{part, provenance, sound, workshop};
use crate::catalogue;
use ffmpeg_next as ffmpeg;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Changes with what the pictures look like: parts of before are not joined with parts of after.
const LOOK: &str = "1";
/// How often it says how far it is.
const SAY: Duration = Duration::from_millis(500);
/// Longest line that it is told.
const LINE: u64 = 1 << 20;
/// Seconds of a processor: for a second of film, and for everything else. More means that it hangs.
const SECONDS_EACH: u64 = 4;
const SECONDS_MORE: u64 = 900;

/// Makes one composite: the first line of the input says which, each further one is the share of the machine that it may
/// take from there on, in per cent; the answers are lines of JSON. Whatever the record's media do to it, this process
/// reaches no network, starts no program, and dies with its parent.
///
/// # Errors
/// Its input or output is broken.
pub fn serve(input: impl Read + Send + 'static, mut output: impl Write) -> io::Result<()> {
    ffmpeg::log::set_level(ffmpeg::log::Level::Quiet);
    let mut input = BufReader::new(input);
    let mut line = String::new();
    input.by_ref().take(LINE).read_line(&mut line)?;
    let task: Task = serde_json::from_str(&line)?;
    confine::confine(task.order.lowest)?;
    let share: Share = Arc::new(AtomicU8::new(task.share));
    let told = Arc::clone(&share);
    thread::Builder::new().name("compose-share".to_owned()).spawn(move || listen(input, &told))?;
    let said = match make(&task, share, &mut output) {
        Ok(made) => Said::Made(made),
        Err(trouble) => Said::Trouble(trouble),
    };
    say(&mut output, &said)
}

fn listen(input: impl BufRead, share: &AtomicU8) {
    for line in input.lines().map_while(Result::ok) {
        if let Ok(percent) = line.trim().parse() {
            share.store(percent, Ordering::Relaxed);
        }
    }
}

fn say(output: &mut impl Write, said: &Said) -> io::Result<()> {
    let mut line = serde_json::to_vec(said)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}

/// Says how far it is, and keeps to the share.
struct Meter<'a, W> {
    output: &'a mut W,
    pace: Pace,
    progress: Progress,
    said: Option<Instant>,
}

impl<W: Write> Meter<'_, W> {
    fn begin(&mut self, stage: Doing, done: u64) {
        self.progress = Progress { stage, done, ..self.progress };
        self.said = None;
    }

    fn step(&mut self) {
        self.pace.step();
        self.progress.done += 1;
        if self.said.is_none_or(|said| said.elapsed() >= SAY) {
            self.said = Some(Instant::now());
            // Who no longer listens has ended, and so does this process.
            let _ = say(self.output, &Said::Progress(self.progress));
        }
    }
}

fn make(task: &Task, share: Share, output: &mut impl Write) -> Result<Made, Trouble> {
    ffmpeg::init().map_err(super::failed)?;
    let order = &task.order;
    let summary = catalogue::read(&order.record)?;
    let lines = catalogue::events(&order.record)?;
    let mut script = script(&summary, facts(&lines)).ok_or(Trouble::NothingRecorded)?;
    confine::at_most_seconds(SECONDS_MORE + SECONDS_EACH * script.frames() / RATE)?;
    let bench = bench(order, &script)?;
    // Not before: what was made until a file did harm is as good as ever.
    script.leave_out(&task.harmful);
    let marker = Rc::new(Marker::new(&workshop(&order.record).join(MARK))?);
    let progress = Progress { stage: Doing::Picture, done: 0, of: script.frames() };
    let mut meter = Meter { output, pace: Pace::new(share), progress, said: None };
    let root = catalogue::root(&order.record);
    let pieces = pictures(order, &script, &root, &bench, &marker, &mut meter)?;
    let heard = bench.join(format!("sound.{}", order.format.name()));
    if !heard.exists() {
        meter.begin(Doing::Sound, 0);
        let mut mix = Mix::new(&script, &root, &marker);
        sound::encode(&script, &mut mix, order.format, &heard, || meter.step())?;
    }
    marker.leave();
    meter.begin(Doing::File, 0);
    let unfinished = order.out.with_extension("unfinished");
    let comment = provenance::comment(&order.record)?;
    join::join(&script, order.format, &pieces, &heard, &unfinished, &comment, || meter.step())?;
    let cpu_seconds = cpu().as_secs_f64();
    let provenance = provenance::write(order, &script, &unfinished, cpu_seconds)?;
    part::complete(&unfinished, &order.out)?;
    // What is left of the work is in nobody's way, and goes with the next run.
    let _ = fs::remove_dir_all(&bench);
    Ok(Made {
        file: order.out.clone(),
        bytes: provenance.bytes,
        already: false,
        seconds: script.frames() as f64 / RATE as f64,
        cpu_seconds,
        left_out: task.harmful.clone(),
    })
}

/// Name of the file that says what is being decoded.
pub(super) const MARK: &str = "at";

/// The folder of the parts, without those of another record, program or length.
fn bench(order: &Order, script: &Script) -> io::Result<PathBuf> {
    let bench = workshop(&order.record).join(order.format.name());
    let mut what = Sha256::new();
    what.update(format!("{LOOK} {} {} {:?} {script:?}", order.software, order.part, order.format.picture_options()));
    let what = what.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let name = bench.join("of");
    if order.again || fs::read_to_string(&name).ok().as_deref() != Some(&what) {
        match fs::remove_dir_all(&bench) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir_all(&bench)?;
        crate::folder::write_durably(&name, what.as_bytes())?;
    }
    Ok(bench)
}

/// Makes those parts that are not there.
fn pictures(
    order: &Order,
    script: &Script,
    root: &Path,
    bench: &Path,
    marker: &Rc<Marker>,
    meter: &mut Meter<'_, impl Write>,
) -> Result<Vec<Piece>, Trouble> {
    let (all, each) = (script.frames(), order.part.max(1));
    let mut stage: Option<Stage> = None;
    let mut pieces = Vec::new();
    for at in (0..all).step_by(usize::try_from(each).unwrap_or(usize::MAX)) {
        let path = bench.join(format!("part-{:04}.{}", at / each + 1, order.format.name()));
        let frames = at..(at + each).min(all);
        if path.exists() {
            // What was drawn before it is not what comes before the next.
            stage = None;
            meter.begin(Doing::Picture, frames.end);
        } else {
            let stage = match &mut stage {
                Some(stage) => stage,
                None => stage.insert(Stage::new(script, root, marker)?),
            };
            part::encode(script, stage, order.format, frames, &path, || meter.step())?;
        }
        pieces.push(Piece { path, at });
    }
    Ok(pieces)
}
