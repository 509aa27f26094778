//! Whether a packet costs the same with many legs as with few: the exponent of CPU over packets forwarded.

use crate::defaults::defaults;
use crate::forward;
use crate::report::Report;
use anyhow::Context;
use clap::Args;

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Subscribers of each point of the curve.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 30, 100, 300, 1000])]
    subs: Vec<usize>,
    /// Packets a second of the publisher: few enough for the most subscribers.
    #[arg(long, default_value_t = 100)]
    pps: usize,
    /// Seconds of measuring each point.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    measure(options)?.print(options.json)
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    anyhow::ensure!(options.subs.len() >= 2, "a curve has at least two points");
    let (mut points, mut whole) = (Vec::new(), Report { generator_healthy: true, ..Report::default() });
    for subs in &options.subs {
        let Options { pps, seconds, .. } = *options;
        let report = forward::measure(&forward::Options { subs: *subs, pps, seconds, ..defaults() })?;
        let cpu_us = report.cpu_us_per_packet.context("no CPU")? * report.delivered;
        points.push((report.delivered.ln(), cpu_us.ln()));
        // Of the largest point, and the worst of all.
        whole = Report {
            offered: report.offered,
            delivered: report.delivered,
            lost: whole.lost.max(report.lost),
            cpu_us_per_packet: report.cpu_us_per_packet,
            server_dropped: whole
                .server_dropped
                .into_iter()
                .chain(report.server_dropped)
                .reduce(|all, more| all + more),
            generator_late: whole.generator_late.max(report.generator_late),
            generator_dropped: whole.generator_dropped + report.generator_dropped,
            generator_healthy: whole.generator_healthy && report.generator_healthy,
            ..whole
        };
    }
    let all: Vec<String> = options.subs.iter().map(ToString::to_string).collect();
    let row = format!("assize: forward 1 to {} in frames of 4 x 1200 B", all.join(", "));
    Ok(Report { row, growth_exponent: Some(slope(&points)), ..whole })
}

/// Of the line through the points by least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), p| {
        let dx = p.0 - x;
        (above + dx * (p.1 - y), below + dx * dx)
    });
    above / below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_of_a_power_is_its_exponent() {
        let points: Vec<(f64, f64)> =
            [10.0_f64, 30.0, 100.0, 1000.0].iter().map(|n| (n.ln(), (3.0 * n.powf(1.25)).ln())).collect();
        assert!((slope(&points) - 1.25).abs() < 1e-9);
    }
}
