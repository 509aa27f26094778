//! `assize compose`: one film of a sealed record.

use crate::composition::{program, software};
use crate::problem::{Language, composing_text};
use anyhow::{Result, anyhow};
use assize_record::compose::{Format, Order, Progress, run};
use serde_json::json;
use std::path::PathBuf;
use std::sync::atomic::AtomicU8;

/// The film shows all parties with names and time, and has the interpretation as a second track of sound. It lies beside the
/// record and is no part of it. A run that was cut off is gone on with.
#[derive(Debug, clap::Args)]
pub(super) struct Compose {
    /// The sealed sitting's folder.
    dir: PathBuf,
    /// VP9 and Opus in WebM, in place of H.264 and AAC in MP4.
    #[arg(long)]
    webm: bool,
    /// Where the film goes; without it to derived/ in the record's folder.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Per cent of the whole machine that it may take, with the lowest priority.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u8).range(1..=100))]
    share: u8,
    /// Make it anew although it is there.
    #[arg(long)]
    again: bool,
    /// Tell how far it is, a line of JSON each.
    #[arg(long)]
    progress: bool,
}

impl Compose {
    pub(super) fn run(self) -> Result<()> {
        let format = if self.webm { Format::Webm } else { Format::Mp4 };
        let mut order = Order::new(self.dir, format, software());
        order.again = self.again;
        if let Some(out) = self.out {
            order.out = std::path::absolute(out)?;
        }
        let mut told = None;
        let mut tell = |progress: Progress| {
            let percent = progress.percent();
            if self.progress {
                println!(
                    "{}",
                    json!({ "stage": progress.stage, "percent": percent, "done": progress.done, "of": progress.of })
                );
            } else if told.replace(percent) != Some(percent) {
                eprint!("\r{percent} %");
            }
        };
        let made = run(&order, &program(), &AtomicU8::new(self.share), &mut tell);
        if !self.progress && told.is_some() {
            eprintln!();
        }
        let made = made.map_err(|trouble| anyhow!("{}", composing_text(&trouble, Language::of_terminal())))?;
        if self.progress {
            println!("{}", json!({ "made": made }));
        } else {
            let already = if made.already { "is there already" } else { "is made" };
            println!("{} {already}: {:.0} s, {} bytes", made.file.display(), made.seconds, made.bytes);
        }
        for file in &made.left_out {
            eprintln!("{file} cannot be decoded and is left out");
        }
        Ok(())
    }
}
