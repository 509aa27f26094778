//! Where the files come from: a folder, or a zip read in place.

use super::Progress;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use zip::ZipArchive;

#[derive(Debug)]
pub(super) struct Source {
    kind: Kind,
    /// Every file by its path with `/`, and its length.
    files: BTreeMap<String, u64>,
    progress: Arc<Progress>,
}

#[derive(Debug)]
enum Kind {
    Folder(PathBuf),
    /// The archive, and the folder in it that everything lies in.
    Zip(ZipArchive<BufReader<File>>, String),
}

impl Source {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        if fs::metadata(path)?.is_dir() {
            let mut files = BTreeMap::new();
            walk(path, "", &mut files)?;
            return Ok(Self { kind: Kind::Folder(path.to_path_buf()), files, progress: Arc::default() });
        }
        let archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(io::Error::other)?;
        let mut names: Vec<String> = archive.file_names().filter(|n| !n.ends_with('/')).map(str::to_owned).collect();
        names.sort();
        // Most tools pack the folder, some its contents.
        let declaration = names.iter().filter_map(|n| n.strip_suffix(crate::bag::DECLARATION_FILE));
        let root = declaration.filter(|p| p.is_empty() || p.ends_with('/')).min_by_key(|p| p.len()).map(str::to_owned);
        let root = root.or_else(|| common_root(&names)).unwrap_or_default();
        let mut source =
            Self { kind: Kind::Zip(archive, root.clone()), files: BTreeMap::new(), progress: Arc::default() };
        for name in names {
            let Kind::Zip(archive, _) = &mut source.kind else { continue };
            let size = archive.by_name(&name).map_err(io::Error::other)?.size();
            // What lies outside the bag's folder is no part of it.
            if let Some(name) = name.strip_prefix(&root) {
                source.files.insert(name.to_owned(), size);
            }
        }
        Ok(source)
    }

    /// From now on `progress` tells how far the reading is.
    pub(super) fn tell(&mut self, progress: &Arc<Progress>) {
        progress.total.store(self.files.values().sum(), Ordering::Relaxed);
        self.progress = Arc::clone(progress);
    }

    pub(super) fn files(&self) -> &BTreeMap<String, u64> {
        &self.files
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    pub(super) fn has_prefix(&self, prefix: &str) -> bool {
        self.files.range(prefix.to_owned()..).next().is_some_and(|(name, _)| name.starts_with(prefix))
    }

    /// Reads a whole small file.
    pub(super) fn read(&mut self, name: &str) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        self.stream(name, &mut |bytes| out.extend_from_slice(bytes))?;
        Ok(out)
    }

    /// Reads a file piece by piece.
    pub(super) fn stream(&mut self, name: &str, take: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let progress = Arc::clone(&self.progress);
        let take = &mut |bytes: &[u8]| {
            progress.read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            take(bytes);
        };
        match &mut self.kind {
            Kind::Folder(root) => pump(&mut File::open(root.join(name))?, take),
            Kind::Zip(archive, root) => {
                let mut file = archive.by_name(&format!("{root}{name}")).map_err(io::Error::other)?;
                pump(&mut file, take)
            }
        }
    }
}

fn pump(reader: &mut dyn Read, take: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(()),
            n => take(&buffer[..n]),
        }
    }
}

fn common_root(names: &[String]) -> Option<String> {
    let (first, _) = names.first()?.split_once('/')?;
    let root = format!("{first}/");
    (root != "data/" && root != "ledger/" && names.iter().all(|n| n.starts_with(&root))).then_some(root)
}

fn walk(dir: &Path, prefix: &str, files: &mut BTreeMap<String, u64>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // A link is judged by what it is, not by where it leads: a record has none.
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, entry.metadata()?.len());
        }
    }
    Ok(())
}
