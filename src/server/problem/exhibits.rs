//! What is refused of evidence, for people.

use assize_core::refusal::Refusal;

/// In Vietnamese and in English.
pub(super) fn refused(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NoSuchExhibit => ("Không có chứng cứ mang số này.", "There is no exhibit of this number."),
        Refusal::ExhibitNotSubmitted => {
            ("Thư ký chưa trình chủ tọa chứng cứ này.", "The clerk has not put this exhibit to the presiding judge.")
        }
        Refusal::ExhibitNotAdmitted => (
            "Chỉ trình chiếu chứng cứ đã được chủ tọa chấp nhận.",
            "Only what the presiding judge has admitted is shown.",
        ),
        Refusal::NotPresenting => {
            ("Trình chiếu chứng cứ cần được chủ tọa cho phép.", "Showing evidence needs the presiding judge's leave.")
        }
        Refusal::NothingShown => ("Hiện không trình chiếu chứng cứ nào.", "No exhibit is shown now."),
        Refusal::NoSuchPage => ("Chứng cứ không có trang này.", "The exhibit has no such page."),
        Refusal::TooMuchEvidence { .. } => (
            "Tổng dung lượng chứng cứ của phiên tòa đã đến giới hạn.",
            "The hearing has received as much evidence as it takes.",
        ),
        _ => ("Không thực hiện được.", "It cannot be done."),
    }
}
