//! Delay inside the server, by the histogram that it shows to its operator.

use crate::court::Court;

/// Upper bounds in microseconds and how many packets were below, smallest first.
pub(super) type Buckets = Vec<(f64, f64)>;

pub(super) fn buckets(court: &Court) -> anyhow::Result<Buckets> {
    let series = court.metrics("assize_forward_seconds_bucket")?;
    let bound = |labels: &str| {
        let (_, rest) = labels.split_once("le=\"")?;
        rest.split('"').next()?.parse::<f64>().ok().filter(|seconds| seconds.is_finite())
    };
    let found = series.iter().filter_map(|(labels, count)| Some((bound(labels)? * 1e6, *count)));
    let mut buckets: Buckets = found.collect();
    buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
    Ok(buckets)
}

/// What came between two looks.
pub(super) fn grown(before: &Buckets, after: &Buckets) -> Buckets {
    let since = |(bound, count): &(f64, f64)| {
        let former = before.iter().find(|(other, _)| other.total_cmp(bound).is_eq());
        (*bound, count - former.map_or(0.0, |(_, count)| *count))
    };
    after.iter().map(since).collect()
}

/// By cumulative counts below bounds; within a bucket evenly.
pub(super) fn quantile(buckets: &[(f64, f64)], share: f64) -> Option<f64> {
    let wanted = buckets.last()?.1 * share;
    let (mut bound, mut below) = (0.0, 0.0);
    for (next, count) in buckets {
        if *count >= wanted && *count > below {
            return Some(bound + (next - bound) * (wanted - below) / (count - below));
        }
        (bound, below) = (*next, *count);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_within_its_bucket() {
        let buckets = [(50.0, 0.0), (100.0, 40.0), (200.0, 80.0), (500.0, 100.0)];
        assert_eq!(quantile(&buckets, 0.5), Some(125.0));
        assert_eq!(quantile(&buckets, 0.2), Some(75.0));
        assert_eq!(quantile(&buckets, 0.99), Some(485.0));
        assert_eq!(quantile(&[(50.0, 0.0)], 0.5), None);
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn only_what_came_between_two_looks_is_counted() {
        let grown = grown(&vec![(50.0, 7.0)], &vec![(50.0, 9.0), (100.0, 12.0)]);
        assert_eq!(grown, [(50.0, 2.0), (100.0, 12.0)]);
    }
}
