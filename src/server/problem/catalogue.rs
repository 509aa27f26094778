//! The one catalogue of texts: for problem documents, the command line and the certificate, in both languages.

use super::{Language, Problem};
use assize_core::hearing::SessionState;
use assize_core::plan::Role;
use assize_core::procedure::PromptId;
use assize_core::refusal::Refusal;

/// What a problem is, in a few words.
pub(super) fn title(problem: &Problem, language: Language) -> String {
    let (vi, en) = match problem {
        Problem::SignIn => ("Cần đăng nhập", "Sign in first"),
        Problem::WrongLogin => ("Sai tên đăng nhập hoặc mật khẩu", "Wrong name or password"),
        Problem::NotAllowed => ("Không có quyền", "Not allowed"),
        Problem::CrossSite => ("Yêu cầu đến từ trang khác", "The request comes from another site"),
        Problem::NotFound => ("Không tìm thấy", "Not found"),
        Problem::MethodNotAllowed => ("Không dùng được cách này", "Method not allowed"),
        Problem::BadRequest { .. } => ("Không đọc được yêu cầu", "The request could not be read"),
        Problem::BadField { .. } => ("Một mục chưa đúng", "One field is wrong"),
        Problem::TooLarge { .. } => ("Yêu cầu quá lớn", "The request is too large"),
        Problem::WrongType { .. } => ("Sai kiểu nội dung", "Another content type is wanted"),
        Problem::GenerationMissing => ("Thiếu If-Match", "If-Match is missing"),
        Problem::GenerationPast => ("If-Match đã cũ", "If-Match is out of date"),
        Problem::TooOften { .. } => ("Thử quá nhiều lần", "Too many tries"),
        Problem::UnknownCode => ("Mã không đúng", "The code is not known"),
        Problem::ComesByAccount => ("Vào bằng tài khoản", "Enters by an account"),
        Problem::UnknownDevice => ("Thiết bị chưa được ghi danh", "The device is not enrolled"),
        Problem::EnrolmentUsedUp => ("Liên kết ghi danh đã hết hiệu lực", "The enrolment link is used up"),
        Problem::NoHearingNow => ("Chưa có phiên tòa", "No hearing now"),
        Problem::NotSealedYet => ("Bản ghi đang được niêm phong", "The record is being sealed"),
        Problem::NoLongerRead => ("Hết hạn đọc biên bản tại đây", "The minutes are no longer read here"),
        Problem::PlanHasBegun => ("Phiên tòa đã bắt đầu", "The hearing has begun"),
        Problem::Exists => ("Đã có", "Exists already"),
        Problem::NotEligible { .. } => ("Chưa lập được giấy mời", "Invitations cannot be made yet"),
        Problem::BadRange { .. } => ("Ngoài phạm vi tệp", "Beyond the end of the file"),
        Problem::UnfitFile { .. } => ("Không nhận được tệp này", "This file is not taken"),
        Problem::Refused(refusal) => return refusal_text(refusal, language),
        Problem::StorageDown => ("Cơ sở dữ liệu không trả lời", "The database does not answer"),
        Problem::NotReady => ("Máy chủ chưa sẵn sàng", "The server is not ready"),
        Problem::Internal => ("Lỗi máy chủ", "The server failed"),
    };
    language.pick(vi, en).to_owned()
}

/// Both in one line, for the command line.
#[must_use]
pub fn line(problem: &Problem, language: Language) -> String {
    let (title, detail) = (title(problem, language), detail(problem, language));
    if title == detail { title } else { format!("{title}: {detail}") }
}

/// What to do about it.
pub(super) fn detail(problem: &Problem, language: Language) -> String {
    let (vi, en) = match problem {
        Problem::NotSealedYet => ("Hãy đợi một lát.", "Wait a moment."),
        Problem::NoLongerRead => ("Hãy liên hệ thư ký phiên tòa.", "Ask the clerk of the court."),
        Problem::BadRequest { detail } => return detail.clone(),
        Problem::BadField { field, detail } => return format!("{field}: {detail}"),
        Problem::TooLarge { limit } => return language_bytes(*limit, language),
        Problem::WrongType { wanted } => return with(language, "Cần", "Wanted", wanted),
        Problem::TooOften { seconds } => return wait(*seconds, language),
        Problem::BadRange { size } => return language_bytes(*size, language),
        Problem::UnfitFile { why } => super::exhibits::unfit(*why),
        Problem::Refused(refusal) => return refusal_text(refusal, language),
        Problem::SignIn => ("Hãy đăng nhập lại.", "Sign in again."),
        Problem::WrongLogin => {
            ("Kiểm tra tên và mật khẩu rồi thử lại.", "Check the name and the password and try again.")
        }
        Problem::NotAllowed => (
            "Tài khoản này không được làm việc đó. Hỏi quản trị viên của Tòa án.",
            "This account may not do this. Ask the court's administrator.",
        ),
        Problem::CrossSite => {
            ("Chỉ trang của máy chủ này được thay đổi dữ liệu.", "Only this server's own pages may change anything.")
        }
        Problem::NotFound => (
            "Không có mục này, hoặc mục này thuộc Tòa án khác.",
            "There is no such thing, or it belongs to another court.",
        ),
        Problem::MethodNotAllowed => ("Xem /api/v1/openapi.json.", "See /api/v1/openapi.json."),
        Problem::GenerationMissing => (
            "Nêu ETag của lần kết nối ICE, hoặc * để kết nối ICE lại.",
            "Name the ETag of the ICE session, or * to restart ICE.",
        ),
        Problem::GenerationPast => {
            ("ICE đã được kết nối lại; dùng ETag mới nhất.", "ICE was restarted since; use the latest ETag.")
        }
        Problem::ComesByAccount => (
            "Người của Tòa án và người có tài khoản vào bằng cách đăng nhập, không dùng mã.",
            "Members of the court and holders of an account enter by logging in, never by a code.",
        ),
        Problem::UnknownCode => (
            "Kiểm tra mã trên giấy mời. Mã chỉ dùng cho một phiên tòa và hết hiệu lực khi phiên tòa kết thúc.",
            "Check the code on the invitation. It is for one hearing and ends with it.",
        ),
        Problem::UnknownDevice => (
            "Mở liên kết ghi danh mới trên thiết bị này; thư ký hoặc kỹ thuật viên lập liên kết.",
            "Open a new enrolment link on this device; the clerk or a technician makes one.",
        ),
        Problem::EnrolmentUsedUp => (
            "Liên kết chỉ dùng một lần. Đề nghị thư ký hoặc kỹ thuật viên lập liên kết mới.",
            "A link works once. Ask the clerk or a technician for a new one.",
        ),
        Problem::NoHearingNow => (
            "Điểm cầu này chưa có phiên tòa. Thiết bị sẽ tự vào khi có.",
            "This point has no hearing yet. The device enters by itself when there is one.",
        ),
        Problem::PlanHasBegun => {
            ("Đã có người vào, nên kế hoạch không sửa được nữa.", "Somebody has entered, so the plan stands as it is.")
        }
        Problem::Exists => ("Tên hoặc số này đã được dùng.", "This name or number is in use."),
        Problem::NotEligible { .. } => (
            "Điều kiện xét xử trực tuyến chưa được trả lời đủ, hoặc có điều kiện không đạt.",
            "The eligibility list is not answered in full, or a condition is not met.",
        ),
        Problem::StorageDown => (
            "Các phiên tòa đang diễn ra vẫn tiếp tục. Báo kỹ thuật viên: kiểm tra đĩa và thư mục dữ liệu.",
            "Hearings that run go on. Tell the technician to check the disk and the data directory.",
        ),
        Problem::NotReady => ("Máy chủ đang khởi động hoặc đang dừng.", "The server is starting or stopping."),
        Problem::Internal => {
            ("Báo kỹ thuật viên; nhật ký máy chủ có ghi lỗi.", "Tell the technician; the server's log has the fault.")
        }
    };
    language.pick(vi, en).to_owned()
}

fn wait(seconds: u32, language: Language) -> String {
    match language {
        Language::Vi => format!("Thử lại sau {seconds} giây."),
        Language::En => format!("Try again in {seconds} seconds."),
    }
}

fn language_bytes(bytes: u64, language: Language) -> String {
    match language {
        Language::Vi => format!("Giới hạn là {bytes} byte."),
        Language::En => format!("The limit is {bytes} bytes."),
    }
}

/// What is refused of phases and the floor.
fn of_course(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NoSuchPhase => {
            ("Thủ tục của phiên tòa này không có phần đó.", "This hearing's procedure has no such phase.")
        }
        Refusal::PhaseOutOfOrder => {
            ("Phần này không tiếp theo phần hiện tại.", "This phase does not follow the present one.")
        }
        Refusal::NoSuchPrompt => {
            ("Phần hiện tại không có nội dung phải đọc này.", "Nothing of this name is to be read in this phase.")
        }
        Refusal::OnlyReceives => ("Vị trí này chỉ xem.", "This seat only watches."),
        Refusal::Deliberating => {
            ("Hội đồng đang nghị án: không ai phát biểu.", "The panel deliberates: nobody is heard.")
        }
        _ => ("Không thực hiện được.", "It cannot be done."),
    }
}

/// What is refused of witnesses and private rooms.
fn of_rooms(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NotAWitness => ("Chỉ người làm chứng mới được cho ra ngoài như vậy.", "Only a witness is dismissed."),
        Refusal::NotBound => (
            "Kế hoạch phiên tòa không cho những người này gặp riêng nhau.",
            "The hearing's plan does not let these people speak in private with each other.",
        ),
        Refusal::NotReachable => ("Hiện chưa gặp riêng được người này.", "They cannot come to a private talk now."),
        Refusal::NeedsLeave => (
            "Đang xét xử: gặp riêng cần được chủ tọa cho phép.",
            "The court is in session: a private talk needs the presiding judge's leave.",
        ),
        Refusal::RoomLocked => ("Phòng riêng đã khóa.", "The private room is locked."),
        Refusal::NoCall => ("Lời mời gặp riêng không còn nữa.", "Nobody asks for a private talk any more."),
        Refusal::Dismissed => (
            "Hội đồng xét xử không cần hỏi thêm; người làm chứng có thể ra về.",
            "The court has no further questions; the witness may go.",
        ),
        _ => ("Không thực hiện được.", "It cannot be done."),
    }
}

/// Why the hearing said no, for people.
#[must_use]
pub fn refusal_text(refusal: &Refusal, language: Language) -> String {
    let (vi, en) = match refusal {
        Refusal::NotNow { state } => return not_now(*state, language),
        Refusal::TooMuch { limit } => return too_much(*limit, language),
        Refusal::CannotRecord { detail, .. } => {
            return with(language, "Không ghi được", "Nothing can be recorded", detail);
        }
        Refusal::BadSdp { detail } => {
            return with(language, "Mô tả phiên không dùng được", "The session description cannot be used", detail);
        }
        Refusal::BadMessage { detail } => {
            return with(language, "Không đọc được thông điệp", "The message could not be read", detail);
        }
        Refusal::NotYourAct => ("Vai trò này không được làm việc đó.", "This role may not do this."),
        Refusal::NotAdmitted => ("Chưa được gọi vào phòng xử án.", "Not yet called into the courtroom."),
        Refusal::NoSuchSeat | Refusal::NoSuchPerson | Refusal::NoSuchPoint | Refusal::NoSuchSignal => {
            of_nobody(refusal)
        }
        Refusal::SitsAtPoint => {
            ("Người này tham gia qua thiết bị của điểm cầu.", "This person takes part through their point's devices.")
        }
        Refusal::SeatTaken => (
            "Vị trí này đang được dùng ở nơi khác. Thư ký đã được báo.",
            "This seat is in use elsewhere. The clerk has been told.",
        ),
        Refusal::SeatMoved => ("Chỗ này nay được dùng trên màn hình khác.", "This seat is now used on another screen."),
        Refusal::RemovedByCourt => ("Tòa án đã mời ra khỏi phiên tòa.", "The court has removed this seat."),
        Refusal::Revoked => (
            "Đã đăng xuất, hoặc quyền vào đã bị thu hồi. Cần vào lại thì hỏi thư ký.",
            "Logged out, or the right to enter was taken back. Ask the clerk if you need to come back.",
        ),
        Refusal::MicrophoneLocked => ("Tòa án đã tắt và khóa micrô.", "The court has muted and locked the microphone."),
        Refusal::AlreadySo => ("Đã như vậy rồi.", "It is so already."),
        Refusal::ReasonMissing => ("Cần nêu lý do.", "A reason is needed."),
        Refusal::Over => ("Phiên tòa đã kết thúc.", "The hearing is over."),
        Refusal::Adjourned { until_ms } => return super::adjourned::until(*until_ms, language),
        Refusal::ContinuationPast => {
            ("Thời điểm mở lại phải sau lúc này.", "The continuation has to be later than now.")
        }
        Refusal::LedgerFault | Refusal::MediaFault => of_faults(refusal),
        Refusal::BadTicket => {
            ("Vé vào không đúng, đã dùng hoặc đã hết hạn.", "The ticket is unknown, used or expired.")
        }
        Refusal::BadResume => (
            "Không nối lại được bằng mã cũ; hãy vào lại từ đầu.",
            "The resume token is no longer good; enter again from the start.",
        ),
        Refusal::TooOften => ("Thử quá nhiều lần từ nơi này.", "Too many tries from here."),
        Refusal::RolesMissing { roles } => return missing(roles, language),
        Refusal::PromptsUnread { prompts } => return unread(prompts, language),
        Refusal::NoSuchPhase
        | Refusal::PhaseOutOfOrder
        | Refusal::NoSuchPrompt
        | Refusal::OnlyReceives
        | Refusal::Deliberating => of_course(refusal),
        Refusal::NotAWitness
        | Refusal::NotBound
        | Refusal::NotReachable
        | Refusal::NeedsLeave
        | Refusal::RoomLocked
        | Refusal::NoCall
        | Refusal::Dismissed => of_rooms(refusal),
        Refusal::NoSuchExhibit
        | Refusal::ExhibitNotSubmitted
        | Refusal::ExhibitNotAdmitted
        | Refusal::NotPresenting
        | Refusal::NothingToPlay
        | Refusal::NothingShown
        | Refusal::NoSuchPage
        | Refusal::TooMuchEvidence { .. } => super::exhibits::refused(refusal),
        Refusal::NoSuchNote
        | Refusal::NothingWritten
        | Refusal::NotAtThisPoint
        | Refusal::NotReadHere
        | Refusal::NotPresent
        | Refusal::NotTypedHere => super::minutes::refused(refusal),
    };
    language.pick(vi, en).to_owned()
}

/// Who and what is not in the hearing.
fn of_nobody(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NoSuchSeat => ("Không có vị trí này.", "There is no such seat."),
        Refusal::NoSuchPerson => {
            ("Người này không có trong kế hoạch phiên tòa.", "This person is not in the hearing's plan.")
        }
        Refusal::NoSuchPoint => {
            ("Điểm cầu này không có trong kế hoạch phiên tòa.", "This point is not in the hearing's plan.")
        }
        Refusal::NoSuchSignal => ("Không có tín hiệu này trong phiên tòa.", "There is no such signal in this hearing."),
        _ => ("Không thực hiện được.", "It cannot be done."),
    }
}

fn of_faults(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::LedgerFault => (
            "Không ghi được sổ sự kiện; phiên tòa đã dừng chờ.",
            "The hearing's ledger cannot be written; the hearing is held.",
        ),
        _ => (
            "Máy chủ hình và tiếng không trả lời; phiên tòa đã dừng chờ.",
            "The media worker did not answer; the hearing is held.",
        ),
    }
}

fn with(language: Language, vi: &'static str, en: &'static str, detail: &str) -> String {
    format!("{}: {detail}", language.pick(vi, en))
}

fn unread(prompts: &[PromptId], language: Language) -> String {
    let named = prompts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    with(
        language,
        "Còn nội dung phải đọc trước khi kết thúc phần này; nêu lý do nếu vẫn chuyển",
        "Something must be read before this phase ends; give a reason to go on all the same",
        &named,
    )
}

fn missing(roles: &[Role], language: Language) -> String {
    let named = roles.iter().map(|role| role_text(*role, language)).collect::<Vec<_>>().join(", ");
    with(
        language,
        "Chưa đủ người phải có mặt để khai mạc; nêu lý do nếu vẫn khai mạc",
        "Somebody must be present to open; give a reason to open all the same",
        &named,
    )
}

pub(crate) fn role_text(role: Role, language: Language) -> &'static str {
    let (vi, en) = match role {
        Role::PresidingJudge => ("chủ tọa phiên tòa", "presiding judge"),
        Role::PanelMember => ("thành viên hội đồng xét xử", "member of the panel"),
        Role::Clerk => ("thư ký phiên tòa", "clerk"),
        Role::Prosecutor => ("kiểm sát viên", "prosecutor"),
        Role::Counsel => ("người bào chữa", "counsel"),
        Role::Defendant => ("bị cáo", "defendant"),
        Role::Party => ("đương sự", "party"),
        Role::Witness => ("người làm chứng", "witness"),
        Role::Interpreter => ("người phiên dịch", "interpreter"),
        Role::PointOfficer => ("cán bộ điểm cầu", "point officer"),
        Role::Observer => ("đơn vị dự khán", "observing unit"),
    };
    language.pick(vi, en)
}

fn too_much(limit: u32, language: Language) -> String {
    match language {
        Language::Vi => format!("Vượt giới hạn {limit}."),
        Language::En => format!("More than the limit of {limit}."),
    }
}

fn not_now(state: SessionState, language: Language) -> String {
    match language {
        Language::Vi => format!("Không làm được lúc này: phiên tòa {}.", state_text(state, language)),
        Language::En => format!("Not possible now: the session is {}.", state_text(state, language)),
    }
}

fn state_text(state: SessionState, language: Language) -> &'static str {
    let (vi, en) = match state {
        SessionState::Scheduled => ("đã lên lịch", "scheduled"),
        SessionState::Waiting => ("đang chờ khai mạc", "waiting to open"),
        SessionState::InSession => ("đang xét xử", "in session"),
        SessionState::Held => ("đang dừng chờ", "held"),
        SessionState::Paused => ("đang tạm nghỉ", "in recess"),
        SessionState::Suspended => ("đã tạm ngừng", "suspended"),
        SessionState::Postponed => ("đã hoãn", "postponed"),
        SessionState::Closed => ("đã kết thúc", "closed"),
    };
    language.pick(vi, en)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_in_both_languages() {
        let refusal = Refusal::NotNow { state: SessionState::Held };
        assert_eq!(refusal_text(&refusal, Language::Vi), "Không làm được lúc này: phiên tòa đang dừng chờ.");
        assert_eq!(refusal_text(&refusal, Language::En), "Not possible now: the session is held.");
        let problem = Problem::from(refusal);
        assert_eq!((problem.code().as_str(), problem.status()), ("not_now", 409));
        assert_eq!(problem.params(), serde_json::json!({ "state": "held" }));
    }

    #[test]
    fn who_is_missing_is_named() {
        let refusal = Refusal::RolesMissing { roles: vec![Role::Clerk, Role::Prosecutor] };
        let text = refusal_text(&refusal, Language::Vi);
        assert!(text.ends_with(": thư ký phiên tòa, kiểm sát viên"), "{text}");
        let problem = Problem::from(refusal);
        assert_eq!(problem.params(), serde_json::json!({ "roles": ["clerk", "prosecutor"] }));
    }
}
