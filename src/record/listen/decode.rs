//! What a piece of a media file sounds like, or which of its pictures can be decoded. Runs in a process of its own only:
//! decoders are where media libraries break.

use super::Found;
use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Context;
use ffmpeg_next::codec::decoder::{Audio, Opened};
use ffmpeg_next::format::context::{Input, StreamIo};
use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::frame;
use ffmpeg_next::{Error, Packet, media};
use std::io::Cursor;

/// From this amplitude on a sample counts as cut off (1.0 is full scale; a lossy codec turns a flat top into ripples).
const FULL: f32 = 0.985;
/// So many samples of a thousand cut off can be heard.
const CLIPPED_PER_MILLE: u64 = 2;
/// Below what 16 bits tell from silence, in dBFS.
const FLOOR_DB: i32 = -100;

/// Nothing of what the library thinks of a piece is written anywhere.
pub(super) fn be_quiet() {
    ffmpeg::log::set_level(ffmpeg::log::Level::Quiet);
}

/// Decodes `bytes`: the beginning of a WebM or Matroska file up to its first cluster, and whole clusters of it.
///
/// # Errors
/// It cannot be decoded; the reason, for a log.
pub(super) fn span(bytes: Vec<u8>) -> Result<Found, String> {
    // The library has words for its errors only after this.
    ffmpeg::init().and_then(|()| decode(bytes)).map_err(|error| error.to_string())
}

fn decode(bytes: Vec<u8>) -> Result<Found, Error> {
    let io = StreamIo::from_read(Cursor::new(bytes))?;
    let input = ffmpeg::format::input_from_stream(io, None, None)?;
    let stream = input.streams().next().ok_or(Error::StreamNotFound)?;
    let parameters = stream.parameters();
    let decoder = Context::from_parameters(parameters)?.decoder();
    match stream.parameters().medium() {
        media::Type::Audio => sound(input, decoder.audio()?),
        media::Type::Video => pictures(input, decoder.video()?.0),
        _ => Err(Error::StreamNotFound),
    }
}

/// How loud it gets.
fn sound(mut input: Input, mut decoder: Audio) -> Result<Found, Error> {
    let mut heard = Loudness::default();
    let mut frame = frame::Audio::empty();
    let mut drain = |decoder: &mut Audio| -> Result<(), Error> {
        while decoder.receive_frame(&mut frame).is_ok() {
            heard.take(&frame)?;
        }
        Ok(())
    };
    for (_, packet) in input.packets() {
        decoder.send_packet(&packet)?;
        drain(&mut decoder)?;
    }
    decoder.send_eof()?;
    drain(&mut decoder)?;
    heard.found()
}

#[derive(Default)]
struct Loudness {
    peak: f32,
    samples: u64,
    full: u64,
}

impl Loudness {
    fn take(&mut self, frame: &frame::Audio) -> Result<(), Error> {
        if frame.format() != Sample::F32(Type::Planar) {
            return Err(Error::InvalidData);
        }
        for plane in 0..frame.planes() {
            for sample in frame.plane::<f32>(plane).iter().map(|sample| sample.abs()) {
                self.peak = self.peak.max(sample);
                self.full += u64::from(sample >= FULL);
                self.samples += 1;
            }
        }
        Ok(())
    }

    fn found(self) -> Result<Found, Error> {
        if self.samples == 0 {
            return Err(Error::InvalidData);
        }
        let clipped = self.full * 1000 >= self.samples * CLIPPED_PER_MILLE;
        Ok(Found::Sound { peak_db: decibels(self.peak), clipped })
    }
}

/// dBFS of an amplitude, from [`FLOOR_DB`] on.
#[expect(clippy::cast_possible_truncation, reason = "a logarithm of a finite number, and the bounds follow")]
fn decibels(amplitude: f32) -> i32 {
    if amplitude > 0.0 { (20.0 * amplitude.log10()).round().clamp(-1000.0, 1000.0) as i32 } else { FLOOR_DB }
        .max(FLOOR_DB)
}

/// Decodes the last key picture: what follows one is decoded by nobody in so short a time, and plays if its key does.
fn pictures(mut input: Input, mut decoder: Opened) -> Result<Found, Error> {
    let keys = input.packets().map(|(_, packet)| packet).filter(Packet::is_key);
    let Some(key) = keys.last() else { return Ok(Found::Picture { key_ms: None }) };
    decoder.send_packet(&key)?;
    decoder.send_eof()?;
    decoder.receive_frame(&mut frame::Video::empty())?;
    Ok(Found::Picture { key_ms: key.pts().and_then(|ms| u64::try_from(ms).ok()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(samples: &[f32]) -> Found {
        let mut frame = frame::Audio::new(Sample::F32(Type::Planar), samples.len(), ffmpeg::ChannelLayout::MONO);
        frame.plane_mut::<f32>(0).copy_from_slice(samples);
        let mut loudness = Loudness::default();
        loudness.take(&frame).unwrap();
        loudness.found().unwrap()
    }

    #[test]
    fn loudness_is_that_of_the_highest_sample_of_either_sign() {
        assert_eq!(heard(&[0.0, 0.1, -0.5, 0.2]), Found::Sound { peak_db: -6, clipped: false });
        assert_eq!(heard(&[0.0; 8]), Found::Sound { peak_db: FLOOR_DB, clipped: false });
        assert_eq!(heard(&[1e-7; 8]), Found::Sound { peak_db: FLOOR_DB, clipped: false });
    }

    #[test]
    fn a_single_full_sample_in_a_thousand_is_no_clipping_and_two_are() {
        let mut samples = vec![0.3; 1000];
        samples[10] = -1.2;
        assert_eq!(heard(&samples), Found::Sound { peak_db: 2, clipped: false });
        samples[11] = 0.99;
        assert_eq!(heard(&samples), Found::Sound { peak_db: 2, clipped: true });
    }

    #[test]
    fn what_is_no_media_is_refused_with_a_reason() {
        assert!(span(b"no media at all".to_vec()).is_err_and(|why| !why.is_empty()));
        assert!(span(Vec::new()).is_err());
    }
}
