//! A bad line between two network namespaces: IP packets carried in user space, through the model of `assize-line`, in real
//! time. It needs no help from the kernel but two TUN devices, so that it is the same where there is no `netem`.

mod joiner;
mod namespace;
mod settings;
mod tun;

use anyhow::Context;
use assize_line::{Counters, Line};
use clap::{Args, ValueEnum};
use joiner::{Ended, Joiner};
use namespace::Namespace;
use nix::sys::signal::{SigSet, Signal};
use serde_json::{Value, json};
use settings::{Setting, Step};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus};

/// The device's name in both namespaces, and the addresses at its two ends (of 10.78.0.0/24).
const DEVICE: &str = "assize0";
const ADDRESSES: [&str; 2] = ["10.78.0.1", "10.78.0.2"];

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Packets lost, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = settings::percent, default_value = "0")]
    loss: f64,
    /// Mean length of a run of lost packets (Gilbert-Elliott); without it each packet is lost by itself.
    #[arg(long, value_name = "PACKETS")]
    burst: Option<f64>,
    /// What every packet takes at least: 150ms, 1.5s, 800us; milliseconds without a unit.
    #[arg(long, value_name = "TIME", value_parser = settings::time, default_value = "0")]
    delay: i64,
    /// Up to so much more, without reordering.
    #[arg(long, value_name = "TIME", value_parser = settings::time, default_value = "0")]
    jitter: i64,
    /// Bits a second: 300k, 3M.
    #[arg(long, value_name = "BITS", value_parser = settings::rate)]
    rate: Option<u64>,
    /// Bytes that wait for the rate before any are dropped: 64k. As much as passes in 300 ms if not said, but ten full
    /// packets at least.
    #[arg(long, value_name = "BYTES", value_parser = settings::bytes)]
    queue: Option<usize>,
    /// Packets held up for others to overtake, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = settings::percent, default_value = "0")]
    reorder: f64,
    /// For how long they are held up at most.
    #[arg(long, value_name = "TIME", value_parser = settings::time, default_value = "20ms")]
    held: i64,
    /// Packets sent twice, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = settings::percent, default_value = "0")]
    duplicate: f64,
    /// The same seed loses, delays and doubles the same packets, by their order in each direction.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A change: SECONDS:[there:|back:]KEY=VALUE,... with the names above as keys, or `down` or `up`. May be repeated. `there`
    /// is the direction out of the first namespace. `--at 0:back:loss=0 --at 10:rate=500k --at 30:down --at 35:up`
    #[arg(long, value_name = "CHANGE", value_parser = settings::step)]
    at: Vec<Step>,
    /// The first namespace: one that is there is used and left, another is made and removed.
    #[arg(long, value_name = "NETNS")]
    from: Option<String>,
    /// The second namespace, likewise.
    #[arg(long, value_name = "NETNS")]
    to: Option<String>,
    /// The namespace in which the command runs.
    #[arg(long, default_value = "to")]
    inside: Side,
    /// Runs for as long as the line is there, and the line for as long as it runs; its exit code is ours.
    #[arg(last = true)]
    command: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Side {
    From,
    To,
}

impl Options {
    /// What holds from the beginning.
    fn settings(&self) -> Vec<Setting> {
        let queue = self.queue.map(Setting::Queue);
        let always = [
            Setting::Delay(self.delay),
            Setting::Jitter(self.jitter),
            Setting::Loss(self.loss),
            Setting::Burst(self.burst),
            Setting::Rate(self.rate),
            Setting::Reorder(self.reorder),
            Setting::Held(self.held),
            Setting::Duplicate(self.duplicate),
        ];
        queue.into_iter().chain(always).collect()
    }

    fn line(&self) -> anyhow::Result<Line<Vec<u8>>> {
        let [there, back] = settings::plan(&self.settings(), &self.at);
        let (first, later) = there.split_first().context("no conditions")?;
        let (first_back, later_back) = back.split_first().context("no conditions")?;
        let mut line = Line::new(first.1, first_back.1, self.seed)?;
        for (at, conditions) in later {
            line.there.change(*at, *conditions)?;
        }
        for (at, conditions) in later_back {
            line.back.change(*at, *conditions)?;
        }
        Ok(line)
    }
}

/// Runs until a signal or the end of the command, then says what became of the packets.
pub(crate) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let line = options.line()?;
    // Before anything is made: from now on a signal is read when it is time, and does not end us half way.
    let mut signals = SigSet::empty();
    [Signal::SIGTERM, Signal::SIGINT, Signal::SIGCHLD].into_iter().for_each(|signal| signals.add(signal));
    signals.thread_block()?;
    let namespaces = [Namespace::take(options.from.as_deref(), "from")?, Namespace::take(options.to.as_deref(), "to")?];
    let [first, second] = &namespaces;
    anyhow::ensure!(first.name() != second.name(), "the two namespaces are one: {}", first.name());
    let tuns = [first.device(DEVICE, ADDRESSES[0])?, second.device(DEVICE, ADDRESSES[1])?];
    let mut joiner = Joiner::new(tuns, line, &signals)?;
    eprintln!("up: {} {} - {} {}", first.name(), ADDRESSES[0], second.name(), ADDRESSES[1]);
    let inside = match options.inside {
        Side::From => first,
        Side::To => second,
    };
    let child = (!options.command.is_empty()).then(|| start(inside, &options.command)).transpose()?;
    let ended = joiner.run(child)?;
    println!("{}", report(&joiner, options.seed, &namespaces));
    Ok(match ended {
        Ended::Asked => ExitCode::SUCCESS,
        Ended::Command(status) => code(status),
    })
}

/// The command in a namespace, with none of the signals blocked that we read by ourselves.
fn start(inside: &Namespace, command: &[String]) -> anyhow::Result<Child> {
    let mut child = Command::new("ip");
    child.args(["netns", "exec", inside.name(), "env", "--default-signal=TERM,INT,CHLD", "--"]).args(command);
    child.spawn().with_context(|| format!("{} in {}", command.join(" "), inside.name()))
}

/// As a shell gives it: the command's own code, or 128 and the signal that ended it.
fn code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

fn report(joiner: &Joiner, seed: u64, namespaces: &[Namespace; 2]) -> Value {
    let end = |at: usize| json!({ "netns": namespaces[at].name(), "device": DEVICE, "address": ADDRESSES[at] });
    let line = joiner.line();
    json!({
        "seed": seed,
        "seconds": joiner.now_us() as f64 / 1e6,
        "from": end(0),
        "to": end(1),
        "there": counted(&line.there.counters(), line.there.under_way(), joiner.refused(0)),
        "back": counted(&line.back.counters(), line.back.under_way(), joiner.refused(1)),
    })
}

fn counted(counters: &Counters, under_way: usize, refused: u64) -> Value {
    let Counters { sent, doubled, arrived, arrived_bytes, lost, bursts, dropped, cut, held, slowest_us } = *counters;
    json!({
        "sent": sent, "doubled": doubled, "arrived": arrived, "arrived_bytes": arrived_bytes, "lost": lost,
        "bursts": bursts, "dropped": dropped, "cut": cut, "held": held, "slowest_us": slowest_us,
        "under_way": under_way, "refused": refused,
    })
}
