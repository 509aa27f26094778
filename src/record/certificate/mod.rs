//! The completeness certificate: how the sitting was held, what the record holds and what it lacks, for a person to read and
//! for the presiding judge to sign.

mod held;
mod html;
mod words;

pub use held::{Fault, Heard, Held, Span, State};
pub use words::Words;

use crate::seal::Meta;
use assize_core::hearing::{Event, GapReason, HoldCause};
use assize_core::ledger::Line;
use assize_proof::hash::Hash;
use assize_proof::hearing_file::{HearingFile, Procedure};
use assize_proof::key::CourtKey;
use assize_proof::verify::{Finding, Survey, TrackReport, UnrecordedReport};
use assize_proof::{merkle, time};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

/// `certificate.json`.
#[derive(Debug, Clone, Serialize)]
pub struct Certificate {
    pub v: u32,
    pub court: String,
    /// IANA name of the court's time zone, in which times are shown.
    pub zone: String,
    pub case: String,
    pub title: String,
    pub hearing: String,
    pub sitting: String,
    /// SHA-256 of the seal of the sitting before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_seal: Option<Hash>,
    /// RFC 3339 UTC, as all times.
    pub from: Option<String>,
    pub to: Option<String>,
    pub certified: String,
    pub complete: bool,
    pub held: Held,
    pub tracks: Vec<TrackReport>,
    pub unrecorded: Vec<UnrecordedReport>,
    pub events: u64,
    pub ledger_hash: String,
    pub media_files: u64,
    pub sync_points: u64,
    pub merkle_root: Hash,
    pub key: Hash,
    /// Of the program that sealed; of the one that recorded, and of its muxer.
    pub software: String,
    pub recorded_by: String,
    pub muxer: String,
    pub clock_synchronised: bool,
    pub procedure: Procedure,
    pub findings: Vec<Finding>,
    #[serde(skip)]
    pub words: Words,
}

impl Certificate {
    pub(crate) fn new(hearing: &HearingFile, lines: &[Line], survey: &Survey, key: &CourtKey, meta: &Meta) -> Self {
        let report = &survey.report;
        let mut certificate = Self {
            v: assize_core::ledger::VERSION,
            court: hearing.plan.court.name.clone(),
            zone: hearing.plan.court.zone.clone(),
            case: hearing.plan.case.clone(),
            title: hearing.plan.title.clone(),
            hearing: hearing.plan.hearing.to_string(),
            sitting: hearing.sitting.clone(),
            previous_seal: hearing.previous_seal,
            from: report.from.clone(),
            to: report.to.clone(),
            certified: time::rfc3339(meta.utc_ms),
            complete: report.tracks.iter().all(|t| t.gaps.is_empty())
                && report.unrecorded.is_empty()
                && report.findings.is_empty(),
            held: Held::read(&hearing.plan, lines),
            unrecorded: report.unrecorded.clone(),
            tracks: report.tracks.clone(),
            events: report.events,
            ledger_hash: survey.ledger.hash.clone(),
            media_files: survey.chains.len() as u64,
            sync_points: survey.leaves.len() as u64,
            merkle_root: merkle::root(&survey.leaves),
            key: key.public().id(),
            software: meta.software.clone(),
            recorded_by: hearing.software.assize.clone(),
            muxer: hearing.software.muxer.clone(),
            clock_synchronised: hearing.clock.synchronised,
            procedure: hearing.procedure.clone(),
            findings: report.findings.clone(),
            words: Words::default(),
        };
        let procedure = lines.iter().find_map(|line| match &line.event {
            Event::Planned { procedure, .. } => procedure.as_deref(),
            _ => None,
        });
        certificate.words = Words::of(&certificate, &hearing.plan, procedure);
        certificate
    }

    /// `14:03:22 21/11/2026` in the court's zone; what is no time stays as it is.
    #[must_use]
    pub fn moment(&self, utc: &str) -> String {
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let at = utc.parse::<Timestamp>().map(|at| at.to_zoned(zone).strftime("%H:%M:%S %d/%m/%Y").to_string());
        at.unwrap_or_else(|_| utc.to_owned())
    }
}

/// Why something is missing, in Vietnamese and English. A jurist has yet to read these words.
#[must_use]
pub fn gap_reason(reason: GapReason) -> (&'static str, &'static str) {
    match reason {
        GapReason::Network => ("mất trên đường truyền", "lost on the way"),
        GapReason::Absent => ("mất kết nối với người gửi", "the sender was not connected"),
        GapReason::Crash => ("máy chủ dừng đột ngột, chưa kịp lưu", "received but not yet stored when the server died"),
        GapReason::Outage => ("máy chủ không hoạt động", "the server was down"),
        GapReason::Shed => ("máy ghi quá tải", "the recorder was behind"),
        GapReason::Keyframe => ("chờ khung hình đầy đủ", "waiting for a whole picture"),
        GapReason::Disk => ("ổ đĩa không ghi được", "the disk refused"),
    }
}

/// Why a session was held, in Vietnamese and English.
#[must_use]
pub fn hold_cause(cause: &HoldCause) -> (String, String) {
    let both = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
    match cause {
        HoldCause::Pressed { reason } => (format!("Tòa án tạm dừng: {reason}"), format!("held by the court: {reason}")),
        HoldCause::Restart => both("máy chủ khởi động lại", "the server was restarted"),
        HoldCause::RecorderFault { detail } => {
            (format!("không ghi được: {detail}"), format!("nothing could be recorded: {detail}"))
        }
        HoldCause::LedgerFault => both("không ghi được sổ sự kiện", "the ledger could not be written"),
        HoldCause::MediaFault => both("hỏng đường truyền hình, tiếng trong máy chủ", "the media plane failed"),
        HoldCause::Continuity { name, .. } => {
            (format!("{name} không theo dõi được phiên tòa"), format!("{name} could not follow"))
        }
    }
}

/// `1:02:03` or `2:03`.
#[must_use]
pub fn lasted(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
