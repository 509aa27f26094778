//! A bad line, as a model: delay, jitter, loss alone and in bursts, a rate with a queue before it, reordering,
//! duplication, outages. Packets and time in; packets and counters out.
//!
//! What it is not: no clock and no randomness of its own (time is an argument, chance comes out of a seed), no socket, no
//! packet format. It is a package of its own, on the lowest floor, because two have the same line: `assize-load link`
//! carries real packets over it, and the tests of `assize-media` run the plane over it in simulated time. Only what both
//! stand on can be used by both: media's tests may not need the load tool, which stands above media, and no program but
//! the load tool links it (decision 0008).
//!
//! A packet meets, in this order: duplication, the outage, the queue and the rate, loss, delay with jitter or reordering.

mod bottleneck;
mod chance;
mod conditions;
mod loss;
#[cfg(test)]
mod tests;
mod way;

pub use conditions::{Conditions, Invalid, Loss, Rate};
pub use way::{Counters, Way};

/// Both ways between two ends, each with its own conditions and its own chance.
#[derive(Debug)]
pub struct Line<T> {
    pub there: Way<T>,
    pub back: Way<T>,
}

impl<T: Clone> Line<T> {
    /// # Errors
    /// The conditions contradict themselves.
    pub fn new(there: Conditions, back: Conditions, seed: u64) -> Result<Self, Invalid> {
        Ok(Self { there: Way::new(there, seed)?, back: Way::new(back, !seed)? })
    }
}
