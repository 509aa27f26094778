//! Where a sitting's record lies.

use assize_core::ids::HearingId;
use assize_proof::hearing_file::HearingFile;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Smallest free space at which a session may begin.
pub const LEAST_FREE: u64 = 1 << 30;
/// Bytes a second of a typical hearing: six cameras at 1.5 Mb/s each. What is said of the time left where nothing is
/// being recorded rests on it.
pub const TYPICAL_RATE: u64 = 6 * 1_500_000 / 8;

/// Seconds for which a disk with `free` bytes takes what comes, `written` bytes in the last `seconds`; if that was
/// nothing, what a typical hearing would write.
#[must_use]
pub(crate) fn seconds_left(free: u64, written: u64, seconds: u64) -> u64 {
    free / if written == 0 { TYPICAL_RATE } else { (written / seconds.max(1)).max(1) }
}

/// Makes the folder of a hearing's next sitting, `<root>/<yyyy>/<hearing>/<sitting>`, with its `hearing.json`; the year is
/// that of `utc_ms` in the court's time zone. `file` gets the sitting's number.
///
/// # Errors
/// Something cannot be written.
pub fn create(root: &Path, file: &mut HearingFile, utc_ms: i64) -> io::Result<PathBuf> {
    let zone = TimeZone::get(&file.plan.court.zone).unwrap_or(TimeZone::UTC);
    let time = Timestamp::from_millisecond(utc_ms).map_err(io::Error::other)?.to_zoned(zone);
    let year = root.join(format!("{:04}", time.year()));
    let hearing = year.join(file.plan.hearing.to_string());
    fs::create_dir_all(&hearing)?;
    let sitting = (1..100).map(|n| format!("{n:02}")).find(|n| !hearing.join(n).exists());
    file.sitting = sitting.ok_or_else(|| io::Error::other("a hundred sittings"))?;
    let folder = hearing.join(&file.sitting);
    fs::create_dir(&folder)?;
    let written = fill(&folder, file)
        .and_then(|()| [&hearing, &year, root].into_iter().try_for_each(|dir| File::open(dir)?.sync_all()));
    // A number is not used up by a folder that came to nothing.
    written.inspect_err(|_| _ = fs::remove_dir_all(&folder)).map(|()| folder)
}

fn fill(folder: &Path, file: &HearingFile) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(file)?;
    text.push(b'\n');
    write_durably(&folder.join("hearing.json"), &text)
}

/// Sittings of a hearing that are below `root`, in order of year and number.
///
/// # Errors
/// A folder cannot be read.
pub fn sittings(root: &Path, hearing: HearingId) -> io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for year in subfolders(root)? {
        out.extend(subfolders(&year.join(hearing.to_string()))?);
    }
    Ok(out)
}

/// All sittings below `root`.
///
/// # Errors
/// A folder cannot be read.
pub fn all(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for year in subfolders(root)? {
        for hearing in subfolders(&year)? {
            out.extend(subfolders(&hearing)?);
        }
    }
    Ok(out)
}

/// The media files of a track's folder in the order in which they were written: by epoch, which is a number and not text,
/// then by number. None, if there is no such folder.
///
/// # Errors
/// It cannot be read.
pub fn media_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut out = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "webm" || e == "mkv") {
            out.push(path);
        }
    }
    out.sort_by_cached_key(|path| number(path));
    Ok(out)
}

/// Epoch and number of a media file.
pub(crate) fn number(path: &Path) -> (u32, u32) {
    let stem = path.file_stem().and_then(|s| s.to_str()).and_then(|s| s.split_once('-'));
    stem.map_or((0, 0), |(epoch, n)| (epoch.parse().unwrap_or(0), n.parse().unwrap_or(0)))
}

pub(crate) fn subfolders(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut out = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            out.push(entry.path());
        }
    }
    out.sort();
    Ok(out)
}

/// Whether a session recorded below `folder` may begin: a file can be written there and made durable, and there is room.
///
/// # Errors
/// The reason, for a person to read.
pub fn probe(folder: &Path) -> Result<(), String> {
    let path = folder.join(".probe");
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = File::create(&path)?;
        file.write_all(&[0; 64 * 1024])?;
        file.sync_data()?;
        fs::remove_file(&path)
    };
    write().map_err(|e| {
        let _ = fs::remove_file(&path);
        e.to_string()
    })?;
    let free = free_bytes(folder).map_err(|e| e.to_string())?;
    if free < LEAST_FREE {
        return Err(format!("only {} MiB are free", free >> 20));
    }
    Ok(())
}

/// Bytes that an ordinary user may still write on the disk of `folder`.
///
/// # Errors
/// The file system does not say.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(folder)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Writes a new file in one step that a crash cannot halve: under another name, synced, renamed, directory synced.
///
/// # Errors
/// The disk does not take it.
pub fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".next");
    let next = path.with_file_name(name);
    let mut file = File::create(&next)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&next, path)?;
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_recorder_promises_what_a_typical_hearing_leaves() {
        assert_eq!(seconds_left(62 << 20, 0, 10), 57, "no hours in 62 MiB");
        assert_eq!(seconds_left(62 << 20, 80_000, 10), (62 << 20) / 8_000, "one voice");
        assert_eq!(seconds_left(100, 3, 10), 100);
    }
}
