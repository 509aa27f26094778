//! The completeness certificate: what the record holds and what it lacks, for a person to read.

use crate::seal::Meta;
use assize_core::hearing::GapReason;
use assize_proof::hash::Hash;
use assize_proof::hearing_file::{HearingFile, Procedure};
use assize_proof::key::CourtKey;
use assize_proof::verify::{Finding, Survey, TrackReport, UnrecordedReport};
use assize_proof::{merkle, time};
use serde::Serialize;
use std::fmt::Write;

#[derive(Debug, Serialize)]
pub(crate) struct Certificate {
    v: u32,
    court: String,
    case: String,
    title: String,
    hearing: String,
    sitting: String,
    /// SHA-256 of the seal of the sitting before.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_seal: Option<Hash>,
    from: Option<String>,
    to: Option<String>,
    certified: String,
    complete: bool,
    tracks: Vec<TrackReport>,
    unrecorded: Vec<UnrecordedReport>,
    events: u64,
    ledger_hash: String,
    media_files: u64,
    sync_points: u64,
    merkle_root: Hash,
    key: Hash,
    software: String,
    muxer: String,
    clock_synchronised: bool,
    procedure: Procedure,
    findings: Vec<Finding>,
}

impl Certificate {
    pub(crate) fn new(hearing: &HearingFile, survey: &Survey, key: &CourtKey, meta: &Meta) -> Self {
        let report = &survey.report;
        Self {
            v: assize_core::ledger::VERSION,
            court: hearing.plan.court.name.clone(),
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
            unrecorded: report.unrecorded.clone(),
            tracks: report.tracks.clone(),
            events: report.events,
            ledger_hash: survey.ledger.hash.clone(),
            media_files: survey.chains.len() as u64,
            sync_points: survey.leaves.len() as u64,
            merkle_root: merkle::root(&survey.leaves),
            key: key.public().id(),
            software: meta.software.clone(),
            muxer: hearing.software.muxer.clone(),
            clock_synchronised: hearing.clock.synchronised,
            procedure: hearing.procedure.clone(),
            findings: report.findings.clone(),
        }
    }

    pub(crate) fn html(&self) -> String {
        let mut out = String::from(HEAD);
        let row = |out: &mut String, vi: &str, en: &str, value: &str| {
            let _ = writeln!(out, "<tr><th>{vi}<br><i lang=en>{en}</i></th><td>{}</td></tr>", escape(value));
        };
        out.push_str("<table>\n");
        row(&mut out, "Tòa án", "Court", &self.court);
        row(&mut out, "Vụ án", "Case", &format!("{} – {}", self.case, self.title));
        row(&mut out, "Phiên tòa, lần mở", "Hearing, sitting", &format!("{}, {}", self.hearing, self.sitting));
        if let Some(seal) = self.previous_seal {
            row(&mut out, "Niêm phong lần mở trước", "Seal of the sitting before", &seal.to_string());
        }
        let span = |t: &Option<String>| t.clone().unwrap_or_else(|| "–".to_owned());
        row(&mut out, "Từ, đến (UTC)", "From, to", &format!("{} – {}", span(&self.from), span(&self.to)));
        row(&mut out, "Sự kiện", "Events", &self.events.to_string());
        row(
            &mut out,
            "Tệp, điểm đồng bộ",
            "Files, sync points",
            &format!("{}, {}", self.media_files, self.sync_points),
        );
        row(&mut out, "Gốc Merkle", "Merkle root", &self.merkle_root.to_string());
        row(&mut out, "Sổ sự kiện", "Ledger", &self.ledger_hash);
        let law = self.procedure.sha256.map_or_else(|| "–".to_owned(), |hash| hash.to_string());
        row(&mut out, "Thủ tục, SHA-256", "Procedure, SHA-256", &format!("{}, {law}", self.procedure.name));
        row(&mut out, "Khóa của Tòa án", "The court's key", &self.key.to_string());
        row(&mut out, "Phần mềm", "Software", &format!("{}; {}", self.software, self.muxer));
        out.push_str("</table>\n<h2>Các luồng ghi · <i lang=en>Tracks</i></h2>\n<table>\n");
        for track in &self.tracks {
            let seconds = track.seconds as f64 / 1000.0;
            let cells = [track.id.as_str(), track.person.as_str()].map(escape);
            let _ = writeln!(out, "<tr><td>{}</td><td>{}</td><td>{seconds:.1} s</td></tr>", cells[0], cells[1]);
        }
        out.push_str("</table>\n");
        self.missing(&mut out);
        out.push_str(FOOT);
        out
    }

    fn missing(&self, out: &mut String) {
        out.push_str("<h2>Khoảng trống · <i lang=en>What is missing</i></h2>\n");
        if self.tracks.iter().all(|t| t.gaps.is_empty()) {
            out.push_str("<p>Không có. · <i lang=en>Nothing.</i></p>\n");
        } else {
            out.push_str("<table>\n");
            for (track, gap) in self.tracks.iter().flat_map(|t| t.gaps.iter().map(move |g| (t, g))) {
                let (vi, en) = reason(gap.reason);
                let [id, from, to] = [&track.id, &gap.from, &gap.to].map(|t| escape(t));
                let share = gap.share();
                let _ = writeln!(
                    out,
                    "<tr><td>{id}</td><td>{from} – {to}{share}</td><td>{vi} · <i lang=en>{en}</i></td></tr>"
                );
            }
            out.push_str("</table>\n");
        }
        if !self.unrecorded.is_empty() {
            out.push_str(
                "<h2>Xét xử không ghi âm, ghi hình · <i lang=en>In session without recording</i></h2>\n<table>\n",
            );
            for UnrecordedReport { from, to, reason } in &self.unrecorded {
                let [from, to, reason] = [from, to, reason].map(|t| escape(t));
                let _ = writeln!(out, "<tr><td>{from} – {to}</td><td>{reason}</td></tr>");
            }
            out.push_str("</table>\n");
        }
        if !self.findings.is_empty() {
            out.push_str("<h2>Điều bất thường · <i lang=en>Irregularities</i></h2>\n<ul>\n");
            for finding in &self.findings {
                let Finding { file, from_byte, to_byte, what } = finding;
                let _ = writeln!(out, "<li>{} [{from_byte}..{to_byte}]: {}</li>", escape(file), escape(what));
            }
            out.push_str("</ul>\n");
        }
    }
}

/// A jurist has yet to read these words.
fn reason(reason: GapReason) -> (&'static str, &'static str) {
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

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const HEAD: &str = "<!doctype html>
<html lang=vi><head><meta charset=utf-8><title>Giấy chứng nhận hồ sơ ghi</title><style>
body{font:16px/1.5 serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{width:14rem;font-weight:600}i{color:#444}code{overflow-wrap:anywhere}
</style></head><body>
<h1>Giấy chứng nhận hồ sơ ghi âm, ghi hình<br><i lang=en>Certificate of the record</i></h1>
";

const FOOT: &str = "<h2>Kiểm tra · <i lang=en>To check</i></h2>
<p><code>assize-verify --key court.pub .</code><br>
<code>sha256sum -c manifest-sha256.txt</code><br>
<code>openssl pkeyutl -verify -pubin -inkey court.pub -rawin -in data/seal/head.json -sigfile data/seal/head.sig</code></p>
<p>Khóa công khai phải lấy từ Tòa án, không lấy từ hồ sơ này. · <i lang=en>Take the public key from the court, not from this record.</i></p>
</body></html>
";
