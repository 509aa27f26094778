//! What the procedure wants a certificate to say, with its places filled in.

use super::Certificate;
use assize_core::plan::{Plan, Role};
use assize_core::procedure::{Procedure, Template, Wording};
use assize_proof::time;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    pub title: Wording,
    /// Whether it is complete, in a sentence.
    pub conclusion: Wording,
    pub signature: Wording,
}

impl Words {
    /// `certificate`: all but the words. Without a procedure, or where it has no such phrase, plain ones.
    pub(super) fn of(certificate: &Certificate, plan: &Plan, procedure: Option<&Procedure>) -> Self {
        let texts = procedure.map(|procedure| procedure.texts.clone()).unwrap_or_default();
        let missing_ms = missing_ms(certificate);
        let (said, ms) = if certificate.complete {
            (texts.certificate_complete, certificate.held.in_session_ms())
        } else {
            (texts.certificate_gaps, missing_ms)
        };
        let fill = |template: &Template, else_vi: &str, else_en: &str| Wording {
            vi: filled(&template.vi, else_vi, &value(certificate, plan, duration(ms, ["giờ", "phút", "giây"]))),
            en: filled(&template.en, else_en, &value(certificate, plan, duration(ms, ["h", "min", "s"]))),
        };
        let plain = if certificate.complete {
            ("Bản ghi đầy đủ.", "The record is complete.")
        } else {
            (
                "Bản ghi không đầy đủ; từng đoạn và nguyên nhân được nêu dưới đây.",
                "The record is not complete; each part is stated below with its cause.",
            )
        };
        Self {
            title: fill(
                &texts.certificate_title,
                "Giấy xác nhận tính đầy đủ của bản ghi",
                "Certificate of completeness",
            ),
            conclusion: fill(&said, plain.0, plain.1),
            signature: fill(&texts.certificate_signature, "Chủ tọa {judge}", "Presiding judge {judge}"),
        }
    }
}

/// A place that has no value here stays as it is: somebody has to see it.
fn filled(template: &str, otherwise: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut rest = if template.trim().is_empty() { otherwise } else { template };
    let mut out = String::new();
    while let Some((before, (place, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        out.push_str(before);
        out.push_str(&value(place).unwrap_or_else(|| format!("{{{place}}}")));
        rest = after;
    }
    out + rest
}

fn value(certificate: &Certificate, plan: &Plan, duration: String) -> impl Fn(&str) -> Option<String> {
    let who = |role: Role| plan.people.iter().find(|person| person.role == role).map(|person| person.name.clone());
    let began = certificate.from.as_deref().map(|from| certificate.moment(from)).unwrap_or_default();
    let (time, date) = began.split_once(' ').unwrap_or_default();
    let known = [
        ("case", Some(certificate.case.clone())),
        ("title", Some(certificate.title.clone())),
        ("court", Some(certificate.court.clone())),
        ("judge", who(Role::PresidingJudge)),
        ("clerk", who(Role::Clerk)),
        ("date", Some(date.to_owned())),
        ("time", Some(time.to_owned())),
        ("duration", Some(duration)),
    ];
    move |place| known.iter().find(|(name, _)| *name == place).and_then(|(_, value)| value.clone())
}

/// `1 giờ 2 phút 3 giây`; less than a second counts as one.
fn duration(ms: u64, [hours, minutes, seconds]: [&str; 3]) -> String {
    let whole = ms.div_ceil(1000);
    let parts = [(whole / 3600, hours), (whole / 60 % 60, minutes), (whole % 60, seconds)];
    let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n} {unit}")).collect();
    if said.is_empty() { format!("0 {seconds}") } else { said.join(" ") }
}

/// For how long something is missing that should be there: what several tracks lack at the same time counts once.
fn missing_ms(certificate: &Certificate) -> u64 {
    let gaps = certificate.tracks.iter().flat_map(|track| &track.gaps).map(|gap| (&gap.from, &gap.to));
    let without = certificate.unrecorded.iter().map(|span| (&span.from, &span.to));
    let spans = gaps.chain(without).filter_map(|(from, to)| Some((time::parse(from)?, time::parse(to)?)));
    let mut spans: Vec<(i64, i64)> = spans.collect();
    spans.sort_unstable();
    let (mut total, mut reached) = (0, i64::MIN);
    for (from, to) in spans {
        total += (to - from.max(reached)).max(0);
        reached = reached.max(to);
    }
    total.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_what_is_not_known_is_seen() {
        let value = |place: &str| (place == "case").then(|| "45/2026".to_owned());
        assert_eq!(filled("Vụ {case}, {what}.", "", &value), "Vụ 45/2026, {what}.");
        assert_eq!(filled(" ", "Vụ {case}", &value), "Vụ 45/2026");
        assert_eq!(filled("{case", "", &value), "{case");
    }

    #[test]
    fn durations_are_said_in_what_they_have() {
        assert_eq!(duration(3_723_000, ["giờ", "phút", "giây"]), "1 giờ 2 phút 3 giây");
        assert_eq!(duration(400, ["h", "min", "s"]), "1 s");
        assert_eq!(duration(3_600_000, ["h", "min", "s"]), "1 h");
        assert_eq!(duration(0, ["h", "min", "s"]), "0 s");
    }
}
