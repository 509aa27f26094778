//! What composing costs.

use super::sample::{Making, composing, pictures};
use crate::support::sounding;
use assize_record::compose::Order;
use serde_json::Value;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Prints the figure of BENCHMARKS.md: `ASSIZE_COMPOSE_SECONDS=120 cargo test -p assize-record --test record
/// composing_costs -- --nocapture`. Six parties of 640x360 at 600 kb/s with noise and movement, and sound; without the
/// variable only a few seconds, to see that it works.
#[test]
fn composing_costs() {
    let seconds: u32 =
        std::env::var("ASSIZE_COMPOSE_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(4);
    let dir = tempfile::tempdir().unwrap();
    let mut making = Making::begin(dir.path(), 6);
    let picture = pictures("testsrc2=size=640x360:rate=30,noise=alls=6:allf=t", seconds.min(20));
    let sound = sounding("sine=frequency=440,volume=0.5", seconds.min(20));
    for nth in 0..6 {
        for from in (0..seconds).step_by(20) {
            let left = f64::from(seconds - from).min(20.0);
            making.show(nth, &picture, 1.0 + f64::from(from), left);
            making.sound(nth, &sound, 1.0 + f64::from(from), left);
            // The recorder's queue is not as long as a hearing.
            sleep(Duration::from_millis(100));
        }
    }
    let folder = making.end(1.0 + f64::from(seconds));
    let begun = Instant::now();
    let out = composing(&folder, "mp4", Order::PART, 100).wait_with_output().unwrap();
    let wall = begun.elapsed().as_secs_f64();
    let said: Value = serde_json::from_str(String::from_utf8(out.stdout).unwrap().lines().last().unwrap()).unwrap();
    let cpu = said["made"]["cpu_seconds"].as_f64().unwrap();
    let megabytes = said["made"]["bytes"].as_f64().unwrap() / 1e6;
    let hour = 3600.0 / f64::from(seconds);
    println!(
        "composing {seconds} s of six 360p parties to 720p: {cpu:.1} CPU-s in {wall:.1} s, {megabytes:.1} MB; an hour: {:.1} CPU-minutes, {:.0} MB",
        cpu * hour / 60.0,
        megabytes * hour,
    );
    assert!((said["made"]["seconds"].as_f64().unwrap() - f64::from(seconds)).abs() < 0.1);
}
