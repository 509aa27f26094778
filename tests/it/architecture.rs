//! The house keeps its floors: read from the manifests and sources themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Rust sources below a folder, by path from the root.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|ending| ending == "rs") {
                let name = entry.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read_to_string(&entry).unwrap());
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// Names of a package's dependencies at run time.
fn dependencies(package: &str) -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join(package).join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
            if let Some(name) = line.strip_prefix("[dependencies.") {
                names.push(name.trim_end_matches(']').to_owned());
            }
        } else if section == "[dependencies]" && !line.starts_with('#') {
            names.extend(line.split(['.', ' ', '=']).next().filter(|name| !name.is_empty()).map(str::to_owned));
        }
    }
    names
}

/// Whether `word` stands in the text by itself, outside of comments.
fn names(text: &str, word: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.flat_map(|line| line.split(|c| !is_part(c))).any(|part| part == word)
}

fn nobody_names(word: &str, inside: &[&str], but: &[&str]) {
    for (path, text) in inside.iter().flat_map(|folder| sources(folder)) {
        let allowed = but.iter().any(|allowed| path.starts_with(allowed));
        assert!(allowed || !names(&text, word), "{path} names {word}");
    }
}

#[test]
fn every_package_stands_on_the_floors_below_it() {
    for (package, may) in [
        ("src/core", &[][..]),
        ("src/rtp", &[]),
        // Media's tests use it, which is no dependency at run time.
        ("src/line", &[]),
        // Proof and core share the ledger's types.
        ("src/proof", &["assize-core"]),
        ("src/media", &["assize-core", "assize-rtp", "assize-proof"]),
        ("src/record", &["assize-core", "assize-rtp", "assize-proof"]),
        ("src/server", &["assize-core", "assize-rtp", "assize-proof", "assize-media", "assize-record"]),
        ("src/load", &["assize-core", "assize-rtp", "assize-line", "assize-proof", "assize-media", "assize-record"]),
    ] {
        for name in dependencies(package).into_iter().filter(|name| name.starts_with("assize")) {
            assert!(may.contains(&name.as_str()), "{package} depends on {name}");
        }
    }
}

#[test]
fn packages_leave_alone_what_is_not_theirs() {
    for (package, may_not) in [
        ("src/core", &["tokio", "rand", "getrandom", "sqlx", "axum", "ffmpeg-next", "reqwest"][..]),
        ("src/rtp", &["tokio", "sqlx", "axum", "ffmpeg-next"]),
        ("src/line", &["tokio", "rand", "getrandom", "nix", "libc"]),
        ("src/proof", &["tokio", "sqlx", "axum", "ffmpeg-next", "nix"]),
        ("src/media", &["sqlx", "axum", "ffmpeg-next", "hyper"]),
        ("src/record", &["sqlx", "axum", "tokio", "hyper"]),
        ("src/server", &["ffmpeg-next", "webrtc"]),
    ] {
        for name in dependencies(package) {
            assert!(!may_not.contains(&name.as_str()), "{package} depends on {name}");
        }
    }
}

#[test]
fn the_database_is_named_in_the_store_alone() {
    nobody_names("sqlx", &["src"], &["src/server/store/"]);
}

#[test]
fn http_is_the_servers_and_ffmpeg_the_records() {
    nobody_names("axum", &["src"], &["src/server/"]);
    for word in ["ffmpeg", "ffmpeg_next"] {
        nobody_names(word, &["src"], &["src/record/"]);
    }
}

#[test]
fn the_rules_take_time_and_chance_as_arguments() {
    for word in ["SystemTime", "Instant", "tokio", "getrandom", "now_v7", "new_v4"] {
        nobody_names(word, &["src/core", "src/rtp", "src/line"], &["src/core/tests/"]);
    }
}

#[test]
fn unsafe_stands_where_it_is_argued_for() {
    for (path, text) in sources("src") {
        // The kernel's word on its own clock, attaching to a TUN device, and a process that binds its own hands have no safe
        // wrapper among our crates, and an allocator that counts is one.
        let alone = [
            "src/record/mux.rs",
            "src/record/compose/confine.rs",
            "src/server/clock.rs",
            "src/load/link/tun.rs",
            "src/media/tests/steady.rs",
        ]
        .contains(&path.as_str());
        let argued = path.starts_with("src/media/worker/") || alone;
        let is_unsafe =
            ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"].iter().any(|form| text.contains(form));
        assert!(argued || !is_unsafe, "{path} is unsafe");
    }
    for (path, text) in [sources("src/media/worker"), sources("src/record"), sources("src/server"), sources("src/load")]
        .into_iter()
        .flatten()
    {
        let blocks = text.lines().filter(|line| line.contains("unsafe {")).count();
        assert!(text.matches("SAFETY:").count() >= blocks, "{path}: an unsafe block without its proof");
    }
}

#[test]
fn no_file_is_longer_than_anybody_reads() {
    for (path, text) in sources("src").into_iter().chain(sources("tests/it")).chain(sources("tests/support")) {
        let lines = text.lines().count();
        assert!(lines <= 600, "{path} has {lines} lines");
    }
}
