//! `assize doctor`: whether this machine has what the server needs, said so that somebody can act on it at night. It
//! changes nothing: no database is made or brought up to date, no folder is left behind.

mod authority;
mod certificate;
mod network;
mod relays;
mod second;
mod storage;

use crate::clock::{self, Discipline};
use crate::config::Config;
use crate::problem::Language;
use anyhow::Result;
use std::process::ExitCode;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Both {
    vi: String,
    en: String,
}

/// Both languages from two format strings with inline arguments, Vietnamese first.
macro_rules! both {
    ($vi:literal, $en:literal) => {
        $crate::cli::doctor::Both { vi: format!($vi), en: format!($en) }
    };
}
use both;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Ok,
    /// It works, but not for everybody or not for long.
    Warn,
    /// Hearings cannot be held or recorded like this.
    Fail,
}

/// One line: what was found, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    level: Level,
    /// The key of configuration it is about, or a word for it.
    about: &'static str,
    what: Both,
    todo: Option<Both>,
}

impl Finding {
    fn ok(about: &'static str, what: Both) -> Self {
        Self { level: Level::Ok, about, what, todo: None }
    }

    fn warn(about: &'static str, what: Both, todo: Both) -> Self {
        Self { level: Level::Warn, about, what, todo: Some(todo) }
    }

    fn fail(about: &'static str, what: Both, todo: Both) -> Self {
        Self { level: Level::Fail, about, what, todo: Some(todo) }
    }

    fn text(&self, language: Language) -> String {
        let level = match self.level {
            Level::Ok => language.pick("tốt  ", "ok  "),
            Level::Warn => language.pick("chú ý", "warn"),
            Level::Fail => language.pick("HỎNG ", "FAIL"),
        };
        let said = |text: &Both| if language == Language::Vi { text.vi.clone() } else { text.en.clone() };
        let todo = self.todo.as_ref().map(|todo| format!("\n        → {}", said(todo))).unwrap_or_default();
        format!("{level}  {}: {}{todo}", self.about, said(&self.what))
    }
}

/// Exit 1 if anything failed (contract section 2).
pub(super) async fn run(config: &Config) -> Result<ExitCode> {
    let findings = examine(config).await;
    for finding in &findings {
        println!("{}", finding.text(Language::of_terminal()));
    }
    let failed = findings.iter().any(|finding| finding.level == Level::Fail);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = network::examine(config).await;
    findings.extend(certificate::examine(config, clock::now_s()).await);
    findings.extend(relays::examine(config, clock::now_s()).await);
    findings.push(discipline(clock::discipline()));
    findings.extend(storage::examine(config).await);
    findings.extend(authority::examine(config).await);
    findings
}

/// The kernel says whether a time service keeps its clock (adjtimex(2)).
fn discipline(kept: Option<Discipline>) -> Finding {
    let chrony = both!(
        "Cài và bật một dịch vụ giờ, ví dụ `apt install chrony`: giờ trong hồ sơ ghi hình là giờ máy này.",
        "Install and start a time service, for example `apt install chrony`: the times in the record are this machine's."
    );
    let Some(Discipline { synchronised, max_error_us }) = kept else {
        let what = both!("nhân không cho biết trạng thái đồng hồ", "the kernel does not tell the clock's state");
        return Finding::warn("clock", what, chrony);
    };
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let ms = max_error_us / 1000;
    if !synchronised {
        let what = both!("{now}, không được dịch vụ giờ nào giữ", "{now}, kept by no time service");
        return Finding::warn("clock", what, chrony);
    }
    let what = both!("{now}, đã đồng bộ, sai số không quá {ms} ms", "{now}, synchronised, wrong by at most {ms} ms");
    if ms <= 1000 {
        return Finding::ok("clock", what);
    }
    let todo = both!(
        "Dịch vụ giờ đã lâu không liên lạc được với nguồn giờ: xem `chronyc sources`.",
        "The time service has not reached its source for long: see `chronyc sources`."
    );
    Finding::warn("clock", what, todo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_nobody_keeps_is_said() {
        let level = |synchronised, max_error_us| discipline(Some(Discipline { synchronised, max_error_us })).level;
        assert_eq!(level(true, 20_000), Level::Ok);
        assert_eq!(level(false, 20_000), Level::Warn);
        assert_eq!(level(true, 16_000_000), Level::Warn);
        assert_eq!(discipline(None).level, Level::Warn);
    }

    #[test]
    fn a_line_says_what_is_so_and_what_to_do_in_both_languages() {
        let (n, todo) = (3, both!("Sửa đi.", "Mend it."));
        let finding = Finding::fail("media.ports", both!("hỏng {n}", "broken {n}"), todo);
        assert_eq!(finding.text(Language::En), "FAIL  media.ports: broken 3\n        → Mend it.");
        assert_eq!(finding.text(Language::Vi), "HỎNG   media.ports: hỏng 3\n        → Sửa đi.");
    }
}
