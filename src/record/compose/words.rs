//! What stands in the picture: the court's own language, whoever looks at it.

use assize_core::hearing::SessionState;
use assize_core::ids::DeviceKind;
use assize_core::plan::Role;

pub(super) const NOT_RECORDED: &str = "Không có ghi hình";
pub(super) const NOT_SHOWN: &str = "Không hiện được hình";
pub(super) const NO_PICTURE: &str = "Không có hình";
/// Title of what has no phase.
pub(super) const HEARING: &str = "Phiên tòa";
/// Behind the title of a chapter that goes on after a break.
pub(super) const AGAIN: &str = "(tiếp)";
pub(super) const REHEARSAL: &str = "DIỄN TẬP";
pub(super) const CUT: &str = "Thời gian này không ghi âm, ghi hình";
pub(super) const OFF_RECORD: &str = "Xét xử không ghi theo quyết định của chủ tọa";
/// Names of the tracks of sound.
pub(super) const FLOOR: &str = "Tiếng phòng xử án";
pub(super) const INTERPRETATION: &str = "Tiếng phiên dịch";

/// Between two times of day.
pub(super) fn span(from: &str, to: &str) -> String {
    format!("{from} đến {to}")
}

/// Where the procedure has no word for it.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::PresidingJudge => "chủ tọa phiên tòa",
        Role::PanelMember => "thành viên hội đồng xét xử",
        Role::Clerk => "thư ký phiên tòa",
        Role::Prosecutor => "kiểm sát viên",
        Role::Counsel => "người bào chữa",
        Role::Defendant => "bị cáo",
        Role::Party => "đương sự",
        Role::Witness => "người làm chứng",
        Role::Interpreter => "người phiên dịch",
        Role::PointOfficer => "cán bộ điểm cầu",
        Role::Observer => "đơn vị dự khán",
    }
}

/// Where the procedure has no word for it.
pub(super) fn state(state: SessionState) -> &'static str {
    match state {
        SessionState::Scheduled => "Đã lên lịch",
        SessionState::Waiting => "Chờ khai mạc",
        SessionState::InSession => "Đang xét xử",
        SessionState::Held => "Dừng chờ",
        SessionState::Paused => "Tạm nghỉ",
        SessionState::Suspended => "Tạm ngừng",
        SessionState::Postponed => "Hoãn",
        SessionState::Closed => "Đã kết thúc",
    }
}

/// What a picture is of, where it is not of the people at a seat.
pub(super) fn device(device: DeviceKind) -> Option<&'static str> {
    match device {
        DeviceKind::Camera2 => Some("máy quay 2"),
        DeviceKind::Camera3 => Some("máy quay 3"),
        DeviceKind::Camera4 => Some("máy quay 4"),
        DeviceKind::Document => Some("máy quay tài liệu"),
        DeviceKind::Screen => Some("màn hình chia sẻ"),
        DeviceKind::Played => Some("vật chứng đang phát"),
        DeviceKind::Microphone | DeviceKind::Camera1 | DeviceKind::Interpretation | DeviceKind::PlayedSound => None,
    }
}
