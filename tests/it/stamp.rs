//! Time stamps: a real authority is asked about every seal, and its word is checked by us and by `openssl`.

use assize_core::hearing::Command;
use assize_proof::hash::Hash;
use assize_proof::stamp::{Authority, Stamp, StampError, request};
use assize_tests::tsa::{Key, Tsa};
use assize_tests::{CEILING, TestCourt};
use std::path::Path;
use std::time::{Instant, SystemTime};

#[test]
fn a_token_proves_when_and_by_whom_and_only_that() {
    for key in [Key::Rsa, Key::Curve] {
        let (tsa, stranger) = (Tsa::new(key), Tsa::new(key));
        let seal = Hash::of(b"a seal");
        let answer = tsa.answer(&request(&seal, u64::MAX - 1));
        let stamp = Stamp::read(&answer).unwrap();
        assert!(stamp.is_of(&seal) && !stamp.is_of(&Hash::of(b"another")));
        assert!(stamp.answers(u64::MAX - 1) && !stamp.answers(u64::MAX));
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as i64;
        assert!((now - stamp.utc_ms()).abs() < 120_000, "{}", stamp.at());
        assert_eq!(stamp.is_signed(), Ok(()));
        let trusted = Authority::load(&tsa.ca()).unwrap();
        assert_eq!(stamp.is_vouched(&trusted), Ok(()));
        let other = stamp.is_vouched(&Authority::load(&stranger.ca()).unwrap());
        assert!(matches!(other, Err(StampError::Stranger(_))), "{other:?}");
        // Each byte counts: whatever is changed, it is no longer the same token, or none.
        let mut unlike = 0;
        for at in 0..answer.len() {
            let mut changed = answer.clone();
            changed[at] ^= 0x41;
            let same = Stamp::read(&changed).is_ok_and(|changed| {
                changed.is_vouched(&trusted).is_ok()
                    && (changed.utc_ms(), changed.is_of(&seal)) != (stamp.utc_ms(), true)
            });
            assert!(!same, "byte {at}");
            unlike += usize::from(Stamp::read(&changed).is_err());
        }
        assert!(unlike > 0, "some are no tokens at all");
    }
}

#[test]
fn what_is_no_answer_is_refused_and_harms_nobody() {
    let tsa = Tsa::new(Key::Curve);
    let answer = tsa.answer(&request(&Hash::of(b""), 0));
    for cut in 0..answer.len() {
        assert!(Stamp::read(&answer[..cut]).is_err(), "cut at {cut}");
    }
    assert!(Stamp::read(b"<html>").is_err());
    // A request without the hash that it asks about: `openssl` rejects it, and says so as the RFC wants.
    let refused = tsa.answer(&[0x30, 0x03, 0x02, 0x01, 0x01]);
    assert!(matches!(Stamp::read(&refused), Err(StampError::Refused(2))), "{:?}", Stamp::read(&refused));
}

/// Waits until a file is there.
fn wait_for(path: &Path) {
    let begin = Instant::now();
    while !path.exists() {
        assert!(begin.elapsed() < CEILING, "{} does not come", path.display());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_seal_is_stamped_and_a_stamp_that_is_taken_away_or_changed_is_missed() {
    let (tsa, stranger) = (Tsa::new(Key::Rsa), Tsa::new(Key::Curve));
    let (url, ca) = (tsa.serve(), tsa.ca());
    let keys =
        [("ASSIZE__SEAL__TIME_AUTHORITY", url.as_str()), ("ASSIZE__SEAL__TIME_AUTHORITY_CA", ca.to_str().unwrap())];
    let court = TestCourt::with(&keys).await;
    let judge = court.judge().await;
    judge.does(Command::Open { record: true, reason: Some("nobody else comes".into()) }).await;
    judge.does(Command::Close {}).await;
    let token = court.sitting().join("data/seal/head.tsr");
    wait_for(&token);
    while court.sitting().join(".stamping").exists() {
        std::thread::yield_now();
    }

    let verify = |extra: &[&str]| {
        let folder = court.sitting().display().to_string();
        let (status, told) = court.cli(&[&["verify", &folder][..], extra].concat());
        (status.code().unwrap(), told)
    };
    let (own, strange) = (ca.display().to_string(), stranger.ca().display().to_string());
    let (code, told) = verify(&["--tsa-ca", &own, "--json"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("\"vouched\":true"), "{told}");
    assert_eq!(verify(&[]).0, 0, "nobody has to ask for it");
    assert_eq!(verify(&["--tsa-ca", &strange]).0, 3, "another authority's word");
    let (_, told) = court.cli(&["doctor"]);
    assert!(told.lines().any(|line| line.starts_with("ok") && line.contains(&url)), "{told}");
    assert!(tsa.openssl_verifies(&court.sitting().join("data/seal/head.json"), &token));
    let mut sums = std::process::Command::new("sha256sum");
    let sums = sums.args(["-c", "--quiet", "manifest-sha256.txt"]).current_dir(court.sitting());
    assert!(sums.status().unwrap().success(), "the manifest names the token");

    // Another day's token does not fit.
    let real = std::fs::read(&token).unwrap();
    std::fs::write(&token, tsa.answer(&request(&Hash::of(b"another seal"), 1))).unwrap();
    let (code, told) = verify(&[]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("data/seal/head.tsr"), "{told}");
    std::fs::write(&token, real).unwrap();
    assert_eq!(verify(&["--tsa-ca", &own]).0, 0);

    // Whoever takes it away can make the manifests fit, since no seal covers them: asked for, it is missed.
    std::fs::remove_file(&token).unwrap();
    assert_eq!(verify(&[]).0, 1);
    let without = |name: &str, line: &dyn Fn(&str) -> Option<String>| {
        let path = court.sitting().join(name);
        let text: String = std::fs::read_to_string(&path).unwrap().lines().filter_map(line).collect();
        std::fs::write(&path, &text).unwrap();
        Hash::of(text.as_bytes())
    };
    let manifest = without("manifest-sha256.txt", &|line| (!line.ends_with("head.tsr")).then(|| format!("{line}\n")));
    without("tagmanifest-sha256.txt", &|line| {
        let its = line.ends_with("manifest-sha256.txt");
        Some(if its { format!("{manifest}  manifest-sha256.txt\n") } else { format!("{line}\n") })
    });
    assert_eq!(verify(&[]).0, 0, "nothing in it says that it was there");
    assert_eq!(verify(&["--tsa-ca", &own]).0, 3);
}
