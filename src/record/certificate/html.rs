//! The certificate as a page that stands alone, in both languages.

use super::held::{Fault, Heard, Span, State};
use super::{Certificate, gap_reason, hold_cause, lasted};
use assize_proof::verify::{Finding, UnrecordedReport};
use std::fmt::Write;

impl Certificate {
    pub(crate) fn html(&self) -> String {
        let (title, conclusion) = (&self.words.title, &self.words.conclusion);
        let [title, title_en, says, says_en] =
            [&title.vi, &title.en, &conclusion.vi, &conclusion.en].map(|text| escape(text));
        let mut out = format!("<!doctype html>\n<html lang=vi><head><meta charset=utf-8><title>{title}</title>{STYLE}");
        let _ = writeln!(
            out,
            "<h1>{title}<br><i lang=en>{title_en}</i></h1>\n<p><b>{says}</b><br><i lang=en>{says_en}</i></p>"
        );
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
        let span = |t: &Option<String>| t.as_ref().map_or_else(|| "–".to_owned(), |at| self.moment(at));
        row(&mut out, "Từ, đến", "From, to", &format!("{} – {} ({})", span(&self.from), span(&self.to), self.zone));
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
        let observers = self.held.observers.to_string();
        row(&mut out, "Màn hình dự khán cùng lúc, nhiều nhất", "Observers at the same time, at most", &observers);
        let software = format!("{}; {}; {}", self.software, self.recorded_by, self.muxer);
        row(&mut out, "Phần mềm", "Software", &software);
        out.push_str("</table>\n");
        self.course(&mut out);
        out.push_str("<h2>Các luồng ghi · <i lang=en>Tracks</i></h2>\n<table>\n");
        for track in &self.tracks {
            let seconds = track.seconds as f64 / 1000.0;
            let cells = [track.id.as_str(), track.person.as_str()].map(escape);
            let _ = writeln!(out, "<tr><td>{}</td><td>{}</td><td>{seconds:.1} s</td></tr>", cells[0], cells[1]);
        }
        out.push_str("</table>\n");
        self.missing(&mut out);
        self.faults(&mut out);
        // It is signed on paper, or in the court's document system.
        let [vi, en] = [&self.words.signature.vi, &self.words.signature.en].map(|text| escape(text));
        let _ = writeln!(out, "<p class=sign><b>{vi}</b><br><i lang=en>{en}</i></p>");
        out.push_str(FOOT);
        out
    }

    /// When it was in session, and who was heard.
    fn course(&self, out: &mut String) {
        out.push_str("<h2>Diễn biến · <i lang=en>Course</i></h2>\n<table>\n");
        for Span { from, to, state } in &self.held.spans {
            let (vi, en) = match state {
                State::InSession => ("xét xử".to_owned(), "in session".to_owned()),
                State::Paused { reason } => (format!("tạm nghỉ: {reason}"), format!("paused: {reason}")),
                State::Held { cause } => hold_cause(cause),
                State::Outage => ("máy chủ không hoạt động".to_owned(), "the server was down".to_owned()),
            };
            let [vi, en] = [vi, en].map(|text| escape(text.trim_end_matches(": ")));
            let (from, to) = (self.moment(from), self.moment(to));
            let _ = writeln!(out, "<tr><td>{from} – {to}</td><td>{vi} · <i lang=en>{en}</i></td></tr>");
        }
        out.push_str("</table>\n<h2>Thời gian phát biểu · <i lang=en>Heard</i></h2>\n<table>\n");
        for Heard { name, role_name, seconds, .. } in &self.held.heard {
            let role =
                role_name.as_ref().map(|role| format!("{} · <i lang=en>{}</i>", escape(&role.vi), escape(&role.en)));
            let (name, role, lasted) = (escape(name), role.unwrap_or_default(), lasted(*seconds));
            let _ = writeln!(out, "<tr><td>{name}</td><td>{role}</td><td>{lasted}</td></tr>");
        }
        out.push_str("</table>\n");
    }

    fn faults(&self, out: &mut String) {
        if self.held.faults.is_empty() {
            return;
        }
        out.push_str("<h2>Lỗi ghi · <i lang=en>Faults of the recorder</i></h2>\n<table>\n");
        for Fault { track, detail, from, to } in &self.held.faults {
            let track = track.map_or_else(|| "–".to_owned(), |track| track.to_string());
            let to = to.as_ref().map_or_else(|| "–".to_owned(), |to| self.moment(to));
            let (from, detail) = (self.moment(from), escape(detail));
            let _ = writeln!(out, "<tr><td>{track}</td><td>{from} – {to}</td><td>{detail}</td></tr>");
        }
        out.push_str("</table>\n");
    }

    fn missing(&self, out: &mut String) {
        out.push_str("<h2>Khoảng trống · <i lang=en>What is missing</i></h2>\n");
        if self.tracks.iter().all(|t| t.gaps.is_empty()) {
            out.push_str("<p>Không có. · <i lang=en>Nothing.</i></p>\n");
        } else {
            out.push_str("<table>\n");
            for (track, gap) in self.tracks.iter().flat_map(|t| t.gaps.iter().map(move |g| (t, g))) {
                let (vi, en) = gap_reason(gap.reason);
                let (id, from, to) = (escape(&track.id), self.moment(&gap.from), self.moment(&gap.to));
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
                let (from, to, reason) = (self.moment(from), self.moment(to), escape(reason));
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

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "<style>
body{font:16px/1.5 serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{width:14rem;font-weight:600}.sign{margin:3rem 0 6rem auto;width:16rem;text-align:center}i{color:#444}code{overflow-wrap:anywhere}
</style></head><body>
";

const FOOT: &str = "<h2>Kiểm tra · <i lang=en>To check</i></h2>
<p><code>assize-verify --key court.pub .</code><br>
<code>sha256sum -c manifest-sha256.txt</code><br>
<code>openssl pkeyutl -verify -pubin -inkey court.pub -rawin -in data/seal/head.json -sigfile data/seal/head.sig</code></p>
<p>Khóa công khai phải lấy từ Tòa án, không lấy từ hồ sơ này. · <i lang=en>Take the public key from the court, not from this record.</i></p>
</body></html>
";
