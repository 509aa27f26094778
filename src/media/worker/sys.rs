//! The system calls of a worker: the one place in this crate with `unsafe`.
//!
//! Each call gets pointers into buffers that outlive it and lengths taken from those same buffers.

use std::io;
use std::mem::{size_of, zeroed};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, UdpSocket};
use std::os::fd::{AsFd as _, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;

/// Messages a receive call takes at most; each may hold many datagrams of one sender (GRO).
const RECEIVE: usize = 24;
/// Messages a send call takes at most.
pub(super) const SEND: usize = 64;
/// A coalesced message is at most this long.
const ROOM: usize = 65_536;
const CONTROL: usize = 128;
/// Wanted socket buffers, bytes: a second of a full hearing.
const BUFFER: libc::c_int = 8 << 20;
const UDP_SEGMENT: libc::c_int = 103;
const UDP_GRO: libc::c_int = 104;
/// Bytes that the kernel holds of a connection before they are sent: the rest waits with us, where it can be chosen.
const TCP_UNSENT: libc::c_int = 32 * 1024;

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

fn clock_us(clock: libc::clockid_t) -> i64 {
    // SAFETY: zero is a valid timespec, and the call writes one through a pointer to a live one.
    let time = unsafe {
        let mut time: libc::timespec = zeroed();
        libc::clock_gettime(clock, &raw mut time);
        time
    };
    time.tv_sec * 1_000_000 + time.tv_nsec / 1000
}

/// Microseconds of `CLOCK_MONOTONIC`.
pub(crate) fn now_us() -> i64 {
    clock_us(libc::CLOCK_MONOTONIC)
}

/// Microseconds of CPU that this thread has used.
pub(super) fn cpu_us() -> i64 {
    clock_us(libc::CLOCK_THREAD_CPUTIME_ID)
}

fn option(fd: BorrowedFd<'_>, level: libc::c_int, name: libc::c_int, value: libc::c_int) -> io::Result<()> {
    let len = libc::socklen_t::try_from(size_of::<libc::c_int>()).unwrap_or(4);
    // SAFETY: reads one int through a pointer to a live one, with its length.
    check(unsafe { libc::setsockopt(fd.as_raw_fd(), level, name, (&raw const value).cast(), len) })?;
    Ok(())
}

/// Keeps what a TCP connection has not sent short in the kernel.
pub(super) fn low_water(stream: BorrowedFd<'_>) -> io::Result<()> {
    option(stream, libc::IPPROTO_TCP, libc::TCP_NOTSENT_LOWAT, TCP_UNSENT)
}

/// Wakes a worker out of its wait.
#[derive(Debug)]
pub(super) struct Wake(OwnedFd);

impl Wake {
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: no pointers; the descriptor returned is new and ours.
        unsafe {
            let fd = check(libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK))?;
            Ok(Self(OwnedFd::from_raw_fd(fd)))
        }
    }

    pub(super) fn wake(&self) {
        let one = 1_u64.to_ne_bytes();
        // SAFETY: reads eight bytes from an array of eight. A full counter wakes as well, so the result is of no use.
        unsafe { libc::write(self.0.as_raw_fd(), one.as_ptr().cast(), one.len()) };
    }

    fn rest(&self) {
        let mut count = [0_u8; 8];
        // SAFETY: writes eight bytes to an array of eight. Nothing to read is fine.
        unsafe { libc::read(self.0.as_raw_fd(), count.as_mut_ptr().cast(), count.len()) };
    }
}

/// A datagram, or several of one length, to one address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outgoing<'a> {
    pub(super) to: SocketAddr,
    pub(super) bytes: &'a [u8],
    /// Length of each datagram but perhaps the last; 0: `bytes` is one datagram.
    pub(super) segment: u16,
}

/// A worker's UDP socket.
#[derive(Debug)]
pub(super) struct Socket {
    socket: UdpSocket,
    v6: bool,
}

impl Socket {
    pub(super) fn bind(addr: SocketAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind(addr)?;
        socket.set_nonblocking(true)?;
        let this = Self { socket, v6: addr.is_ipv6() };
        for (forced, plain) in [(libc::SO_RCVBUFFORCE, libc::SO_RCVBUF), (libc::SO_SNDBUFFORCE, libc::SO_SNDBUF)] {
            if this.option(libc::SOL_SOCKET, forced, BUFFER).is_err() {
                this.option(libc::SOL_SOCKET, plain, BUFFER)?;
            }
        }
        this.option(libc::SOL_SOCKET, libc::SO_TIMESTAMPNS, 1)?;
        // Without coalescing everything works, only dearer.
        let _ = this.option(libc::SOL_UDP, UDP_GRO, 1);
        Ok(this)
    }

    pub(super) fn port(&self) -> io::Result<u16> {
        Ok(self.socket.local_addr()?.port())
    }

    fn option(&self, level: libc::c_int, name: libc::c_int, value: libc::c_int) -> io::Result<()> {
        option(self.socket.as_fd(), level, name, value)
    }

    /// Waits until there is something to receive here or on `tcp`, `wake` was called, or the time is over; says whether
    /// there is something to receive here, and there.
    pub(super) fn wait(&self, wake: &Wake, tcp: Option<BorrowedFd<'_>>, micros: i64) -> (bool, bool) {
        let fd = |fd: libc::c_int| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
        // A negative descriptor is passed over.
        let tcp = tcp.map_or(-1, |tcp| tcp.as_raw_fd());
        let mut fds = [fd(self.socket.as_raw_fd()), fd(wake.0.as_raw_fd()), fd(tcp)];
        let micros = micros.clamp(0, 1_000_000);
        let time = libc::timespec { tv_sec: micros / 1_000_000, tv_nsec: micros % 1_000_000 * 1000 };
        // SAFETY: three live pollfds and their number, a live timespec, no signal mask.
        let ready = unsafe { libc::ppoll(fds.as_mut_ptr(), 3, &raw const time, ptr::null()) };
        if ready > 0 && fds[1].revents != 0 {
            wake.rest();
        }
        (ready > 0 && fds[0].revents != 0, ready > 0 && fds[2].revents != 0)
    }

    /// Waits up to a millisecond until something can be sent.
    pub(super) fn wait_to_send(&self) {
        let mut fd = libc::pollfd { fd: self.socket.as_raw_fd(), events: libc::POLLOUT, revents: 0 };
        // SAFETY: one live pollfd.
        unsafe { libc::poll(&raw mut fd, 1, 1) };
    }

    /// Sends messages, at most [`SEND`], and says how many were taken.
    ///
    /// # Errors
    /// The first one was not taken.
    pub(super) fn send(&self, messages: &[Outgoing<'_>]) -> io::Result<usize> {
        let count = messages.len().min(SEND);
        // SAFETY: zero is a valid value of each of these plain C structures.
        let (mut headers, mut vectors, mut names, mut controls): (
            [libc::mmsghdr; SEND],
            [libc::iovec; SEND],
            [libc::sockaddr_storage; SEND],
            [[u64; 3]; SEND],
        ) = unsafe { (zeroed(), zeroed(), zeroed(), zeroed()) };
        for (n, message) in messages.iter().take(count).enumerate() {
            let name_len = write_addr(self.v6, message.to, &mut names[n]);
            vectors[n] =
                libc::iovec { iov_base: message.bytes.as_ptr().cast_mut().cast(), iov_len: message.bytes.len() };
            let header = &mut headers[n].msg_hdr;
            header.msg_name = (&raw mut names[n]).cast();
            header.msg_namelen = name_len;
            header.msg_iov = &raw mut vectors[n];
            header.msg_iovlen = 1;
            if message.segment > 0 {
                header.msg_control = controls[n].as_mut_ptr().cast();
                header.msg_controllen = size_of::<[u64; 3]>();
                // SAFETY: the control buffer has 24 bytes, aligned for cmsghdr, which is CMSG_SPACE of two bytes, so
                // the first header and its two bytes of data lie within it.
                unsafe {
                    let control = libc::CMSG_FIRSTHDR(header);
                    (*control).cmsg_level = libc::SOL_UDP;
                    (*control).cmsg_type = UDP_SEGMENT;
                    (*control).cmsg_len = libc::CMSG_LEN(2) as usize;
                    ptr::copy_nonoverlapping(message.segment.to_ne_bytes().as_ptr(), libc::CMSG_DATA(control), 2);
                }
            }
        }
        let count = libc::c_uint::try_from(count).unwrap_or_default();
        // SAFETY: `count` headers are filled in above; names, vectors, controls and the messages' bytes outlive the call,
        // which only reads the latter.
        let sent = check(unsafe { libc::sendmmsg(self.socket.as_raw_fd(), headers.as_mut_ptr(), count, 0) })?;
        Ok(usize::try_from(sent).unwrap_or_default())
    }
}

/// Writes an address as the socket's family wants it and returns its length.
fn write_addr(v6: bool, addr: SocketAddr, storage: &mut libc::sockaddr_storage) -> libc::socklen_t {
    let length = |len: usize| libc::socklen_t::try_from(len).unwrap_or_default();
    let (ip, port, scope) = match addr {
        SocketAddr::V4(addr) if !v6 => {
            let name = libc::sockaddr_in {
                sin_family: libc::AF_INET as libc::sa_family_t,
                sin_port: addr.port().to_be(),
                sin_addr: libc::in_addr { s_addr: u32::from(*addr.ip()).to_be() },
                sin_zero: [0; 8],
            };
            // SAFETY: sockaddr_storage is made to hold any address and is aligned for it.
            unsafe { (&raw mut *storage).cast::<libc::sockaddr_in>().write(name) };
            return length(size_of::<libc::sockaddr_in>());
        }
        SocketAddr::V4(addr) => (addr.ip().to_ipv6_mapped(), addr.port(), 0),
        SocketAddr::V6(addr) => (*addr.ip(), addr.port(), addr.scope_id()),
    };
    let name = libc::sockaddr_in6 {
        sin6_family: libc::AF_INET6 as libc::sa_family_t,
        sin6_port: port.to_be(),
        sin6_flowinfo: 0,
        sin6_addr: libc::in6_addr { s6_addr: ip.octets() },
        sin6_scope_id: scope,
    };
    // SAFETY: as above.
    unsafe { (&raw mut *storage).cast::<libc::sockaddr_in6>().write(name) };
    length(size_of::<libc::sockaddr_in6>())
}

/// Reads an address that the kernel wrote; IPv4 in IPv6 becomes IPv4.
fn read_addr(storage: &libc::sockaddr_storage) -> Option<SocketAddr> {
    let pointer = &raw const *storage;
    match libc::c_int::from(storage.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says which structure the kernel wrote; the storage is aligned for all of them.
            let name = unsafe { pointer.cast::<libc::sockaddr_in>().read() };
            let ip = Ipv4Addr::from(u32::from_be(name.sin_addr.s_addr));
            Some(SocketAddrV4::new(ip, u16::from_be(name.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: as above.
            let name = unsafe { pointer.cast::<libc::sockaddr_in6>().read() };
            let (ip, port) = (Ipv6Addr::from(name.sin6_addr.s6_addr), u16::from_be(name.sin6_port));
            Some(match ip.to_ipv4_mapped() {
                Some(ip) => SocketAddrV4::new(ip, port).into(),
                None => SocketAddrV6::new(ip, port, 0, name.sin6_scope_id).into(),
            })
        }
        _ => None,
    }
}

/// A message as received: datagrams of one sender, all of `segment` bytes but perhaps the last.
#[derive(Debug)]
pub(super) struct Incoming<'a> {
    pub(super) from: SocketAddr,
    /// When the kernel received it, in microseconds of `CLOCK_MONOTONIC`.
    pub(super) arrival_us: i64,
    pub(super) bytes: &'a mut [u8],
    pub(super) segment: usize,
}

/// Room for a batch of received messages.
pub(super) struct Inbox {
    bytes: Vec<u8>,
    headers: Vec<libc::mmsghdr>,
    names: Vec<libc::sockaddr_storage>,
    controls: Vec<[u64; CONTROL / 8]>,
    filled: usize,
    /// `CLOCK_MONOTONIC` minus `CLOCK_REALTIME` at the last batch, and the time then, in microseconds.
    offset_us: i64,
    now_us: i64,
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox").field("filled", &self.filled).finish_non_exhaustive()
    }
}

impl Inbox {
    pub(super) fn new() -> Self {
        // SAFETY: zero is a valid value of these plain C structures.
        let (header, name) = unsafe { (zeroed::<libc::mmsghdr>(), zeroed::<libc::sockaddr_storage>()) };
        Self {
            bytes: vec![0; RECEIVE * ROOM],
            headers: vec![header; RECEIVE],
            names: vec![name; RECEIVE],
            controls: vec![[0; CONTROL / 8]; RECEIVE],
            filled: 0,
            offset_us: 0,
            now_us: 0,
        }
    }

    /// Receives what is there, at most a batch, and says how many messages that is.
    pub(super) fn receive(&mut self, socket: &Socket) -> usize {
        let mut vectors = [libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 }; RECEIVE];
        for (n, room) in self.bytes.chunks_exact_mut(ROOM).enumerate() {
            vectors[n] = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: ROOM };
            let header = &mut self.headers[n].msg_hdr;
            header.msg_name = (&raw mut self.names[n]).cast();
            header.msg_namelen = libc::socklen_t::try_from(size_of::<libc::sockaddr_storage>()).unwrap_or_default();
            header.msg_iov = &raw mut vectors[n];
            header.msg_iovlen = 1;
            header.msg_control = self.controls[n].as_mut_ptr().cast();
            header.msg_controllen = CONTROL;
            header.msg_flags = 0;
        }
        let count = libc::c_uint::try_from(RECEIVE).unwrap_or_default();
        // SAFETY: RECEIVE headers are filled in above with pointers into buffers of the lengths given, which outlive the
        // call; nothing else refers to them meanwhile.
        let received =
            unsafe { libc::recvmmsg(socket.socket.as_raw_fd(), self.headers.as_mut_ptr(), count, 0, ptr::null_mut()) };
        self.filled = usize::try_from(received).unwrap_or_default();
        if self.filled > 0 {
            self.now_us = now_us();
            self.offset_us = self.now_us - clock_us(libc::CLOCK_REALTIME);
        }
        self.filled
    }

    /// The last message of a batch that took as many as a batch takes.
    pub(super) fn last_of_full(&mut self) -> Option<Incoming<'_>> {
        if self.filled < RECEIVE { None } else { self.message(RECEIVE - 1) }
    }

    /// A message of the last batch; `None` if its sender cannot be told.
    pub(super) fn message(&mut self, n: usize) -> Option<Incoming<'_>> {
        if n >= self.filled {
            return None;
        }
        let from = read_addr(&self.names[n])?;
        let len = (self.headers[n].msg_len as usize).min(ROOM);
        let (mut arrival_us, mut segment) = (self.now_us, len);
        let header = &self.headers[n].msg_hdr;
        // SAFETY: the kernel has filled the control buffer and set its length; the macros stay within it, and what is
        // read of each header is no longer than its kind says it is.
        unsafe {
            let mut control = libc::CMSG_FIRSTHDR(header);
            while let Some(found) = control.as_ref() {
                let data = libc::CMSG_DATA(control);
                if (found.cmsg_level, found.cmsg_type) == (libc::SOL_SOCKET, libc::SCM_TIMESTAMPNS) {
                    let stamp = data.cast::<libc::timespec>().read_unaligned();
                    arrival_us = stamp.tv_sec * 1_000_000 + stamp.tv_nsec / 1000 + self.offset_us;
                } else if (found.cmsg_level, found.cmsg_type) == (libc::SOL_UDP, UDP_GRO) {
                    segment = usize::try_from(data.cast::<libc::c_int>().read_unaligned()).unwrap_or(len);
                }
                control = libc::CMSG_NXTHDR(header, control);
            }
        }
        // The clock of the stamps may be set while we run: never later than now, never long ago.
        let arrival_us = arrival_us.clamp(self.now_us - 1_000_000, self.now_us);
        let bytes = &mut self.bytes[n * ROOM..n * ROOM + len];
        Some(Incoming { from, arrival_us, bytes, segment: segment.max(1) })
    }
}
