//! Pictures of any size made to fit their place.

use super::wall::Rect;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::frame;
use ffmpeg_next::software::scaling::{Context, Flags};

/// Smaller or larger is no picture, in pixels.
const SIDE: std::ops::RangeInclusive<u32> = 16..=8192;

/// Keeps what it needs for as long as the sizes stay.
#[derive(Default)]
pub(super) struct Scaler {
    context: Option<Context>,
    scaled: Option<frame::Video>,
}

impl Scaler {
    /// `frame` in the size of `to`; none if that cannot be.
    pub(super) fn scale(&mut self, frame: &frame::Video, to: Rect) -> Option<&frame::Video> {
        let (w, h) = (u32::try_from(to.w).ok()?, u32::try_from(to.h).ok()?);
        if !SIDE.contains(&frame.width()) || !SIDE.contains(&frame.height()) || w < 2 || h < 2 {
            return None;
        }
        let fits = self.context.as_ref().is_some_and(|context| {
            let (from, into) = (context.input(), context.output());
            (from.format, from.width, from.height) == (frame.format(), frame.width(), frame.height())
                && (into.width, into.height) == (w, h)
        });
        if !fits {
            let (format, width, height) = (frame.format(), frame.width(), frame.height());
            self.context = Context::get(format, width, height, Pixel::YUV420P, w, h, Flags::BILINEAR).ok();
            self.scaled = Some(frame::Video::new(Pixel::YUV420P, w, h));
        }
        let (context, scaled) = (self.context.as_mut()?, self.scaled.as_mut()?);
        context.run(frame, scaled).ok()?;
        Some(scaled)
    }
}
