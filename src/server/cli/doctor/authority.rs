//! The time-stamping authority: whether it answers, and whether its clock and ours agree.

use super::{Finding, both};
use crate::config::Config;
use crate::time_authority::TimeAuthority;
use assize_proof::hash::Hash;
use jiff::Timestamp;
use tokio::task::spawn_blocking;

const KEY: &str = "seal.time_authority";
/// Clocks that are further apart, in milliseconds, make a seal look older or younger than it is.
const APART: i64 = 10_000;

/// Nothing is contacted that no key names.
pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let Some(authority) = config.seal.authority() else { return Vec::new() };
    let found = spawn_blocking(move || ask(&authority)).await;
    found.into_iter().collect()
}

fn ask(authority: &TimeAuthority) -> Finding {
    let url = &authority.url;
    let began_ms = Timestamp::now().as_millisecond();
    let (stamp, now_ms) = match authority.ask(&Hash::of(b"assize doctor")) {
        Ok((_, stamp)) => (stamp, Timestamp::now().as_millisecond()),
        Err(error) => {
            return Finding::warn(
                KEY,
                both!("không có dấu thời gian: {error}", "no time stamp: {error}"),
                both!(
                    "Bản ghi vẫn được niêm phong và được hỏi lại sau. Kiểm tra địa chỉ, đường mạng, chứng thư trong seal.time_authority_ca.",
                    "Records are sealed all the same, and it is asked again. Check the address, the way to it, and seal.time_authority_ca."
                ),
            );
        }
    };
    let apart = (stamp.utc_ms() - began_ms).min(0) + (stamp.utc_ms() - now_ms).max(0);
    let (ms, at) = (now_ms - began_ms, stamp.at());
    if apart.abs() <= APART {
        return Finding::ok(KEY, both!("{url} trả lời sau {ms} ms", "{url} answers after {ms} ms"));
    }
    Finding::warn(
        KEY,
        both!("{url} nói {at}, lệch giờ máy này {apart} ms", "{url} says {at}, {apart} ms from this machine's time"),
        both!(
            "Một trong hai đồng hồ sai: xem dòng clock.",
            "One of the two clocks is wrong: see the line of the clock."
        ),
    )
}
