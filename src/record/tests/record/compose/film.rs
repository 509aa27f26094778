//! What is in the film, where and when.

use super::sample::{Film, Making, PART, SEATS, composed, is, middle, pictures, provenance, record, tone};
use crate::support::sounding;
use serde_json::json;
use std::path::PathBuf;
use std::sync::OnceLock;

/// One record and both its films, for all that only looks at them.
fn made() -> &'static (tempfile::TempDir, PathBuf) {
    static MADE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    MADE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let folder = record(dir.path());
        let said = composed(&folder, "mp4");
        assert_eq!((&said["made"]["already"], &said["made"]["left_out"]), (&json!(false), &json!([])), "{said}");
        (dir, folder)
    })
}

fn film() -> &'static Film {
    static FILM: OnceLock<Film> = OnceLock::new();
    FILM.get_or_init(|| Film::of(&made().1, "mp4"))
}

/// Seconds of the film at a second of the hearing: it begins with the session, and a pause of seven seconds is a card of two.
fn at(hearing: f64) -> f64 {
    if hearing < 12.0 { hearing - 1.0 } else { hearing - 6.0 }
}

#[test]
fn it_is_an_mp4_of_720p_with_two_tracks_of_sound_and_as_long_as_the_session() {
    let film = film();
    let streams =
        film.probe(&["-show_entries", "stream=codec_name,width,height,pix_fmt,avg_frame_rate", "-of", "csv=p=0"]);
    assert!(streams.contains("h264,1280,720,yuv420p,25/1"), "{streams}");
    assert_eq!(streams.matches("aac").count(), 2, "{streams}");
    // 11 s, a card of 2 s, and 6 s.
    assert_eq!(film.frames(), 19 * 25);
    let seconds: f64 = film.probe(&["-show_entries", "format=duration", "-of", "csv=p=0"]).trim().parse().unwrap();
    assert!((seconds - 19.0).abs() < 0.1, "{seconds}");
    let titles = film.probe(&["-show_entries", "stream_tags=title,handler_name", "-of", "csv=p=0"]);
    assert!(titles.contains("Tiếng phòng xử án") && titles.contains("Tiếng phiên dịch"), "{titles}");
    for track in [0, 1] {
        assert!((film.sound(track).len() as f64 / 48_000.0 - 19.0).abs() < 0.1);
    }
}

#[test]
fn every_seat_is_in_its_place_and_stands_large_when_the_judge_sets_it() {
    for second in [2.0, 5.0, 11.5, 20.0] {
        for (nth, (colour, _)) in SEATS.into_iter().enumerate() {
            let (x, y) = middle(nth);
            let seen = film().colour(at(second), x, y);
            assert!(is(seen, colour), "{second}: seat {nth} is {seen:?}, not {colour}");
        }
    }
    // Over two of three columns, and the others beside and below.
    let seen = film().colour(at(22.0), 420, 270);
    assert!(is(seen, "red"), "{seen:?}");
    let seen = film().colour(at(22.0), 1280 / 6 * 5, 64 + 90);
    assert!(is(seen, "lime"), "{seen:?}");
}

#[test]
fn a_gap_is_dark_and_no_frozen_picture_and_only_there() {
    let (x, y) = middle(1);
    // Beside the words that say so.
    let y = y + 80;
    for second in [6.2, 7.5, 8.9] {
        let seen = film().colour(at(second), x, y);
        assert!(is(seen, "dark"), "{second}: {seen:?}");
    }
    for second in [5.8, 9.3] {
        let seen = film().colour(at(second), x, y);
        assert!(is(seen, "lime"), "{second}: {seen:?}");
    }
    assert!(is(film().colour(at(7.5), middle(0).0, middle(0).1), "red"), "the others go on");
}

#[test]
fn a_picture_of_another_shape_is_not_stretched() {
    let (x, y) = middle(2);
    // 160x120 in a place of 632x288: 384 wide.
    assert!(is(film().colour(at(20.0), x, y), "blue") && is(film().colour(at(5.0), x + 240, y), "blue"));
    let beside = film().colour(at(20.0), x + 240, y);
    assert!(is(beside, "dark"), "{beside:?}");
}

#[test]
fn a_card_stands_for_the_pause_and_is_silent() {
    for second in [11.2, 12.9] {
        for nth in 0..4 {
            let (x, y) = middle(nth);
            let seen = film().colour(second, x, y - 60);
            assert!(is(seen, "dark"), "{second}: {seen:?}");
        }
    }
    for track in [0, 1] {
        let sound = film().sound(track);
        let loudest = sound[(11.2 * 48_000.0) as usize..(12.8 * 48_000.0) as usize]
            .iter()
            .fold(0.0f32, |peak, s| peak.max(s.abs()));
        assert!(loudest < 0.01, "{loudest}");
    }
}

#[test]
fn the_floor_has_all_voices_at_their_loudness_and_the_interpretation_has_its_own_track() {
    let (floor, interpretation) = (film().sound(0), film().sound(1));
    let loud = |sound: &[f32], from: f64, to: f64, nth: usize| tone(sound, at(from), at(to), SEATS[nth].1);
    // FFmpeg's sine is at an eighth of full scale; a voice is no quieter for being one of four.
    for nth in 0..4 {
        let loud = loud(&floor, 3.0, 7.0, nth);
        assert!((0.09..0.16).contains(&loud), "voice {nth}: {loud}");
    }
    // From 8 s on the fourth interprets: the floor does not have it, and its track has nothing else.
    for (from, to) in [(8.5, 11.5), (20.0, 24.0)] {
        assert!(loud(&floor, from, to, 3) < 0.004 && loud(&floor, from, to, 0) > 0.09, "{from}");
        assert!(loud(&interpretation, from, to, 3) > 0.09 && loud(&interpretation, from, to, 0) < 0.004, "{from}");
    }
    // Before, who listens to the interpretation hears the floor.
    assert!(loud(&interpretation, 3.0, 7.0, 0) > 0.09 && loud(&interpretation, 3.0, 7.0, 3) > 0.09);
}

#[test]
fn chapters_are_the_phases_and_the_breaks() {
    let text = film().probe(&["-show_chapters", "-of", "json"]);
    let chapters: serde_json::Value = serde_json::from_str(&text).unwrap();
    let chapters: Vec<(f64, String)> = chapters["chapters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (one["start_time"].as_str().unwrap().parse().unwrap(), one["tags"]["title"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [(0.0, "opening"), (9.0, "questioning"), (11.0, "Tạm nghỉ"), (13.0, "questioning (tiếp)")];
    assert_eq!(chapters.len(), expected.len(), "{chapters:?}");
    for ((at, title), (expected, name)) in chapters.iter().zip(expected) {
        assert!((at - expected).abs() < 0.05 && title == name, "{chapters:?}");
    }
}

#[test]
fn its_provenance_names_every_file_with_its_hash_and_the_seal() {
    let (_, folder) = made();
    let said = provenance(folder, "mp4");
    let inputs = said["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), 8, "a file of each track");
    assert!(inputs.iter().all(|input| input["as_sealed"] == json!(true) && input["decoded"] == json!(true)), "{said}");
    assert_eq!(said["left_out"].as_array().unwrap().len(), 1);
    assert_eq!(said["pictures"], 475);
    let (hash, _) = assize_proof::hash::Hash::of_reader(&mut std::fs::File::open(&film().path).unwrap()).unwrap();
    assert_eq!(said["sha256"], json!(hash));
    let sealed = assize_record::seal::read(folder).unwrap();
    assert_eq!(said["record"]["merkle_root"], json!(sealed.head.merkle_root));
    assert!(!folder.join("derived/.compose/mp4").exists(), "nothing of the work is left");
}

#[test]
fn the_webm_shows_and_sounds_the_same() {
    let (_, folder) = made();
    let said = composed(folder, "webm");
    assert!(said["made"].is_object(), "{said}");
    let film = Film::of(folder, "webm");
    let streams = film.probe(&["-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0"]);
    assert!(streams.contains("vp9,1280,720") && streams.matches("opus").count() == 2, "{streams}");
    assert_eq!(film.frames(), 475);
    let (x, y) = middle(0);
    assert!(is(film.colour(at(5.0), x, y), "red"));
    assert!(tone(&film.sound(1), at(9.0), at(11.0), 1500.0) > 0.09);
    assert!(film.probe(&["-show_chapters", "-of", "csv"]).contains("Tạm nghỉ"));
}

/// A flash and a beep in the same moment, every two seconds, over several parts.
#[test]
fn sound_and_picture_belong_together() {
    let dir = tempfile::tempdir().unwrap();
    let mut making = Making::begin(dir.path(), 1);
    let flash = "color=c=black:size=320x180:rate=30,drawbox=c=white:t=fill:enable='lt(mod(t\\,2)\\,0.3)'";
    let beep = "aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t\\,2)\\,0.3)':s=48000";
    making.show(0, &pictures(flash, 20), 1.0, 20.0);
    making.sound(0, &sounding(beep, 20), 1.0, 20.0);
    let folder = making.end(21.0);
    const { assert!(PART < 20 * 25, "several parts") };
    composed(&folder, "mp4");
    let film = Film::of(&folder, "mp4");
    let sound = film.sound(0);
    let mut worst = 0.0f64;
    for nth in 1..9 {
        let around = f64::from(nth) * 2.0;
        let seen =
            (0..50).map(|frame| around - 0.5 + f64::from(frame) / 25.0).find(|at| film.colour(*at, 640, 380)[1] > 128);
        let heard = (0..2000)
            .map(|ms| around - 0.5 + f64::from(ms) / 1000.0)
            .find(|at| tone(&sound, *at, at + 0.01, 1000.0) > 0.2);
        let (seen, heard) = (seen.unwrap(), heard.unwrap());
        assert!((seen - around).abs() < 0.1, "the {nth}th flash is at {seen}");
        worst = worst.max((seen - heard).abs());
    }
    println!("sound against picture: {:.0} ms at worst, of pictures of 40 ms", worst * 1000.0);
    assert!(worst < 0.06, "{worst}");
}
