//! The two forms in which a composite is delivered.

use ffmpeg_next::Dictionary;
use serde::{Deserialize, Serialize};

/// H.264 and AAC, which a court's machines play, or VP9 and Opus, which no patent is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Mp4,
    Webm,
}

impl Format {
    pub const ALL: [Self; 2] = [Self::Mp4, Self::Webm];

    /// Also the ending of its files and the name of the muxer.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
        }
    }

    /// Name of the file in the folder of derived files.
    #[must_use]
    pub fn file(self) -> String {
        format!("composite.{}", self.name())
    }

    /// For `Content-Type`.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
        }
    }

    pub(super) fn picture_coder(self) -> &'static str {
        match self {
            Self::Mp4 => "libx264",
            Self::Webm => "libvpx-vp9",
        }
    }

    pub(super) fn sound_coder(self) -> &'static str {
        match self {
            Self::Mp4 => "aac",
            Self::Webm => "libopus",
        }
    }

    /// Options of the picture's coder (reference: recording, section 4).
    pub(super) fn picture_options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            // Searching less for movement costs a third less and makes a file a twelfth larger: people sit.
            Self::Mp4 => &[("preset", "veryfast"), ("crf", "26"), ("x264-params", "subme=1:me=dia")],
            Self::Webm => &[
                ("deadline", "realtime"),
                ("cpu-used", "8"),
                ("row-mt", "1"),
                ("b", "1200k"),
                ("lag-in-frames", "0"),
                ("auto-alt-ref", "0"),
            ],
        }
    }

    /// Bits a second of a track of sound.
    pub(super) fn sound_rate(self) -> usize {
        match self {
            Self::Mp4 => 96_000,
            Self::Webm => 64_000,
        }
    }

    pub(super) fn muxer_options(self) -> Dictionary<'static> {
        match self {
            // The index first, so that it plays while it is fetched.
            Self::Mp4 => [("movflags", "+faststart")].iter().collect(),
            Self::Webm => Dictionary::new(),
        }
    }
}
