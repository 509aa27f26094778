//! Appending lines to files that only grow: a line is there as a whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Opens a file of lines to append to. A line that a crash has torn stays as it is; what follows begins on a line of its
/// own.
///
/// # Errors
/// It cannot be opened, read or written.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            line(&file, b"\n")?;
        }
    }
    Ok(file)
}

/// Appends one line, which `text` ends. What a full disk took of it is taken back: nobody was told of it, and the next
/// line would be glued to it.
///
/// # Errors
/// The disk refused.
pub(crate) fn line(mut file: &File, text: &[u8]) -> io::Result<()> {
    let before = file.metadata()?.len();
    file.write_all(text).inspect_err(|_| {
        // If even that fails, whoever opens the file next finds the torn line.
        let _ = file.set_len(before);
    })
}
