//! Names that are withheld from a reader, taken out of what people wrote.

/// What stands in place of a name.
pub(super) const BLANK: &str = "[…]";

/// `text` without these names: neither the whole name, however it is written, nor the given name by which people are
/// spoken of, which stands last in Vietnamese.
pub(super) fn without(text: &str, names: &[String]) -> String {
    names.iter().filter(|name| !name.trim().is_empty()).fold(text.to_owned(), |text, name| {
        let text = replaced(&text, name.trim(), |a, b| a == b || a.to_lowercase().eq(b.to_lowercase()));
        match name.split_whitespace().next_back() {
            // The given name by its capital: as a common word it says nothing of anybody.
            Some(given) => replaced(&text, given, |a, b| a == b),
            None => text,
        }
    })
}

fn replaced(text: &str, name: &str, same: impl Fn(char, char) -> bool) -> String {
    let (text, name): (Vec<char>, Vec<char>) = (text.chars().collect(), name.chars().collect());
    let mut out = String::new();
    let mut at = 0;
    while at < text.len() {
        let here = text.get(at..at + name.len());
        let found = here.is_some_and(|here| here.iter().zip(&name).all(|(a, b)| same(*a, *b)));
        let letter = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|c| c.is_alphanumeric());
        if found && !letter(at.checked_sub(1)) && !letter(Some(at + name.len())) {
            out.push_str(BLANK);
            at += name.len();
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn a_withheld_name_is_taken_out_whole_or_given_and_nothing_else() {
        let names = ["Ma Thị Hoa".to_owned()];
        let out = |text| without(text, &names);
        assert_eq!(out("Bị hại MA THỊ HOA khai; Hoa khóc."), "Bị hại […] khai; […] khóc.");
        assert_eq!(out("hoa tay; Hoang; XHoa"), "hoa tay; Hoang; XHoa");
        assert_eq!(without("x", &[String::new(), " ".into()]), "x");
    }
}
