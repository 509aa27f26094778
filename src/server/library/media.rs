//! Names of media files from outside.

use assize_core::ids::TrackId;
use assize_record::catalogue::root;
use std::path::{Path, PathBuf};

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
    plain.then(|| root(folder).join("tracks").join(track).join(file))
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
