//! Picture and sound put together as they are, with chapters.

use super::failed;
use super::format::Format;
use super::part;
use super::script::{RATE, Script};
use super::words;
use ffmpeg_next::codec::Id;
use ffmpeg_next::format::context::{Input, Output};
use ffmpeg_next::{Dictionary, Error, Packet, Rational, Stream, format};
use std::io;
use std::path::{Path, PathBuf};

/// One of the files that it is made of.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) path: PathBuf,
    /// The picture that it begins with.
    pub(super) at: u64,
}

/// Writes the whole file, not yet durable and not under its real name.
///
/// # Errors
/// A piece cannot be read, or the disk does not take the file.
pub(super) fn join(
    script: &Script,
    format: Format,
    pieces: &[Piece],
    sound: &Path,
    to: &Path,
    comment: &str,
    each: impl FnMut(),
) -> io::Result<()> {
    write(script, format, pieces, sound, to, comment, each).map_err(failed)
}

fn write(
    script: &Script,
    format: Format,
    pieces: &[Piece],
    sound: &Path,
    to: &Path,
    comment: &str,
    mut each: impl FnMut(),
) -> Result<(), Error> {
    let mut pictures = Pictures::new(pieces)?;
    let mut sounds = Sounds::open(sound)?;
    let mut output = format::output_as(to, format.name())?;
    {
        let first = pictures.stream()?;
        copy_stream(&mut output, &first, part::BASE, None)?;
    }
    for (stream, title) in sounds.input.streams().zip([words::FLOOR, words::INTERPRETATION]) {
        copy_stream(&mut output, &stream, stream.time_base(), Some(title))?;
    }
    describe(&mut output, script, comment)?;
    drop(output.write_header_with(format.muxer_options())?);
    let bases: Vec<Rational> = output.streams().map(|stream| stream.time_base()).collect();
    let (mut picture, mut heard) = (pictures.next()?, sounds.next()?);
    loop {
        // What is to be decoded earlier first: then nothing has to wait in memory.
        let picture_first = match (&picture, &heard) {
            (Some(picture), Some(heard)) => picture.seconds() <= heard.seconds(),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => break,
        };
        let timed = if picture_first { picture.take() } else { heard.take() };
        if let Some(Timed { mut packet, base }) = timed {
            packet.rescale_ts(base, *bases.get(packet.stream()).ok_or(Error::StreamNotFound)?);
            packet.set_position(-1);
            packet.write_interleaved(&mut output)?;
        }
        if picture_first {
            picture = pictures.next()?;
            each();
        } else {
            heard = sounds.next()?;
        }
    }
    output.write_trailer()
}

fn copy_stream(output: &mut Output, from: &Stream<'_>, base: Rational, title: Option<&str>) -> Result<(), Error> {
    let mut stream = output.add_stream(Id::None)?;
    stream.set_parameters(from.parameters());
    stream.set_time_base(base);
    match title {
        Some(title) => {
            let language = if title == words::FLOOR { "vie" } else { "und" };
            stream.set_metadata([("title", title), ("handler_name", title), ("language", language)].iter().collect());
        }
        None => stream.set_avg_frame_rate(part::BASE.invert()),
    }
    Ok(())
}

fn describe(output: &mut Output, script: &Script, comment: &str) -> Result<(), Error> {
    let title = format!("{} {}", script.case, script.title);
    output.set_metadata([("title", title.trim()), ("comment", comment)].iter().collect::<Dictionary<'_>>());
    for (nth, chapter) in script.chapters.iter().enumerate() {
        let (from, to) = (chapter.at.start as i64, chapter.at.end as i64);
        output.add_chapter(nth as i64 + 1, Rational(1, RATE as i32), from, to, &chapter.title)?;
    }
    Ok(())
}

/// A packet with its time.
struct Timed {
    packet: Packet,
    base: Rational,
}

impl Timed {
    fn seconds(&self) -> f64 {
        let at = self.packet.dts().or_else(|| self.packet.pts()).unwrap_or_default();
        at as f64 * f64::from(self.base)
    }
}

/// The parts one after the other, each moved to where it belongs.
struct Pictures<'a> {
    pieces: std::slice::Iter<'a, Piece>,
    open: Option<(Input, i64)>,
}

impl<'a> Pictures<'a> {
    fn new(pieces: &'a [Piece]) -> Result<Self, Error> {
        let mut pictures = Self { pieces: pieces.iter(), open: None };
        pictures.begin()?;
        Ok(pictures)
    }

    fn begin(&mut self) -> Result<(), Error> {
        self.open = match self.pieces.next() {
            Some(piece) => Some((format::input(&piece.path)?, piece.at as i64)),
            None => None,
        };
        Ok(())
    }

    fn stream(&self) -> Result<Stream<'_>, Error> {
        let (input, _) = self.open.as_ref().ok_or(Error::StreamNotFound)?;
        input.streams().next().ok_or(Error::StreamNotFound)
    }

    fn next(&mut self) -> Result<Option<Timed>, Error> {
        while let Some((input, at)) = &mut self.open {
            let mut packet = Packet::empty();
            match packet.read(input) {
                Ok(()) => {
                    let base = input.stream(0).ok_or(Error::StreamNotFound)?.time_base();
                    packet.rescale_ts(base, part::BASE);
                    packet.set_pts(packet.pts().map(|pts| pts + *at));
                    packet.set_dts(packet.dts().map(|dts| dts + *at));
                    packet.set_duration(1);
                    packet.set_stream(0);
                    return Ok(Some(Timed { packet, base: part::BASE }));
                }
                Err(Error::Eof) => self.begin()?,
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// All tracks of sound, as they lie in their file.
struct Sounds {
    input: Input,
}

impl Sounds {
    fn open(path: &Path) -> Result<Self, Error> {
        Ok(Self { input: format::input(path)? })
    }

    fn next(&mut self) -> Result<Option<Timed>, Error> {
        let mut packet = Packet::empty();
        match packet.read(&mut self.input) {
            Ok(()) => {
                let base = self.input.stream(packet.stream()).ok_or(Error::StreamNotFound)?.time_base();
                packet.set_stream(packet.stream() + 1);
                Ok(Some(Timed { packet, base }))
            }
            Err(Error::Eof) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
