//! `verify`: what a record is worth, offline, from its files and the keys that somebody vouches for.

mod bag;
pub mod cli;
mod copy;
mod exhibits;
mod record;
mod sittings;
mod source;
mod stamp;
mod timeline;

pub use sittings::MEASURED;
pub use timeline::{people, utc_of};

use crate::hash::Hash;
use crate::key::PublicKey;
use crate::seal::{ChainHead, TIME_STAMP};
use crate::stamp::Authority;
use assize_core::hearing::{GapReason, Pieces};
use serde::Serialize;
use source::Source;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Contract section 6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub result: Verdict,
    pub hearing: String,
    pub case: String,
    /// The record of a rehearsal, and of no hearing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rehearsal: bool,
    /// The sitting before this one, of a hearing that was suspended or postponed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continues>,
    pub sealed: bool,
    /// When an authority saw the seal, if one stamped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamped: Option<StampReport>,
    /// RFC 3339: opening of the session to its close or the last event.
    pub from: Option<String>,
    pub to: Option<String>,
    pub tracks: Vec<TrackReport>,
    /// Session time that the court chose not to record.
    pub unrecorded: Vec<UnrecordedReport>,
    pub events: u64,
    /// Of a copy for somebody who may not know all of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy: Option<CopyReport>,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyReport {
    /// For whom it was made.
    pub recipient: String,
    /// RFC 3339 UTC.
    pub made: String,
    /// Ledger lines of which only number and hash are there, and files that are not.
    pub lines_withheld: u64,
    pub files_withheld: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StampReport {
    /// RFC 3339 UTC, by the authority's clock.
    pub time: String,
    /// The authority is one of those that were asked for.
    pub vouched: bool,
}

/// A sitting by its number, and its seal (SHA-256 of its `head.json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Continues {
    pub sitting: String,
    pub seal: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Intact, complete, and signed by a vouched key.
    Intact,
    Altered,
    /// As intact, but with stated gaps, session time that was not recorded, or parts that a copy's recipient may not know.
    Gaps,
    /// Cannot be verified, or intact under a key that nobody vouches for.
    Unverifiable,
}

impl Verdict {
    /// Contract section 2.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Intact => 0,
            Self::Altered => 1,
            Self::Gaps => 2,
            Self::Unverifiable => 3,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrackReport {
    pub id: String,
    /// Who was seen or heard on it.
    pub person: String,
    pub kind: String,
    /// Recorded time, pauses of more than a second not counted; thousandths are kept.
    #[serde(serialize_with = "seconds")]
    pub seconds: u64,
    pub gaps: Vec<GapReport>,
}

/// From milliseconds.
fn seconds<S: serde::Serializer>(ms: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(*ms as f64 / 1000.0)
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapReport {
    pub from: String,
    pub to: String,
    pub reason: GapReason,
    /// Of several gaps that are stated as one; without it the whole span is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pieces: Option<Pieces>,
}

impl GapReport {
    /// ` (37 × · 0.412 s)`: how many pieces and how much of the span, if not the whole of it.
    #[must_use]
    pub fn share(&self) -> String {
        let share = |Pieces { count, missing_us }| format!(" ({count} × · {:.3} s)", missing_us as f64 / 1e6);
        self.pieces.map(share).unwrap_or_default()
    }
}

/// RFC 3339; the presiding judge's reason as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnrecordedReport {
    pub from: String,
    pub to: String,
    pub reason: String,
}

/// Something wrong, and where: bytes `from_byte` to `to_byte` (not included) of `file`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub file: String,
    pub from_byte: u64,
    pub to_byte: u64,
    pub what: String,
}

/// Lies in a record's folder while it is being made into a bag.
pub const UNFINISHED: &str = ".sealing";

/// Lies in a bag while a time stamp is being added to it.
pub const STAMPING: &str = ".stamping";

/// What is found out on the way.
#[derive(Debug, Default)]
struct Findings {
    list: Vec<Finding>,
    altered: bool,
}

impl Findings {
    fn altered(&mut self, file: impl Into<String>, from_byte: u64, to_byte: u64, what: impl Into<String>) {
        self.altered = true;
        self.note(file, from_byte, to_byte, what);
    }

    /// Something that stands in the way of a proof but alters nothing.
    fn note(&mut self, file: impl Into<String>, from_byte: u64, to_byte: u64, what: impl Into<String>) {
        self.list.push(Finding { file: file.into(), from_byte, to_byte, what: what.into() });
    }

    fn unreadable(&mut self, file: &str, error: &io::Error) {
        if error.kind() == io::ErrorKind::PermissionDenied {
            self.note(file, 0, 0, format!("cannot be read: {error}"));
        } else {
            self.altered(file, 0, 0, format!("cannot be read: {error}"));
        }
    }
}

/// How far a verification is, for somebody who waits for it.
#[derive(Debug, Default)]
pub struct Progress {
    read: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Bytes read so far, and bytes of the whole record (0: not opened yet). What is read twice counts once.
    #[must_use]
    pub fn bytes(&self) -> (u64, u64) {
        let total = self.total.load(Ordering::Relaxed);
        (self.read.load(Ordering::Relaxed).min(total), total)
    }
}

/// Verifies a record folder, a bag or a bag's zip.
#[must_use]
pub fn verify(path: &Path, vouched: &[PublicKey]) -> Report {
    verify_watched(path, vouched, &Arc::default())
}

/// As [`verify`], telling how far it is.
#[must_use]
pub fn verify_watched(path: &Path, vouched: &[PublicKey], progress: &Arc<Progress>) -> Report {
    verify_stamped(path, vouched, None, progress)
}

/// As [`verify_watched`]. With `authorities`, a sealed record has to carry a time stamp for which one of them stands.
#[must_use]
pub fn verify_stamped(
    path: &Path,
    vouched: &[PublicKey],
    authorities: Option<&[Authority]>,
    progress: &Arc<Progress>,
) -> Report {
    let had = path.join(TIME_STAMP).exists();
    let report = read(path, vouched, authorities, progress);
    // A time stamp that was added meanwhile makes two bags of one.
    if report.result == Verdict::Altered && path.is_dir() && path.join(TIME_STAMP).exists() != had {
        return read(path, vouched, authorities, progress);
    }
    report
}

fn read(path: &Path, vouched: &[PublicKey], authorities: Option<&[Authority]>, progress: &Arc<Progress>) -> Report {
    let mut findings = Findings::default();
    let opened = Source::open(path).map(|mut source| {
        source.tell(progress);
        source
    });
    let mut source = match opened {
        Ok(source) => source,
        Err(e) => {
            findings.note(path.display().to_string(), 0, 0, format!("cannot be opened: {e}"));
            return finish(record::Outcome::default(), false, false, findings);
        }
    };
    if source.has(UNFINISHED) {
        findings.note(UNFINISHED, 0, 0, "sealing was begun and not finished");
        return finish(record::Outcome::default(), false, false, findings);
    }
    if source.has(STAMPING) {
        findings.note(STAMPING, 0, 0, "a time stamp is being added");
        return finish(record::Outcome::default(), true, false, findings);
    }
    if source.has(crate::copy::FILE) {
        let (mut outcome, signed) = copy::check(&mut source, vouched, &mut findings);
        let (stamped, worth) = stamp::check(&mut source, authorities, &mut findings);
        outcome.stamped = stamped;
        return finish(outcome, true, signed && worth, findings);
    }
    if source.has_prefix("data/") || source.has(crate::bag::DECLARATION_FILE) {
        let (mut outcome, signed) = bag::check(&mut source, vouched, &mut findings);
        let (stamped, worth) = stamp::check(&mut source, authorities, &mut findings);
        outcome.stamped = stamped;
        beside(path, &outcome, &mut findings);
        return finish(outcome, true, signed && worth, findings);
    }
    let facts = record::Facts::gather(&mut source, "", &mut findings);
    let outcome = record::judge(&facts, vouched, false, &mut findings);
    beside(path, &outcome, &mut findings);
    if !findings.altered {
        // Its end can be taken away together with what only the end states: nothing vouches for its being complete.
        let what = if outcome.checkpoint_vouched {
            "is not sealed: what is there is intact, but nothing proves that it is all"
        } else {
            "no checkpoint is signed by a vouched key"
        };
        findings.note(crate::checkpoint::FILE, 0, 0, what);
    }
    finish(outcome, false, false, findings)
}

fn beside(path: &Path, outcome: &record::Outcome, findings: &mut Findings) {
    if let Some(continues) = &outcome.continues {
        sittings::judge_beside(path, continues, findings);
    }
}

/// What a seal is made from: the same reading of the record that `verify` does.
#[derive(Debug)]
pub struct Survey {
    pub report: Report,
    pub ledger: crate::ledger::Head,
    /// In order of path.
    pub chains: Vec<ChainHead>,
    pub leaves: Vec<Hash>,
    /// SHA-256 of each file below `data/`.
    pub hashes: BTreeMap<String, Hash>,
}

/// Reads a record that lies below `data/` of `path`, for sealing. What is wrong with it is in the report.
///
/// # Errors
/// The folder cannot be read.
pub fn survey(path: &Path) -> io::Result<Survey> {
    let mut findings = Findings::default();
    let mut source = Source::open(path)?;
    let facts = record::Facts::gather(&mut source, "data/", &mut findings);
    let outcome = record::judge(&facts, &[], true, &mut findings);
    let (chains, leaves) = facts.chains();
    let report = finish(outcome, true, true, findings);
    Ok(Survey { report, ledger: facts.ledger, chains, leaves, hashes: facts.hashes })
}

fn finish(outcome: record::Outcome, sealed: bool, signed: bool, findings: Findings) -> Report {
    let timeline = outcome.timeline;
    let partial = outcome.copy.as_ref().is_some_and(|copy| copy.lines_withheld + copy.files_withheld > 0);
    let result = if findings.altered {
        Verdict::Altered
    } else if !signed {
        Verdict::Unverifiable
    } else if partial || timeline.tracks.iter().any(|t| !t.gaps.is_empty()) || !timeline.unrecorded.is_empty() {
        Verdict::Gaps
    } else {
        Verdict::Intact
    };
    Report {
        result,
        hearing: outcome.hearing,
        case: outcome.case,
        rehearsal: outcome.rehearsal,
        continues: outcome.continues,
        sealed,
        stamped: outcome.stamped,
        from: timeline.from,
        to: timeline.to,
        tracks: timeline.tracks,
        unrecorded: timeline.unrecorded,
        events: outcome.events,
        copy: outcome.copy,
        findings: findings.list,
    }
}

impl Report {
    /// For a person at a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let verdict = match self.result {
            Verdict::Intact => "NGUYÊN VẸN, ĐẦY ĐỦ · intact and complete",
            Verdict::Altered => "ĐÃ BỊ THAY ĐỔI · altered",
            Verdict::Gaps => "NGUYÊN VẸN, CÓ KHOẢNG TRỐNG ĐÃ NÊU · intact, with stated gaps",
            Verdict::Unverifiable => "KHÔNG XÁC MINH ĐƯỢC · cannot be verified",
        };
        let _ = writeln!(out, "{verdict}");
        let sealed = if self.sealed { "sealed" } else { "open" };
        let _ = writeln!(out, "{} · {} · {sealed} · {} events", self.case, self.hearing, self.events);
        if self.rehearsal {
            let _ = writeln!(out, "DIỄN TẬP, không phải phiên tòa thật · REHEARSAL, not a real hearing");
        }
        if let Some(Continues { sitting, seal }) = &self.continues {
            let _ = writeln!(out, "tiếp theo lần mở {sitting} · continues sitting {sitting}: {seal}");
        }
        if let (Some(from), Some(to)) = (&self.from, &self.to) {
            let _ = writeln!(out, "{from} – {to}");
        }
        if let Some(StampReport { time, vouched }) = &self.stamped {
            let by = if *vouched { "" } else { " (chưa kiểm tra cơ quan cấp · authority not checked)" };
            let _ = writeln!(out, "dấu thời gian · time stamp: {time}{by}");
        }
        if let Some(CopyReport { recipient, made, lines_withheld, files_withheld }) = &self.copy {
            let _ = writeln!(out, "  bản sao cho · copy for: {recipient}, {made}");
            let _ = writeln!(out, "  không cấp · withheld: {lines_withheld} events, {files_withheld} files");
        }
        for track in &self.tracks {
            let _ = writeln!(out, "  {:<18} {:>9.1} s  {}", track.id, track.seconds as f64 / 1000.0, track.person);
            for gap in &track.gaps {
                let _ = writeln!(out, "    {} – {}  {:?}{}", gap.from, gap.to, gap.reason, gap.share());
            }
        }
        for UnrecordedReport { from, to, reason } in &self.unrecorded {
            let _ = writeln!(out, "  không ghi · not recorded: {from} – {to}  {reason}");
        }
        for finding in &self.findings {
            let Finding { file, from_byte, to_byte, what } = finding;
            let _ = writeln!(out, "! {file} [{from_byte}..{to_byte}]: {what}");
        }
        out
    }
}
