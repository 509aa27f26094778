//! Copies for parties: what is withheld is nowhere in them, what is there is proved, and nothing else can be taken away.

use crate::support::{self, PICTURES, SOUND, Sitting, Source, feed, key, opus, stamped, vp8};
use assize_core::hearing::{Entrant, Event, Room, RoomKind, Stamped};
use assize_core::ids::{ConnectionId, DeviceKind, PersonId, RoomId, SeatId};
use assize_core::plan::{Person, Plan, Role, Screen};
use assize_proof::key::CourtKey;
use assize_proof::verify::{Verdict, verify};
use assize_record::LedgerFile;
use assize_record::copy::{CopyError, Order, make};
use assize_record::seal::{self, Meta};
use assize_rtp::tap::Codec;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

const WITNESS: &str = "Triệu Thị Sen";
const DEFENDANT: u128 = 3;
const PARTY: u128 = 4;

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(200 + n))
}

/// Seats by role: judge 1, prosecutor 2, defendant 3, party 4, witness 5, who is protected from the defendant.
fn plan() -> Plan {
    let row = |n, name: &str, role| Person {
        id: person(n),
        name: name.to_owned(),
        role,
        point: None,
        own_screen: true,
        account: None,
        with: Vec::new(),
    };
    let people = vec![
        row(1, "Nguyễn Thị Minh Hạnh", Role::PresidingJudge),
        row(2, "Phạm Đức Thắng", Role::Prosecutor),
        row(3, "Hoàng Văn Thiện", Role::Defendant),
        row(4, "Vi Văn Bình", Role::Party),
        row(5, WITNESS, Role::Witness),
    ];
    let (of, kept) = (vec![person(5)], vec![person(3)]);
    let screens = vec![Screen { of, people: kept, picture: true, voice: true, name: true, ..Screen::default() }];
    Plan { people, screens, ..support::plan() }
}

fn events() -> Vec<Stamped> {
    let mut events = vec![Event::Planned { plan: plan(), procedure: None }, Event::Awaited];
    for n in 1..=5 {
        let (seat, entrant) = (SeatId(n), Entrant::Person { person: person(n.into()) });
        let (connection, room) = (ConnectionId(Uuid::from_u128(300 + u128::from(n))), Room::Courtroom);
        events.push(Event::Entered { seat, entrant, connection, room, microphone_open: true, link: None });
        events.push(Event::Published { seat, devices: vec![DeviceKind::Microphone, DeviceKind::Camera1] });
    }
    events.push(Event::Opened { recording: true, reason: None, missing: Vec::new() });
    let seats = vec![SeatId(4), SeatId(5)];
    events.push(Event::RoomOpened { room: RoomId(1), kind: RoomKind::Consultation, seats });
    events.push(Event::RoomClosed { room: RoomId(1) });
    events.into_iter().zip(1..).map(|(event, n)| stamped(n * 1000, event)).collect()
}

struct Sample {
    _dir: tempfile::TempDir,
    bag: PathBuf,
    key: Arc<CourtKey>,
}

/// A sealed sitting: sound and picture of the defendant and of the witness.
fn sample() -> Sample {
    let dir = tempfile::tempdir().unwrap();
    let mut first = Sitting::begin(dir.path());
    let (bag, court) = (first.folder.clone(), first.key.clone());
    let (mut ledger, _) = LedgerFile::open(&bag, 1).unwrap();
    ledger.append(&events()).unwrap();
    first.stop();
    let mut sitting = Sitting::resume(bag.clone(), court.clone(), 1, assize_record::now_us() - 1_000_000, 6_000_000);
    for (track, codec) in [(SOUND, Codec::Opus), (PICTURES, Codec::Vp8), (key(0), Codec::Vp8), (key(1), Codec::Opus)] {
        sitting.on(track, codec, 1_000_000);
        let units = if codec == Codec::Opus { &opus()[..100] } else { &vp8()[..60] };
        feed(&sitting, &mut Source::new(track, codec), units, 1_000_000);
    }
    ledger.append(&[stamped(9_100_000, Event::Closed)]).unwrap();
    sitting.stop();
    let meta = Meta { utc_ms: 1_795_300_000_000, software: "assize 0.1.0".to_owned(), typeset: None };
    seal::sitting(&bag, &court, &meta).unwrap();
    Sample { _dir: dir, bag, key: court }
}

fn order(person: PersonId) -> Order {
    Order { person, reason: "kháng cáo".to_owned(), made_ms: 1_795_400_000_000 }
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

fn holds(dir: &Path, needle: &str) -> bool {
    let found = |path: &PathBuf| fs::read(path).unwrap().windows(needle.len()).any(|bytes| bytes == needle.as_bytes());
    files(dir).iter().any(found)
}

#[test]
fn what_is_withheld_is_nowhere_in_the_copy_and_the_copy_verifies() {
    let Sample { bag, key, _dir } = sample();
    let whole = verify(&bag, &[key.public()]);
    assert_eq!(whole.result, Verdict::Intact, "{}", whole.text());
    let root = tempfile::tempdir().unwrap();
    let [theirs, others] = ["theirs", "others"].map(|name| root.path().join(name));
    let copy = make(&bag, &theirs, &order(person(DEFENDANT)), &key).unwrap();
    for secret in [WITNESS.to_owned(), person(5).0.to_string(), "room_opened".to_owned()] {
        assert!(holds(&bag, &secret) && !holds(&theirs, &secret), "{secret}");
    }
    assert!(!theirs.join("data/tracks/05-microphone").exists() && theirs.join("data/tracks/03-microphone").exists());
    assert!(!theirs.join("data/hearing.json").exists(), "it names everybody");
    let report = verify(&theirs, &[key.public()]);
    let told = report.copy.clone().unwrap();
    assert_eq!((report.result, told.recipient.as_str()), (Verdict::Gaps, "Hoàng Văn Thiện"), "{}", report.text());
    assert_eq!(report.events, whole.events, "each line is there, as itself or as its hash");
    assert_eq!((told.lines_withheld, told.files_withheld), (copy.lines_withheld, copy.files_withheld.len() as u64));
    assert!(copy.lines_withheld >= 5, "{copy:?}");

    make(&bag, &others, &order(person(PARTY)), &key).unwrap();
    assert!(holds(&others, "room_opened") && others.join("data/tracks/05-microphone").exists(), "who was there knows");
    assert_eq!(verify(&others, &[key.public()]).result, Verdict::Gaps);
    let stranger = CourtKey::generate().unwrap();
    assert_eq!(verify(&others, &[stranger.public()]).result, Verdict::Unverifiable);
}

#[test]
fn whatever_is_changed_in_a_copy_or_taken_from_it_is_found() {
    let Sample { bag, key, _dir } = sample();
    let root = tempfile::tempdir().unwrap();
    let good = root.path().join("copy");
    make(&bag, &good, &order(person(DEFENDANT)), &key).unwrap();
    let altered = |what: &str, change: &dyn Fn(&Path)| {
        let bad = root.path().join("bad");
        support::run("cp", &["-r", good.to_str().unwrap(), bad.to_str().unwrap()]);
        change(&bad);
        let report = verify(&bad, &[key.public()]);
        assert_eq!(report.result, Verdict::Altered, "{what}: {}", report.text());
        fs::remove_dir_all(bad).unwrap();
    };
    for path in files(&good) {
        let name = path.strip_prefix(&good).unwrap().to_path_buf();
        if name == Path::new("copy.pub") || name == Path::new("data/seal/key.pub") {
            continue;
        }
        altered(&format!("{}, a bit", name.display()), &|bad| {
            let mut bytes = fs::read(bad.join(&name)).unwrap();
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
            fs::write(bad.join(&name), bytes).unwrap();
        });
        // Without copy.json it is no copy, and no bag either.
        altered(&format!("{}, gone", name.display()), &|bad| fs::remove_file(bad.join(&name)).unwrap());
    }
    let ledger = |change: &dyn Fn(Vec<&str>) -> Vec<String>| {
        let change = |bad: &Path| {
            let path = bad.join("data/ledger/1.jsonl");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, change(text.lines().collect()).join("\n") + "\n").unwrap();
        };
        altered("ledger", &change);
    };
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    ledger(&|lines| owned(&lines[..lines.len() - 1]));
    ledger(&|lines| owned(&[&lines[..3], &lines[4..]].concat()));
    altered("a file of another record", &|bad| fs::write(bad.join("data/more.txt"), "x").unwrap());
}

#[test]
fn what_cannot_be_copied_is_refused() {
    let Sample { bag, key, _dir } = sample();
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("copy");
    assert!(matches!(make(&bag, &out, &order(person(5)), &key), Err(CopyError::NoParty(Role::Witness))));
    assert!(matches!(make(&bag, &out, &order(person(9)), &key), Err(CopyError::NobodyKnown)));
    assert!(matches!(make(root.path(), &out, &order(person(3)), &key), Err(CopyError::NotSealed)));
    fs::create_dir(&out).unwrap();
    fs::write(out.join("x"), "x").unwrap();
    assert!(matches!(make(&bag, &out, &order(person(3)), &key), Err(CopyError::NotEmpty(_))));
}
