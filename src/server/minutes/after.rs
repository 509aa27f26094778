//! What is asked, ruled and agreed after the close, in the chained log beside the record (`assize_proof::after`).

use super::{By, text};
use crate::problem::Language;
use crate::times;
use assize_core::minutes::{Reader, Reason, Wish};
use assize_core::plain;
use assize_proof::after::{self, Head, Line};
use assize_proof::hash::Hash;
use assize_proof::key::{CourtKey, PublicKey};
use assize_proof::time;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Longest wording and reason, in characters.
const MOST_TEXT: usize = 2000;
/// Most requests of one person.
const MOST: usize = 100;

/// A change that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub number: u32,
    pub line: u64,
    /// The wording; of a reason that was chosen, what it says in the court's language.
    pub text: String,
    pub reason: Option<Reason>,
    pub by: By,
    pub utc: String,
    pub ruling: Option<Ruling>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    pub accepted: bool,
    pub reason: Option<String>,
    pub by: By,
    pub utc: String,
}

/// Somebody has read the minutes and agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    pub by: By,
    pub utc: String,
}

/// The log, read and checked.
#[derive(Debug, Default)]
pub struct Afterwards {
    pub requests: Vec<Request>,
    pub agreed: Vec<Agreed>,
    pub lines: u64,
    /// What is wrong with it: then nothing is written to it any more.
    pub fault: Option<Fault>,
    head: Head,
    /// Bytes of the file, and of its whole lines: a line that was not written to its end is cut off before the next.
    length: u64,
    whole: u64,
}

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing of it is believed.
    #[error("{0}")]
    Damaged(String),
    /// What is there checks, and is shown.
    #[error("it has lost its end: {written} lines were written, {left} are left")]
    Cut { written: u64, left: u64 },
}

/// Why something is not logged.
#[derive(Debug, thiserror::Error)]
pub enum AfterError {
    #[error("no such request")]
    NoSuchRequest,
    #[error("it was ruled on already, or is asked for already")]
    AlreadySo,
    #[error("a refusal wants a reason")]
    ReasonMissing,
    #[error("nothing is written")]
    NothingWritten,
    #[error("more than {0}")]
    TooMuch(u32),
    #[error("the log is damaged: {0}")]
    Damaged(Fault),
    #[error(transparent)]
    Disk(#[from] io::Error),
}

impl Request {
    /// Others than the court are told of their own.
    pub(super) fn is_told(&self, reader: Reader) -> bool {
        self.by.is(reader)
    }

    /// What is asked for, in words.
    pub(super) fn told(&self, language: Language) -> String {
        self.reason.map_or_else(|| self.text.clone(), |reason| text::reason(reason, language).to_owned())
    }

    pub(super) fn json(&self, zone: &str) -> Value {
        let ruling = self.ruling.as_ref().map(|ruling| {
            json!({
                "accepted": ruling.accepted, "reason": ruling.reason, "by": ruling.by,
                "at": moment(&ruling.utc, zone),
            })
        });
        json!({
            "number": self.number, "text": self.text, "reason": self.reason, "by": self.by,
            "at": moment(&self.utc, zone), "ruling": ruling,
        })
    }
}

impl Agreed {
    pub(super) fn is_told(&self, reader: Reader) -> bool {
        self.by.is(reader)
    }

    pub(super) fn json(&self, zone: &str) -> Value {
        json!({ "by": self.by, "at": moment(&self.utc, zone) })
    }
}

fn moment(utc: &str, zone: &str) -> String {
    times::rfc3339(time::parse(utc).unwrap_or_default(), zone)
}

/// Where the log of a record lies: beside its folder.
#[must_use]
pub fn path(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".after.jsonl");
    folder.with_file_name(name)
}

impl Afterwards {
    /// Reads the log of the record in `folder`. One that is damaged says so, and shows nothing; one that ends before `known`,
    /// how far it was written, says so as well.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(folder: &Path, seal: Option<&Hash>, vouched: &[PublicKey], known: Option<&Head>) -> io::Result<Self> {
        let bytes = match std::fs::read(path(folder)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let whole = &bytes[..after::whole(&bytes)];
        let damaged = |what: String| Self { fault: Some(Fault::Damaged(what)), ..Self::default() };
        let checked = std::str::from_utf8(whole).map_err(|error| error.to_string());
        let checked = checked.and_then(|text| after::check(text, vouched).map_err(|bad| bad.to_string()));
        let (lines, head) = match checked {
            Ok(checked) => checked,
            Err(bad) => return Ok(damaged(bad)),
        };
        // The first line binds the log to this record and no other.
        let bound = lines.first().is_none_or(|line| {
            line.kind == "begun" && line.data["seal"].as_str() == seal.map(ToString::to_string).as_deref()
        });
        let written = known.map_or(0, |known| known.n);
        let fault = (head.n < written).then_some(Fault::Cut { written, left: head.n });
        let at = lines.iter().find(|line| line.n == written);
        if !bound || at.is_some_and(|line| known.is_some_and(|known| known.hash != line.hash)) {
            return Ok(damaged("it is another than was written".to_owned()));
        }
        let (length, whole) = (bytes.len() as u64, whole.len() as u64);
        let mut log = Self { lines: head.n, head, fault, length, whole, ..Self::default() };
        lines.iter().for_each(|line| log.take(line));
        Ok(log)
    }

    /// How far it is written.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    fn take(&mut self, line: &Line) {
        let by = || serde_json::from_value::<By>(line.data["by"].clone()).ok();
        let text = |name: &str| line.data[name].as_str().map(str::to_owned);
        let utc = line.utc.clone();
        match line.kind.as_str() {
            "requested" => {
                let number = self.requests.len() as u32 + 1;
                let (Some(on), Some(text), Some(by)) = (line.data["line"].as_u64(), text("text"), by()) else { return };
                let reason = serde_json::from_value(line.data["reason"].clone()).ok();
                self.requests.push(Request { number, line: on, text, reason, by, utc, ruling: None });
            }
            "ruled" => {
                let number = line.data["request"].as_u64();
                let asked = self.requests.iter_mut().find(|request| Some(u64::from(request.number)) == number);
                let (Some(asked), Some(by)) = (asked, by()) else { return };
                let accepted = line.data["accepted"].as_bool().unwrap_or(false);
                asked.ruling = Some(Ruling { accepted, reason: text("reason"), by, utc });
            }
            "agreed" => self.agreed.extend(by().map(|by| Agreed { by, utc })),
            _ => {}
        }
    }

    /// Somebody who took part asks for a change of a line.
    ///
    /// # Errors
    /// What is wrong with it, or it cannot be written.
    pub fn request(&mut self, pen: &Pen<'_>, line: u64, wish: &Wish, by: By) -> Result<u32, AfterError> {
        let (text, reason) = match wish {
            Wish::Text(text) => (written(text)?.ok_or(AfterError::NothingWritten)?, None),
            Wish::Reason(reason) => (text::reason(*reason, Language::Vi).to_owned(), Some(*reason)),
        };
        let own = self.requests.iter().filter(|request| request.by == by);
        if own.clone().any(|request| request.line == line && request.text == text) {
            return Err(AfterError::AlreadySo);
        }
        if own.count() >= MOST {
            return Err(AfterError::TooMuch(MOST as u32));
        }
        let mut data = json!({ "line": line, "text": text, "by": by });
        if let Some(reason) = reason {
            data["reason"] = json!(reason);
        }
        self.append(pen, "requested", &data)?;
        Ok(self.requests.len() as u32)
    }

    /// The clerk or a judge accepts a request, or refuses it with a reason.
    ///
    /// # Errors
    /// What is wrong with it, or it cannot be written.
    pub fn rule(
        &mut self,
        pen: &Pen<'_>,
        number: u32,
        accepted: bool,
        reason: Option<&str>,
        by: By,
    ) -> Result<(), AfterError> {
        let reason = written(reason.unwrap_or_default())?;
        let asked = self.requests.iter().find(|request| request.number == number);
        if asked.ok_or(AfterError::NoSuchRequest)?.ruling.is_some() {
            return Err(AfterError::AlreadySo);
        }
        if !accepted && reason.is_none() {
            return Err(AfterError::ReasonMissing);
        }
        let data = json!({ "request": number, "accepted": accepted, "reason": reason, "by": by });
        self.append(pen, "ruled", &data)
    }

    /// Somebody who took part has read the minutes and agrees.
    ///
    /// # Errors
    /// They did already, or it cannot be written.
    pub fn agree(&mut self, pen: &Pen<'_>, by: By) -> Result<(), AfterError> {
        if self.agreed.iter().any(|agreed| agreed.by == by) {
            return Err(AfterError::AlreadySo);
        }
        self.append(pen, "agreed", &json!({ "by": by }))
    }

    fn append(&mut self, pen: &Pen<'_>, kind: &str, data: &Value) -> Result<(), AfterError> {
        if let Some(fault) = &self.fault {
            return Err(AfterError::Damaged(fault.clone()));
        }
        let mut head = self.head.clone();
        let mut text = String::new();
        let mut lines = Vec::new();
        let first = (head.n == 0).then(|| ("begun", json!({ "seal": pen.seal.map(ToString::to_string) })));
        for (kind, data) in first.iter().map(|(kind, data)| (*kind, data)).chain([(kind, data)]) {
            let line = after::encode(&mut head, pen.utc, kind, data, pen.key);
            text.push_str(&line.map_err(io::Error::other)?);
            text.push('\n');
            let (utc, kind) = (pen.utc.to_owned(), kind.to_owned());
            lines.push(Line { n: head.n, utc, kind, data: data.clone(), hash: head.hash.clone() });
        }
        self.put(&path(pen.folder), &text)?;
        (self.lines, self.head) = (head.n, head);
        lines.iter().for_each(|line| self.take(line));
        Ok(())
    }

    /// Behind the last whole line. What cannot be written is taken back, as far as the disk lets it: whoever asked is told
    /// that it is not logged.
    fn put(&mut self, path: &Path, text: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        if file.metadata()?.len() != self.length {
            return Err(io::Error::other("somebody else writes to the log"));
        }
        if self.whole < self.length {
            tracing::warn!(log = %path.display(), "a line that was not written to its end is cut off");
            file.set_len(self.whole)?;
        }
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        if let Err(error) = written {
            self.length =
                file.set_len(self.whole).and_then(|()| file.metadata()).map_or(self.length, |kept| kept.len());
            return Err(error);
        }
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
        self.whole += text.len() as u64;
        self.length = self.whole;
        Ok(())
    }
}

/// With what a line is written.
#[derive(Debug)]
pub struct Pen<'a> {
    pub folder: &'a Path,
    pub seal: Option<&'a Hash>,
    pub key: &'a CourtKey,
    /// RFC 3339, UTC.
    pub utc: &'a str,
}

fn written(text: &str) -> Result<Option<String>, AfterError> {
    let text = plain::line(text);
    let fits = text.chars().count() <= MOST_TEXT;
    if fits { Ok(Some(text).filter(|text| !text.is_empty())) } else { Err(AfterError::TooMuch(MOST_TEXT as u32)) }
}

#[cfg(test)]
mod tests;
