//! A TOML table that is asked for its keys. What is wrong is noted with its line and reading goes on, so that all faults
//! of a file come at once.

use super::fault::Fault;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The text and what was found wrong with it.
#[derive(Debug)]
pub(super) struct Source<'a> {
    text: &'a str,
    faults: RefCell<Vec<Fault>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, faults: RefCell::default() }
    }

    /// The line, from 1, of a byte of the text.
    pub(super) fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Notes a fault at a byte of the text.
    pub(super) fn fault(&self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        let line = self.line(at);
        self.faults.borrow_mut().push(Fault { line, what: what.into(), remedy: remedy.into() });
    }

    /// All faults in the order of their lines.
    pub(super) fn faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort();
        faults.dedup();
        faults
    }
}

/// A string and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at: usize,
}

/// One table. [`Section::end`] finds the keys that nobody asked for.
#[derive(Debug)]
pub(super) struct Section<'s, 'i> {
    source: &'s Source<'s>,
    table: &'s DeTable<'i>,
    /// Where the table begins.
    pub(super) at: usize,
    path: String,
    asked: RefCell<BTreeSet<&'static str>>,
}

/// The word of the file for a value: as the ledger writes it.
pub(super) fn word_of(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn listed<T: Serialize>(all: &[T]) -> String {
    all.iter().map(word_of).collect::<Vec<_>>().join(", ")
}

impl<'s, 'i> Section<'s, 'i> {
    pub(super) fn of(source: &'s Source<'s>, table: &'s DeTable<'i>, at: usize, path: String) -> Self {
        Self { source, table, at, path, asked: RefCell::default() }
    }

    pub(super) fn source(&self) -> &'s Source<'s> {
        self.source
    }

    fn named(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn get(&self, key: &'static str) -> Option<&'s Spanned<DeValue<'i>>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    fn must(&self, key: &'static str, example: &str) -> Option<&'s Spanned<DeValue<'i>>> {
        let value = self.get(key);
        if value.is_none() {
            self.source.fault(self.at, format!("`{}` is missing", self.named(key)), format!("write {key} = {example}"));
        }
        value
    }

    fn wrong(&self, key: &str, at: usize, wanted: &str) {
        self.source.fault(at, format!("`{}` is of the wrong kind", self.named(key)), format!("write {wanted}"));
    }

    fn string(&self, key: &str, value: &Spanned<DeValue<'i>>) -> Option<Word> {
        let at = value.span().start;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(Word { text: text.trim().to_owned(), at }),
            DeValue::String(_) => {
                self.source.fault(at, format!("`{}` is empty", self.named(key)), "write the text");
                None
            }
            _ => {
                self.wrong(key, at, "a text in quotes");
                None
            }
        }
    }

    /// A text that must be there; empty if it is not, which is noted.
    pub(super) fn text(&self, key: &'static str) -> String {
        self.word(key).map(|word| word.text).unwrap_or_default()
    }

    pub(super) fn word(&self, key: &'static str) -> Option<Word> {
        self.string(key, self.must(key, "\"...\"")?)
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        if let DeValue::Boolean(flag) = value.get_ref() {
            return Some(*flag);
        }
        self.wrong(key, value.span().start, "true or false");
        None
    }

    /// A whole number within a range; the least of the range if it is not one, which is noted.
    pub(super) fn number(&self, key: &'static str, range: RangeInclusive<u32>) -> u32 {
        let (least, most) = (*range.start(), *range.end());
        let Some(value) = self.must(key, &least.to_string()) else { return least };
        let at = value.span().start;
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong(key, at, &format!("a whole number from {least} to {most}"));
            return least;
        };
        let read = u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| range.contains(number));
        read.unwrap_or_else(|| {
            let what = format!("`{}` is out of range", self.named(key));
            self.source.fault(at, what, format!("write a number from {least} to {most}"));
            least
        })
    }

    /// One of several values by the name that the ledger has for them.
    pub(super) fn choice<T: Serialize + Copy>(&self, key: &'static str, all: &[T]) -> Option<T> {
        let value = self.must(key, &format!("one of {}", listed(all)))?;
        self.one_of(key, &self.string(key, value)?, all)
    }

    fn one_of<T: Serialize + Copy>(&self, key: &str, word: &Word, all: &[T]) -> Option<T> {
        let found = all.iter().copied().find(|value| word_of(value) == word.text);
        if found.is_none() {
            let what = format!("`{}` does not know `{}`", self.named(key), word.text);
            self.source.fault(word.at, what, format!("use one of {}", listed(all)));
        }
        found
    }

    /// A list of texts; none if it is not there.
    pub(super) fn words(&self, key: &'static str) -> Vec<Word> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong(key, value.span().start, "a list in brackets");
            return Vec::new();
        };
        list.iter().filter_map(|value| self.string(key, value)).collect()
    }

    /// A list of values by their names, each once.
    pub(super) fn choices<T: Serialize + Copy + PartialEq>(&self, key: &'static str, all: &[T]) -> Vec<T> {
        let mut chosen = Vec::new();
        for word in self.words(key) {
            let Some(value) = self.one_of(key, &word, all) else { continue };
            if chosen.contains(&value) {
                self.source.fault(
                    word.at,
                    format!("`{}` names `{}` twice", self.named(key), word.text),
                    "name it once",
                );
            }
            chosen.push(value);
        }
        chosen
    }

    /// A table below this one.
    pub(super) fn section(&self, key: &'static str) -> Option<Section<'s, 'i>> {
        self.below(key, self.get(key)?)
    }

    /// A table below this one that must be there.
    pub(super) fn must_section(&self, key: &'static str, example: &str) -> Option<Section<'s, 'i>> {
        self.below(key, self.must(key, example)?)
    }

    fn below(&self, key: &str, value: &'s Spanned<DeValue<'i>>) -> Option<Section<'s, 'i>> {
        let at = value.span().start;
        if let DeValue::Table(table) = value.get_ref() {
            return Some(Section::of(self.source, table, at, self.named(key)));
        }
        self.wrong(key, at, &format!("a table: [{}]", self.named(key)));
        None
    }

    /// The tables of a list.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'s, 'i>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong(key, value.span().start, &format!("a list of tables: [[{}]]", self.named(key)));
            return Vec::new();
        };
        list.iter().filter_map(|value| self.below(key, value)).collect()
    }

    /// Names the keys that nobody asked for.
    pub(super) fn end(self) {
        let asked = self.asked.into_inner();
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if asked.contains(name) {
                continue;
            }
            let near = asked.iter().map(|known| (strsim::damerau_levenshtein(known, name), known)).min();
            let remedy = match near.filter(|(distance, known)| *distance <= known.len().div_ceil(2)) {
                Some((_, known)) => format!("did you mean `{known}`?"),
                None => format!("known here: {}", asked.iter().copied().collect::<Vec<_>>().join(", ")),
            };
            let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
            self.source.fault(key.span().start, format!("unknown key `{path}`"), remedy);
        }
    }
}
