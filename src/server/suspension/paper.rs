//! The paper of a sitting that was suspended or postponed: the draft of the decision in both languages, what was measured,
//! and who took note. A page that prints; it lies in the record before that is sealed.

use super::draft::{Decided, Piece, fill};
use super::{Facts, Line, Measured, PointLine};
use crate::problem::Language;
use crate::times;
use assize_core::hearing::{Event, Hearing, Occupant, SessionState, Stamped};
use assize_core::ids::SeatId;
use assize_core::plan::Plan;
use assize_proof::verify::MEASURED;
use assize_record::{catalogue, folder, ledger};
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

/// Its name in the record.
pub const NAME: &str = "suspension.html";

/// Writes the paper into the record of a sitting that was adjourned and is not sealed; of another, nothing.
///
/// # Errors
/// The record cannot be read, or the disk does not take it.
pub fn write(place: &Path) -> io::Result<()> {
    // What is in the bag already was written before.
    if catalogue::root(place) != place {
        return Ok(());
    }
    let events: Vec<Stamped> = ledger::replay(place)?.lines.iter().map(crate::runtime::stamped).collect();
    let Some(hearing) = events.first().and_then(Hearing::begin) else { return Ok(()) };
    let hearing = events[1..].iter().fold(hearing, |mut hearing, event| {
        hearing.apply(event);
        hearing
    });
    if !hearing.state.is_adjourned() {
        return Ok(());
    }
    let measured = fs::read(place.join(MEASURED)).ok();
    let measured: Option<Measured> = measured.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    folder::write_durably(&place.join(NAME), page(&hearing, &events, measured.as_ref()).as_bytes())
}

fn page(hearing: &Hearing, events: &[Stamped], measured: Option<&Measured>) -> String {
    let Some(adjourned) = &hearing.adjourned else { return String::new() };
    let texts = &hearing.procedure.texts;
    let template = if hearing.state == SessionState::Postponed { &texts.postponement } else { &texts.suspension };
    let began_ms = events.first().map_or(0, |first| first.now.utc_ms - ms(first.now.t_us));
    let facts = Facts {
        plan: hearing.plan.clone(),
        procedure: std::sync::Arc::clone(&hearing.procedure),
        frozen_ms: adjourned.frozen_ms,
        fault: adjourned.fault,
        fault_ms: adjourned.fault.map(|fault| began_ms + ms(fault.since_us)),
        phase: hearing.course.phase.clone(),
        lines: Vec::new(),
    };
    let decided = Decided { reason: &adjourned.reason, until_ms: adjourned.until_ms };
    let mut out = String::from(HEAD);
    decision(&mut out, &fill(template, &facts, decided, Language::Vi), &hearing.plan, Language::Vi);
    if let Some(measured) = measured {
        figure(&mut out, measured);
    }
    noted(&mut out, hearing, events);
    decision(&mut out, &fill(template, &facts, decided, Language::En), &hearing.plan, Language::En);
    out.push_str("</body></html>\n");
    out
}

fn ms(us: u64) -> i64 {
    i64::try_from(us / 1_000).unwrap_or_default()
}

/// The heading of the court beside that of the state, if the text begins with the court's name.
fn decision(out: &mut String, lines: &[Vec<Piece>], plan: &Plan, language: Language) {
    let plain = |line: &[Piece]| line.iter().map(|piece| piece.text.as_str()).collect::<String>();
    let headed = lines.first().is_some_and(|line| plain(line) == plan.court.name);
    let _ = writeln!(out, "<article lang={}>", language.pick("vi", "en"));
    if headed && language == Language::Vi {
        let court = escape(&plan.court.name);
        let _ = writeln!(
            out,
            "<div class=two><b>{court}</b><b>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br><u>Độc lập - Tự do - Hạnh phúc</u></b></div>"
        );
    } else if headed {
        let _ = writeln!(out, "<p><b>{}</b></p>", escape(&plan.court.name));
    }
    for (n, line) in lines.iter().skip(usize::from(headed)).enumerate() {
        let tag = if n == 0 { "h1" } else { "p" };
        let text: String = line.iter().map(piece).collect();
        let _ = writeln!(out, "<{tag}>{text}</{tag}>");
    }
    let note = language.pick(
        "Dự thảo. Ký trên hệ thống văn bản của Tòa án, không ký tại đây.",
        "A draft. It is signed in the court's document system, not here.",
    );
    let _ = writeln!(out, "<p class=meta>{note}</p>\n</article>");
}

fn piece(piece: &Piece) -> String {
    let text = escape(&piece.text);
    if piece.place.is_some() { format!("<mark>{text}</mark>") } else { text }
}

fn figure(out: &mut String, measured: &Measured) {
    let (Some(from), Some(to)) = (times::parse(&measured.from), times::parse(&measured.to)) else { return };
    let [from_text, to_text] = [&measured.from, &measured.to].map(|text| escape(text));
    let _ = writeln!(
        out,
        "<section><h2>Đường truyền trước lúc tạm ngừng · <i lang=en>The lines before the suspension</i></h2>"
    );
    let _ = writeln!(
        out,
        "<p class=meta>{from_text} – {to_text} · thời gian khứ hồi, 0–1000 ms · <i lang=en>round trip</i></p>"
    );
    for line in &measured.points {
        let _ =
            writeln!(out, "<figure><figcaption>{}</figcaption>{}</figure>", escape(&line.name), chart(line, from, to));
    }
    out.push_str("</section>\n");
}

/// Round trip as a line, hatched where the line was bad.
fn chart(line: &PointLine, from_ms: i64, to_ms: i64) -> String {
    const WIDTH: i64 = 600;
    let span = (to_ms - from_ms).max(1);
    let x = |at: i64| (at - from_ms).clamp(0, span) * WIDTH / span;
    let mut out = format!("<svg viewBox=\"0 0 {WIDTH} 40\" role=img><path d=\"M0 39H{WIDTH}\" class=base />");
    let mut path = String::new();
    for pair in line.samples.windows(2) {
        let (at, next) = (&pair[0], &pair[1]);
        if at.line.is_good() {
            let y = 36 - i64::from(at.round_trip_ms.unwrap_or(0).min(1000)) * 32 / 1000;
            let _ = write!(path, "M{} {y}H{}", x(at.at_ms), x(next.at_ms));
        } else {
            let (left, right) = (x(at.at_ms), x(next.at_ms));
            let class = if at.line == Line::None { "gone" } else { "broken" };
            let _ = write!(out, "<rect x={left} y=2 width={} height=36 class={class} />", (right - left).max(1));
        }
    }
    let _ = write!(out, "<path d=\"{path}\" class=line /></svg>");
    out
}

fn noted(out: &mut String, hearing: &Hearing, events: &[Stamped]) {
    let name = |id: &SeatId| {
        let seat = hearing.seats.get(id)?;
        let person = matches!(seat.occupant, Occupant::Person { .. }).then(|| hearing.people(seat).next()).flatten();
        let point = hearing.point_of(seat).and_then(|point| hearing.point(point));
        let known = [person.map(|person| person.name.as_str()), point.map(|point| point.name.as_str())];
        Some(known.into_iter().flatten().collect::<Vec<_>>().join(", "))
    };
    let notes = events.iter().filter_map(|stamped| match &stamped.event {
        Event::NoticeTaken { seat } => Some((*seat, stamped.now.utc_ms)),
        _ => None,
    });
    out.push_str("<section><h2>Đã báo cho điểm cầu · <i lang=en>Points that took note</i></h2>\n<ul>\n");
    for (seat, at_ms) in notes {
        let at = times::rfc3339(at_ms, &hearing.plan.court.zone);
        let _ = writeln!(out, "<li>{} · đã nhận lúc {at}</li>", escape(&name(&seat).unwrap_or_default()));
    }
    out.push_str("</ul></section>\n");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const HEAD: &str = "<!doctype html>
<html lang=vi><head><meta charset=utf-8><title>Tạm ngừng phiên tòa</title><style>
body{font:16px/1.5 serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
article{border:1px solid #999;padding:2rem;margin-bottom:2rem}
.two{display:grid;grid-template-columns:2fr 3fr;gap:1rem;text-align:center}
h1{font-size:1.2rem;text-align:center;margin:1.5rem 0}h2{font-size:1.05rem}i,.meta{color:#444}
mark{background:none;border-bottom:1px dotted #555;color:inherit}
figure{display:grid;grid-template-columns:14rem 1fr;gap:1rem;align-items:center;margin:.5rem 0}
svg{width:100%;height:40px}.base{stroke:#999}.line{stroke:#111;fill:none}
.broken,.gone{fill:#eee;stroke:#777;stroke-dasharray:3 3}.gone{fill:#ccc}
@page{size:A4;margin:20mm}@media print{body{margin:0;max-width:none;padding:0}article{border:0;padding:0;break-after:page}}
</style></head><body>
";

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Sample;
    use super::super::draft::tests::facts;
    use super::*;
    use assize_core::ids::PointId;

    #[test]
    fn a_name_is_text_and_what_was_filled_in_is_marked() {
        let facts = facts();
        let decided = Decided { reason: "mất <điện>", until_ms: None };
        let mut out = String::new();
        let lines = fill(&facts.procedure.texts.suspension, &facts, decided, Language::Vi);
        decision(&mut out, &lines, &facts.plan, Language::Vi);
        assert!(out.contains("<mark>mất &lt;điện&gt;</mark>") && out.contains("<mark>Trại &lt;2&gt;</mark>"), "{out}");
        assert!(out.contains("CỘNG HÒA") && out.contains("không ký tại đây"), "{out}");
    }

    #[test]
    fn a_figure_is_hatched_where_the_line_was_bad() {
        let sample = |at_ms, line, round_trip_ms| Sample { at_ms, line, round_trip_ms, lost_permille: None };
        let samples = vec![
            sample(0, Line::Good, Some(20)),
            sample(300_000, Line::Broken, None),
            sample(450_000, Line::None, None),
            sample(600_000, Line::None, None),
        ];
        let line = PointLine { point: PointId(uuid::Uuid::nil()), name: "A".into(), samples };
        assert_eq!(line.bad_since_ms(), Some(300_000));
        let svg = chart(&line, 0, 600_000);
        assert!(svg.contains("<rect x=300 y=2 width=150 height=36 class=broken />"), "{svg}");
        assert!(svg.contains("<rect x=450 y=2 width=150 height=36 class=gone />"), "{svg}");
        assert!(svg.contains("M0 36H300"), "{svg}");
    }
}
