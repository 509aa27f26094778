//! Which language somebody asked for.

/// Vietnamese unless English is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Vi,
    En,
}

impl Language {
    /// The language of an `Accept-Language` header (RFC 9110 section 12.5.4): the known one of highest weight, and of
    /// equals the first.
    #[must_use]
    pub fn asked_for(header: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for part in header.split(',').take(32) {
            let (tag, weight) = weighted(part);
            let Some(language) = Self::of(tag) else { continue };
            if weight > 0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, language));
            }
        }
        best.map_or_else(Self::default, |(_, language)| language)
    }

    /// The language of the terminal: Vietnamese if its locale is, and otherwise English.
    #[must_use]
    pub fn of_terminal() -> Self {
        let asked = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok());
        let vietnamese = asked.is_some_and(|lang| lang.starts_with("vi"));
        if vietnamese { Self::Vi } else { Self::En }
    }

    fn of(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("vi") || primary == "*" {
            Some(Self::Vi)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The text of this language.
    #[must_use]
    pub fn pick(self, vi: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }
}

/// Tag and weight in thousandths.
fn weighted(part: &str) -> (&str, u16) {
    let (tag, parameter) = part.split_once(';').unwrap_or((part, "q=1"));
    let quality: f32 = parameter.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000 just before")]
    let weight = (quality * 1000.0).clamp(0.0, 1000.0) as u16;
    (tag.trim(), weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_unless_english_is_preferred() {
        assert_eq!(Language::asked_for(""), Language::Vi);
        assert_eq!(Language::asked_for("fr, de;q=0.5"), Language::Vi);
        assert_eq!(Language::asked_for("en-GB,en;q=0.9"), Language::En);
        assert_eq!(Language::asked_for("en;q=0.5, vi;q=0.9"), Language::Vi);
        assert_eq!(Language::asked_for("vi-VN,vi;q=0.9,en;q=0.8"), Language::Vi);
        assert_eq!(Language::asked_for("en;q=0, *"), Language::Vi);
        assert_eq!(Language::asked_for(";;q=,,q=9e99"), Language::Vi);
    }
}
