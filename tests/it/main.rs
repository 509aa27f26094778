//! Stories of a hearing against the real server: its binary, its ports, its files, with the `webrtc` crate on the other
//! side of every wire.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod join_and_hear;
