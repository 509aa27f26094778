//! The process whose system calls are traced: a sitting from its first event to its seal.

use super::{CHILD, CLOCK_BACK_MS};
use crate::support::{self, Sitting, Source, key};
use assize_core::hearing::{Actor, Event, Stamped};
use assize_core::time::Now;
use assize_record::seal::{self, Meta};
use assize_record::{LedgerFile, Notice, now_us};
use assize_rtp::tap::Codec;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long is recorded, and when the second microphone is silent in between.
const RECORD_US: i64 = 9_500_000;
const OFF_US: i64 = 3_300_000;
const ON_AGAIN_US: i64 = 4_900_000;
/// Short, so that sound is cut every three seconds and pictures at the next key frame.
const SEGMENT_US: u64 = 5_000_000;

/// The wall clock as if all this had been long before this machine was started.
pub(super) fn utc_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64 - CLOCK_BACK_MS
}

/// A device as it is fed, in real time.
struct Feed {
    /// What it is called in the side file.
    name: String,
    source: Source,
    units: Vec<support::Unit>,
    next: usize,
    from_us: i64,
    on: bool,
}

impl Feed {
    fn new(n: u64, codec: Codec, units: &[support::Unit]) -> Self {
        let name = support::name(key(n)).unwrap().to_string();
        Self { name, source: Source::new(key(n), codec), units: units.to_vec(), next: 0, from_us: 0, on: false }
    }

    fn switch_on(&mut self, child: &mut Child, at: i64) {
        (self.on, self.from_us, self.next) = (true, at, 0);
        child.sitting.on(self.source.key, self.source.codec, at);
        child.note(&format!("on {} {at}", self.name));
    }

    fn switch_off(&mut self, child: &mut Child, at: i64) {
        self.on = false;
        child.sitting.off(self.source.key, at);
        child.note(&format!("off {} {at}", self.name));
    }

    /// Hands over what is due, and notes it after that.
    fn feed(&mut self, child: &mut Child, at: i64) {
        while self.on && self.next < self.units.len() {
            let unit = &self.units[self.next];
            let when = self.from_us + unit.ms * 1000;
            if when > at {
                return;
            }
            for item in self.source.packets(unit, when, now_us()) {
                child.sitting.tap.push(item);
            }
            self.next += 1;
            child.note(&format!("media {} {when}", self.name));
        }
    }
}

struct Child {
    sitting: Sitting,
    ledger: LedgerFile,
    side: File,
    stated: usize,
}

impl Child {
    fn begin(root: &Path) -> Self {
        let first = Sitting::begin(&root.join("recordings"));
        let side = File::create(root.join("recordings/side")).unwrap();
        fs::write(root.join("key.pub"), first.key.public().pem()).unwrap();
        let (ledger, _) = LedgerFile::open(&first.folder, 1).unwrap();
        let (folder, key, zero_us) = (first.folder.clone(), Arc::clone(&first.key), first.zero_us);
        first.recorder.unwrap().stop();
        let sitting = Sitting::resume(folder, key, 1, zero_us, SEGMENT_US);
        Self { sitting, ledger, side, stated: 0 }
    }

    fn now(&self) -> i64 {
        now_us() - self.sitting.zero_us
    }

    fn note(&mut self, text: &str) {
        // One write: it is in the file as a whole or not.
        self.side.write_all(format!("{text}\n").as_bytes()).unwrap();
    }

    /// Appends, and then notes what was acknowledged.
    fn append(&mut self, events: Vec<Event>) {
        let now = Now { t_us: self.now() as u64, utc_ms: utc_ms() };
        let stamped = |event| Stamped { now, actor: Actor::System, event };
        let lines = self.ledger.append(&events.into_iter().map(stamped).collect::<Vec<_>>()).unwrap();
        let Some(last) = lines.last() else { return };
        let n = last.n;
        self.note(&format!("event {n}"));
    }

    /// What the recorder states is stated in the ledger, as its owner does it.
    fn state_gaps(&mut self) {
        let notices = self.sitting.notices();
        for notice in &notices[self.stated..] {
            if let Notice::Gap { track, from_us, to_us, reason } = notice.clone() {
                self.append(vec![Event::Gap { track, from_us, to_us, reason, pieces: None }]);
            }
        }
        self.stated = notices.len();
    }
}

/// Every 50 ms an event; now and then several at once, and longer than a page.
fn paused(n: i64) -> Vec<Event> {
    let times = if n % 7 == 3 { 60 } else { 1 };
    let event = |part: i64| Event::Paused { reason: format!("lý do {n}.{part} ").repeat(times) };
    (0..if n % 10 == 0 { 4 } else { 1 }).map(event).collect()
}

/// Not a test of its own: what is traced.
#[test]
fn child_records_and_seals() {
    let Ok(root) = std::env::var(CHILD) else { return };
    let root = Path::new(&root);
    let (sounds, pictures) = (support::load(&root.join("opus")), support::load(&root.join("vp8")));
    let mut child = Child::begin(root);
    child.append(vec![Event::Planned { plan: support::plan(), procedure: None }]);
    child.append(vec![Event::Opened { recording: true, reason: None, missing: Vec::new() }]);
    // Two microphones and two cameras, of which one begins later.
    let mut feeds = [
        Feed::new(1, Codec::Opus, &sounds),
        Feed::new(3, Codec::Opus, &sounds),
        Feed::new(2, Codec::Vp8, &pictures),
        Feed::new(4, Codec::Vp8, &pictures),
    ];
    let start = child.now();
    for feed in &mut feeds[..3] {
        feed.switch_on(&mut child, start);
    }
    let mut events = 0;
    loop {
        let at = child.now();
        if at - start > RECORD_US {
            break;
        }
        if at - start > 2_000_000 && feeds[3].from_us == 0 {
            feeds[3].switch_on(&mut child, at);
        }
        if (OFF_US..ON_AGAIN_US).contains(&(at - start)) && feeds[1].on {
            feeds[1].switch_off(&mut child, at);
        } else if at - start >= ON_AGAIN_US && !feeds[1].on {
            feeds[1].switch_on(&mut child, at);
        }
        feeds.iter_mut().for_each(|feed| feed.feed(&mut child, at));
        report(&child, start, at);
        if (at - start) / 50_000 > events {
            events += 1;
            child.append(paused(events));
            child.state_gaps();
        }
        sleep(Duration::from_millis(4));
    }
    close(child, feeds);
}

/// Sender reports go into a file beside the media.
fn report(child: &Child, start: i64, at: i64) {
    if (at - start) / 10_000 % 40 == 0 {
        let (arrival_us, rtp_ts) = (now_us(), (u32::MAX - 400_000).wrapping_add((at * 48 / 1000) as u32));
        let ntp = ((u128::from(at as u64) << 32) / 1_000_000) as u64;
        child.sitting.tap.push(assize_rtp::tap::TapItem::SenderReport { track: key(1), ntp, rtp_ts, arrival_us });
    }
}

/// As the server ends a sitting: everything off, closed, the recorder stopped, sealed.
fn close(mut child: Child, mut feeds: [Feed; 4]) {
    let at = child.now();
    feeds.iter_mut().for_each(|feed| feed.switch_off(&mut child, at));
    child.append(vec![Event::Closed]);
    child.note("closed");
    child.sitting.stop();
    child.state_gaps();
    // What others put into the folder is under the seal as well, whether or not they synced it.
    let paper = child.sitting.folder.join("paper.txt");
    let mut paper = fs::OpenOptions::new().append(true).create_new(true).open(paper).unwrap();
    paper.write_all("Biên bản\n".repeat(200).as_bytes()).unwrap();
    child.note("stopped");
    let meta = Meta { utc_ms: utc_ms(), software: "assize 0.1.0".to_owned(), typeset: None };
    seal::sitting(&child.sitting.folder, &child.sitting.key, &meta).unwrap();
    child.note("sealed");
}
