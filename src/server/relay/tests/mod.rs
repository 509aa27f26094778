#![allow(clippy::unwrap_used)]

mod client;
mod hostile;
mod limits;
mod reach;
mod sockets;
mod story;
