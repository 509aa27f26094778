//! The router as a whole, in simulated time.
