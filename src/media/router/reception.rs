//! Counting for receiver reports (RFC 3550 appendix A.3 and A.8).

use assize_rtp::rtcp::Report;

/// A sender report as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SourceReport {
    pub(super) ntp: u64,
    pub(super) rtp: u32,
    pub(super) arrival_us: i64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reception {
    first: u64,
    received: u64,
    expected_before: u64,
    received_before: u64,
    /// The same at the last look at the line.
    looked: (u64, u64),
    /// Interarrival jitter times 16.
    jitter: i64,
    transit: i64,
}

impl Reception {
    pub(super) fn packet(&mut self, ext: u64, timestamp: u32, arrival_us: i64, rate: u32) {
        let transit = arrival_us.wrapping_mul(i64::from(rate) / 1000) / 1000 - i64::from(timestamp);
        if self.received == 0 {
            self.first = ext;
        } else {
            // Modulo 2^32, as the timestamp is.
            let change = i64::from((transit.wrapping_sub(self.transit)) as i32).abs();
            self.jitter += change - ((self.jitter + 8) >> 4);
        }
        self.first = self.first.min(ext);
        self.transit = transit;
        self.received += 1;
    }

    /// Only one packet has come.
    pub(super) fn is_first(&self) -> bool {
        self.received == 1
    }

    /// Place of the first packet.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Packets that did not come by themselves, and all that were sent, since the last look.
    pub(super) fn since_look(&mut self, highest: u64) -> (u64, u64) {
        if self.received == 0 {
            return (0, 0);
        }
        let expected = highest.saturating_sub(self.first) + 1;
        let sent = expected.saturating_sub(self.looked.0);
        let came = self.received - self.looked.1;
        self.looked = (expected, self.received);
        (sent.saturating_sub(came), sent)
    }

    /// A report block since the last one; `None` before the first packet. `first_raw` is the first one's number on the
    /// wire, `highest` the place of the newest.
    pub(super) fn report(
        &mut self,
        now_us: i64,
        ssrc: u32,
        first_raw: u16,
        highest: u64,
        source: Option<SourceReport>,
    ) -> Option<Report> {
        if self.received == 0 {
            return None;
        }
        let expected = highest.saturating_sub(self.first) + 1;
        let interval = expected.saturating_sub(self.expected_before);
        let got = self.received - self.received_before;
        let lost_now = interval.saturating_sub(got);
        (self.expected_before, self.received_before) = (expected, self.received);
        let (last_sr, delay) = source.map_or((0, 0), |report| {
            let passed = (now_us - report.arrival_us).clamp(0, 3_600_000_000);
            ((report.ntp >> 16) as u32, (passed * 65_536 / 1_000_000) as u32)
        });
        Some(Report {
            ssrc,
            fraction_lost: (lost_now * 256).checked_div(interval).unwrap_or(0).min(255) as u8,
            lost: expected as i64 as i32 - self.received as i64 as i32,
            highest: u32::from(first_raw).wrapping_add((expected - 1) as u32),
            jitter: (self.jitter >> 4) as u32,
            last_sr,
            delay,
        })
    }
}
