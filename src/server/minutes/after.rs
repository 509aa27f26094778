//! What is asked, ruled and agreed after the close, in the chained log beside the record (`assize_proof::after`).

use crate::times;
use assize_core::ids::SeatId;
use assize_core::minutes::Reader;
use assize_core::plain;
use assize_core::plan::Role;
use assize_proof::after::{self, Head, Line};
use assize_proof::hash::Hash;
use assize_proof::key::{CourtKey, PublicKey};
use assize_proof::time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Longest wording and reason, in characters.
const MOST_TEXT: usize = 2000;
/// Most requests of one person.
const MOST: usize = 100;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Of who took part; none: staff, by account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatId>,
}

/// A change that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub number: u32,
    pub line: u64,
    pub text: String,
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
        is_own(&self.by, reader)
    }

    pub(super) fn json(&self, zone: &str) -> Value {
        let ruling = self.ruling.as_ref().map(|ruling| {
            json!({
                "accepted": ruling.accepted, "reason": ruling.reason, "by": ruling.by,
                "at": moment(&ruling.utc, zone),
            })
        });
        json!({
            "number": self.number, "text": self.text, "by": self.by, "at": moment(&self.utc, zone), "ruling": ruling,
        })
    }
}

impl Agreed {
    pub(super) fn is_told(&self, reader: Reader) -> bool {
        is_own(&self.by, reader)
    }

    pub(super) fn json(&self, zone: &str) -> Value {
        json!({ "by": self.by, "at": moment(&self.utc, zone) })
    }
}

fn is_own(by: &By, reader: Reader) -> bool {
    match reader {
        Reader::Court => true,
        Reader::Seat(seat) => by.seat == Some(seat),
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
                self.requests.push(Request { number, line: on, text, by, utc, ruling: None });
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

    /// Somebody who took part asks for another wording of a line.
    ///
    /// # Errors
    /// What is wrong with it, or it cannot be written.
    pub fn request(&mut self, pen: &Pen<'_>, line: u64, text: &str, by: By) -> Result<u32, AfterError> {
        let text = written(text)?.ok_or(AfterError::NothingWritten)?;
        let own = self.requests.iter().filter(|request| request.by == by);
        if own.clone().any(|request| request.line == line && request.text == text) {
            return Err(AfterError::AlreadySo);
        }
        if own.count() >= MOST {
            return Err(AfterError::TooMuch(MOST as u32));
        }
        self.append(pen, "requested", &json!({ "line": line, "text": text, "by": by }))?;
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
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn by(name: &str, seat: Option<u16>) -> By {
        By { name: name.into(), role: None, seat: seat.map(SeatId) }
    }

    const UTC: &str = "2026-11-23T01:02:03.000Z";

    /// A record with a seal and a key.
    struct Desk {
        folder: PathBuf,
        seal: Hash,
        key: CourtKey,
        _dir: tempfile::TempDir,
    }

    impl Desk {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let folder = dir.path().join("01");
            std::fs::create_dir(&folder).unwrap();
            Self { folder, seal: Hash::of(b"seal"), key: CourtKey::generate().unwrap(), _dir: dir }
        }

        fn pen(&self) -> Pen<'_> {
            Pen { folder: &self.folder, seal: Some(&self.seal), key: &self.key, utc: UTC }
        }

        fn read_as(&self, seal: &Hash, known: Option<&Head>) -> Afterwards {
            Afterwards::read(&self.folder, Some(seal), &[self.key.public()], known).unwrap()
        }

        fn read(&self) -> Afterwards {
            self.read_as(&self.seal, None)
        }

        fn bytes(&self) -> Vec<u8> {
            std::fs::read(path(&self.folder)).unwrap()
        }

        fn write(&self, bytes: &[u8]) {
            std::fs::write(path(&self.folder), bytes).unwrap();
        }
    }

    #[test]
    fn a_line_that_was_not_written_to_its_end_takes_no_other_with_it() {
        let desk = Desk::new();
        let mut log = desk.read();
        log.request(&desk.pen(), 12, "sửa", by("Diệp", Some(5))).unwrap();
        let whole = desk.bytes();
        log.agree(&desk.pen(), by("Diệp", Some(5))).unwrap();
        let more = desk.bytes();
        // Wherever it broke off, also within a letter; also the first line of all.
        let name = more.len() - whole.len() - 1;
        for torn in [1, name / 2, name] {
            desk.write(&more[..whole.len() + torn]);
            let read = desk.read();
            assert_eq!((&read.fault, read.lines, read.requests.len(), read.agreed.len()), (&None, 2, 1, 0), "{torn}");
        }
        let letter = whole.windows(2).position(|pair| pair == [0xE1, 0xBB]).unwrap();
        desk.write(&whole[..=letter]);
        assert_eq!((desk.read().fault, desk.read().lines), (None, 1), "it broke off within a letter");
        desk.write(&more[..more.len() - 1]);
        let mut log = desk.read();
        log.request(&desk.pen(), 13, "bỏ", by("Diệp", Some(5))).unwrap();
        log.agree(&desk.pen(), by("Diệp", Some(5))).unwrap();
        let again = desk.read();
        assert_eq!((&again.fault, again.lines, again.requests.len(), again.agreed.len()), (&None, 4, 2, 1));
        desk.write(b"{\"data\":{");
        desk.read().agree(&desk.pen(), by("Lan", Some(6))).unwrap();
        assert_eq!(desk.read().agreed.len(), 1);
    }

    #[test]
    fn what_the_disk_does_not_take_is_not_logged() {
        let desk = Desk::new();
        std::os::unix::fs::symlink("/dev/full", path(&desk.folder)).unwrap();
        let mut log = Afterwards::default();
        assert!(matches!(log.agree(&desk.pen(), by("Lan", Some(6))), Err(AfterError::Disk(_))));
        assert_eq!((log.lines, log.agreed.len()), (0, 0));
    }

    #[test]
    fn a_log_that_has_lost_its_end_says_so() {
        let desk = Desk::new();
        let mut log = desk.read();
        log.request(&desk.pen(), 12, "sửa", by("Diệp", Some(5))).unwrap();
        let (before, short) = (log.head().clone(), desk.bytes());
        log.agree(&desk.pen(), by("Diệp", Some(5))).unwrap();
        let known = log.head().clone();
        assert_eq!(desk.read_as(&desk.seal, Some(&known)).fault, None);
        assert_eq!(desk.read_as(&desk.seal, Some(&before)).fault, None, "it may be further than was noted");
        // Whole lines are cut off, or all of them: what is left checks and is shown.
        desk.write(&short);
        let mut cut = desk.read_as(&desk.seal, Some(&known));
        assert_eq!((&cut.fault, cut.requests.len()), (&Some(Fault::Cut { written: 3, left: 2 }), 1));
        assert!(matches!(cut.agree(&desk.pen(), by("Lan", Some(6))), Err(AfterError::Damaged(_))));
        assert_eq!(desk.bytes(), short, "nothing is written behind the gap");
        std::fs::remove_file(path(&desk.folder)).unwrap();
        assert_eq!(desk.read_as(&desk.seal, Some(&known)).fault, Some(Fault::Cut { written: 3, left: 0 }));
        // And written on from there by whoever has the key.
        desk.write(&short);
        desk.read().agree(&desk.pen(), by("Lan", Some(6))).unwrap();
        let other = desk.read_as(&desk.seal, Some(&known));
        assert!(matches!(other.fault, Some(Fault::Damaged(_))) && other.agreed.is_empty());
    }

    #[test]
    fn what_is_asked_ruled_and_agreed_is_read_again_as_it_was() {
        let desk = Desk::new();
        let pen = desk.pen();
        let mut log = desk.read();
        assert_eq!(log.request(&pen, 12, " sửa\nlà … ", by("Diệp", Some(5))).unwrap(), 1);
        assert!(matches!(log.request(&pen, 12, "sửa là …", by("Diệp", Some(5))), Err(AfterError::AlreadySo)));
        assert!(matches!(log.request(&pen, 12, " ", by("Diệp", Some(5))), Err(AfterError::NothingWritten)));
        let long = "x".repeat(2001);
        assert!(matches!(log.request(&pen, 12, &long, by("Diệp", Some(5))), Err(AfterError::TooMuch(2000))));
        assert!(matches!(log.rule(&pen, 1, false, None, by("ha", None)), Err(AfterError::ReasonMissing)));
        assert!(matches!(log.rule(&pen, 2, true, None, by("ha", None)), Err(AfterError::NoSuchRequest)));
        log.rule(&pen, 1, false, Some("đúng như đã nói"), by("ha", None)).unwrap();
        assert!(matches!(log.rule(&pen, 1, true, None, by("ha", None)), Err(AfterError::AlreadySo)));
        log.agree(&pen, by("Diệp", Some(5))).unwrap();
        assert!(matches!(log.agree(&pen, by("Diệp", Some(5))), Err(AfterError::AlreadySo)));
        let again = desk.read();
        assert_eq!((again.lines, &again.requests, &again.agreed), (4, &log.requests, &log.agreed));
        assert_eq!(again.requests[0].text, "sửa là …");
        assert_eq!(again.requests[0].ruling.as_ref().unwrap().reason.as_deref(), Some("đúng như đã nói"));
        assert!(
            again.requests[0].is_told(Reader::Seat(SeatId(5))) && !again.requests[0].is_told(Reader::Seat(SeatId(6)))
        );
        // Of another record, or changed: nothing of it is shown, and nothing more is written.
        let other = Hash::of(b"other");
        assert!(desk.read_as(&other, None).fault.is_some());
        let text = String::from_utf8(desk.bytes()).unwrap().replace("sửa", "bỏ");
        desk.write(text.as_bytes());
        let mut damaged = desk.read();
        assert!(damaged.fault.is_some() && damaged.requests.is_empty());
        assert!(matches!(damaged.agree(&pen, by("Lan", Some(6))), Err(AfterError::Damaged(_))));
    }
}
