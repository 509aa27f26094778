//! Receives for `limit`, in a process of its own and without GRO, as subscribers on other machines would.

use clap::Args;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsFd;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Sockets, one a subscriber.
    #[arg(long)]
    count: usize,
}

/// Prints the ports, counts until standard input ends, prints the count.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let sockets = (0..options.count)
        .map(|_| {
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
            socket.set_nonblocking(true)?;
            let _ = nix::sys::socket::setsockopt(&socket, nix::sys::socket::sockopt::RcvBuf, &(1 << 20));
            Ok(socket)
        })
        .collect::<std::io::Result<Vec<_>>>()?;
    let ports = sockets.iter().map(|s| s.local_addr().map(|a| a.port())).collect::<std::io::Result<Vec<_>>>()?;
    println!("{}", serde_json::to_string(&ports)?);
    std::io::stdout().flush()?;
    std::thread::spawn(|| {
        let mut rest = Vec::new();
        let _ = std::io::stdin().read_to_end(&mut rest);
        DONE.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    println!("{}", count(&sockets)?);
    Ok(())
}

static DONE: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

fn count(sockets: &[UdpSocket]) -> anyhow::Result<u64> {
    let epoll = Epoll::new(EpollCreateFlags::empty())?;
    for (index, socket) in sockets.iter().enumerate() {
        epoll.add(socket.as_fd(), EpollEvent::new(EpollFlags::EPOLLIN, index as u64))?;
    }
    let mut buffer = [0u8; 2048];
    let mut events = [EpollEvent::empty(); 64];
    let mut received = 0;
    while !DONE.load(std::sync::atomic::Ordering::Relaxed) {
        let ready = epoll.wait(&mut events, EpollTimeout::from(50u16)).unwrap_or(0);
        for event in &events[..ready] {
            let Ok(index) = usize::try_from(event.data()) else { continue };
            while sockets[index].recv(&mut buffer).is_ok() {
                received += 1;
            }
        }
    }
    Ok(received)
}
