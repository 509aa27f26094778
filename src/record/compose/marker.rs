//! Which file is being decoded, for whoever finds this process dead: decoders are where media libraries break.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// Bytes of the file's name, filled up with blanks.
const LENGTH: usize = 256;

pub(super) struct Marker {
    file: File,
    last: RefCell<String>,
}

impl Marker {
    /// # Errors
    /// The file cannot be made.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).truncate(true).write(true).open(path)?;
        Ok(Self { file, last: RefCell::default() })
    }

    /// From here on this file is worked on.
    pub(super) fn enter(&self, name: &str) {
        if *self.last.borrow() != name {
            let mut line = [b' '; LENGTH];
            for (to, from) in line.iter_mut().zip(name.bytes()) {
                *to = from;
            }
            // Without it a crash is blamed on nobody.
            let _ = self.file.write_all_at(&line, 0);
            self.last.replace(name.to_owned());
        }
    }

    /// No file is.
    pub(super) fn leave(&self) {
        self.enter("");
    }
}

/// What was worked on last.
pub(super) fn last(path: &Path) -> Option<String> {
    let name = fs::read_to_string(path).ok()?.trim_end().to_owned();
    (!name.is_empty()).then_some(name)
}
