//! The time stamp of a sealed record.

use super::source::Source;
use super::{Findings, StampReport};
use crate::hash::Hash;
use crate::seal::{HEAD, TIME_STAMP};
use crate::stamp::{Authority, Stamp};

/// What the token says, and whether it is worth what was asked for: `authorities`, if somebody wants it to be one of them.
///
/// A token that is not this seal's, or whose signature does not hold, was altered. One that is missing was not there, or was
/// taken away: which of them, only whoever asked for it can know, and to them the record proves less than they need.
pub(super) fn check(
    source: &mut Source,
    authorities: Option<&[Authority]>,
    findings: &mut Findings,
) -> (Option<StampReport>, bool) {
    let Ok(answer) = source.read(TIME_STAMP) else {
        if authorities.is_some() {
            findings.note(TIME_STAMP, 0, 0, "there is no time stamp");
        }
        return (None, authorities.is_none());
    };
    let size = answer.len() as u64;
    let sealed = Hash::of(&source.read(HEAD).unwrap_or_default());
    let stamp = Stamp::read(&answer).and_then(|stamp| stamp.is_signed().map(|()| stamp));
    let stamp = match stamp {
        Ok(stamp) if stamp.is_of(&sealed) => stamp,
        Ok(_) => {
            findings.altered(TIME_STAMP, 0, size, "is the time stamp of something else than this seal");
            return (None, false);
        }
        Err(error) => {
            findings.altered(TIME_STAMP, 0, size, error.to_string());
            return (None, false);
        }
    };
    let vouched = authorities.map(|authorities| stamp.is_vouched(authorities));
    if let Some(Err(error)) = &vouched {
        findings.note(TIME_STAMP, 0, size, error.to_string());
    }
    let report = StampReport { time: stamp.at(), vouched: matches!(vouched, Some(Ok(()))) };
    (Some(report), !matches!(vouched, Some(Err(_))))
}
