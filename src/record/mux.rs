//! The muxer: FFmpeg's Matroska writer over our own append-only sink. No other module knows FFmpeg but `listen::decode`,
//! which runs in a process of its own.

use assize_rtp::tap::Codec;
use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::{Id, Parameters};
use ffmpeg_next::format::context::{Output, StreamIo};
use ffmpeg_next::packet::{Flags, Mut};
use ffmpeg_next::{Dictionary, Error, Packet, Rational, ffi, media};
use std::io::{self, Write};

/// What a file begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub codec: Codec,
    /// Pixels; of a picture only.
    pub size: (u16, u16),
    /// `avcC` for H.264; nothing for the others.
    pub config: Vec<u8>,
}

/// One track going into one WebM or Matroska file. Bytes once written are final.
pub struct Muxer {
    output: Output,
    sound: bool,
    last_ms: i64,
}

impl std::fmt::Debug for Muxer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Muxer")
    }
}

/// `webm`, or `mkv` for what WebM does not hold.
#[must_use]
pub fn extension(codec: Codec) -> &'static str {
    match codec {
        Codec::H264 => "mkv",
        Codec::Opus | Codec::Vp8 | Codec::Vp9 | Codec::Av1 => "webm",
    }
}

/// Version of the muxing library, for `hearing.json`.
#[must_use]
pub fn muxer_version() -> String {
    let v = ffmpeg::format::version();
    format!("libavformat {}.{}.{}", v >> 16, v >> 8 & 255, v & 255)
}

impl Muxer {
    /// Writes the file's header to `sink`.
    ///
    /// # Errors
    /// `sink` failed, or the muxer refuses the header.
    pub fn open(sink: impl Write + Send + 'static, header: &Header) -> io::Result<Self> {
        let format = if extension(header.codec) == "mkv" { "matroska" } else { "webm" };
        let io = StreamIo::from_write(sink).map_err(failed)?;
        let mut output = ffmpeg::format::output_to_stream(io, None, Some(format)).map_err(failed)?;
        let mut stream = output.add_stream(Id::None).map_err(failed)?;
        stream.set_parameters(parameters(header)?);
        stream.set_time_base(Rational(1, 1000));
        let mut options = Dictionary::new();
        // Clusters of half a second at most, handed over as soon as they are complete (reference: recording, section 3).
        options.set("cluster_time_limit", "500");
        options.set("flush_packets", "1");
        options.set("live", "1");
        output.write_header_with(options).map(drop).map_err(failed)?;
        Ok(Self { output, sound: header.codec.is_audio(), last_ms: 0 })
    }

    /// Writes a frame; `time_ms` must be greater than the one before.
    ///
    /// # Errors
    /// The sink failed: this muxer is then dead.
    pub fn write(&mut self, data: &[u8], time_ms: i64, key: bool) -> io::Result<()> {
        let mut packet = Packet::copy(data);
        packet.set_stream(0);
        packet.set_pts(Some(time_ms));
        packet.set_dts(Some(time_ms));
        if key {
            packet.set_flags(Flags::KEY);
        }
        self.last_ms = time_ms;
        packet.write(&mut self.output).map(drop).map_err(failed)
    }

    /// Completes the cluster in hand and hands it to the sink: nothing stays in memory.
    ///
    /// # Errors
    /// The sink failed.
    #[allow(unsafe_code)]
    pub fn flush(&mut self) -> io::Result<()> {
        // The Matroska muxer keeps the last packet of sound back until another comes, whatever is flushed; an empty one
        // brings it out and is not itself written.
        let mut empty = Packet::new(0);
        empty.set_stream(0);
        empty.set_pts(Some(self.last_ms));
        empty.set_dts(Some(self.last_ms));
        // SAFETY: `output` owns a context whose header has been written (see `open`), and it is borrowed exclusively for
        // the calls; `empty` is a valid packet that outlives its call and is only read, and libavformat defines a null
        // packet as the request to flush.
        let result = unsafe {
            let context = self.output.as_mut_ptr();
            let kept = if self.sound { ffi::av_write_frame(context, empty.as_mut_ptr()) } else { 0 };
            if kept < 0 { kept } else { ffi::av_write_frame(context, std::ptr::null_mut()) }
        };
        if result < 0 { Err(failed(Error::from(result))) } else { Ok(()) }
    }

    /// Completes the last cluster and ends the file.
    ///
    /// # Errors
    /// The sink failed.
    pub fn finish(mut self) -> io::Result<()> {
        self.output.write_trailer().map_err(failed)
    }
}

fn failed(error: Error) -> io::Error {
    match error {
        Error::Other { errno } => io::Error::from_raw_os_error(errno),
        other => io::Error::other(other.to_string()),
    }
}

fn parameters(header: &Header) -> io::Result<Parameters> {
    let mut parameters = Parameters::new();
    let (medium, id) = match header.codec {
        Codec::Opus => (media::Type::Audio, Id::OPUS),
        Codec::Vp8 => (media::Type::Video, Id::VP8),
        Codec::Vp9 => (media::Type::Video, Id::VP9),
        Codec::H264 => (media::Type::Video, Id::H264),
        Codec::Av1 => (media::Type::Video, Id::AV1),
    };
    parameters.set_medium(medium);
    parameters.set_id(id);
    let private = if header.codec == Codec::Opus { &OPUS_HEAD[..] } else { &header.config };
    fill(&mut parameters, header, private)?;
    Ok(parameters)
}

/// RFC 7845 section 5.1: version 1, two channels, no pre-skip (what is played begins with what was recorded), 48 kHz.
const OPUS_HEAD: [u8; 19] = *b"OpusHead\x01\x02\x00\x00\x80\xBB\x00\x00\x00\x00\x00";

/// The fields that the safe interface has no setters for.
#[allow(unsafe_code)]
fn fill(parameters: &mut Parameters, header: &Header, private: &[u8]) -> io::Result<()> {
    const PADDING: usize = ffi::AV_INPUT_BUFFER_PADDING_SIZE as usize;
    let private_len = i32::try_from(private.len()).map_err(io::Error::other)?;
    // SAFETY: `parameters` was just allocated by avcodec_parameters_alloc and is owned by nobody else; a failed allocation
    // is null and refused. The private data is a zeroed allocation of libavutil's of its length and the padding that
    // decoders expect, which avcodec_parameters_free releases.
    unsafe {
        let raw = parameters.as_mut_ptr();
        if raw.is_null() {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        if header.codec.is_audio() {
            (*raw).sample_rate = 48_000;
            (*raw).seek_preroll = 3_840;
            ffi::av_channel_layout_default(&raw mut (*raw).ch_layout, 2);
        } else {
            (*raw).width = i32::from(header.size.0);
            (*raw).height = i32::from(header.size.1);
        }
        if !private.is_empty() {
            let copy = ffi::av_mallocz(private.len() + PADDING).cast::<u8>();
            if copy.is_null() {
                return Err(io::ErrorKind::OutOfMemory.into());
            }
            std::ptr::copy_nonoverlapping(private.as_ptr(), copy, private.len());
            (*raw).extradata = copy;
            (*raw).extradata_size = private_len;
        }
    }
    Ok(())
}

/// Copies a file's packets into a new file that has a duration and an index.
///
/// # Errors
/// The file cannot be read or the copy cannot be written.
pub fn remux(from: &std::path::Path, to: &std::path::Path) -> io::Result<()> {
    let mut input = ffmpeg::format::input(from).map_err(failed)?;
    let mut output = ffmpeg::format::output(to).map_err(failed)?;
    let base = {
        let stream = input.streams().next().ok_or(io::ErrorKind::InvalidData)?;
        let mut copy = output.add_stream(Id::None).map_err(failed)?;
        copy.set_parameters(stream.parameters());
        stream.time_base()
    };
    output.write_header().map_err(failed)?;
    let target = output.stream(0).ok_or(io::ErrorKind::InvalidData)?.time_base();
    for (_, mut packet) in input.packets() {
        packet.rescale_ts(base, target);
        packet.set_position(-1);
        packet.set_stream(0);
        packet.write(&mut output).map_err(failed)?;
    }
    output.write_trailer().map_err(failed)
}
