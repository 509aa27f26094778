//! The one call that no safe wrapper among our crates has: attaching to a TUN device.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;

/// Makes a TUN device in the calling thread's network namespace: reading gives the IP packets that the system sends over
/// it, one a call, writing gives the system one. It does not block, and is gone when the file is closed.
///
/// # Errors
/// The system has no TUN, does not allow it, or has a device of that name.
#[allow(unsafe_code)]
pub(super) fn open(name: &str) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).custom_flags(libc::O_NONBLOCK).open("/dev/net/tun")?;
    // SAFETY: `ifreq` is plain data for which all zeros is a value; the name is at most one less than its field, so that it
    // ends with a zero; the kernel reads and writes within the struct, which outlives the call.
    let done = unsafe {
        let mut request: libc::ifreq = std::mem::zeroed();
        let most = request.ifr_name.len() - 1;
        for (to, from) in request.ifr_name.iter_mut().zip(name.bytes().take(most)) {
            *to = from as libc::c_char;
        }
        // Plain IP packets, without four bytes of protocol before them.
        request.ifr_ifru.ifru_flags = (libc::IFF_TUN | libc::IFF_NO_PI) as libc::c_short;
        libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF, &raw mut request)
    };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(file) }
}
