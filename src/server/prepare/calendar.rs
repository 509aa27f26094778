//! An invitation as a calendar file (RFC 5545): one event, in Vietnamese, the same UID for ever, a sequence number that
//! counts up when time, place or text change. Without the code: a calendar is often shared.

use crate::store::Digest;
use crate::times;
use assize_core::plan::{Person, Plan, Point, Role};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Octets of a line, without its end (RFC 5545 section 3.1).
const LINE: usize = 75;

/// What one person, or one point, is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Person or point.
    subject: Uuid,
    hearing: Uuid,
    /// UTC milliseconds.
    starts_ms: i64,
    summary: String,
    location: String,
    description: String,
}

/// Which version of an invitation this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    pub sequence: i64,
    /// UTC milliseconds of the last change.
    pub changed_ms: i64,
}

impl Invitation {
    /// For somebody named in the plan. `here`: address of the server. `None` if the plan's start cannot be read.
    #[must_use]
    pub fn of_person(plan: &Plan, person: &Person, here: &str) -> Option<Self> {
        let point = plan.points.iter().find(|point| Some(point.id) == person.point);
        let way = if !person.own_screen {
            "Vào phiên tòa qua thiết bị của điểm cầu; không cần mã.".to_owned()
        } else if crate::http::comes_by_account(person) {
            format!("Vào phiên tòa bằng tài khoản tại {here}/login")
        } else {
            format!("Vào phiên tòa bằng mã trên giấy mời tại {here}/enter")
        };
        let own = if person.own_screen { "Nơi riêng, trực tuyến" } else { "" };
        let location = point.map_or(own, |point| point.name.as_str());
        let who = format!("{}: {}", role(person.role), person.name);
        Self::new(plan, person.id.0, location, &format!("{who}\n{way}"))
    }

    /// For a point and its officer.
    #[must_use]
    pub fn of_point(plan: &Plan, point: &Point) -> Option<Self> {
        let way = "Bật thiết bị của điểm cầu trước giờ bắt đầu; thiết bị tự vào phiên tòa.";
        Self::new(plan, point.id.0, &point.name, &format!("Điểm cầu: {}\n{way}", point.name))
    }

    fn new(plan: &Plan, subject: Uuid, location: &str, text: &str) -> Option<Self> {
        let starts_ms = times::parse(&plan.starts)?;
        let local = times::rfc3339(starts_ms, &plan.court.zone);
        let description = format!(
            "{}\nVụ án: {}\nBắt đầu: {} (UTC{})\n{text}\nCó mặt trước 30 phút để kiểm tra thiết bị. Không ghi âm, ghi hình, \
             chụp màn hình, không phát trực tiếp, không đưa mã cho người khác.",
            plan.court.name,
            plan.case,
            clock(&local),
            local.get(19..).unwrap_or_default(),
        );
        Some(Self {
            subject,
            hearing: plan.hearing.0,
            starts_ms,
            summary: format!("Phiên tòa trực tuyến {}", plan.case),
            location: location.to_owned(),
            description,
        })
    }

    /// Person or point it is for.
    #[must_use]
    pub fn subject(&self) -> Uuid {
        self.subject
    }

    /// Tells whether anything that the invited reads has changed.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let parts = [self.starts_ms.to_string(), self.summary.clone(), self.location.clone(), self.description.clone()];
        Sha256::digest(parts.join("\0").as_bytes()).into()
    }

    /// The file.
    #[must_use]
    pub fn file(&self, version: Version) -> String {
        let lines = [
            "BEGIN:VCALENDAR".to_owned(),
            "VERSION:2.0".to_owned(),
            "PRODID:-//Assize//Video courtroom//VI".to_owned(),
            "CALSCALE:GREGORIAN".to_owned(),
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}.{}@assize", self.hearing, self.subject),
            format!("SEQUENCE:{}", version.sequence),
            format!("DTSTAMP:{}", utc(version.changed_ms)),
            // In UTC: every calendar shows it in the zone of whoever looks, also where zones change their clocks.
            format!("DTSTART:{}", utc(self.starts_ms)),
            format!("SUMMARY;LANGUAGE=vi:{}", text(&self.summary)),
            format!("LOCATION;LANGUAGE=vi:{}", text(&self.location)),
            format!("DESCRIPTION;LANGUAGE=vi:{}", text(&self.description)),
            "STATUS:CONFIRMED".to_owned(),
            "CLASS:PRIVATE".to_owned(),
            "BEGIN:VALARM".to_owned(),
            "ACTION:DISPLAY".to_owned(),
            format!("DESCRIPTION;LANGUAGE=vi:{}", text(&self.summary)),
            "TRIGGER:-PT30M".to_owned(),
            "END:VALARM".to_owned(),
            "END:VEVENT".to_owned(),
            "END:VCALENDAR".to_owned(),
        ];
        lines.iter().map(|line| folded(line)).collect()
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::PresidingJudge => "Chủ tọa phiên tòa",
        Role::PanelMember => "Thành viên hội đồng xét xử",
        Role::Clerk => "Thư ký phiên tòa",
        Role::Prosecutor => "Kiểm sát viên",
        Role::Counsel => "Người bào chữa, luật sư",
        Role::Defendant => "Bị cáo",
        Role::Party => "Đương sự",
        Role::Witness => "Người làm chứng",
        Role::Interpreter => "Người phiên dịch",
        Role::PointOfficer => "Cán bộ điểm cầu",
        Role::Observer => "Người dự khán",
    }
}

/// `2026-11-25T08:00:00+07:00` as `08:00 ngày 25/11/2026`.
fn clock(rfc3339: &str) -> String {
    let part = |range: std::ops::Range<usize>| rfc3339.get(range).unwrap_or_default();
    format!("{} ngày {}/{}/{}", part(11..16), part(8..10), part(5..7), part(0..4))
}

/// A date-time in UTC (section 3.3.5, form 2).
fn utc(ms: i64) -> String {
    times::rfc3339(ms, "UTC").chars().take(19).filter(|c| !matches!(c, '-' | ':')).chain(['Z']).collect()
}

/// A value of type TEXT (section 3.3.11).
fn text(plain: &str) -> String {
    plain.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// A content line with its end, folded between characters (section 3.1).
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + line.len() / LINE * 3 + 2);
    let mut room = LINE;
    for symbol in line.chars() {
        if symbol.len_utf8() > room {
            folded.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= symbol.len_utf8();
        folded.push(symbol);
    }
    folded + "\r\n"
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use assize_core::ids::{CourtId, HearingId, PersonId, PointId};
    use assize_core::plan::{Court, PointKind};

    const FIRST: Version = Version { sequence: 2, changed_ms: 1_795_000_000_000 };

    fn plan(starts: &str, zone: &str) -> Plan {
        Plan {
            hearing: HearingId(Uuid::from_u128(1)),
            court: Court { id: CourtId(Uuid::nil()), name: "Tòa án; khu vực 3".to_owned(), zone: zone.to_owned() },
            case: "45/2026/TLST-HS".to_owned(),
            title: "Trộm cắp tài sản".to_owned(),
            procedure: String::new(),
            starts: starts.to_owned(),
            points: vec![Point {
                id: PointId(Uuid::from_u128(2)),
                name: "Trại tạm giam số 2, buồng 1".to_owned(),
                kind: PointKind::Detention,
                province: None,
            }],
            people: Vec::new(),
            screens: Vec::new(),
            rehearsal: false,
        }
    }

    fn counsel() -> Person {
        let id = PersonId(Uuid::from_u128(3));
        let mut person: Person = serde_json::from_value(serde_json::json!({
            "id": id, "name": "Đặng Ngọc Diệp", "role": "counsel", "point": null, "own_screen": true,
        }))
        .unwrap();
        person.id = id;
        person
    }

    fn unfolded(file: &str) -> String {
        file.replace("\r\n ", "")
    }

    #[test]
    fn the_event_starts_at_the_courts_time_in_utc() {
        let plan = plan("2026-11-25T08:00:00+07:00", "Asia/Ho_Chi_Minh");
        let file = Invitation::of_person(&plan, &counsel(), "https://court.example").unwrap().file(FIRST);
        let plain = unfolded(&file);
        assert!(plain.contains("\r\nDTSTART:20261125T010000Z\r\n"), "{plain}");
        assert!(plain.contains("08:00 ngày 25/11/2026 (UTC+07:00)"), "{plain}");
        assert!(plain.contains("\r\nSEQUENCE:2\r\n") && plain.contains("https://court.example/enter"), "{plain}");
        let id = "00000000-0000-0000-0000-00000000000";
        assert!(plain.contains(&format!("UID:{id}1.{id}3@assize\r\n")), "{plain}");
    }

    #[test]
    fn a_zone_that_changes_its_clocks_is_told_as_it_is_on_that_day() {
        let winter = plan("2026-12-01T09:00:00+00:00", "Europe/Warsaw");
        let point = winter.points[0].clone();
        let file = unfolded(&Invitation::of_point(&winter, &point).unwrap().file(FIRST));
        assert!(
            file.contains("DTSTART:20261201T090000Z") && file.contains("10:00 ngày 01/12/2026 (UTC+01:00)"),
            "{file}"
        );
    }

    #[test]
    fn lines_are_short_and_whole_characters_and_texts_are_escaped() {
        let plan = plan("2026-11-25T08:00:00+07:00", "Asia/Ho_Chi_Minh");
        let file = Invitation::of_point(&plan, &plan.points[0]).unwrap().file(FIRST);
        assert!(file.ends_with("END:VCALENDAR\r\n") && !file.replace("\r\n", "").contains('\n'));
        assert!(file.split("\r\n").all(|line| line.len() <= LINE), "{file}");
        assert!(file.split("\r\n").any(|line| line.len() > LINE - 4), "folded late, not at every word");
        let plain = unfolded(&file);
        assert!(plain.contains("LOCATION;LANGUAGE=vi:Trại tạm giam số 2\\, buồng 1\r\n"), "{plain}");
        assert!(plain.contains("Tòa án\\; khu vực 3\\nVụ án: 45/2026/TLST-HS\\n"), "{plain}");
    }

    #[test]
    fn what_is_read_decides_whether_it_changed() {
        let at = |starts| plan(starts, "Asia/Ho_Chi_Minh");
        let digest = |plan: &Plan| Invitation::of_person(plan, &counsel(), "https://a").unwrap().digest();
        let first = at("2026-11-25T08:00:00+07:00");
        assert_eq!(digest(&first), digest(&at("2026-11-25T01:00:00Z")), "the same instant");
        assert_ne!(digest(&first), digest(&at("2026-11-25T08:30:00+07:00")));
    }
}
