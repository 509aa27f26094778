//! FLAC (RFC 9639): its blocks of metadata, and the beginning of its frames. Where the last frame ends only a decoder can
//! tell.

use super::{Found, Source, Unfit};
use assize_core::hearing::MediaType;

pub(super) fn look(source: &mut Source<'_>) -> Result<Found, Unfit> {
    walk(source).map(|length_ms| Found::recording(MediaType::Flac, length_ms)).ok_or(Unfit::Damaged)
}

fn walk(source: &mut Source<'_>) -> Option<Option<u64>> {
    // The first block says how the sound was taken (section 8.2).
    (source.big(4, 1)? & 0x7f == 0 && source.big(5, 3)? == 34).then_some(())?;
    let taken = source.big(18, 8)?;
    let (rate, samples) = (taken >> 44, taken & 0xf_ffff_ffff);
    let mut at = 4;
    loop {
        let last = source.big(at, 1)? & 0x80 != 0;
        at += 4 + source.big(at + 1, 3)?;
        if last {
            break;
        }
    }
    // A frame begins (section 9.1).
    (source.big(at, 2)? & 0xfffe == 0xfff8).then_some(())?;
    Some((samples * 1000).checked_div(rate).filter(|_| samples > 0))
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;

    fn sound() -> Vec<u8> {
        let taken = (16_000_u64 << 44 | 48_000).to_be_bytes();
        [&b"fLaC\0\0\0\x22"[..], &[0; 10], &taken, &[0; 16], b"\x84\0\0\x02vv", b"\xff\xf8frame"].concat()
    }

    #[test]
    fn its_first_block_says_how_long_it_is() {
        assert_eq!(look(&sound()), Ok(Found::recording(MediaType::Flac, Some(3000))));
        for cut in 0..sound().len() - 5 {
            assert!(look(&sound()[..cut]).is_err(), "{cut}");
        }
        let zipped = [&sound()[..], b"PK\x05\x06", &[0; 18]].concat();
        assert_eq!(look(&zipped), Err(Unfit::Archive));
    }
}
