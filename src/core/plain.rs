//! Text from people, made fit to stand in a line of a list.

/// Without what would turn or break the line that it stands in or cannot be seen, and with single blanks.
#[must_use]
pub fn line(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !is_unseen(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ")
}

/// What turns the line, takes no room in it, or is no character: nobody types it on purpose, and no font has it.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}');
    let empty = matches!(c, '\u{00ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}');
    // Unicode, section 23.7: the last two of each plane, and 32 in one block.
    let none = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    turns || empty || none
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn what_cannot_be_seen_stands_in_no_line() {
        let hidden = "\u{feff}Bị\u{200b} cáo\u{fffe}\u{ffff}\u{1ffff}\u{fdd0} \u{202e}k\u{ad}h\u{200d}ai\u{2060}";
        assert_eq!(line(hidden), "Bị cáo khai");
        assert_eq!(line(" a\n\tb\u{0}c  d "), "a b c d");
        assert_eq!(line("Hòa, số 5–7 “…” €"), "Hòa, số 5–7 “…” €");
    }
}
