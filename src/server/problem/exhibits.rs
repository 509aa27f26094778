//! What is refused of evidence, for people.

use crate::evidence::look::Unfit;
use assize_core::refusal::Refusal;

/// In Vietnamese and in English.
pub(super) fn refused(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NoSuchExhibit => ("Không có chứng cứ mang số này.", "There is no exhibit of this number."),
        Refusal::ExhibitNotSubmitted => {
            ("Thư ký chưa trình chủ tọa chứng cứ này.", "The clerk has not put this exhibit to the presiding judge.")
        }
        Refusal::ExhibitNotAdmitted => {
            ("Chỉ công bố chứng cứ đã được chủ tọa chấp nhận.", "Only what the presiding judge has admitted is shown.")
        }
        Refusal::NotPresenting => {
            ("Công bố chứng cứ cần được chủ tọa cho phép.", "Showing evidence needs the presiding judge's leave.")
        }
        Refusal::NothingShown => ("Hiện không công bố chứng cứ nào.", "No exhibit is shown now."),
        Refusal::NothingToPlay => (
            "Máy công bố chưa mở xong bản ghi, hoặc chứng cứ đang công bố không phải bản ghi.",
            "The browser that shows it has not opened the recording yet, or what is shown is no recording.",
        ),
        Refusal::NoSuchPage => ("Chứng cứ không có trang này.", "The exhibit has no such page."),
        Refusal::TooMuchEvidence { .. } => (
            "Tổng dung lượng chứng cứ của phiên tòa đã đến giới hạn.",
            "The hearing has received as much evidence as it takes.",
        ),
        _ => ("Không thực hiện được.", "It cannot be done."),
    }
}

/// Why a file is not taken, and what to do about it; in Vietnamese and in English.
pub(super) fn unfit(why: Unfit) -> (&'static str, &'static str) {
    match why {
        Unfit::Empty => ("Tệp trống.", "The file is empty."),
        Unfit::Markup => (
            "Tệp là trang web hoặc hình SVG, có thể chứa mã chạy. Hãy lưu thành PDF hoặc ảnh rồi nộp lại.",
            "It is a web page or an SVG drawing, which could run code. Save it as PDF or as a picture and hand that in.",
        ),
        Unfit::Archive => (
            "Tệp là tệp nén hoặc tài liệu Office, hoặc chứa tệp khác bên trong. Hãy lưu từng tài liệu thành PDF rồi nộp lại.",
            "It is an archive or an Office document, or holds other files. Save each document as PDF and hand that in.",
        ),
        Unfit::Unknown => (
            "Chỉ nhận PDF, ảnh JPEG, PNG, WebP và bản ghi MP4, M4A, WebM, MKV, Ogg, WAV, MP3, FLAC, xét theo nội dung tệp chứ không theo tên.",
            "Only PDF, pictures (JPEG, PNG, WebP) and recordings (MP4, M4A, WebM, MKV, Ogg, WAV, MP3, FLAC) are taken, by what is in the file and not by its name.",
        ),
        Unfit::Damaged => (
            "Tệp không đầy đủ hoặc đã hỏng. Hãy lưu hoặc quét lại, hoặc chép lại từ máy ghi rồi nộp.",
            "The file is damaged or not whole. Save or scan it again, or copy it anew from what recorded it.",
        ),
        Unfit::Trailing => (
            "Sau phần kết thúc của tài liệu hoặc bản ghi còn có nội dung khác. Hãy lưu thành tệp mới rồi nộp.",
            "Something follows the end of the document or of the recording. Save it as a new file and hand that in.",
        ),
        Unfit::Encrypted => (
            "Tài liệu có mật khẩu. Hãy bỏ mật khẩu rồi nộp lại.",
            "The document has a password. Take the password off and hand it in again.",
        ),
        Unfit::TooManyPixels => (
            "Ảnh quá lớn: nhiều hơn 52 triệu điểm ảnh. Hãy giảm kích thước rồi nộp lại.",
            "The picture is too large: more than 52 megapixels. Make it smaller and hand it in again.",
        ),
    }
}
