//! Keys as files that only the server's user can read.

use super::secret::random;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Makes a folder that only the server's user can enter.
///
/// # Errors
/// The disk says no.
pub fn private_folder(path: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file that only the server's user can read; an old one is replaced in one step.
///
/// # Errors
/// The disk says no.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let next = path.with_extension("new");
    let _ = std::fs::remove_file(&next);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&next)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&next, path)
}

/// The 32 bytes in `folder/name`; made at the first start.
///
/// # Errors
/// The file cannot be read or made, or holds something else.
pub fn load_or_make(folder: &Path, name: &str) -> io::Result<[u8; 32]> {
    private_folder(folder)?;
    let path = folder.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{} does not hold 32 bytes", path.display()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut key = [0u8; 32];
            random(&mut key)?;
            write_private(&path, &key)?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_is_made_once_and_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        let first = load_or_make(&keys, "codes.key").unwrap();
        assert_eq!(first, load_or_make(&keys, "codes.key").unwrap());
        let mode = std::fs::metadata(keys.join("codes.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_damaged_key_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("codes.key"), b"short").unwrap();
        assert!(load_or_make(dir.path(), "codes.key").is_err());
    }
}
