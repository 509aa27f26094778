//! Events to state.

use super::{Event, Hearing, Stamped};

impl Hearing {
    /// A hearing as its first event, [`Event::Planned`], leaves it; `None` if `first` is another event.
    #[must_use]
    pub fn begin(first: &Stamped) -> Option<Self> {
        let Event::Planned { .. } = &first.event else { return None };
        None
    }

    /// Folds one event into the state. What a ledger holds has happened: nothing is refused here.
    pub fn apply(&mut self, _stamped: &Stamped) {}
}
