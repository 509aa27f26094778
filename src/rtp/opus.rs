//! What can be told of an Opus packet without decoding it (RFC 6716 section 3).

/// Longest packet, in microseconds.
const LONGEST_US: i64 = 120_000;

/// Length of what a packet plays, in microseconds; 0 of an empty one.
#[must_use]
pub fn length_us(packet: &[u8]) -> i64 {
    let Some(toc) = packet.first() else { return 0 };
    let frame = match toc >> 3 {
        config @ 0..=11 => [10_000, 20_000, 40_000, 60_000][usize::from(config & 3)],
        config @ 12..=15 => [10_000, 20_000][usize::from(config & 1)],
        config => [2_500, 5_000, 10_000, 20_000][usize::from(config & 3)],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => i64::from(packet.get(1).map_or(0, |count| count & 0x3F)),
    };
    (frame * frames).min(LONGEST_US)
}

/// The same in ticks of its RTP clock of 48 kHz.
#[must_use]
pub fn ticks(packet: &[u8]) -> u32 {
    (length_us(packet) * 48 / 1000) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_in_the_first_bytes() {
        let lengths = [&[][..], &[0xf8], &[0xfc, 1, 2], &[0xf9], &[0x00], &[0x18], &[0xfb, 3], &[0xfb, 63], &[0xfb]]
            .map(length_us);
        assert_eq!(lengths, [0, 20_000, 20_000, 40_000, 10_000, 60_000, 60_000, 120_000, 0]);
        assert_eq!(ticks(&[0xf8]), 960);
    }
}
