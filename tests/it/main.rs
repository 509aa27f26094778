//! Stories of a hearing against the real server: its binary, its ports, its files, with the `webrtc` crate on the other
//! side of every wire.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod architecture;
mod bad_input;
mod before;
mod composite;
mod continuity;
mod coturn;
mod courts;
mod disk;
mod doctor;
mod exhibits;
mod flood;
mod join_and_hear;
mod kill9;
mod load;
mod minutes;
mod mute_lock;
mod pause_resume_close;
mod procedures;
mod relay;
mod resume;
mod revocation;
mod sittings;
mod stage;
mod stamp;
mod tcp;
mod waiting_room;
mod whip_whep;
