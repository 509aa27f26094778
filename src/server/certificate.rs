//! The certificate of completeness on paper: what a presiding judge signs, in Vietnamese and then in English.

use crate::pdf::{self, About, Block};
use crate::problem::{Language, role_text};
use assize_core::procedure::Wording;
use assize_record::certificate::{Certificate, Fault, Heard, Span, State, gap_reason, hold_cause, lasted};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The whole file (PDF/A).
///
/// # Errors
/// Why it cannot be written.
pub fn typeset(certificate: &Certificate) -> Result<Vec<u8>, String> {
    let blocks: Vec<Block> =
        [page(certificate, Language::Vi), vec![Block::Page], page(certificate, Language::En)].concat();
    let made = certificate.certified.parse::<Timestamp>().unwrap_or_default().to_zoned(TimeZone::UTC);
    let part = |n: i8| u8::try_from(n).unwrap_or_default();
    let about = About {
        title: certificate.words.title.vi.clone(),
        language: "vi".to_owned(),
        made: (
            u16::try_from(made.year()).unwrap_or_default(),
            part(made.month()),
            part(made.day()),
            part(made.hour()),
            part(made.minute()),
            part(made.second()),
        ),
        foot: format!("{} · {}", certificate.case, certificate.merkle_root),
    };
    pdf::write(&about, &blocks).map_err(|error| error.to_string())
}

fn pick(language: Language, wording: &Wording) -> String {
    if language == Language::Vi { wording.vi.clone() } else { wording.en.clone() }
}

fn page(certificate: &Certificate, language: Language) -> Vec<Block> {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en).to_owned();
    let mut blocks = vec![
        Block::Heading {
            left: vec![certificate.court.to_uppercase(), format!("{} {}", say("Số:", "No."), certificate.case)],
            right: vec![
                say("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM"),
                say("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"),
            ],
        },
        Block::Title(pick(language, &certificate.words.title)),
        Block::Centred(format!("{} – {}", certificate.case, certificate.title)),
        Block::Strong(pick(language, &certificate.words.conclusion)),
    ];
    course(&mut blocks, certificate, language);
    heard(&mut blocks, certificate, language);
    missing(&mut blocks, certificate, language);
    proof(&mut blocks, certificate, language);
    blocks.push(Block::Signatures(vec![pick(language, &certificate.words.signature)]));
    blocks
}

fn row(time: String, text: String) -> Block {
    Block::Row { time, text, strong: false }
}

/// `14:03:22`, and beside it what it was until when. The day is said where it is another than the sitting began on.
fn span(certificate: &Certificate, (from, to): (&str, &str), text: &str) -> Block {
    let day = certificate.from.as_deref().map(|from| certificate.moment(from)).unwrap_or_default();
    let day = day.split_once(' ').map(|(_, day)| format!(" {day}")).unwrap_or_default();
    let [from, to] = [from, to].map(|at| certificate.moment(at).replace(&day, ""));
    row(from, format!("– {to}: {text}"))
}

fn course(blocks: &mut Vec<Block>, certificate: &Certificate, language: Language) {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en).to_owned();
    blocks.push(Block::Strong(say("Diễn biến", "Course")));
    if certificate.held.spans.is_empty() {
        blocks.push(Block::Text(say("Phiên tòa không được mở.", "The session was not opened.")));
    }
    for Span { from, to, state } in &certificate.held.spans {
        let text = match state {
            State::InSession => say("xét xử", "in session"),
            State::Paused { reason } if reason.trim().is_empty() => say("tạm nghỉ", "paused"),
            State::Paused { reason } => format!("{}: {reason}", say("tạm nghỉ", "paused")),
            State::Held { cause } => {
                let (vi, en) = hold_cause(cause);
                if language == Language::Vi { vi } else { en }
            }
            State::Outage => say("máy chủ không hoạt động", "the server was down"),
        };
        blocks.push(span(certificate, (from, to), &text));
    }
}

fn heard(blocks: &mut Vec<Block>, certificate: &Certificate, language: Language) {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en).to_owned();
    blocks.push(Block::Strong(say("Thời gian phát biểu", "Heard")));
    for Heard { name, role, role_name, seconds } in &certificate.held.heard {
        let named = role_name.as_ref().map(|role| pick(language, role)).filter(|role| !role.is_empty());
        let role = named.unwrap_or_else(|| role_text(*role, language).to_owned());
        blocks.push(row(lasted(*seconds), format!("{role} {name}")));
    }
    if certificate.held.observers > 0 {
        let most = say("Màn hình dự khán cùng lúc, nhiều nhất", "Observers at the same time, at most");
        blocks.push(Block::Text(format!("{most}: {}", certificate.held.observers)));
    }
}

fn missing(blocks: &mut Vec<Block>, certificate: &Certificate, language: Language) {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en).to_owned();
    blocks.push(Block::Strong(say("Khoảng trống", "What is missing")));
    let gaps = certificate.tracks.iter().flat_map(|track| track.gaps.iter().map(move |gap| (track, gap)));
    let before = blocks.len();
    for (track, gap) in gaps {
        let (vi, en) = gap_reason(gap.reason);
        let text = format!("{} {}{}: {}", track.id, track.person, gap.share(), say(vi, en));
        blocks.push(span(certificate, (&gap.from, &gap.to), &text));
    }
    for unrecorded in &certificate.unrecorded {
        let text = format!("{}: {}", say("Tòa án không ghi", "the court did not record"), unrecorded.reason);
        blocks.push(span(certificate, (&unrecorded.from, &unrecorded.to), &text));
    }
    if blocks.len() == before {
        blocks.push(Block::Text(say("Không có.", "Nothing.")));
    }
    if !certificate.held.faults.is_empty() {
        blocks.push(Block::Strong(say("Lỗi ghi", "Faults of the recorder")));
    }
    for Fault { track, detail, from, to } in &certificate.held.faults {
        let track = track.map_or_else(|| say("cả máy ghi", "the whole recorder"), |track| track.to_string());
        let to = to.as_deref().or(certificate.to.as_deref()).unwrap_or(from);
        blocks.push(span(certificate, (from, to), &format!("{track}: {detail}")));
    }
    if !certificate.findings.is_empty() {
        blocks.push(Block::Strong(say("Điều bất thường", "Irregularities")));
    }
    for finding in &certificate.findings {
        let text = format!("{} [{}..{}]: {}", finding.file, finding.from_byte, finding.to_byte, finding.what);
        blocks.push(Block::Text(text));
    }
}

/// By which the paper and the record belong together.
fn proof(blocks: &mut Vec<Block>, certificate: &Certificate, language: Language) {
    let say = |vi: &'static str, en: &'static str| language.pick(vi, en).to_owned();
    blocks.push(Block::Strong(say("Để kiểm tra", "To check")));
    let law = certificate.procedure.sha256.map_or_else(|| "–".to_owned(), |hash| grouped(&hash.to_string()));
    let clock = if certificate.clock_synchronised {
        say("đồng hồ đã đồng bộ", "the clock was synchronised")
    } else {
        say("đồng hồ không được đồng bộ", "the clock was not synchronised")
    };
    let counted = say("Sự kiện, tệp, điểm đồng bộ", "Events, files, sync points");
    let lines = [
        format!("{}: {}, {}", say("Phiên tòa, lần mở", "Hearing, sitting"), certificate.hearing, certificate.sitting),
        format!("{}: {}", say("Gốc Merkle", "Merkle root"), grouped(&certificate.merkle_root.to_string())),
        format!("{}: {}", say("Sổ sự kiện", "Ledger"), grouped(&certificate.ledger_hash)),
        format!("{}: {}", say("Khóa của Tòa án", "The court's key"), grouped(&certificate.key.to_string())),
        format!("{}: {}, {law}", say("Thủ tục", "Procedure"), certificate.procedure.name),
        format!("{counted}: {}, {}, {}", certificate.events, certificate.media_files, certificate.sync_points),
        format!("{}; {}; {}; {clock}", certificate.software, certificate.recorded_by, certificate.muxer),
    ];
    blocks.extend(lines.map(Block::Text));
}

/// In groups that an eye can compare, and a line can be broken between.
fn grouped(hash: &str) -> String {
    let letters: Vec<char> = hash.chars().collect();
    letters.chunks(16).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
