//! The minutes on paper: one list of blocks, set as HTML that stands alone or as PDF.

use super::text::Words;
use super::{Afterwards, Fault, Kept, moments, utc};
use crate::pdf::{self, About, Block, PdfError};
use crate::problem::{Language, role_text};
use crate::times;
use assize_core::minutes::{Reader, Said};
use assize_core::plan::Role;
use assize_core::procedure::Wording;
use std::fmt::Write as _;

/// What the paper says about itself.
struct Head {
    title: String,
    foot: String,
}

fn pick(language: Language, wording: &Wording) -> String {
    match language {
        Language::Vi => wording.vi.clone(),
        Language::En => wording.en.clone(),
    }
}

fn head(kept: &Kept, language: Language) -> Head {
    let hearing = kept.minutes.hearing();
    let rule = hearing.procedure.minutes.as_ref();
    let title = rule.map(|rule| pick(language, &rule.title)).filter(|title| !title.is_empty());
    let title = title.unwrap_or_else(|| language.pick("BIÊN BẢN PHIÊN TÒA", "MINUTES OF THE HEARING").to_owned());
    let root = kept.seal.as_ref().map(|(_, root)| root.to_string());
    let sealed = root.map_or_else(
        || language.pick("bản ghi chưa niêm phong", "the record is not sealed").to_owned(),
        |root| format!("{} {root}", language.pick("gốc niêm phong", "seal root")),
    );
    Head { title, foot: format!("{} · {sealed}", hearing.plan.case) }
}

fn heading(kept: &Kept, language: Language) -> Block {
    let hearing = kept.minutes.hearing();
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let nation = hearing.procedure.minutes.as_ref().map(|rule| pick(language, &rule.heading)).unwrap_or_default();
    let left =
        vec![hearing.plan.court.name.to_uppercase(), format!("{} {}", language.pick("Số:", "No."), hearing.plan.case)];
    Block::Heading { left, right: lines(nation) }
}

fn people(kept: &Kept, language: Language) -> Vec<Block> {
    let hearing = kept.minutes.hearing();
    let words = Words { procedure: &hearing.procedure, language };
    let mut blocks = Vec::new();
    for (there, vi, en) in [
        (Some(true), "Những người tham gia", "Taking part"),
        (Some(false), "Vắng mặt", "Absent"),
        (None, "Chưa xác định có mặt hay vắng mặt", "Presence not established"),
    ] {
        let people = hearing.plan.people.iter().filter(|person| kept.minutes.was_there(person.id) == there);
        let names: Vec<Block> = people
            .map(|person| {
                let point = person.point.and_then(|id| hearing.point(id)).map(|point| point.name.clone());
                let name =
                    assize_core::minutes::Name { name: Some(person.name.clone()), role: Some(person.role), point };
                Block::Text(words.name(&name))
            })
            .collect();
        if !names.is_empty() {
            blocks.push(Block::Strong(language.pick(vi, en).to_owned()));
            blocks.extend(names);
        }
    }
    blocks
}

fn lines(kept: &Kept, after: &Afterwards, language: Language) -> Vec<Block> {
    let hearing = kept.minutes.hearing();
    let (zone, words) = (&hearing.plan.court.zone, Words { procedure: &hearing.procedure, language });
    let mut blocks = Vec::new();
    let mut day = times::day(kept.began_ms, zone);
    for line in kept.minutes.read(Reader::Court) {
        let today = times::day(utc(kept.zero_ms, line.at_us), zone);
        if today != day {
            blocks.push(Block::Strong(today.clone()));
            day = today;
        }
        let moment = moments(kept.zero_ms, zone, line.at_us);
        let divides = |said: &Said| {
            matches!(said, Said::Phase { .. } | Said::Opened { .. } | Said::Continues { .. } | Said::Closed)
        };
        let (time, strong) = (moment(line.at_us), divides(&line.said));
        blocks.push(Block::Row { time, text: words.line(&line, moment), strong });
        for request in after.requests.iter().filter(|request| request.line == line.n) {
            let asked = language.pick("đề nghị sửa", "asks for");
            blocks.push(Block::Beside(format!("{} {asked}: {}", request.by.told(), request.told(language))));
            let Some(ruling) = &request.ruling else { continue };
            let ruled = if ruling.accepted {
                language.pick("Chấp nhận", "Accepted")
            } else {
                language.pick("Không chấp nhận", "Refused")
            };
            let reason = ruling.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            blocks.push(Block::Beside(format!("{ruled} ({}){reason}", ruling.by.name)));
        }
    }
    blocks
}

/// What of the log of requests, answers and agreements is not on the paper, if it is no longer whole.
fn lost(after: &Afterwards, language: Language) -> Vec<Block> {
    let Some(fault) = &after.fault else { return Vec::new() };
    let title = language.pick("Sổ đề nghị và trả lời không còn nguyên vẹn", "The log of requests is not whole");
    let told = match fault {
        Fault::Damaged(_) => language
            .pick(
                "Sổ đã bị thay đổi. Đề nghị sửa, trả lời và xác nhận đã đọc có trong sổ không được in ở đây.",
                "It was changed. Requests, answers and agreements that it holds are not printed here.",
            )
            .to_owned(),
        Fault::Cut { written, left } => {
            let lost = written - left;
            match language {
                Language::Vi => {
                    format!("Đã ghi {written} dòng, còn lại {left}: thiếu {lost} dòng cuối, không in được ở đây.")
                }
                Language::En => {
                    format!("{written} lines were written and {left} are left: the last {lost} are missing here.")
                }
            }
        }
    };
    vec![Block::Strong(title.to_owned()), Block::Text(told)]
}

fn blocks(kept: &Kept, after: &Afterwards, language: Language) -> Vec<Block> {
    let (hearing, head) = (kept.minutes.hearing(), head(kept, language));
    let zone = &hearing.plan.court.zone;
    let mut blocks = vec![heading(kept, language), Block::Title(head.title)];
    blocks.push(Block::Centred(hearing.plan.title.clone()));
    let day = times::day(kept.began_ms, zone);
    let sitting = language.pick("Phiên thứ", "Sitting");
    blocks.push(Block::Centred(format!("{day} · {sitting} {}", kept.sitting)));
    blocks.extend(people(kept, language));
    blocks.push(Block::Strong(language.pick("Diễn biến", "What happened").to_owned()));
    blocks.extend(lines(kept, after, language));
    blocks.extend(lost(after, language));
    if !after.agreed.is_empty() {
        blocks.push(Block::Strong(language.pick("Đã đọc, đồng ý", "Read and agreed").to_owned()));
        blocks.extend(after.agreed.iter().map(|agreed| Block::Text(agreed.by.told())));
    }
    if let Some((seal, root)) = &kept.seal {
        blocks.push(Block::Strong(language.pick("Niêm phong bản ghi", "Seal of the record").to_owned()));
        blocks.push(Block::Text(format!("{}: {root}", language.pick("Gốc niêm phong", "Seal root"))));
        blocks.push(Block::Text(format!("{}: {seal}", language.pick("Dấu vân tay", "Fingerprint"))));
    }
    let sign = |role| role_text(role, language).to_uppercase();
    blocks.push(Block::Signatures(vec![sign(Role::Clerk), sign(Role::PresidingJudge)]));
    blocks
}

/// As PDF/A.
///
/// # Errors
/// The paper cannot be written.
pub fn pdf(kept: &Kept, after: &Afterwards, language: Language, now_ms: i64) -> Result<Vec<u8>, PdfError> {
    let head = head(kept, language);
    let made = times::parts(now_ms);
    let title = format!("{} – {}", head.title, kept.minutes.hearing().plan.case);
    let about = About { title, language: language.tag().to_owned(), made, foot: head.foot };
    pdf::write(&about, &blocks(kept, after, language))
}

/// As one HTML file that loads nothing.
#[must_use]
pub fn html(kept: &Kept, after: &Afterwards, language: Language) -> String {
    let head = head(kept, language);
    let mut body = String::new();
    for block in blocks(kept, after, language) {
        put(&mut body, &block);
    }
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}</style></head>\n<body>\n{body}<footer>{}</footer>\n</body></html>\n",
        language.tag(),
        escaped(&format!("{} – {}", head.title, kept.minutes.hearing().plan.case)),
        escaped(&head.foot),
    )
}

const STYLE: &str = "@page{size:A4;margin:20mm 15mm 20mm 30mm}\
body{font:12pt/1.4 'Noto Serif','Times New Roman',serif;color:#000;background:#fff;max-width:165mm;margin:0 auto}\
.head,.sign{display:grid;grid-template-columns:1fr 1fr;gap:6mm;text-align:center}\
.head p{margin:0}.head p:first-child{font-weight:700}h1{font-size:14pt;text-align:center;margin:8mm 0 0}\
h2{font-size:12pt;margin:5mm 0 1mm}p{margin:0}.c{text-align:center}\
.row{display:grid;grid-template-columns:32mm 1fr;break-inside:avoid;overflow-wrap:anywhere}.row.s{font-weight:700}\
.beside{margin-left:32mm;font-size:10.5pt}.sign{margin-top:10mm;font-weight:700;break-inside:avoid;min-height:40mm}\
footer{margin-top:10mm;font-size:9pt;overflow-wrap:anywhere}";

fn put(body: &mut String, block: &Block) {
    let column = |lines: &[String]| {
        let lines: String = lines.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
        format!("<div>{lines}</div>")
    };
    let _ = match block {
        Block::Heading { left, right } => {
            writeln!(body, "<header class=\"head\">{}{}</header>", column(left), column(right))
        }
        Block::Title(text) => writeln!(body, "<h1>{}</h1>", escaped(text)),
        Block::Centred(text) => writeln!(body, "<p class=\"c\">{}</p>", escaped(text)),
        Block::Text(text) => writeln!(body, "<p>{}</p>", escaped(text)),
        Block::Strong(text) => writeln!(body, "<h2>{}</h2>", escaped(text)),
        Block::Row { time, text, strong } => {
            let class = if *strong { "row s" } else { "row" };
            writeln!(body, "<div class=\"{class}\"><time>{}</time><span>{}</span></div>", escaped(time), escaped(text))
        }
        Block::Beside(text) => writeln!(body, "<p class=\"beside\">{}</p>", escaped(text)),
        Block::Page => writeln!(body, "<hr>"),
        Block::Signatures(who) => {
            let who: String = who.iter().map(|who| format!("<div>{}</div>", escaped(who))).collect();
            writeln!(body, "<div class=\"sign\">{who}</div>")
        }
    };
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(letter),
        }
        out
    })
}
