//! WAV: RIFF chunks, whose sizes have to be those of the file.

use super::{Found, Source, Unfit};
use assize_core::hearing::MediaType;

pub(super) fn look(source: &mut Source<'_>) -> Result<Found, Unfit> {
    let length = source.length();
    let end = source.little(4, 4).ok_or(Unfit::Damaged)? + 8;
    if end != length {
        return Err(if end < length { Unfit::Trailing } else { Unfit::Damaged });
    }
    let (mut at, mut rate, mut data) = (12, None, None);
    while at < end {
        let (name, size) = (source.get(at, 4).map(<[u8]>::to_vec), source.little(at + 4, 4));
        let (name, size) = name.zip(size).filter(|(_, size)| at + 8 + size <= end).ok_or(Unfit::Damaged)?;
        match &name[..] {
            b"fmt " => rate = source.little(at + 16, 4),
            b"data" => data = Some(size),
            _ => {}
        }
        // Chunks begin at even places.
        at += 8 + size + size % 2;
    }
    let (rate, data) = rate.zip(data).ok_or(Unfit::Damaged)?;
    let length_ms = (data * 1000).checked_div(rate).ok_or(Unfit::Damaged)?;
    Ok(Found::recording(MediaType::Wav, Some(length_ms)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{is_strict_about, look};
    use super::*;

    fn sound(data: usize) -> Vec<u8> {
        let format = [&[1, 0, 1, 0][..], &8000_u32.to_le_bytes(), &16_000_u32.to_le_bytes(), &[2, 0, 16, 0]].concat();
        let body = [b"WAVEfmt \x10\0\0\0", &format[..], b"data", &(data as u32).to_le_bytes(), &vec![1; data]].concat();
        [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
    }

    #[test]
    fn its_sizes_are_those_of_the_file() {
        assert_eq!(look(&sound(32_000)), Ok(Found::recording(MediaType::Wav, Some(2000))));
        is_strict_about(&sound(100));
        let mut lies = sound(100);
        lies[40] = 200;
        assert_eq!(look(&lies), Err(Unfit::Damaged), "a chunk that is longer than the file");
        let mut standing = sound(100);
        standing[28..32].fill(0);
        assert_eq!(look(&standing), Err(Unfit::Damaged), "no time passes in it");
    }
}
