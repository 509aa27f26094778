//! Figures of the court's sittings, added up by judge, court, point or case type, and as a table for spreadsheets.
//! What one sitting was `assize_core::statistics` says.

use crate::problem::Language;
use assize_core::ids::HearingId;
use assize_core::statistics::{Cause, Sitting};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the figures are added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Judge,
    Court,
    Point,
    CaseType,
}

/// Several sittings together. Times are in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// A judge's or a point's name, a procedure's; of the court none.
    pub name: String,
    pub hearings: u64,
    /// Of them, those with a component point.
    pub online: u64,
    /// Of the online ones, those across provinces, and those of which nobody said.
    pub cross_province: u64,
    pub province_unknown: u64,
    pub sittings: u64,
    pub in_session_s: u64,
    /// Times that the session was held, or the server was down; of a point, times that it could not follow.
    pub interruptions: u64,
    pub lost_s: u64,
    /// The same by cause. A point's are its own and have none.
    pub causes: BTreeMap<Cause, Lost>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Lost {
    pub count: u64,
    pub lost_s: u64,
}

#[derive(Debug, Default)]
struct Sum {
    hearings: BTreeSet<HearingId>,
    online: BTreeSet<HearingId>,
    cross_province: BTreeSet<HearingId>,
    province_unknown: BTreeSet<HearingId>,
    sittings: u64,
    in_session_us: u64,
    interruptions: u64,
    lost_us: u64,
    causes: BTreeMap<Cause, (u64, u64)>,
}

impl Sum {
    fn sitting(&mut self, sitting: &Sitting) {
        self.hearings.insert(sitting.hearing);
        if sitting.online {
            self.online.insert(sitting.hearing);
            match sitting.cross_province {
                Some(true) => _ = self.cross_province.insert(sitting.hearing),
                Some(false) => {}
                None => _ = self.province_unknown.insert(sitting.hearing),
            }
        }
        self.sittings += 1;
        self.in_session_us += sitting.in_session_us;
    }

    fn interrupted(&mut self, sitting: &Sitting) {
        for interruption in &sitting.interruptions {
            self.interruptions += 1;
            self.lost_us += interruption.lost_us;
            let (count, lost_us) = self.causes.entry(interruption.cause).or_default();
            (*count, *lost_us) = (*count + 1, *lost_us + interruption.lost_us);
        }
    }

    fn figures(&self, name: &str) -> Figures {
        let seconds = |us: u64| (us + 500_000) / 1_000_000;
        let lost = |(cause, (count, us)): (&Cause, &(u64, u64))| (*cause, Lost { count: *count, lost_s: seconds(*us) });
        Figures {
            name: name.to_owned(),
            hearings: self.hearings.len() as u64,
            online: self.online.len() as u64,
            cross_province: self.cross_province.len() as u64,
            province_unknown: self.province_unknown.len() as u64,
            sittings: self.sittings,
            in_session_s: seconds(self.in_session_us),
            interruptions: self.interruptions,
            lost_s: seconds(self.lost_us),
            causes: self.causes.iter().map(lost).collect(),
        }
    }
}

/// All sittings together. One that was never opened is none.
#[must_use]
pub fn total(sittings: &[Sitting]) -> Figures {
    let mut sum = Sum::default();
    for sitting in sittings.iter().filter(|sitting| sitting.opened) {
        sum.sitting(sitting);
        sum.interrupted(sitting);
    }
    sum.figures("")
}

/// The sittings by judge, point or case type, by name.
#[must_use]
pub fn groups(sittings: &[Sitting], by: By) -> Vec<Figures> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for sitting in sittings.iter().filter(|sitting| sitting.opened) {
        match by {
            By::Court => add(&mut sums, "", sitting),
            By::CaseType => add(&mut sums, &sitting.case_type, sitting),
            By::Judge => sitting.judges.iter().for_each(|judge| add(&mut sums, judge, sitting)),
            By::Point => {
                for point in &sitting.points {
                    let sum = sums.entry(point.name.clone()).or_default();
                    sum.sitting(sitting);
                    sum.interruptions += u64::from(point.interruptions);
                    sum.lost_us += point.lost_us;
                }
            }
        }
    }
    sums.iter().map(|(name, sum)| sum.figures(name)).collect()
}

fn add(sums: &mut BTreeMap<String, Sum>, name: &str, sitting: &Sitting) {
    let sum = sums.entry(name.to_owned()).or_default();
    sum.sitting(sitting);
    sum.interrupted(sitting);
}

/// A table for spreadsheets (RFC 4180), in UTF-8 with a mark by which they know it.
#[must_use]
pub fn csv(groups: &[Figures], total: &Figures, by: By, language: Language) -> String {
    let head: [(&str, &str); 9] = [
        match by {
            By::Judge => ("Chủ tọa", "Presiding judge"),
            By::Court => ("Tòa án", "Court"),
            By::Point => ("Điểm cầu", "Point"),
            By::CaseType => ("Loại vụ án (thủ tục)", "Case type (procedure)"),
        },
        ("Số vụ", "Hearings"),
        ("Trực tuyến", "Online"),
        ("Liên tỉnh", "Across provinces"),
        ("Số buổi", "Sittings"),
        ("Thời gian xét xử (giây)", "Time in session (seconds)"),
        ("Số lần gián đoạn", "Interruptions"),
        ("Thời gian mất (giây)", "Time lost (seconds)"),
        ("Thời gian mất (phút)", "Time lost (minutes)"),
    ];
    let mut lines = vec![head.map(|(vi, en)| cell(language.pick(vi, en))).join(",")];
    let all = language.pick("Tổng cộng", "Total");
    let rows = groups.iter().map(|figures| (figures.name.as_str(), figures)).chain([(all, total)]);
    for (name, figures) in rows {
        let Figures { hearings, online, cross_province, sittings, in_session_s, interruptions, lost_s, .. } = figures;
        let minutes = (lost_s + 30) / 60;
        let numbers = [*hearings, *online, *cross_province, *sittings, *in_session_s, *interruptions, *lost_s, minutes];
        let numbers = numbers.map(|number| number.to_string()).join(",");
        lines.push(format!("{},{numbers}", cell(name)));
    }
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

/// A text that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_core::ids::PointId;
    use assize_core::plan::PointKind;
    use assize_core::statistics::{Interruption, PointFigures};
    use uuid::Uuid;

    const SECOND: u64 = 1_000_000;

    fn sitting(hearing: u128, judge: &str, interruptions: &[(Cause, u64)]) -> Sitting {
        let point = |n: u128, name: &str, lost: u64| PointFigures {
            id: PointId(Uuid::from_u128(n)),
            name: name.to_owned(),
            kind: PointKind::Detention,
            interruptions: u32::from(lost > 0),
            lost_us: lost * SECOND,
        };
        Sitting {
            hearing: HearingId(Uuid::from_u128(hearing)),
            case_type: "vn-criminal-first-instance".to_owned(),
            judges: vec![judge.to_owned()],
            online: hearing != 3,
            cross_province: (hearing != 2).then_some(true),
            opened: true,
            in_session_us: 600 * SECOND,
            interruptions: interruptions
                .iter()
                .map(|(cause, lost)| Interruption { cause: *cause, lost_us: lost * SECOND })
                .collect(),
            points: vec![point(1, "Trại 1", 0), point(2, "Trại 2", 45)],
        }
    }

    fn some() -> Vec<Sitting> {
        vec![
            sitting(1, "Hạnh", &[(Cause::Continuity, 30), (Cause::Pressed, 10)]),
            sitting(1, "Hạnh", &[(Cause::Continuity, 60)]),
            sitting(2, "An", &[]),
            sitting(3, "An", &[]),
            Sitting { opened: false, ..sitting(4, "Never", &[]) },
        ]
    }

    #[test]
    fn a_hearing_of_two_sittings_is_one_and_what_was_never_opened_is_none() {
        let total = total(&some());
        assert_eq!((total.hearings, total.online, total.sittings), (3, 2, 4));
        assert_eq!((total.cross_province, total.province_unknown), (1, 1));
        assert_eq!((total.in_session_s, total.interruptions, total.lost_s), (2400, 3, 100));
        assert_eq!(total.causes[&Cause::Continuity], Lost { count: 2, lost_s: 90 });
        assert_eq!(total.causes.len(), 2);
    }

    #[test]
    fn each_way_of_adding_up_has_its_own_rows() {
        let rows = |by| -> Vec<(String, u64, u64)> {
            groups(&some(), by).into_iter().map(|row| (row.name, row.hearings, row.lost_s)).collect()
        };
        assert_eq!(rows(By::Judge), [("An".into(), 2, 0), ("Hạnh".into(), 1, 100)]);
        assert_eq!(rows(By::Point), [("Trại 1".into(), 3, 0), ("Trại 2".into(), 3, 180)]);
        assert_eq!(rows(By::CaseType), [("vn-criminal-first-instance".into(), 3, 100)]);
        assert_eq!(rows(By::Court), [(String::new(), 3, 100)]);
        assert!(groups(&[], By::Judge).is_empty());
    }

    #[test]
    fn a_name_is_never_a_formula_and_the_mark_says_utf_8() {
        let sittings =
            [sitting(1, "=HYPERLINK(\"http://x\")", &[]), sitting(2, "-1+1", &[]), sitting(3, "Đỗ, Hà", &[])];
        let text = csv(&groups(&sittings, By::Judge), &total(&sittings), By::Judge, Language::Vi);
        assert!(text.starts_with("\u{feff}\"Chủ tọa\",\"Số vụ\""), "{text}");
        assert!(text.contains("\r\n\"'=HYPERLINK(\"\"http://x\"\")\",1,"), "{text}");
        assert!(text.contains("\r\n\"'-1+1\",1,") && text.contains("\r\n\"Đỗ, Hà\",1,"), "{text}");
        assert!(text.ends_with("\"Tổng cộng\",3,2,1,3,1800,0,0,0\r\n"), "{text}");
        assert_eq!(text.matches("\r\n").count(), 5, "a line each");
    }
}
