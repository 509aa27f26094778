//! The disk for records, the database and the courts' keys. Only read, but for one file that is written and removed.

use super::{Both, Finding, both, second};
use crate::config::Config;
use crate::keyring::Keyring;
use crate::procedures::Procedures;
use crate::store::{RecordFilter, Schema, Sqlite, Store as _, StoreError};
use assize_core::ids::CourtId;
use assize_proof::key::{CourtKey, PublicKey};
use rustix::fs::statvfs;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const RECORDINGS: &str = "storage.recordings";
const PROCEDURES: &str = "storage.procedures";
const DATABASE: &str = "database";
const KEYS: &str = "keys";
/// A disk that syncs slower than this cannot acknowledge events in time.
const SLOW_SYNC: Duration = Duration::from_millis(100);
const SYNCS: usize = 100;
/// Bytes an hour of a hearing with six cameras takes.
const HOUR: u64 = assize_record::folder::TYPICAL_RATE * 3600;

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let data = &config.storage.data;
    if let Some(owner) = foreign_owner(data) {
        let what =
            both!("{data:?} thuộc người dùng khác (uid {owner})", "{data:?} belongs to another user (uid {owner})");
        let todo = both!(
            "Chạy doctor bằng chính người dùng của máy chủ: `sudo -u '#{owner}' assize doctor`.",
            "Run doctor as the server's own user: `sudo -u '#{owner}' assize doctor`."
        );
        return vec![Finding::fail("storage.data", what, todo)];
    }
    let mut findings = vec![sync(&config.storage.recordings)];
    findings.extend(space(&config.storage.recordings));
    let records = existing(&config.storage.recordings);
    findings.extend(config.recording.second_places.iter().map(|place| second::examine(place, &records)));
    findings.push(procedures(&config.storage.procedures));
    findings.extend(database(config).await);
    findings
}

/// Whose the folder is, if it is not ours: what doctor touched as root the server could not touch any more.
fn foreign_owner(data: &Path) -> Option<u32> {
    let owner = std::fs::metadata(data).ok()?.uid();
    let we = std::fs::metadata("/proc/self").ok()?.uid();
    (owner != we).then_some(owner)
}

/// The folder, or the nearest above it that is there: the server makes what is missing.
fn existing(folder: &Path) -> PathBuf {
    let above = folder.ancestors().map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path });
    above.into_iter().find(|path| path.exists()).unwrap_or_else(|| Path::new(".")).to_owned()
}

/// The server does not start with a procedure file that is wrong.
fn procedures(folder: &Path) -> Finding {
    match Procedures::load(folder) {
        Ok(known) => {
            let names = known.names().collect::<Vec<_>>().join(", ");
            Finding::ok(PROCEDURES, both!("thủ tục: {names}", "procedures: {names}"))
        }
        Err(faults) => {
            let todo = both!(
                "Sửa các dòng đã nêu; docs/procedures.md giải thích tệp thủ tục.",
                "Mend the lines named; docs/procedures.md explains procedure files."
            );
            Finding::fail(PROCEDURES, both!("{faults}", "{faults}"), todo)
        }
    }
}

fn sync(folder: &Path) -> Finding {
    let at = existing(folder);
    match slowest_sync(&at) {
        Ok(p99) => {
            let ms = p99.as_micros() as f64 / 1000.0;
            let what = both!(
                "{at:?} ghi được, 99 % lần fdatasync dưới {ms:.1} ms",
                "{at:?} is writable, 99 % of fdatasync within {ms:.1} ms"
            );
            let todo = both!(
                "Quá chậm để ghi hình tin cậy: dùng ổ SSD gắn trực tiếp, không dùng ổ mạng.",
                "Too slow for a sound record: use a disk of this machine, solid state, not one over the network."
            );
            if p99 < SLOW_SYNC { Finding::ok(RECORDINGS, what) } else { Finding::fail(RECORDINGS, what, todo) }
        }
        Err(error) => Finding::fail(
            RECORDINGS,
            both!("không ghi được vào {at:?}: {error}", "nothing can be written to {at:?}: {error}"),
            both!(
                "Phiên tòa sẽ không mở được. Kiểm tra ổ đĩa có được gắn, còn chỗ, và cho người dùng của máy chủ ghi.",
                "No session can open like this. See that the disk is mounted, has room, and lets the server's user write."
            ),
        ),
    }
}

/// Slowest of the fastest 99 % of syncs of one small write each.
fn slowest_sync(folder: &Path) -> io::Result<Duration> {
    let path = folder.join(format!(".doctor-{}", std::process::id()));
    let mut file = File::options().write(true).create_new(true).open(&path)?;
    let mut sync = || {
        let start = Instant::now();
        file.write_all(&[0; 512]).and_then(|()| file.sync_data()).map(|()| start.elapsed())
    };
    let took: io::Result<Vec<Duration>> = (0..SYNCS).map(|_| sync()).collect();
    std::fs::remove_file(&path)?;
    let mut took = took?;
    took.sort();
    Ok(took[SYNCS * 99 / 100 - 1])
}

fn space(folder: &Path) -> Option<Finding> {
    // Where nothing can be read, writing has failed already and been told.
    let disk = statvfs(existing(folder)).ok()?;
    Some(room(disk.f_bavail.saturating_mul(disk.f_frsize)))
}

fn room(free: u64) -> Finding {
    let (gib, hours) = (free >> 30, free / HOUR);
    let what = both!(
        "còn {gib} GiB, khoảng {hours} giờ xét xử với sáu máy quay",
        "{gib} GiB free, about {hours} hours of a hearing with six cameras"
    );
    let todo = both!(
        "Chuyển các hồ sơ đã niêm phong và đã sao lưu sang nơi khác, hoặc gắn ổ lớn hơn.",
        "Move sealed records that have been backed up elsewhere, or mount a larger disk."
    );
    match hours {
        0..2 => Finding::fail(RECORDINGS, what, todo),
        2..40 => Finding::warn(RECORDINGS, what, todo),
        _ => Finding::ok(RECORDINGS, what),
    }
}

async fn database(config: &Config) -> Vec<Finding> {
    let path = config.storage.data.join("assize.db");
    if !path.exists() {
        return vec![Finding::ok(
            DATABASE,
            both!("chưa có; được tạo khi chạy lần đầu", "not there yet; made at the first start"),
        )];
    }
    let read = async {
        let store = Sqlite::look_at(&path).await?;
        let schema = store.schema().await?;
        Ok::<_, StoreError>((store, schema))
    };
    let (store, schema) = match read.await {
        Ok(read) => read,
        Err(error) => return vec![Finding::fail(DATABASE, both!("{path:?}: {error}", "{path:?}: {error}"), restore())],
    };
    let mut findings = vec![judge(&schema)];
    if !schema.is_newer() {
        findings.extend(
            keys(config, &store)
                .await
                .unwrap_or_else(|error| vec![Finding::fail(DATABASE, both!("{error}", "{error}"), restore())]),
        );
    }
    store.close().await;
    findings
}

fn restore() -> Both {
    both!(
        "Kiểm tra ổ đĩa và quyền của tệp. Nếu tệp hỏng: dừng máy chủ và khôi phục bản sao lưu; hồ sơ ghi hình không nằm trong đó.",
        "See to the disk and the file's rights. If the file is damaged: stop the server and restore the backup; no recording is in it."
    )
}

fn judge(schema: &Schema) -> Finding {
    let (applied, known) = (schema.applied.len(), schema.known.len());
    if let Some(damage) = &schema.damage {
        return Finding::fail(DATABASE, both!("hỏng: {damage}", "damaged: {damage}"), restore());
    }
    if schema.is_newer() {
        let what = both!("do phiên bản mới hơn tạo ra", "made by a newer version");
        let todo = both!(
            "Cài lại phiên bản mới: phiên bản này không đọc được.",
            "Install the newer version again: this one cannot read it."
        );
        return Finding::fail(DATABASE, what, todo);
    }
    let what = both!("lành, lược đồ {applied}/{known}", "sound, schema {applied} of {known}");
    if applied == known {
        return Finding::ok(DATABASE, what);
    }
    let todo = both!(
        "Được nâng cấp khi máy chủ khởi động; sao lưu trước.",
        "Brought up to date when the server starts; make a backup first."
    );
    Finding::warn(DATABASE, what, todo)
}

async fn keys(config: &Config, store: &Sqlite) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for court in store.courts().await? {
        let filter = RecordFilter { court: Some(court.id), ..RecordFilter::default() };
        let has_records = !store.records(&filter).await?.is_empty();
        findings.push(key(&Keyring::of(&config.storage.data), court.id, &court.name, has_records));
    }
    Ok(findings)
}

fn key(keys: &Keyring, court: CourtId, name: &str, has_records: bool) -> Finding {
    let path = keys.path(court);
    let lost = both!(
        "Khôi phục thư mục keys từ bản sao lưu trước khi mở phiên tòa: nếu không, một khóa mới được tạo và không ai bảo đảm cho khóa cũ.",
        "Restore the folder keys from the backup before a hearing opens: otherwise a new key is made, and nobody vouches for the old one."
    );
    if !path.exists() {
        return match has_records {
            false => Finding::ok(
                KEYS,
                both!("{name}: được tạo khi máy chủ khởi động", "{name}: made when the server starts"),
            ),
            true => Finding::fail(
                KEYS,
                both!(
                    "{name}: đã có hồ sơ nhưng mất khóa ký {path:?}",
                    "{name}: there are records, and the signing key {path:?} is gone"
                ),
                lost,
            ),
        };
    }
    let own = match CourtKey::load(&path) {
        Ok(own) => own.public(),
        Err(error) => {
            let todo = both!(
                "Khóa chỉ được người dùng của máy chủ đọc (chmod 600); nếu tệp hỏng, khôi phục từ bản sao lưu.",
                "Only the server's user may read it (chmod 600); if it is damaged, restore it from the backup."
            );
            return Finding::fail(KEYS, both!("{name}: {error}", "{name}: {error}"), todo);
        }
    };
    vouched(keys, &own, name, lost)
}

/// Whether the list of trusted keys has the court's.
fn vouched(keys: &Keyring, own: &PublicKey, name: &str, lost: Both) -> Finding {
    let id = own.id();
    match keys.trusted() {
        Ok(trusted) if trusted.iter().any(|known| known.id() == id) => Finding::ok(
            KEYS,
            both!("{name}: có khóa ký, dấu vân {id}", "{name}: the signing key is there, fingerprint {id}"),
        ),
        Ok(_) => Finding::fail(
            KEYS,
            both!(
                "{name}: khóa ký không có trong keys/trust.json",
                "{name}: the signing key is not in keys/trust.json"
            ),
            lost,
        ),
        Err(error) => Finding::fail(KEYS, both!("{name}: {error}", "{name}: {error}"), lost),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Level;
    use super::*;
    use assize_core::plan::Court;
    use assize_proof::key::Trust;
    use std::os::unix::fs::PermissionsExt as _;
    use uuid::Uuid;

    fn config(dir: &Path) -> Config {
        let mut config = Config::default();
        config.storage.data = dir.join("data");
        config.storage.recordings = dir.join("recordings/deep");
        config
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn before_the_first_start_no_database_is_wanted_and_nothing_is_left_behind() {
        let dir = tempfile::tempdir().unwrap();
        let findings = examine(&config(dir.path())).await;
        // How fast and how full this disk is is not the test's business.
        let database: Vec<Level> = findings.iter().filter(|f| f.about == DATABASE).map(|f| f.level).collect();
        assert_eq!(database, [Level::Ok], "{findings:#?}");
        assert_eq!(files(dir.path()), [] as [PathBuf; 0]);
    }

    #[tokio::test]
    async fn the_database_and_the_keys_of_its_courts_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let config = config(dir.path());
        std::fs::create_dir_all(&config.storage.data).unwrap();
        let path = config.storage.data.join("assize.db");
        let store = Sqlite::open(&path).await.unwrap();
        let court = Court { id: CourtId(Uuid::now_v7()), name: "Court".to_owned(), zone: "UTC".to_owned() };
        store.put_court(&court).await.unwrap();
        let level = |findings: Vec<Finding>| findings.into_iter().map(|finding| finding.level).collect::<Vec<_>>();
        assert_eq!(level(database(&config).await), [Level::Ok, Level::Ok]);
        // A log that is still open would be read instead of what the file holds.
        store.close().await;
        std::fs::write(&path, "this is no database, however long it may be ".repeat(200)).unwrap();
        assert_eq!(level(database(&config).await), [Level::Fail]);
    }

    #[test]
    fn what_the_schema_says() {
        let level = |applied: &[i64], damage: Option<&str>| {
            let damage = damage.map(str::to_owned);
            judge(&Schema { applied: applied.to_vec(), known: vec![1, 2], damage }).level
        };
        assert_eq!(level(&[1, 2], None), Level::Ok);
        assert_eq!(level(&[1], None), Level::Warn);
        assert_eq!(level(&[1, 2, 3], None), Level::Fail);
        assert_eq!(level(&[1, 2], Some("row 3 missing from index")), Level::Fail);
    }

    #[test]
    fn a_key_is_there_readable_by_us_alone_and_vouched_for() {
        let dir = tempfile::tempdir().unwrap();
        let court = CourtId(Uuid::now_v7());
        let keys = Keyring::of(dir.path());
        let level = |has_records| key(&keys, court, "Court", has_records).level;
        assert_eq!((level(false), level(true)), (Level::Ok, Level::Fail), "gone, or not made yet");
        let path = keys.path(court);
        let own = CourtKey::load_or_create(&path).unwrap();
        assert_eq!(level(true), Level::Fail, "nobody vouches for it");
        let trust = keys.list();
        Trust::load(&trust).unwrap().add(&trust, &own.public(), "2026-11-21T00:00:00Z").unwrap();
        assert_eq!(level(true), Level::Ok);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(level(true), Level::Fail, "others can read it");
    }

    #[test]
    fn a_disk_that_will_be_full_soon_is_said() {
        assert_eq!(room(HOUR).level, Level::Fail);
        assert_eq!(room(10 * HOUR).level, Level::Warn);
        assert_eq!(room(100 * HOUR).level, Level::Ok);
    }

    #[test]
    fn a_disk_that_takes_nothing_is_a_failure() {
        assert_eq!(sync(Path::new("/proc/sys/kernel")).level, Level::Fail);
    }
}
