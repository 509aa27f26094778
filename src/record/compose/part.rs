//! Some minutes of the picture, encoded to a file that is complete or not there.

use super::failed;
use super::format::Format;
use super::script::{RATE, Script};
use super::stage::Stage;
use super::wall::{HEIGHT, WIDTH};
use ffmpeg_next::codec::encoder::{find_by_name, video};
use ffmpeg_next::codec::{Context, Flags};
use ffmpeg_next::format::context::Output;
use ffmpeg_next::format::{self, Pixel};
use ffmpeg_next::{Dictionary, Error, Packet, Rational, color};
use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::Path;
use std::thread::available_parallelism;

/// Time of the coder: one unit a picture.
pub(super) const BASE: Rational = Rational(1, RATE as i32);
/// More threads than this cost more than they bring.
const THREADS: usize = 4;

/// Draws and encodes pictures; `each` is called after every one.
///
/// # Errors
/// The coder is not there, or the disk does not take it.
pub(super) fn encode(
    script: &Script,
    stage: &mut Stage,
    format: Format,
    frames: Range<u64>,
    to: &Path,
    mut each: impl FnMut(),
) -> io::Result<()> {
    let unfinished = to.with_extension("part");
    let mut writer = Writer::begin(format, &unfinished).map_err(failed)?;
    for (nth, frame) in frames.enumerate() {
        let picture = stage.draw(script, frame);
        picture.set_pts(Some(nth as i64));
        writer.coder.send_frame(picture).map_err(failed)?;
        writer.drain().map_err(failed)?;
        each();
    }
    writer.finish().map_err(failed)?;
    complete(&unfinished, to)
}

/// Durable under its real name only when it is whole.
pub(super) fn complete(unfinished: &Path, to: &Path) -> io::Result<()> {
    File::open(unfinished)?.sync_all()?;
    fs::rename(unfinished, to)?;
    to.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

struct Writer {
    coder: video::Encoder,
    output: Output,
    base: Rational,
}

impl Writer {
    fn begin(format: Format, path: &Path) -> Result<Self, Error> {
        let coder = coder(format)?;
        let mut output = format::output_as(path, format.name())?;
        let mut stream = output.add_stream_with(&coder)?;
        stream.set_time_base(BASE);
        stream.set_avg_frame_rate(BASE.invert());
        output.write_header()?;
        let base = output.stream(0).ok_or(Error::StreamNotFound)?.time_base();
        Ok(Self { coder, output, base })
    }

    fn drain(&mut self) -> Result<(), Error> {
        let mut packet = Packet::empty();
        while self.coder.receive_packet(&mut packet).is_ok() {
            packet.set_stream(0);
            packet.set_duration(1);
            packet.rescale_ts(BASE, self.base);
            packet.write(&mut self.output)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), Error> {
        self.coder.send_eof()?;
        self.drain()?;
        self.output.write_trailer()
    }
}

fn coder(format: Format) -> Result<video::Encoder, Error> {
    let codec = find_by_name(format.picture_coder()).ok_or(Error::EncoderNotFound)?;
    let mut coder = Context::new_with_codec(codec).encoder().video()?;
    coder.set_width(WIDTH as u32);
    coder.set_height(HEIGHT as u32);
    coder.set_format(Pixel::YUV420P);
    coder.set_time_base(BASE);
    coder.set_frame_rate(Some(BASE.invert()));
    // What the cameras' pictures have, which are taken over as they are.
    coder.set_colorspace(color::Space::SMPTE170M);
    coder.set_color_primaries(color::Primaries::SMPTE170M);
    coder.set_color_transfer_characteristic(color::TransferCharacteristic::SMPTE170M);
    coder.set_color_range(color::Range::MPEG);
    coder.set_flags(Flags::GLOBAL_HEADER);
    let threads = available_parallelism().map_or(1, usize::from).min(THREADS).to_string();
    let options = format.picture_options().iter().copied().chain([("threads", threads.as_str())]);
    coder.open_as_with(codec, options.collect::<Dictionary<'_>>())
}
