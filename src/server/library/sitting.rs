//! One sitting's record as it lies on disk, open or sealed.

use assize_core::ids::TrackId;
use assize_core::ledger::Line;
use assize_proof::hearing_file::HearingFile;
use assize_proof::time;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

#[derive(Debug)]
pub struct Sitting {
    pub folder: PathBuf,
    /// The folder itself, or `data/` of the bag.
    pub payload: PathBuf,
    pub file: HearingFile,
    /// The ledger of all epochs; its chain holds.
    pub lines: Vec<Line>,
    pub sealed_ms: Option<i64>,
}

impl Sitting {
    /// # Errors
    /// Something cannot be read, or the ledger's chain is broken.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let payload = payload(folder);
        let file = serde_json::from_slice(&std::fs::read(payload.join("hearing.json"))?)?;
        let lines = assize_record::ledger::replay(&payload)?.lines;
        let sealed_ms = modified_ms(&payload.join("seal/head.json"));
        Ok(Self { folder: folder.to_owned(), payload, file, lines, sealed_ms })
    }

    /// UTC milliseconds at hearing time zero.
    #[must_use]
    pub fn began_ms(&self) -> i64 {
        time::parse(&self.file.clock.zero_utc).unwrap_or_default()
    }
}

fn payload(folder: &Path) -> PathBuf {
    let data = folder.join("data");
    if data.join("hearing.json").exists() { data } else { folder.to_owned() }
}

fn modified_ms(path: &Path) -> Option<i64> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    i64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}

/// Where a media file of a record is, if `named` is the name of one: `03-camera1/1-0001.webm`. Anything else, such as a
/// way out of the folder, is none.
#[must_use]
pub fn media_path(folder: &Path, named: &str) -> Option<PathBuf> {
    let (track, file) = named.split_once('/')?;
    let parsed: TrackId = track.parse().ok()?;
    let (stem, ending) = file.split_once('.')?;
    let (epoch, number) = stem.split_once('-')?;
    let digits = |text: &str| !text.is_empty() && text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = parsed.to_string() == track && digits(epoch) && digits(number) && matches!(ending, "webm" | "mkv");
    plain.then(|| payload(folder).join("tracks").join(track).join(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_media_files_have_a_path() {
        let path = |named| media_path(Path::new("/r"), named);
        assert_eq!(path("03-camera1/1-0001.webm"), Some(PathBuf::from("/r/tracks/03-camera1/1-0001.webm")));
        for named in [
            "../hearing.json",
            "03-camera1/../../hearing.json",
            "03-camera1/1-0001.chain",
            "03-camera1/1-0001.webm/..",
            "/etc/passwd",
            "3-camera1/1-0001.webm",
            "03-camera1/.webm",
            "03-camera1/1-0001.webm\0",
            "",
        ] {
            assert_eq!(path(named), None, "{named}");
        }
    }
}
