//! Free ports that stay free: taken from below the range from which the system serves outgoing connections, so that a
//! server that is started again finds its ports as it left them.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port that nobody listens on now, neither by TCP nor by UDP, and that no other test of this process gets.
///
/// # Panics
/// No port is free.
#[must_use]
pub fn free() -> u16 {
    // Processes that run at the same time begin at different places.
    let start = (std::process::id() % u32::from(COUNT / 16)) as u16 * 16;
    for _ in 0..COUNT {
        let port = FIRST + start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        if tcp.is_ok() && UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}
