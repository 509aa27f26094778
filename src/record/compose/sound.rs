//! The sound of the whole composite, encoded to one file with a stream for each track.

use super::failed;
use super::format::Format;
use super::mix::Mix;
use super::part::complete;
use super::script::Script;
use super::voice::HERTZ;
use ffmpeg_next::codec::encoder::{audio, find_by_name};
use ffmpeg_next::codec::{Context, Flags};
use ffmpeg_next::format::context::Output;
use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::{ChannelLayout, Error, Packet, Rational, format, frame};
use std::io;
use std::path::Path;

const BASE: Rational = Rational(1, HERTZ as i32);

/// Mixes and encodes; `each` is called after the sound of every picture.
///
/// # Errors
/// The coder is not there, or the disk does not take it.
pub(super) fn encode(
    script: &Script,
    mix: &mut Mix,
    format: Format,
    to: &Path,
    mut each: impl FnMut(),
) -> io::Result<()> {
    let unfinished = to.with_extension("part");
    let mut writer = Writer::begin(format, mix.tracks(), &unfinished).map_err(failed)?;
    // The mix is one block late.
    for frame in 0..=script.frames() {
        let t_us = script.piece(frame).and_then(|(_, t_us)| t_us);
        let blocks = mix.block(script, t_us);
        if frame > 0 {
            writer.write(&blocks, false).map_err(failed)?;
        }
        each();
    }
    writer.finish().map_err(failed)?;
    complete(&unfinished, to)
}

struct Writer {
    coders: Vec<Coder>,
    output: Output,
}

struct Coder {
    coder: audio::Encoder,
    sample: Sample,
    /// Samples that do not fill a frame yet.
    waiting: Vec<f32>,
    sent: usize,
    base: Rational,
}

impl Writer {
    fn begin(format: Format, tracks: usize, path: &Path) -> Result<Self, Error> {
        let mut output = format::output_as(path, format.name())?;
        let mut coders = Vec::new();
        for _ in 0..tracks {
            let coder = Coder::new(format)?;
            output.add_stream_with(&coder.coder)?.set_time_base(BASE);
            coders.push(coder);
        }
        output.write_header()?;
        for (nth, coder) in coders.iter_mut().enumerate() {
            coder.base = output.stream(nth).ok_or(Error::StreamNotFound)?.time_base();
        }
        Ok(Self { coders, output })
    }

    /// `last`: what waits goes out as it is.
    fn write(&mut self, blocks: &[Vec<f32>], last: bool) -> Result<(), Error> {
        for (nth, coder) in self.coders.iter_mut().enumerate() {
            coder.waiting.extend(blocks.get(nth).into_iter().flatten());
            let size = coder.coder.frame_size().max(1) as usize;
            while coder.waiting.len() >= size || (last && !coder.waiting.is_empty()) {
                let rest = coder.waiting.split_off(size.min(coder.waiting.len()));
                let samples = std::mem::replace(&mut coder.waiting, rest);
                coder.send(&samples)?;
            }
            if last {
                coder.coder.send_eof()?;
            }
            let mut packet = Packet::empty();
            while coder.coder.receive_packet(&mut packet).is_ok() {
                packet.set_stream(nth);
                packet.rescale_ts(BASE, coder.base);
                packet.write_interleaved(&mut self.output)?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), Error> {
        self.write(&[], true)?;
        self.output.write_trailer()
    }
}

impl Coder {
    fn new(format: Format) -> Result<Self, Error> {
        let sample = match format {
            Format::Mp4 => Sample::F32(Type::Planar),
            Format::Webm => Sample::F32(Type::Packed),
        };
        let codec = find_by_name(format.sound_coder()).ok_or(Error::EncoderNotFound)?;
        let mut coder = Context::new_with_codec(codec).encoder().audio()?;
        coder.set_rate(HERTZ as i32);
        coder.set_format(sample);
        coder.set_channel_layout(ChannelLayout::MONO);
        coder.set_bit_rate(format.sound_rate());
        coder.set_time_base(BASE);
        coder.set_flags(Flags::GLOBAL_HEADER);
        let coder = coder.open_as(codec)?;
        Ok(Self { coder, sample, waiting: Vec::new(), sent: 0, base: BASE })
    }

    fn send(&mut self, samples: &[f32]) -> Result<(), Error> {
        let mut frame = frame::Audio::new(self.sample, samples.len(), ChannelLayout::MONO);
        frame.set_rate(HERTZ as u32);
        frame.set_pts(Some(self.sent as i64));
        // One channel: planar and packed are the same.
        frame.plane_mut::<f32>(0).copy_from_slice(samples);
        self.sent += samples.len();
        self.coder.send_frame(&frame)
    }
}
