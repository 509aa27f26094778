//! Until when a hearing is suspended or postponed, for people.

use super::Language;
use crate::times;

/// The time is UTC: whoever reads this outside a court's own pages may be anywhere.
pub(super) fn until(until_ms: Option<i64>, language: Language) -> String {
    let until = until_ms.map(|ms| times::rfc3339(ms, "UTC"));
    match (language, until) {
        (Language::Vi, Some(until)) => format!("Phiên tòa đã tạm ngừng hoặc hoãn; mở lại lúc {until}."),
        (Language::En, Some(until)) => format!("The hearing is suspended or postponed; it continues at {until}."),
        (Language::Vi, None) => "Phiên tòa đã tạm ngừng hoặc hoãn; ngày mở lại sẽ được báo sau.".to_owned(),
        (Language::En, None) => {
            "The hearing is suspended or postponed; when it continues will be announced.".to_owned()
        }
    }
}
