//! One media file of the record, decoded frame by frame. Runs in a process of its own only.

use super::marker::Marker;
use super::script::Part;
use ffmpeg_next::codec::Context;
use ffmpeg_next::codec::decoder::Opened;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::{Dictionary, Error, Frame, Packet, Rational, format};
use std::path::Path;
use std::rc::Rc;

/// Larger pictures than of so many pixels are not decoded: 4096 x 2176.
const MOST_PIXELS: &str = "8912896";
/// Packets that cannot be read in a row, after which nothing more is expected of a file.
const HOPELESS: u32 = 1000;

/// A file that is being decoded.
pub(super) struct Source {
    input: Input,
    decoder: Opened,
    stream: usize,
    base: Rational,
    /// Packets before it are passed over, in the file's time.
    from: Option<i64>,
    bad: u32,
    name: String,
    marker: Rc<Marker>,
}

/// What came of trying to decode the next frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Its hearing time in microseconds.
    Frame(u64),
    /// Something could not be decoded, at about this time if that is known; there may be more.
    Fault(Option<u64>),
    End,
}

impl Source {
    /// Opens a file of the record. Of a picture that is wanted from `from_us` on only, decoding begins with the last key
    /// picture before it.
    ///
    /// # Errors
    /// It is no media file of the recorder's kind, or its codec is not known here.
    pub(super) fn open(root: &Path, part: &Part, from_us: Option<u64>, marker: &Rc<Marker>) -> Result<Self, Error> {
        marker.enter(&part.file);
        let path = root.join(&part.file);
        let from = from_us.map(|from_us| last_key(&path, from_us)).transpose()?.flatten();
        let input = demux(&path)?;
        let stream = input.streams().next().ok_or(Error::StreamNotFound)?;
        let (index, base, parameters) = (stream.index(), stream.time_base(), stream.parameters());
        let codec = parameters.id();
        let options = [("threads", "1"), ("max_pixels", MOST_PIXELS)];
        let decoder = Context::from_parameters(parameters)?.decoder();
        let decoder = decoder.open_as_with(codec, options.iter().collect::<Dictionary<'_>>())?;
        Ok(Self {
            input,
            decoder,
            stream: index,
            base,
            from,
            bad: 0,
            name: part.file.clone(),
            marker: Rc::clone(marker),
        })
    }

    /// The next frame.
    pub(super) fn next(&mut self, frame: &mut Frame) -> Step {
        self.marker.enter(&self.name);
        loop {
            match self.decoder.receive_frame(frame) {
                Ok(()) => {
                    self.bad = 0;
                    return frame.timestamp().map_or(Step::Fault(None), |at| Step::Frame(us(at, self.base)));
                }
                Err(Error::Eof) => return Step::End,
                Err(error) if is_again(error) => {}
                Err(_) => return self.fault(None),
            }
            let mut packet = Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) => {
                    let at = packet.pts();
                    if packet.stream() != self.stream || self.from.zip(at).is_some_and(|(from, at)| at < from) {
                        continue;
                    }
                    if self.decoder.send_packet(&packet).is_err() {
                        return self.fault(at.map(|at| us(at, self.base)));
                    }
                }
                Err(Error::InvalidData) => return self.fault(None),
                // The end, or what nobody can read on from: what was sent before still comes out.
                Err(_) => {
                    if self.decoder.send_eof().is_err() {
                        return Step::End;
                    }
                }
            }
        }
    }

    fn fault(&mut self, at_us: Option<u64>) -> Step {
        self.bad += 1;
        if self.bad > HOPELESS { Step::End } else { Step::Fault(at_us) }
    }
}

/// A file of Matroska's family and nothing else, from the disk and nowhere else: what it says it refers to is not followed.
fn demux(path: &Path) -> Result<Input, Error> {
    let options = [("format_whitelist", "matroska,webm"), ("protocol_whitelist", "file")];
    format::input_with_dictionary(path, options.iter().collect::<Dictionary<'_>>())
}

/// Time in the file of the last key picture up to a hearing time. Files that are written live have no index.
fn last_key(path: &Path, up_to_us: u64) -> Result<Option<i64>, Error> {
    let mut input = demux(path)?;
    let base = input.streams().next().ok_or(Error::StreamNotFound)?.time_base();
    let keys = input.packets().filter(|(_, packet)| packet.is_key()).filter_map(|(_, packet)| packet.pts());
    Ok(keys.take_while(|at| us(*at, base) <= up_to_us).last())
}

fn us(at: i64, base: Rational) -> u64 {
    let at = i128::from(at) * 1_000_000 * i128::from(base.numerator()) / i128::from(base.denominator().max(1));
    u64::try_from(at.max(0)).unwrap_or(u64::MAX)
}

fn is_again(error: Error) -> bool {
    error == Error::Other { errno: libc::EAGAIN }
}
