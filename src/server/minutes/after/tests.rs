//! The log, on a disk.
#![allow(clippy::unwrap_used)]
use super::*;
use assize_core::ids::SeatId;

fn by(name: &str, seat: Option<u16>) -> By {
    By { seat: seat.map(SeatId), ..By::staff(name.into()) }
}

fn wish(text: &str) -> Wish {
    Wish::Text(text.to_owned())
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
    log.request(&desk.pen(), 12, &wish("sửa"), by("Diệp", Some(5))).unwrap();
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
    log.request(&desk.pen(), 13, &wish("bỏ"), by("Diệp", Some(5))).unwrap();
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
    log.request(&desk.pen(), 12, &wish("sửa"), by("Diệp", Some(5))).unwrap();
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
    assert_eq!(log.request(&pen, 12, &wish(" sửa\nlà … "), by("Diệp", Some(5))).unwrap(), 1);
    assert!(matches!(log.request(&pen, 12, &wish("sửa là …"), by("Diệp", Some(5))), Err(AfterError::AlreadySo)));
    assert!(matches!(log.request(&pen, 12, &wish(" "), by("Diệp", Some(5))), Err(AfterError::NothingWritten)));
    let long = "x".repeat(2001);
    assert!(matches!(log.request(&pen, 12, &wish(&long), by("Diệp", Some(5))), Err(AfterError::TooMuch(2000))));
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
    assert!(again.requests[0].is_told(Reader::Seat(SeatId(5))) && !again.requests[0].is_told(Reader::Seat(SeatId(6))));
    // Of another record, or changed: nothing of it is shown, and nothing more is written.
    let other = Hash::of(b"other");
    assert!(desk.read_as(&other, None).fault.is_some());
    let text = String::from_utf8(desk.bytes()).unwrap().replace("sửa", "bỏ");
    desk.write(text.as_bytes());
    let mut damaged = desk.read();
    assert!(damaged.fault.is_some() && damaged.requests.is_empty());
    assert!(matches!(damaged.agree(&pen, by("Lan", Some(6))), Err(AfterError::Damaged(_))));
}
