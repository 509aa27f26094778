//! The standard rows, as one table.

use crate::compare::{self, Name};
use crate::defaults::defaults;
use crate::report::Report;
use crate::{audience, forward, growth, hearings, memory, saturation};

const COLUMNS: &str = "| row | delivered/s | lost | CPU us/packet | packets/s and core | limit us/packet | ratio to limit | ours to peer | p50 us | p99 us | KiB/leg | other |";

/// Rows of `make bench`: frames as video has them beside each peer that is installed, one packet at a time, hearings on
/// record, an audience, saturation, memory, growth.
pub(crate) fn run() -> anyhow::Result<()> {
    println!("{COLUMNS}\n{}|", "|---".repeat(COLUMNS.matches('|').count() - 1));
    let row = |frame| forward::Options { frame, ..defaults() };
    print(&forward::measure(&row(1))?);
    let mut skipped = Vec::new();
    for name in Name::ALL {
        match compare::measure(name, compare::EVENT_LOOPS, &row(4))? {
            Some(reports) => reports.iter().for_each(print),
            None => skipped.push(name.program()),
        }
    }
    if skipped.len() == Name::ALL.len() {
        print(&forward::measure(&row(4))?);
    }
    print(&hearings::measure(&hearings::Options { record: true, ..defaults() })?);
    print(&audience::measure(&defaults())?);
    print(&saturation::measure(&defaults())?);
    print(&memory::measure(&defaults())?);
    print(&growth::measure(&defaults())?);
    for program in skipped {
        println!("\nskipped: {program} is not on the PATH");
    }
    Ok(())
}

fn print(r: &Report) {
    let figure = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.2}"));
    println!(
        "| {}{} | {:.0} | {:.3} % | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        r.row,
        if r.generator_healthy { "" } else { " (generator late: does not count)" },
        r.delivered,
        r.lost * 100.0,
        figure(r.cpu_us_per_packet),
        figure(r.packets_per_second_per_core.map(f64::round)),
        figure(r.limit_us_per_packet),
        figure(r.ratio_to_limit),
        figure(r.ours_to_peer),
        figure(r.p50_us),
        figure(r.p99_us),
        figure(r.rss_kib_per_leg),
        other(r),
    );
}

/// Delay inside the server at half load, in times of the limit's burst.
fn inside(r: &Report) -> Option<String> {
    let (p50, p99, burst) = (r.inside_p50_us?, r.inside_p99_us?, r.burst_us?);
    Some(format!("inside p50 {:.2}, p99 {:.2} bursts of {burst:.0} us", p50 / burst, p99 / burst))
}

/// What only some rows have.
fn other(r: &Report) -> String {
    let all = [
        r.recorded_tracks.map(|tracks| format!("{tracks} tracks recorded")),
        r.recorder_gaps.map(|gaps| format!("{gaps} gaps")),
        r.recorded_per_core.map(|each| format!("{each:.0} recorded participants a core")),
        r.viewers_served.map(|served| format!("{served} served")),
        r.worker_busy.map(|busy| format!("worker busy {:.0} %", busy * 100.0)),
        r.idle_kib_per_connection.map(|kib| format!("{kib:.0} KiB an idle connection")),
        r.growth_exponent.map(|exponent| format!("CPU grows by the power {exponent:.2}")),
        r.whole_up_to.map(|share| format!("whole up to {:.0} % of the promise", share * 100.0)),
        r.driven_up_to.map(|share| format!("driven up to {:.0} %", share * 100.0)),
        r.sound_lost_beyond.map(|lost| format!("{:.3} % of sound lost beyond", lost * 100.0)),
        r.frames_torn_beyond.map(|torn| format!("{:.3} % of frames torn beyond", torn * 100.0)),
        inside(r),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
