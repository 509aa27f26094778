//! Whether a layer flows: whether packets come, and will probably go on to.

/// A layer that has been silent while its siblings began so many frames does not flow.
const MISSED_FRAMES: u32 = 20;
/// A layer is believed in after this long, and by the recorder after that.
const FLOWS_US: i64 = 300_000;
const STEADY_US: i64 = 2_000_000;
/// A layer that rested and is wanted again is waited for so long.
const AWAITED_US: i64 = 5_000_000;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flow {
    since: Option<i64>,
    /// It flowed steadily until nobody wanted it any more: it is believed in as soon as it comes again.
    rested: bool,
    /// Since when it is wanted again.
    awaited_us: Option<i64>,
    missed: u32,
}

impl Flow {
    pub(super) fn packet(&mut self, arrival_us: i64) {
        if self.missed >= MISSED_FRAMES || self.since.is_none() {
            self.since = Some(arrival_us);
        }
        self.missed = 0;
    }

    /// A sibling began a frame.
    pub(super) fn sibling_frame(&mut self) {
        self.missed = self.missed.saturating_add(1);
    }

    pub(super) fn is_believed(&self, now_us: i64) -> bool {
        self.for_long(now_us, FLOWS_US)
    }

    pub(super) fn is_steady(&self, now_us: i64) -> bool {
        self.for_long(now_us, STEADY_US)
    }

    fn for_long(&self, now_us: i64, us: i64) -> bool {
        let since = self.since.filter(|_| self.missed < MISSED_FRAMES);
        since.is_some_and(|since| self.rested || now_us - since >= us)
    }

    /// Nobody wants it (any more): its publisher is told. Or somebody does.
    pub(super) fn rest(&mut self, now_us: i64, rests: bool) {
        let steady = self.since.is_some_and(|since| now_us - since >= STEADY_US) && self.missed < MISSED_FRAMES;
        let awaited_us = *self.awaited_us.get_or_insert(now_us);
        if rests {
            self.awaited_us = None;
        }
        if steady {
            self.rested = rests;
        } else if !rests && now_us - awaited_us > AWAITED_US {
            self.rested = false;
        }
    }

    pub(super) fn rests(&self) -> bool {
        self.rested
    }
}
