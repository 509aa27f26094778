//! MP3 (ISO/IEC 11172-3, layer III): frames, with tags before and behind them.

use super::{Found, Source, Unfit};
use assize_core::hearing::MediaType;

/// Kilobits a second, of version 1 and of the others.
const RATES: [[u64; 15]; 2] = [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/// Samples a second of version 1.
const SAMPLES: [u64; 3] = [44_100, 48_000, 32_000];
/// So many frames make a recording: two bytes alone are found anywhere.
const LEAST: u64 = 3;
/// A tag of version 1 at the end.
const TAG: u64 = 128;

/// Length of the frame here in bytes and in microseconds.
fn frame(source: &mut Source<'_>, at: u64) -> Option<(u64, u64)> {
    let header = source.big(at, 4)?;
    (header >> 21 == 0x7ff && header >> 17 & 3 == 1).then_some(())?;
    let (version, shift) = match header >> 19 & 3 {
        3 => (0, 0),
        2 => (1, 1),
        0 => (1, 2),
        _ => return None,
    };
    let bits = *RATES[version].get(usize::try_from(header >> 12 & 15).ok()?)? * 1000;
    let rate = SAMPLES.get(usize::try_from(header >> 10 & 3).ok()?)? >> shift;
    let samples: u64 = if version == 0 { 1152 } else { 576 };
    // Of a free rate the length is not said.
    let bytes = (samples / 8 * bits).checked_div(rate).filter(|_| bits > 0)? + (header >> 9 & 1);
    Some((bytes, samples * 1_000_000 / rate))
}

/// Where the tag ends that stands before the frames (ID3 version 2).
fn behind_tag(source: &mut Source<'_>) -> Option<u64> {
    if source.get(0, 3)? != b"ID3" {
        return Some(0);
    }
    let footer = if source.big(5, 1)? & 0x10 == 0 { 0 } else { 10 };
    let size = source.get(6, 4)?.iter().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
    Some(10 + size + footer)
}

pub(super) fn look(source: &mut Source<'_>) -> Result<Found, Unfit> {
    let tagged = source.head().starts_with(b"ID3");
    let mut at = behind_tag(source).ok_or(Unfit::Damaged)?;
    let (mut frames, mut length_us) = (0, 0);
    while let Some((bytes, us)) = frame(source, at) {
        (at, frames, length_us) = (at + bytes, frames + 1, length_us + us);
    }
    if frames < LEAST {
        return Err(if tagged { Unfit::Damaged } else { Unfit::Unknown });
    }
    let length = source.length();
    if at + TAG == length && source.get(at, 3) == Some(b"TAG") {
        at = length;
    }
    match at {
        _ if at > length => Err(Unfit::Damaged),
        _ if at < length => Err(Unfit::Trailing),
        _ => Ok(Found::recording(MediaType::Mp3, Some(length_us / 1000))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{is_strict_about, look};
    use super::*;

    /// 128 kbit/s at 44.1 kHz: frames of 417 bytes.
    fn frames(count: usize) -> Vec<u8> {
        [&[0xff, 0xfb, 0x90, 0][..], &[0; 413]].concat().repeat(count)
    }

    #[test]
    fn frames_make_a_recording_and_tags_may_stand_around_them() {
        assert_eq!(look(&frames(100)), Ok(Found::recording(MediaType::Mp3, Some(2612))));
        let tagged = [b"ID3\x04\0\0\0\0\x01\x02", &[7; 130][..], &frames(3)].concat();
        assert!(look(&tagged).is_ok());
        let behind = [&frames(5)[..], b"TAG", &[0; 125]].concat();
        assert!(look(&behind).is_ok());
        assert_eq!(look(&frames(2)), Err(Unfit::Unknown), "too few to be sure");
        assert_eq!(look(b"ID3\x04\0\0\0\0\0\x02ab<script>"), Err(Unfit::Damaged));
        assert_eq!(look(&[&frames(9)[..], b"TAG"].concat()), Err(Unfit::Trailing));
    }

    #[test]
    fn it_ends_with_its_last_frame() {
        // A shorter one that is cut between two frames is whole.
        let whole = frames(3);
        is_strict_about(&whole);
    }
}
