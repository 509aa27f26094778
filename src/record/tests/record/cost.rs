//! What recording one participant costs.

use crate::support::{self, PICTURES, SOUND, Sitting, Source};
use assize_record::now_us;
use assize_rtp::tap::Codec;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// CPU seconds so far of the recorder's own threads and of the process that decodes what they read back.
fn recorder_cpu() -> f64 {
    let mut ticks = 0;
    for task in fs::read_dir("/proc/self/task").unwrap() {
        ticks += ticks_of(&task.unwrap().path(), |name, _| name.contains("(rec-"));
    }
    let own = std::process::id().to_string();
    for process in fs::read_dir("/proc").unwrap() {
        ticks += ticks_of(&process.unwrap().path(), |name, parent| name.contains("(assize-listen") && parent == own);
    }
    ticks as f64 / 100.0
}

/// Ticks of user and system time of a task, if its name and its parent are as asked for.
fn ticks_of(task: &Path, asked: impl Fn(&str, &str) -> bool) -> u64 {
    let Ok(stat) = fs::read_to_string(task.join("stat")) else { return 0 };
    let (name, rest) = stat.split_once(") ").unwrap();
    let fields: Vec<&str> = rest.split(' ').collect();
    if asked(name, fields[1]) { fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap() } else { 0 }
}

/// Prints the figure of the README: `cargo test --release -p assize-record --test record cost -- --nocapture`. Ten
/// participants for 20 s in real time, 1280x720 at 1.5 Mb/s and Opus each, so that clock ticks do not blur it.
#[test]
fn cost_of_a_720p_participant() {
    const PEOPLE: u64 = 10;
    const SECONDS: i64 = 20;
    let pictures = support::vp8_720p();
    let sounds = support::opus();
    let bits: usize = pictures.iter().map(|u| u.data.len() * 8).sum();
    let dir = tempfile::tempdir().unwrap();
    let mut sitting = Sitting::begin(dir.path());
    let mut sources = Vec::new();
    for person in 0..PEOPLE {
        let (v, a) =
            if person == 0 { (PICTURES, SOUND) } else { (support::key(person * 2), support::key(person * 2 + 1)) };
        sitting.on(v, Codec::Vp8, 0);
        sitting.on(a, Codec::Opus, 0);
        sources.push((Source::new(v, Codec::Vp8), Source::new(a, Codec::Opus)));
    }
    let (start, before) = (now_us() - sitting.zero_us, recorder_cpu());
    let (mut p, mut s) = (0, 0);
    while now_us() - sitting.zero_us - start < SECONDS * 1_000_000 {
        let at = now_us() - sitting.zero_us - start;
        while p < pictures.len() && pictures[p].ms * 1000 <= at {
            for (video, _) in &mut sources {
                let items = video.packets(&pictures[p], start + pictures[p].ms * 1000, now_us());
                items.into_iter().for_each(|item| sitting.tap.push(item));
            }
            p += 1;
        }
        while s < sounds.len() && sounds[s].ms * 1000 <= at {
            for (_, audio) in &mut sources {
                let items = audio.packets(&sounds[s], start + sounds[s].ms * 1000, now_us());
                items.into_iter().for_each(|item| sitting.tap.push(item));
            }
            s += 1;
        }
        sleep(Duration::from_millis(2));
    }
    let cpu = recorder_cpu() - before;
    sitting.stop();
    let share = cpu / SECONDS as f64 / PEOPLE as f64 * 100.0;
    let megabits = bits as f64 / SECONDS as f64 / 1e6;
    println!(
        "recorder: {share:.2} % of a core for each of {PEOPLE} participants at 720p, {megabits:.2} Mb/s and sound, read back and listened to"
    );
    assert!(sitting.notices().iter().all(|n| !matches!(n, assize_record::Notice::Fault { .. })));
}
