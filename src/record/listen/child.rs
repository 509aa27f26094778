//! The process that decodes: bytes in, findings out, and nothing else that it may do.

use super::{Found, decode};
use rustix::process::{Resource, Rlimit, Signal, nice, set_parent_process_death_signal, setrlimit};
use rustix::thread::set_no_new_privs;
use std::io::{self, Read, Write};

/// Longest piece that is taken, in bytes.
pub(super) const LONGEST: usize = 64 << 20;
/// Address space of the process: many times what a piece and its decoder need.
const MEMORY: u64 = 1 << 30;
const NICE: i32 = 10;

/// Reads pieces (length as 4 bytes, little endian, and so many bytes) and answers each with a line of JSON, until there
/// are no more. Whatever comes in, the process can open neither a file nor a socket, and it dies with its parent.
///
/// # Errors
/// Its input or output is broken.
pub fn serve(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    decode::be_quiet();
    confine()?;
    let mut length = [0; 4];
    loop {
        match input.read_exact(&mut length) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            other => other?,
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut bytes = vec![0; length];
        input.read_exact(&mut bytes)?;
        let found = decode::span(bytes).unwrap_or_else(|why| Found::Nothing { why });
        let mut line = serde_json::to_vec(&found)?;
        line.push(b'\n');
        output.write_all(&line)?;
        output.flush()?;
    }
}

fn confine() -> io::Result<()> {
    let at_most = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    // Not below what the system gave it already.
    let _ = nice(NICE);
    at_most(Resource::As, MEMORY)?;
    at_most(Resource::Core, 0)?;
    at_most(Resource::Fsize, 0)?;
    // What is open stays open, and nothing else is ever opened: not even in the place of what is closed.
    at_most(Resource::Nofile, 0)?;
    Ok(())
}
