//! What the line is to be like, as it is written on the command line.

use assize_line::{Conditions, Rate};

/// A full packet, and how many of them a queue takes at least if its size is not said; else what passes in 300 ms.
const PACKET: usize = 1500;
const PACKETS: usize = 10;
const QUEUE_MS: u64 = 300;

/// One thing about a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Setting {
    Delay(i64),
    Jitter(i64),
    Loss(f64),
    Burst(Option<f64>),
    Rate(Option<u64>),
    Queue(usize),
    Reorder(f64),
    Held(i64),
    Duplicate(f64),
    Down(bool),
}

/// From a time on, some things are otherwise.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    at_us: i64,
    /// Whether it is meant for there and back.
    ways: [bool; 2],
    settings: Vec<Setting>,
}

/// What has been said of one direction so far.
#[derive(Debug, Clone, Copy, Default)]
struct Draft {
    conditions: Conditions,
    queue: Option<usize>,
}

impl Draft {
    fn set(&mut self, setting: Setting) {
        let conditions = &mut self.conditions;
        match setting {
            Setting::Delay(us) => conditions.delay_us = us,
            Setting::Jitter(us) => conditions.jitter_us = us,
            Setting::Loss(share) => conditions.loss.share = share,
            Setting::Burst(packets) => conditions.loss.burst = packets,
            Setting::Reorder(share) => conditions.reorder = share,
            Setting::Held(us) => conditions.held_us = us,
            Setting::Duplicate(share) => conditions.duplicate = share,
            Setting::Down(down) => conditions.down = down,
            Setting::Queue(bytes) => {
                self.queue = Some(bytes);
                conditions.rate = conditions.rate.map(|rate| Rate { queue: bytes, ..rate });
            }
            Setting::Rate(bits_per_s) => {
                // A queue does not shrink with the rate, or a step down would not be felt.
                let queue = self.queue.or_else(|| conditions.rate.map(|rate| rate.queue));
                conditions.rate =
                    bits_per_s.map(|bits| Rate { bits_per_s: bits, queue: queue.unwrap_or_else(|| queue_for(bits)) });
            }
        }
    }
}

fn queue_for(bits_per_s: u64) -> usize {
    usize::try_from(bits_per_s / 8 * QUEUE_MS / 1000).unwrap_or(usize::MAX).max(PACKET * PACKETS)
}

/// The conditions of both directions by time, the first at 0.
pub(crate) fn plan(settings: &[Setting], steps: &[Step]) -> [Vec<(i64, Conditions)>; 2] {
    let mut steps: Vec<&Step> = steps.iter().collect();
    steps.sort_by_key(|step| step.at_us);
    [0, 1].map(|way| {
        let mut draft = Draft::default();
        settings.iter().for_each(|setting| draft.set(*setting));
        let mut plan = vec![(0, draft.conditions)];
        for step in steps.iter().filter(|step| step.ways[way]) {
            step.settings.iter().for_each(|setting| draft.set(*setting));
            // Whatever is said of one time holds together.
            match plan.last_mut().filter(|(at, _)| *at == step.at_us) {
                Some((_, conditions)) => *conditions = draft.conditions,
                None => plan.push((step.at_us, draft.conditions)),
            }
        }
        plan
    })
}

/// A number, and what stands behind it.
fn number(text: &str) -> Result<(f64, &str), String> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let value = text[..end].parse().map_err(|_| format!("{text} does not begin with a number"))?;
    Ok((value, text[end..].trim()))
}

/// `5` or `5%` as 0.05.
pub(crate) fn percent(text: &str) -> Result<f64, String> {
    match number(text)? {
        (value, "" | "%") => Ok(value / 100.0),
        (_, unit) => Err(format!("{unit} is no percentage")),
    }
}

/// Microseconds.
pub(crate) fn time(text: &str) -> Result<i64, String> {
    let (value, unit) = number(text)?;
    let us = match unit {
        "us" => 1.0,
        "" | "ms" => 1e3,
        "s" => 1e6,
        _ => return Err(format!("{unit} is no unit of time: us, ms, s")),
    };
    Ok((value * us).round() as i64)
}

/// Bits a second.
pub(crate) fn rate(text: &str) -> Result<u64, String> {
    let (value, unit) = number(text)?;
    let bits = match unit.trim_end_matches("bit") {
        "" => 1.0,
        "k" => 1e3,
        "m" | "M" => 1e6,
        "g" | "G" => 1e9,
        _ => return Err(format!("{unit} is no unit of a rate: k, M, G")),
    };
    Ok((value * bits).round() as u64)
}

pub(crate) fn bytes(text: &str) -> Result<usize, String> {
    let (value, unit) = number(text)?;
    let bytes = match unit {
        "" => 1.0,
        "k" | "kB" => 1e3,
        "M" | "MB" => 1e6,
        _ => return Err(format!("{unit} is no unit of bytes: k, M")),
    };
    Ok((value * bytes).round() as usize)
}

/// `SECONDS:[there:|back:]KEY=VALUE,...`
pub(crate) fn step(text: &str) -> Result<Step, String> {
    let (at, rest) = text.split_once(':').ok_or("SECONDS:KEY=VALUE,...")?;
    let at_us = time(&format!("{at}s"))?;
    let (ways, rest) = match rest.split_once(':') {
        Some(("there", rest)) => ([true, false], rest),
        Some(("back", rest)) => ([false, true], rest),
        Some((other, _)) => return Err(format!("{other} is no direction: there, back")),
        None => ([true, true], rest),
    };
    Ok(Step { at_us, ways, settings: rest.split(',').map(setting).collect::<Result<_, _>>()? })
}

fn setting(text: &str) -> Result<Setting, String> {
    let (key, value) = match text {
        "down" => return Ok(Setting::Down(true)),
        "up" => return Ok(Setting::Down(false)),
        _ => text.split_once('=').ok_or_else(|| format!("{text} is not KEY=VALUE, down or up"))?,
    };
    Ok(match key {
        "delay" => Setting::Delay(time(value)?),
        "jitter" => Setting::Jitter(time(value)?),
        "loss" => Setting::Loss(percent(value)?),
        "burst" if value == "none" => Setting::Burst(None),
        "burst" => Setting::Burst(Some(number(value)?.0)),
        "rate" if value == "none" => Setting::Rate(None),
        "rate" => Setting::Rate(Some(rate(value)?)),
        "queue" => Setting::Queue(bytes(value)?),
        "reorder" => Setting::Reorder(percent(value)?),
        "held" => Setting::Held(time(value)?),
        "duplicate" => Setting::Duplicate(percent(value)?),
        _ => return Err(format!("{key} is no property of a line")),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn values_are_read_with_and_without_units() {
        assert_eq!((percent("5"), percent("0.5%")), (Ok(0.05), Ok(0.005)));
        assert_eq!((time("150"), time("1.5s"), time("20us")), (Ok(150_000), Ok(1_500_000), Ok(20)));
        assert_eq!((rate("300k"), rate("3Mbit"), rate("64000")), (Ok(300_000), Ok(3_000_000), Ok(64_000)));
        assert_eq!((bytes("64k"), bytes("1500")), (Ok(64_000), Ok(1500)));
        assert!(percent("5ms").is_err() && time("5%").is_err() && rate("x").is_err() && time("").is_err());
        assert!(time("-5ms").is_err() && rate("3X").is_err());
    }

    #[test]
    fn changes_build_on_what_was_said_before_each_direction_by_itself() {
        let settings = [Setting::Rate(Some(3_000_000)), Setting::Delay(20_000), Setting::Loss(0.05)];
        let steps = ["20:rate=3M", "0:back:loss=0", "10:rate=500k,delay=40", "15:there:down", "16:there:up"];
        let steps: Vec<Step> = steps.into_iter().map(|text| step(text).unwrap()).collect();
        let [there, back] = plan(&settings, &steps);
        let told = |plan: &[(i64, Conditions)]| -> Vec<(i64, u64, usize, i64, f64, bool)> {
            let of = |(at, c): &(i64, Conditions)| {
                let rate = c.rate.unwrap();
                (*at / 1_000_000, rate.bits_per_s, rate.queue, c.delay_us / 1000, c.loss.share, c.down)
            };
            plan.iter().map(of).collect()
        };
        assert_eq!(
            told(&there),
            [
                (0, 3_000_000, 112_500, 20, 0.05, false),
                (10, 500_000, 112_500, 40, 0.05, false),
                (15, 500_000, 112_500, 40, 0.05, true),
                (16, 500_000, 112_500, 40, 0.05, false),
                (20, 3_000_000, 112_500, 40, 0.05, false),
            ]
        );
        assert_eq!(
            told(&back),
            [
                (0, 3_000_000, 112_500, 20, 0.0, false),
                (10, 500_000, 112_500, 40, 0.0, false),
                (20, 3_000_000, 112_500, 40, 0.0, false),
            ]
        );
    }

    #[test]
    fn a_queue_that_is_said_stays_and_a_small_one_holds_ten_packets() {
        let [there, _] = plan(&[Setting::Queue(9000), Setting::Rate(Some(1_000_000))], &[]);
        assert_eq!(there[0].1.rate.unwrap().queue, 9000);
        let [there, _] = plan(&[Setting::Rate(Some(50_000))], &[step("1:queue=7k").unwrap()]);
        assert_eq!(there.iter().map(|(_, c)| c.rate.unwrap().queue).collect::<Vec<_>>(), [15_000, 7000]);
    }

    #[test]
    fn what_is_no_change_is_refused() {
        for text in ["", "down", "x:down", "1:sideways:down", "1:color=5", "1:loss", "1:loss=5ms", "1:"] {
            assert!(step(text).is_err(), "{text}");
        }
    }
}
