//! The procedures of this server: those it has with it, and those of the court's folder, which add to them or stand in
//! their place.

use crate::config::ConfigError;
use assize_core::procedure::Procedure;
use assize_proof::hash::Hash;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Name and text of every procedure that is shipped.
const SHIPPED: [(&str, &str); 6] = [
    ("vn-criminal-first-instance", include_str!("../../config/procedures/vn-criminal-first-instance.toml")),
    ("vn-criminal-appeal", include_str!("../../config/procedures/vn-criminal-appeal.toml")),
    ("vn-civil-first-instance", include_str!("../../config/procedures/vn-civil-first-instance.toml")),
    ("vn-administrative", include_str!("../../config/procedures/vn-administrative.toml")),
    ("vn-meeting", include_str!("../../config/procedures/vn-meeting.toml")),
    ("common-law-generic", include_str!("../../config/procedures/common-law-generic.toml")),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub procedure: Procedure,
    /// Of the file's bytes.
    pub sha256: Hash,
}

/// Procedures by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Procedures(BTreeMap<String, Known>);

/// Everything that is wrong with the procedure files: the server does not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadProcedures(pub Vec<ConfigError>);

impl fmt::Display for BadProcedures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for BadProcedures {}

impl Procedures {
    /// Those that are shipped, and over them the `.toml` files of the folder, if there is such a folder.
    ///
    /// # Errors
    /// Everything that is wrong with any of the files, with file, line and remedy.
    pub fn load(folder: &Path) -> Result<Self, BadProcedures> {
        let (mut known, mut faults) = (Self::default(), Vec::new());
        for (name, text) in SHIPPED {
            known.add(name, text.as_bytes(), &format!("shipped {name}.toml"), &mut faults);
        }
        match files(folder) {
            Ok(files) => {
                for (name, path) in files {
                    match std::fs::read(&path) {
                        Ok(bytes) => known.add(&name, &bytes, &path.display().to_string(), &mut faults),
                        Err(error) => faults.push(unreadable(&path, &error)),
                    }
                }
            }
            Err(error) => faults.push(unreadable(folder, &error)),
        }
        if faults.is_empty() { Ok(known) } else { Err(BadProcedures(faults)) }
    }

    fn add(&mut self, name: &str, bytes: &[u8], place: &str, faults: &mut Vec<ConfigError>) {
        let fault = |line: usize, fault: String, remedy: String| ConfigError {
            place: format!("{place}:{line}"),
            fault,
            remedy,
        };
        let Ok(text) = std::str::from_utf8(bytes) else {
            faults.push(fault(1, "is not UTF-8".to_owned(), "save the file as UTF-8".to_owned()));
            return;
        };
        match Procedure::read(text) {
            Ok(procedure) if procedure.id != name => {
                let line = text.lines().position(|line| line.trim_start().starts_with("id")).map_or(1, |n| n + 1);
                let what = format!("the id `{}` is not the name of the file", procedure.id);
                faults.push(fault(line, what, format!("write id = \"{name}\", or rename the file")));
            }
            Ok(procedure) => {
                self.0.insert(name.to_owned(), Known { procedure, sha256: Hash::of(bytes) });
            }
            Err(found) => faults.extend(found.into_iter().map(|one| fault(one.line, one.what, one.remedy))),
        }
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Known> {
        self.0.get(name)
    }

    /// Their names: those that are shipped in their order, the usual one first, then the court's own.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let shipped = SHIPPED.into_iter().map(|(name, _)| name);
        let own = |name: &&str| !SHIPPED.iter().any(|(shipped, _)| shipped == name);
        shipped.chain(self.0.keys().map(String::as_str).filter(own))
    }
}

/// The procedure files of a folder by name; none if there is no such folder.
fn files(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        entries => entries?,
    };
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".toml"));
        if let Some(name) = name.filter(|name| !name.starts_with('.')) {
            files.insert(name.to_owned(), path.clone());
        }
    }
    Ok(files)
}

fn unreadable(path: &Path, error: &io::Error) -> ConfigError {
    ConfigError {
        place: path.display().to_string(),
        fault: format!("cannot be read: {error}"),
        remedy: "check the path and the permissions (storage.procedures)".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn with(files: &[(&str, &str)]) -> Result<Procedures, BadProcedures> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Procedures::load(folder.path())
    }

    #[test]
    fn what_is_shipped_is_there_without_any_folder() {
        let known = Procedures::load(Path::new("/nowhere")).unwrap();
        let (name, text) = SHIPPED[0];
        assert_eq!((known.names().count(), known.names().next()), (SHIPPED.len(), Some("vn-criminal-first-instance")));
        assert_eq!(known.get(name).unwrap().sha256, Hash::of(text.as_bytes()));
        assert!(known.get("vn-unknown").is_none());
    }

    #[test]
    fn the_courts_folder_adds_and_replaces() {
        let (name, text) = SHIPPED[0];
        let own = text.replace(name, "court-own");
        let changed = text.replace("component_points = 3", "component_points = 4");
        let known = with(&[("court-own.toml", &own), (&format!("{name}.toml"), &changed), ("notes.txt", "x")]).unwrap();
        assert_eq!(known.names().count(), SHIPPED.len() + 1);
        assert_eq!(known.get(name).unwrap().procedure.limits.component_points, 4);
        assert_eq!(known.get(name).unwrap().sha256, Hash::of(changed.as_bytes()));
        assert_eq!(known.get("court-own").unwrap().procedure.id, "court-own");
    }

    #[test]
    fn what_is_wrong_names_file_line_and_remedy_for_all_files() {
        let broken = SHIPPED[0].1.replace("draft = true", "draff = true");
        let line = broken.lines().position(|line| line == "draff = true").unwrap() + 1;
        let BadProcedures(faults) =
            with(&[("a.toml", SHIPPED[1].1), ("vn-criminal-first-instance.toml", &broken)]).unwrap_err();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].place.ends_with("a.toml:4") && faults[0].remedy.contains("id = \"a\""), "{faults:?}");
        assert!(faults[1].place.ends_with(&format!("vn-criminal-first-instance.toml:{line}")), "{faults:?}");
        assert_eq!(faults[1].remedy, "did you mean `draft`?");
    }
}
