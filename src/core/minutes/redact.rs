//! Names that are withheld from a reader, taken out of what people wrote.

use crate::plain::is_unseen;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What stands in place of a name.
pub(super) const BLANK: &str = "[…]";

/// A word as it is compared: without regard to capitals, to how its letters are composed, and to which of its vowels bears
/// the tone, for `Hòa` is written `Hoà` as well.
type Key = String;

/// `text` without these names: neither the whole name, however it is written, nor the given name by which people are
/// spoken of, which stands last in Vietnamese.
pub(super) fn without(text: &str, names: &[String]) -> String {
    let mut text: String = text.nfc().collect();
    for name in names {
        let name: String = name.nfc().collect();
        let words: Vec<&str> = words(&name).into_iter().map(|at| &name[at]).collect();
        let Some(given) = words.last().copied() else { continue };
        let whole: Vec<Key> = words.iter().map(|word| key(word)).collect();
        text = replaced(&text, &whole, |_| true);
        // The given name by its capital: as a common word it says nothing of anybody.
        text = replaced(&text, &whole[whole.len() - 1..], |word| word == given || begins_great(word));
    }
    text
}

fn begins_great(word: &str) -> bool {
    word.chars().find(|c| !is_unseen(*c)).is_some_and(char::is_uppercase)
}

/// Whatever stands between the words of a name.
fn replaced(text: &str, name: &[Key], is_name: impl Fn(&str) -> bool) -> String {
    let words = words(text);
    let keys: Vec<Key> = words.iter().map(|at| key(&text[at.clone()])).collect();
    let (mut out, mut done, mut at) = (String::new(), 0, 0);
    while at < words.len() {
        let end = at + name.len();
        if keys.get(at..end) == Some(name) && is_name(&text[words[at].clone()]) {
            out.push_str(&text[done..words[at].start]);
            out.push_str(BLANK);
            (done, at) = (words[end - 1].end, end);
        } else {
            at += 1;
        }
    }
    out.push_str(&text[done..]);
    out
}

fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let goes_on = words.last().is_some_and(|word| word.end == at);
        let belongs = is_combining_mark(letter) || is_unseen(letter);
        match words.last_mut().filter(|_| goes_on && (letter.is_alphanumeric() || belongs)) {
            Some(word) => word.end = end,
            None if letter.is_alphanumeric() => words.push(at..end),
            None => {}
        }
    }
    words
}

fn key(word: &str) -> Key {
    // Grave, acute, tilde, hook above, dot below: the five tones that are written.
    let is_tone = |c: char| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    let seen = word.nfkd().filter(|c| !is_unseen(*c));
    let (tones, letters): (String, String) = seen.partition(|c| is_tone(*c));
    letters.to_lowercase() + &tones
}

#[cfg(test)]
mod tests {
    use super::without;
    use unicode_normalization::UnicodeNormalization as _;

    fn out(text: &str) -> String {
        without(text, &["Ma Thị Hoa".to_owned()])
    }

    #[test]
    fn a_withheld_name_is_taken_out_whole_or_given_and_nothing_else() {
        assert_eq!(out("Bị hại MA THỊ HOA khai; Hoa khóc."), "Bị hại […] khai; […] khóc.");
        assert_eq!(out("hoa tay; Hoang; XHoa; Hòa"), "hoa tay; Hoang; XHoa; Hòa");
        assert_eq!(without("x", &[String::new(), " ".into()]), "x");
    }

    #[test]
    fn however_it_is_typed() {
        assert_eq!(out("bà HOA khai"), "bà […] khai");
        assert_eq!(out("Ma  Thị\u{a0}Hoa khai; ma thị hoa"), "[…] khai; […]");
        let apart: String = "Bị hại Ma Thị Hoa khai".nfd().collect();
        assert_eq!(out(&apart), "Bị hại […] khai");
        assert_eq!(out("Ma Thị\u{200b} Ho\u{200b}a, \u{feff}Hoa"), "[…], \u{feff}[…]");
        for (name, typed) in [("Lê Thị Hòa", "Hoà"), ("Đỗ Thuý", "ĐỖ THÚY"), ("Đỗ Thủy", "Thuỷ"), ("Ngụy Khoẻ", "Khỏe")]
        {
            let apart: String = name.nfd().collect();
            for name in [name.to_owned(), apart] {
                assert_eq!(without(&format!("bà {typed} khai"), &[name]), "bà […] khai", "{typed}");
            }
        }
        assert_eq!(without("bà Hóa, ông Hoạ", &["Lê Thị Hòa".into()]), "bà Hóa, ông Hoạ", "another tone, another name");
    }
}
