//! Why there is no composite, for people.

use super::Language;
use assize_record::compose::Trouble;

/// In the language asked for.
#[must_use]
pub fn composing_text(trouble: &Trouble, language: Language) -> String {
    let (vi, en) = match trouble {
        Trouble::NotSealed => ("Bản ghi chưa được niêm phong.", "The record is not sealed yet."),
        Trouble::NothingRecorded => ("Phiên tòa này không có gì được ghi.", "Nothing of this sitting was recorded."),
        Trouble::Busy => ("Bản tổng hợp đang được dựng.", "The composite is being made already."),
        Trouble::NoRoom { needed, free } => return no_room(*needed, *free, language),
        Trouble::Died { detail } => {
            return with("Tiến trình dựng bản tổng hợp đã dừng", "The process that composes ended", detail, language);
        }
        Trouble::Failed { detail } => {
            return with("Không dựng được bản tổng hợp", "The composite cannot be made", detail, language);
        }
    };
    language.pick(vi, en).to_owned()
}

fn with(vi: &'static str, en: &'static str, detail: &str, language: Language) -> String {
    format!("{}: {detail}", language.pick(vi, en))
}

fn no_room(needed: u64, free: u64, language: Language) -> String {
    let (needed, free) = (needed >> 20, free >> 20);
    match language {
        Language::Vi => format!("Đĩa không đủ chỗ: cần {needed} MiB, còn {free} MiB."),
        Language::En => format!("The disk has not enough room: {needed} MiB are wanted and {free} MiB are free."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trouble_reads_in_both_languages() {
        let detail = "x".to_owned();
        for trouble in [
            Trouble::NotSealed,
            Trouble::NothingRecorded,
            Trouble::Busy,
            Trouble::NoRoom { needed: 3 << 20, free: 1 << 20 },
            Trouble::Died { detail: detail.clone() },
            Trouble::Failed { detail },
        ] {
            let [vi, en] = [Language::Vi, Language::En].map(|language| composing_text(&trouble, language));
            assert!(vi.len() > 10 && en.len() > 10 && vi != en, "{vi} {en}");
        }
    }
}
