//! What is refused of notes and of reading the minutes, for people.

use assize_core::refusal::Refusal;

/// In Vietnamese and in English.
pub(super) fn refused(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NoSuchNote => ("Không có ghi chép mang số này.", "There is no note of this number."),
        Refusal::NothingWritten => ("Chưa có nội dung.", "Nothing is written."),
        Refusal::NotAtThisPoint => {
            ("Người này không ngồi tại điểm cầu này.", "This person does not sit at this point.")
        }
        Refusal::NotReadHere => (
            "Vai trò này không đọc biên bản trên màn hình của điểm cầu. Hãy hỏi thư ký phiên tòa.",
            "This role does not read the minutes on a point's screen. Ask the clerk.",
        ),
        Refusal::NotPresent => (
            "Theo kiểm tra sự có mặt và căn cước, người này không có mặt tại phiên tòa. Hãy hỏi thư ký phiên tòa.",
            "By the roll call and the identity check this person was not at the hearing. Ask the clerk.",
        ),
        _ => (
            "Trên màn hình của điểm cầu, đề nghị sửa được chọn từ danh sách, không nhập chữ.",
            "On a point's screen a request is chosen from a list; nothing is typed.",
        ),
    }
}
