//! The standard rows, as one table.

use crate::forward;
use crate::report::Report;

/// Rows of `make bench`: frames as video has them, and one packet at a time.
pub(crate) fn run() -> anyhow::Result<()> {
    println!("| row | delivered/s | lost | CPU us/packet | limit us/packet | ratio | p50 us | p99 us | KiB/leg |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for frame in [4, 1] {
        let options = forward::Options { subs: 100, pps: 500, size: 1200, frame, seconds: 20, workers: 1, json: false };
        print(&forward::measure(&options)?);
    }
    Ok(())
}

fn print(r: &Report) {
    let figure = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.2}"));
    println!(
        "| {}{} | {:.0} | {:.2} % | {} | {} | {} | {} | {} | {} |",
        r.row,
        if r.generator_healthy { "" } else { " (generator late: does not count)" },
        r.delivered,
        r.lost * 100.0,
        figure(r.cpu_us_per_packet),
        figure(r.limit_us_per_packet),
        figure(r.ratio_to_limit),
        figure(r.p50_us),
        figure(r.p99_us),
        figure(r.rss_kib_per_leg),
    );
}
