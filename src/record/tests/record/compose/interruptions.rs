//! Killed and continued, twice at once, and with media that cannot be decoded.

use super::sample::{Film, Making, PART, camera, coloured, composed, composing, is, middle, provenance, record};
use crate::support::{media_files, probe, sounding};
use assize_record::compose::{Format, Order, Program, Trouble, run};
use serde_json::{Value, json};
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::AtomicU8;
use std::time::{Duration, Instant};

fn parts(folder: &Path) -> usize {
    let entries = fs::read_dir(folder.join("derived/.compose/mp4")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(".mp4")).count()
}

#[test]
fn one_that_is_killed_goes_on_where_it_was_and_loses_no_picture() {
    let dir = tempfile::tempdir().unwrap();
    let folder = record(dir.path());
    let mut child = composing(&folder, "mp4", PART, 100);
    let begun = Instant::now();
    while parts(&folder) < 2 {
        assert!(begun.elapsed() < Duration::from_secs(120), "no part is finished");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let kept = parts(&folder);
    assert!(kept >= 2 && !folder.join("derived/composite.mp4").exists());
    let first = folder.join("derived/.compose/mp4/part-0001.mp4");
    let written = fs::metadata(&first).unwrap().modified().unwrap();
    let child = composing(&folder, "mp4", PART, 100);
    let out = child.wait_with_output().unwrap();
    let lines: Vec<Value> =
        String::from_utf8(out.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let begins = lines.iter().find_map(|line| line["done"].as_u64()).unwrap();
    assert!(begins > 2 * PART || lines[0]["stage"] != "picture", "it begins again at picture {begins}");
    assert!(lines.last().unwrap()["made"].is_object(), "{lines:?}");
    assert!(written.elapsed().is_ok());
    let film = Film::of(&folder, "mp4");
    assert_eq!(film.frames(), 475);
    for (second, nth, colour) in [(3.0, 0, "red"), (10.0, 1, "lime"), (14.0, 2, "blue")] {
        let (x, y) = middle(nth);
        assert!(is(film.colour(second, x, y), colour), "{second}");
    }
    let said = composed(&folder, "mp4");
    assert_eq!(said["made"]["already"], json!(true), "a second run says that it is there");
}

#[test]
fn two_at_once_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = record(dir.path());
    let mut first = composing(&folder, "mp4", PART, 100);
    let (mut line, mut says) = (String::new(), BufReader::new(first.stdout.take().unwrap()));
    says.read_line(&mut line).unwrap();
    let said = composed(&folder, "webm");
    assert_eq!(said["trouble"], json!(Trouble::Busy.to_string()), "{said}");
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn what_is_not_sealed_is_not_composed() {
    let dir = tempfile::tempdir().unwrap();
    let folder = record(dir.path());
    fs::remove_file(folder.join("bagit.txt")).unwrap();
    assert_eq!(composed(&folder, "mp4")["trouble"], json!(Trouble::NotSealed.to_string()));
}

/// What the first seat's pictures were from the fifth to the eighth second.
fn spoil(folder: &Path) -> String {
    let file = media_files(&folder.join("data/tracks").join(camera(5).to_string())).remove(0);
    let packets = probe(&file, "packet=pts_time,pos");
    let packets = packets.iter().map(|line| line.split_once(',').unwrap());
    let packets: Vec<(f64, u64)> = packets.map(|(at, place)| (at.parse().unwrap(), place.parse().unwrap())).collect();
    let place = |second: f64| packets.iter().find(|(at, _)| *at >= second).unwrap().1;
    let (from, to) = (place(5.0), place(8.0));
    let mut media = OpenOptions::new().write(true).open(&file).unwrap();
    media.seek(SeekFrom::Start(from)).unwrap();
    media.write_all(&vec![0xA5; usize::try_from(to - from).unwrap()]).unwrap();
    file.strip_prefix(folder.join("data")).unwrap().to_string_lossy().into_owned()
}

#[test]
fn a_spoilt_file_costs_its_own_tile_and_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let folder = record(dir.path());
    let spoilt = spoil(&folder);
    let said = composed(&folder, "mp4");
    assert!(said["made"].is_object(), "{said}");
    let film = Film::of(&folder, "mp4");
    assert_eq!(film.frames(), 475);
    let (x, y) = middle(0);
    assert!(is(film.colour(1.0, x, y), "red"), "what is whole is shown");
    // A second after the last picture, and until the next that begins anew.
    assert!(is(film.colour(6.4, x, y + 80), "dark"), "{:?}", film.colour(6.4, x, y + 80));
    assert!(is(film.colour(14.0, x, y), "red"), "and what comes after");
    let (x, y) = middle(2);
    assert!(is(film.colour(6.4, x, y), "blue"), "the others are as they were");
    let inputs = provenance(&folder, "mp4")["inputs"].as_array().unwrap().clone();
    let altered: Vec<_> = inputs.iter().filter(|input| input["as_sealed"] == json!(false)).collect();
    assert_eq!(altered.len(), 1);
    assert!(altered[0]["file"].as_str().unwrap().ends_with(&spoilt));
}

/// Decoders are where media libraries break: one that takes its process along costs the file that it broke on.
#[test]
fn a_file_that_kills_the_process_is_left_out_and_the_rest_is_composed() {
    let dir = tempfile::tempdir().unwrap();
    let mut making = Making::begin(dir.path(), 2);
    for (nth, colour) in ["red", "lime"].into_iter().enumerate() {
        making.show(nth, &coloured(colour, "320x180", 4), 1.0, 4.0);
        making.sound(nth, &sounding("sine=frequency=440", 4), 1.0, 4.0);
    }
    let folder = making.end(5.0);
    let culprit = "tracks/05-camera1/1-0001.webm";
    assert!(folder.join("data").join(culprit).exists());
    // As if decoding that file ended the process, for as long as it is decoded.
    let script = format!(
        "read -r order\ncase $order in *'\"harmful\":[]'*) printf '%s' {culprit} > {mark}; kill -SEGV $$;; esac\n{{ printf '%s\\n' \"$order\"; cat; }} | {compose}",
        mark = folder.join("derived/.compose/at").display(),
        compose = env!("CARGO_BIN_EXE_assize-compose"),
    );
    let program = Program { path: "/bin/bash".into(), args: vec!["-c".into(), script.into()] };
    let mut order = Order::new(folder.clone(), Format::Mp4, "test".to_owned());
    order.lowest = false;
    let made = run(&order, &program, &AtomicU8::new(100), &mut |_| {}).unwrap();
    assert_eq!(made.left_out, [culprit]);
    let film = Film::of(&folder, "mp4");
    // Two tiles beside each other.
    assert!(is(film.colour(2.0, 320, 300), "dark"), "{:?}", film.colour(2.0, 320, 300));
    assert!(is(film.colour(2.0, 960, 360), "lime"), "{:?}", film.colour(2.0, 960, 360));
    let inputs = provenance(&folder, "mp4")["inputs"].as_array().unwrap().clone();
    assert_eq!(inputs.iter().filter(|input| input["decoded"] == json!(false)).count(), 1);
}

#[test]
fn one_that_dies_of_nothing_in_the_record_is_not_tried_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let mut making = Making::begin(dir.path(), 1);
    making.sound(0, &sounding("sine=frequency=440", 2), 1.0, 2.0);
    let folder = making.end(3.0);
    let order = Order::new(folder, Format::Mp4, "test".to_owned());
    for program in ["/bin/false", "/bin/is/not/there"] {
        let program = Program { path: program.into(), args: Vec::new() };
        let ended = run(&order, &program, &AtomicU8::new(100), &mut |_| {});
        assert!(matches!(ended, Err(Trouble::Died { .. } | Trouble::Failed { .. })), "{ended:?}");
    }
}
