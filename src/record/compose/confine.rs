//! What the process that composes may not do: use more than is left over, outlive its parent, or reach a network.

use rustix::process::{Resource, Rlimit, Signal, nice, set_parent_process_death_signal, setrlimit};
use rustix::thread::set_no_new_privs;
use std::io;

/// Address space: many times what a courtroom's decoders and one encoder need.
const MEMORY: u64 = 3 << 30;
/// Files that may be open at once: one for each track, and a few.
const FILES: u64 = 512;
const LOWEST: i32 = 19;

/// From here on, for this thread and all that it starts.
///
/// # Errors
/// The system does not grant a limit.
pub(super) fn confine(lowest: bool) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    if lowest {
        // Not below what the system gave it already.
        let _ = nice(LOWEST);
        only_what_is_left_over();
    }
    at_most(Resource::As, MEMORY)?;
    at_most(Resource::Core, 0)?;
    at_most(Resource::Nofile, FILES)?;
    no_network()
}

/// Ends the process by force after so many seconds of a processor.
///
/// # Errors
/// The system does not grant the limit.
pub(super) fn at_most_seconds(seconds: u64) -> io::Result<()> {
    at_most(Resource::Cpu, seconds)
}

fn at_most(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// The processor only while nobody else wants it, and the disk likewise. Best effort: niceness is set already.
#[allow(unsafe_code)]
fn only_what_is_left_over() {
    /// `ioprio_set(2)`: who is meant is a process (or thread), and the class is idle.
    const WHO_PROCESS: libc::c_long = 1;
    const CLASS_IDLE: libc::c_long = 3 << 13;
    let parameters = libc::sched_param { sched_priority: 0 };
    // SAFETY: both calls name the calling thread by 0; the first reads a valid structure that outlives it, the second takes
    // numbers only. Neither touches memory of this program.
    unsafe {
        libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const parameters);
        libc::syscall(libc::SYS_ioprio_set, WHO_PROCESS, 0 as libc::c_long, CLASS_IDLE);
    }
}

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xC000_00B7;

/// Calls that the process has no use for: to reach other machines or programs, and to become another program.
const REFUSED: [libc::c_long; 7] = [
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_io_uring_setup,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
];

/// From here on the kernel refuses to make a socket; no right is needed for that.
#[allow(unsafe_code)]
fn no_network() -> io::Result<()> {
    let mut filter = filter();
    let program =
        libc::sock_fprog { len: u16::try_from(filter.len()).map_err(io::Error::other)?, filter: filter.as_mut_ptr() };
    // SAFETY: `program` and the filter that it points to are valid for the call, which copies both; no_new_privs is set, so
    // that no right is needed; the filter refuses calls and changes no memory.
    let result =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER as libc::c_ulong, &raw const program) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// A filter of classic BPF over `struct seccomp_data`: number of the call at 0, architecture at 4 (`seccomp(2)`).
fn filter() -> Vec<libc::sock_filter> {
    const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    const EQUALS: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    const AT_LEAST: u32 = libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K;
    const ANSWER: u32 = libc::BPF_RET | libc::BPF_K;
    /// Calls of the x32 kind have this bit, and other numbers.
    const X32: u32 = 0x4000_0000;
    let step = |code: u32, k: u32, jt: u8, jf: u8| libc::sock_filter { code: code as u16, jt, jf, k };
    // The refusal is the last step; each jump says how many steps to pass over.
    let calls = REFUSED.len() as u8;
    let mut filter = vec![step(LOAD, 4, 0, 0), step(EQUALS, ARCHITECTURE, 0, calls + 3), step(LOAD, 0, 0, 0)];
    filter.push(step(AT_LEAST, X32, calls + 1, 0));
    for (nth, call) in REFUSED.into_iter().enumerate() {
        filter.push(step(EQUALS, call as u32, calls - nth as u8, 0));
    }
    filter.push(step(ANSWER, libc::SECCOMP_RET_ALLOW, 0, 0));
    filter.push(step(ANSWER, libc::SECCOMP_RET_ERRNO | libc::EACCES as u32, 0, 0));
    filter
}
