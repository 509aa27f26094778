//! The file of an exhibit: what the server found it to be when it came.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use ts_rs::TS;

/// The kinds of file that are taken: what they say can be drawn or played, and nothing in them is ever run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    Pdf,
    Jpeg,
    Png,
    Webp,
    Mp4,
    M4a,
    Webm,
    Matroska,
    Ogg,
    Wav,
    Mp3,
    Flac,
}

impl MediaType {
    pub const ALL: [Self; 12] = [
        Self::Pdf,
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Mp4,
        Self::M4a,
        Self::Webm,
        Self::Matroska,
        Self::Ogg,
        Self::Wav,
        Self::Mp3,
        Self::Flac,
    ];

    /// Whether it is played, with a time; everything else is pages.
    #[must_use]
    pub fn is_played(self) -> bool {
        !matches!(self, Self::Pdf | Self::Jpeg | Self::Png | Self::Webp)
    }

    /// As in `Content-Type`.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::M4a => "audio/mp4",
            Self::Webm => "video/webm",
            Self::Matroska => "video/x-matroska",
            Self::Ogg => "audio/ogg",
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::Flac => "audio/flac",
        }
    }

    /// The ending of the file's name in the record.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Mp4 => "mp4",
            Self::M4a => "m4a",
            Self::Webm => "webm",
            Self::Matroska => "mkv",
            Self::Ogg => "ogg",
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
            Self::Flac => "flac",
        }
    }
}

/// SHA-256 of a file: 64 digits, a to f in small letters, and so a safe part of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub struct FileHash(String);

/// Something else came where a SHA-256 was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256: expected 64 digits of 0 to 9 and a to f")]
pub struct BadFileHash;

impl TryFrom<String> for FileHash {
    type Error = BadFileHash;

    fn try_from(text: String) -> Result<Self, BadFileHash> {
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits && text.len() == 64 { Ok(Self(text)) } else { Err(BadFileHash) }
    }
}

impl FromStr for FileHash {
    type Err = BadFileHash;

    fn from_str(text: &str) -> Result<Self, BadFileHash> {
        Self::try_from(text.to_owned())
    }
}

impl From<FileHash> for String {
    fn from(hash: FileHash) -> Self {
        hash.0
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is kept of a file besides its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ExhibitFile {
    pub sha256: FileHash,
    #[ts(type = "number")]
    pub bytes: u64,
    pub media_type: MediaType,
    /// Of a picture 1; of a document as far as somebody counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Of what is played: as far as the file says it plainly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_ms: Option<u64>,
}

impl ExhibitFile {
    /// Where the file lies below the record's folder.
    #[must_use]
    pub fn path(&self) -> String {
        format!("exhibits/{}.{}", self.sha256, self.media_type.extension())
    }
}
