//! What a line of the minutes says, in both languages.

use crate::problem::Language;
use assize_core::hearing::{Answer, Continuity, HoldCause, Identity, IdentityMethod, PlayedPart, RoomKind, SignalKind};
use assize_core::minutes::{Line, Name, Reason, Said};
use assize_core::plan::Role;
use assize_core::procedure::{PhaseId, Procedure, PromptId, Wording};
use std::fmt::Write as _;

/// What somebody asks for who chose it from a list.
pub(super) fn reason(reason: Reason, language: Language) -> &'static str {
    let (vi, en) = match reason {
        Reason::NotSaid => ("Tôi không nói như vậy", "That is not what I said"),
        Reason::Missing => ("Thiếu lời tôi nói", "Something I said is missing"),
        Reason::WrongFact => ("Sai tên, số hoặc ngày", "A name, number or date is wrong"),
        Reason::SeeClerk => ("Lý do khác: xin gặp thư ký để nói rõ", "Another reason: asks to speak with the clerk"),
    };
    language.pick(vi, en)
}

/// What is needed to say a line.
pub(super) struct Words<'a> {
    pub(super) procedure: &'a Procedure,
    pub(super) language: Language,
}

impl Words<'_> {
    fn pick(&self, vi: impl Into<String>, en: impl Into<String>) -> String {
        match self.language {
            Language::Vi => vi.into(),
            Language::En => en.into(),
        }
    }

    fn wording(&self, wording: &Wording) -> String {
        self.pick(wording.vi.clone(), wording.en.clone())
    }

    pub(super) fn phase(&self, id: &PhaseId) -> String {
        self.procedure.phase(id).map_or_else(|| id.to_string(), |phase| self.wording(&phase.name))
    }

    fn prompt(&self, id: &PromptId) -> String {
        let prompts = self.procedure.phases.iter().flat_map(|phase| &phase.prompts);
        let prompt = prompts.into_iter().find(|prompt| prompt.id == *id);
        prompt.map_or_else(|| id.to_string(), |prompt| self.wording(&prompt.text))
    }

    fn role(&self, role: Role) -> String {
        let named = self.procedure.roles.get(&role).map(|rule| self.wording(&rule.name));
        named
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| crate::problem::role_text(role, self.language).to_owned())
    }

    /// `Người bào chữa Đặng Ngọc Diệp`, `Bị cáo (Trại tạm giam số 2)`.
    pub(super) fn name(&self, name: &Name) -> String {
        let role = name.role.map(|role| self.role(role));
        let who: Vec<String> = role.into_iter().chain(name.name.clone()).collect();
        match (who.is_empty(), &name.point) {
            (true, Some(point)) => point.clone(),
            (true, None) => self.pick("Không nêu tên", "Not named"),
            (false, Some(point)) => format!("{} ({point})", who.join(" ")),
            (false, None) => who.join(" "),
        }
    }

    fn roles(&self, roles: &[Role]) -> String {
        roles.iter().map(|role| self.role(*role)).collect::<Vec<_>>().join(", ")
    }

    /// `time`: a moment of the hearing as the reader's clock shows it.
    pub(super) fn line(&self, line: &Line, time: impl Fn(u64) -> String) -> String {
        let mut text = self.said(&line.said, &time);
        if let Some(to) = line.to_us.filter(|to| to.saturating_sub(line.at_us) >= 1_000_000) {
            let _ = write!(text, "{}", self.pick(format!(" (đến {})", time(to)), format!(" (until {})", time(to))));
        }
        text
    }

    fn said(&self, said: &Said, time: &impl Fn(u64) -> String) -> String {
        match said {
            Said::Opened { .. }
            | Said::Continues { .. }
            | Said::Phase { .. }
            | Said::Prompt { .. }
            | Said::Unrecorded { .. }
            | Said::Closed => self.course(said),
            Said::Spoke { who } => {
                let who = self.name(who);
                self.pick(format!("{who} phát biểu"), format!("{who} speaks"))
            }
            Said::Floor { who } => {
                let who = self.name(who);
                self.pick(
                    format!("Chủ tọa mời phát biểu: {who}"),
                    format!("The presiding judge gives the floor to {who}"),
                )
            }
            Said::Note { text, .. } => text.clone(),
            Said::ExhibitReceived { .. } | Said::ExhibitRuled { .. } | Said::ExhibitShown { .. } => self.exhibit(said),
            Said::Signal { who, signal, answer, text, answered_us } => {
                let (who, signal) = (self.name(who), self.signal(*signal));
                let mut line = self.pick(format!("{who} báo: {signal}"), format!("{who} reports: {signal}"));
                if let Some(answer) = answer {
                    let at = answered_us.map(time).unwrap_or_default();
                    let _ = write!(line, "; {} {at}", self.answer(*answer));
                }
                with(line, text.as_ref())
            }
            Said::Held { cause } => with(self.pick("Tạm dừng chờ", "Held"), Some(&self.cause(cause))),
            Said::Paused { reason } => with(self.pick("Tạm nghỉ", "Adjourned for a while"), Some(reason)),
            Said::Suspended { reason } => {
                with(self.pick("Tạm ngừng phiên tòa", "The hearing is suspended"), Some(reason))
            }
            Said::Postponed { reason } => with(self.pick("Hoãn phiên tòa", "The hearing is postponed"), Some(reason)),
            Said::Outage => self.pick("Máy chủ ngừng hoạt động", "The server was away"),
            Said::Away { who } => {
                let who = self.name(who);
                self.pick(format!("{who} rời phiên tòa hoặc mất đường truyền"), format!("{who} left or lost the line"))
            }
            Said::Broken { point, continuity } => format!("{point} {}", self.broken(*continuity)),
            Said::RecorderFault => self.pick("Sự cố ghi âm, ghi hình", "A fault of the recording"),
            Said::CalledIn { .. } | Said::Dismissed { .. } | Said::Removed { .. } | Said::Interprets { .. } => {
                self.person(said)
            }
            Said::Presence { .. } | Said::Identity { .. } => self.roll_call(said),
            Said::Private { room, who } => {
                let who = who.iter().map(|who| self.name(who)).collect::<Vec<_>>().join(", ");
                match room {
                    RoomKind::Deliberation => self.pick("Hội đồng xét xử hội ý riêng", "The panel withdrew"),
                    RoomKind::Consultation => self
                        .pick(format!("Gặp riêng, không ghi: {who}"), format!("A private talk, not recorded: {who}")),
                    RoomKind::Technical => {
                        self.pick(format!("Khắc phục kỹ thuật: {who}"), format!("A technical line: {who}"))
                    }
                }
            }
        }
    }

    fn course(&self, said: &Said) -> String {
        match said {
            Said::Opened { recording, reason, missing } => {
                let recorded = if *recording {
                    self.pick("Khai mạc phiên tòa; bắt đầu ghi âm, ghi hình", "The session opens; recording begins")
                } else {
                    self.pick("Khai mạc phiên tòa; không ghi âm, ghi hình", "The session opens without recording")
                };
                let missing = (!missing.is_empty()).then(|| {
                    let roles = self.roles(missing);
                    self.pick(format!("; vắng: {roles}"), format!("; absent: {roles}"))
                });
                with(recorded + &missing.unwrap_or_default(), reason.as_ref())
            }
            Said::Continues { sitting, name } => {
                let text = self.pick(format!("Tiếp tục phiên thứ {sitting}"), format!("Continues sitting {sitting}"));
                with(text, name.as_ref().map(|name| self.phase(name)).as_ref())
            }
            Said::Phase { name, unread, reason } => {
                let mut text = self.phase(name);
                if !unread.is_empty() {
                    let unread = unread.iter().map(|prompt| self.prompt(prompt)).collect::<Vec<_>>().join("; ");
                    let _ = write!(
                        text,
                        "{}",
                        self.pick(format!(" – chưa đọc: {unread}"), format!(" – not read: {unread}"))
                    );
                }
                with(text, reason.as_ref())
            }
            Said::Prompt { prompt } => {
                let text = self.prompt(prompt);
                self.pick(format!("Đã đọc: {text}"), format!("Read out: {text}"))
            }
            Said::Unrecorded { reason } => {
                let text = self.pick("Tiếp tục, không ghi âm, ghi hình", "Goes on without recording");
                with(text, reason.as_ref())
            }
            _ => self.pick("Kết thúc phiên tòa", "The session is closed"),
        }
    }

    fn exhibit(&self, said: &Said) -> String {
        match said {
            Said::ExhibitReceived { exhibit, title, by } => {
                let (number, by) = (exhibit.0, self.name(by));
                self.pick(
                    format!("Nhận chứng cứ số {number}, {title}, từ {by}"),
                    format!("Exhibit {number}, {title}, received from {by}"),
                )
            }
            Said::ExhibitRuled { exhibit, title, admitted, reason } => {
                let number = exhibit.0;
                let text = if *admitted {
                    self.pick(
                        format!("Chấp nhận chứng cứ số {number}, {title}"),
                        format!("Exhibit {number}, {title}, admitted"),
                    )
                } else {
                    self.pick(
                        format!("Không chấp nhận chứng cứ số {number}, {title}"),
                        format!("Exhibit {number}, {title}, not admitted"),
                    )
                };
                with(text, reason.as_ref())
            }
            Said::ExhibitShown { exhibit, title, pages, played } if pages.is_empty() => {
                let number = exhibit.0;
                let shown = self.pick(
                    format!("Công bố chứng cứ số {number}, {title}"),
                    format!("Exhibit {number}, {title}, shown"),
                );
                match times(played) {
                    Some(times) => format!("{shown}, {} {times}", self.pick("phát đoạn", "played")),
                    None => format!("{shown}, {}", self.pick("chưa phát", "not played")),
                }
            }
            Said::ExhibitShown { exhibit, title, pages, .. } => {
                let number = exhibit.0;
                let pages = pages.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
                self.pick(
                    format!("Công bố chứng cứ số {number}, {title}, trang {pages}"),
                    format!("Exhibit {number}, {title}, shown, page {pages}"),
                )
            }
            _ => String::new(),
        }
    }

    fn person(&self, said: &Said) -> String {
        match said {
            Said::CalledIn { who } => {
                let who = self.name(who);
                self.pick(format!("Mời vào phòng xử án: {who}"), format!("{who} is called in"))
            }
            Said::Dismissed { who } => {
                let who = self.name(who);
                self.pick(format!("Cho ra khỏi phòng xử án: {who}"), format!("{who} is dismissed"))
            }
            Said::Removed { who, reason } => {
                let who = self.name(who);
                let text = self.pick(format!("Buộc rời phòng xử án: {who}"), format!("{who} is removed"));
                with(text, reason.as_ref())
            }
            Said::Interprets { who } => {
                let who = self.name(who);
                self.pick(format!("{who} phiên dịch"), format!("{who} interprets"))
            }
            _ => String::new(),
        }
    }

    fn roll_call(&self, said: &Said) -> String {
        match said {
            Said::Presence { who, present, note } => {
                let who = self.name(who);
                let text = if *present {
                    self.pick(format!("{who}: có mặt"), format!("{who}: present"))
                } else {
                    self.pick(format!("{who}: vắng mặt"), format!("{who}: absent"))
                };
                with(text, note.as_ref())
            }
            Said::Identity { who, identity, method, note } => {
                let found = match identity {
                    Identity::Right => self.pick("đúng người", "is who they should be"),
                    Identity::NotSure => self.pick("chưa chắc chắn", "is not certain"),
                    Identity::Wrong => self.pick("không đúng người", "is another"),
                };
                let by = match method {
                    IdentityMethod::Papers => self.pick("giấy tờ tùy thân", "identity papers"),
                    IdentityMethod::PopulationDatabase => self.pick("cơ sở dữ liệu dân cư", "the population database"),
                    IdentityMethod::Authority => self.pick("giấy ủy quyền, thẻ", "a power of attorney or card"),
                    IdentityMethod::Known => self.pick("quen biết", "personal knowledge"),
                };
                let who = self.name(who);
                let text = self.pick(
                    format!("Kiểm tra căn cước {who}: {found}, theo {by}"),
                    format!("Identity of {who}: {found}, by {by}"),
                );
                with(text, note.as_ref())
            }
            _ => String::new(),
        }
    }

    fn signal(&self, signal: SignalKind) -> String {
        match signal {
            SignalKind::CannotHear => self.pick("không nghe được", "cannot hear"),
            SignalKind::CannotSee => self.pick("không thấy được", "cannot see"),
            SignalKind::WantLawyer => self.pick("muốn gặp luật sư", "wants counsel"),
            SignalKind::HearAgain => self.pick("xin nghe lại", "asks to hear it again"),
            SignalKind::CallOfficer => self.pick("gọi cán bộ", "calls the officer"),
            SignalKind::SeeMissed => self.pick("xin xem lại phần đã lỡ", "asks to see what was missed"),
        }
    }

    fn answer(&self, answer: Answer) -> String {
        match answer {
            Answer::WorksAgain => self.pick("đã nghe, thấy lại lúc", "works again at"),
            Answer::Granted => self.pick("được chấp nhận lúc", "granted at"),
            Answer::NotNow => self.pick("chưa được chấp nhận lúc", "not now, at"),
            Answer::Withdrawn => self.pick("rút lại lúc", "withdrawn at"),
        }
    }

    fn cause(&self, cause: &HoldCause) -> String {
        match cause {
            HoldCause::Pressed { reason } => reason.clone(),
            HoldCause::Restart => self.pick("máy chủ khởi động lại", "the server was restarted"),
            HoldCause::RecorderFault { detail } => {
                with(self.pick("không ghi được bản ghi", "nothing could be recorded"), Some(detail))
            }
            HoldCause::LedgerFault => self.pick("không ghi được sổ sự kiện", "the ledger could not be written"),
            HoldCause::MediaFault => self.pick("máy chủ hình và tiếng không trả lời", "the media plane did not answer"),
            HoldCause::Continuity { name, continuity, .. } => format!("{name} {}", self.broken(*continuity)),
        }
    }

    fn broken(&self, found: Continuity) -> String {
        let parts = [
            (found.sees, self.pick("không thấy", "did not see")),
            (found.hears, self.pick("không nghe", "did not hear")),
            (found.heard, self.pick("không được nghe", "was not heard")),
        ];
        let broken = parts.into_iter().filter(|(found, _)| *found == Some(false)).map(|(_, text)| text);
        broken.collect::<Vec<_>>().join(", ")
    }
}

/// A reason behind what it is for.
fn with(text: String, reason: Option<&String>) -> String {
    match reason.filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("{text}: {reason}"),
        None => text,
    }
}

/// The parts of a recording that were played, each as `1:05–1:20`; none if none was.
fn times(played: &[PlayedPart]) -> Option<String> {
    let time = |ms: u64| format!("{}:{:02}", ms / 60_000, ms / 1000 % 60);
    let part = |part: &PlayedPart| match part.to_ms {
        Some(to_ms) => format!("{}–{}", time(part.from_ms), time(to_ms)),
        None => format!("{}–", time(part.from_ms)),
    };
    let parts: Vec<String> = played.iter().map(part).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
