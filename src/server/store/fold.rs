//! Text as it is searched: without diacritics and case, so that `thuc` finds `Thức` and `dung` finds `Đứng`.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Folds a text. `đ` has no decomposition in Unicode, so it is named.
#[must_use]
pub fn fold(text: &str) -> String {
    let bare = text.nfd().filter(|c| !is_combining_mark(*c));
    bare.flat_map(char::to_lowercase).map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

/// The words of a query as patterns for `LIKE ... ESCAPE '\'`.
#[must_use]
pub fn patterns(query: &str) -> Vec<String> {
    fold(query).split_whitespace().map(|word| format!("%{}%", escape(word))).collect()
}

fn escape(word: &str) -> String {
    word.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_is_found_without_diacritics() {
        assert_eq!(fold("Nguyễn Đức Thắng"), "nguyen duc thang");
        assert_eq!(fold("45/2026/TLST-HS"), "45/2026/tlst-hs");
        // Composed and decomposed spellings are the same text.
        assert_eq!(fold("Tòa"), fold("To\u{300}a"));
    }

    #[test]
    fn wildcards_of_a_query_are_plain_letters() {
        assert_eq!(patterns("50% a_b"), ["%50\\%%", "%a\\_b%"]);
    }
}
