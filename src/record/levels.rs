//! How loud a track of a record is along the hearing's time, by what its sender said of each packet (RFC 6464). Nothing is
//! decoded for it: the index of each file has it.

use crate::catalogue::root;
use crate::folder::media_files;
use assize_core::ids::TrackId;
use std::fs;
use std::io;
use std::path::Path;

/// One value stands for so much hearing time, in microseconds.
pub const STEP_US: i64 = 100_000;
/// Nothing was recorded there.
pub const NOTHING: u8 = 255;
/// Longest sitting that is told of: a day.
const MOST: usize = 24 * 3600 * 10;

/// Of each tenth of a second from the hearing's begin on: the loudest level in it, 0 (overload) to 127 (silence), or
/// [`NOTHING`]. A track that is not there has none.
///
/// # Errors
/// The record cannot be read.
pub fn of(folder: &Path, track: TrackId) -> io::Result<Vec<u8>> {
    let mut levels = Vec::new();
    for media in media_files(&root(folder).join("tracks").join(track.to_string()))? {
        let index = match fs::read(media.with_extension("idx")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        // A last entry that a crash cut short is none.
        index.as_chunks().0.iter().for_each(|entry| note(&mut levels, entry));
    }
    Ok(levels)
}

fn note(levels: &mut Vec<u8>, entry: &[u8; 24]) {
    let mut arrival = [0; 8];
    arrival.copy_from_slice(&entry[8..16]);
    let step = usize::try_from(i64::from_le_bytes(arrival) / STEP_US).ok().filter(|step| *step < MOST);
    let Some(step) = step else { return };
    if levels.len() <= step {
        levels.resize(step + 1, NOTHING);
    }
    levels[step] = levels[step].min(127 - (entry[23] & 0x7f));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(arrival_us: i64, loudness: u8) -> [u8; 24] {
        let mut entry = [0; 24];
        entry[8..16].copy_from_slice(&arrival_us.to_le_bytes());
        entry[23] = loudness;
        entry
    }

    #[test]
    fn the_loudest_of_each_tenth_of_a_second_counts_and_what_was_not_recorded_is_told_apart() {
        let mut levels = Vec::new();
        for (arrival_us, loudness) in [(20_000, 80), (40_000, 100), (310_000, 0), (-1_000_000, 90), (i64::MAX, 90)] {
            note(&mut levels, &entry(arrival_us, loudness));
        }
        assert_eq!(levels, [27, NOTHING, NOTHING, 127]);
    }
}
