//! Second places of checkpoints: whether they take a file, and whether they are on a disk of their own.

use super::{Finding, both};
use std::fs::{self, File, metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

const PLACE: &str = "recording.second_places";

/// Of one place. `records`: the folder of the records, or the nearest above it that is there.
pub(super) fn examine(place: &Path, records: &Path) -> Finding {
    let device = |path: &Path| metadata(path).map(|at| at.dev());
    match takes_a_file(place).and_then(|()| Ok(device(place)? == device(records)?)) {
        Ok(false) => Finding::ok(PLACE, both!("{place:?} ghi được", "{place:?} is writable")),
        Ok(true) => Finding::warn(
            PLACE,
            both!("{place:?} nằm cùng ổ đĩa với bản ghi", "{place:?} is on the same disk as the records"),
            both!(
                "Có thể ổ của máy kia chưa được gắn. Hỏng ổ này là mất cả hai.",
                "The other machine's disk may not be mounted. Who has this disk has both."
            ),
        ),
        Err(error) => Finding::fail(
            PLACE,
            both!("không ghi được vào {place:?}: {error}", "nothing can be written to {place:?}: {error}"),
            both!(
                "Bản ghi vẫn được ghi, nhưng chữ ký không được chép đi. Kiểm tra ổ đã gắn và cho người dùng của máy chủ ghi.",
                "The record is still written, but nothing is copied. See that the disk is mounted and lets the server's user write."
            ),
        ),
    }
}

fn takes_a_file(place: &Path) -> std::io::Result<()> {
    let path = place.join(format!(".doctor-{}", std::process::id()));
    let synced = File::options().write(true).create_new(true).open(&path)?.sync_all();
    fs::remove_file(&path)?;
    synced
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn a_place_that_is_not_there_fails_and_one_beside_the_records_warns() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(examine(&dir.path().join("gone"), dir.path()).level, Level::Fail);
        assert_eq!(examine(dir.path(), dir.path()).level, Level::Warn);
        assert_eq!(examine(dir.path(), Path::new("/proc")).level, Level::Ok);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
    }
}
