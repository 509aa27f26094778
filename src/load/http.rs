//! The little HTTP a load generator on the same machine needs: one request a connection, to a plain listener.

use anyhow::Context;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Sends `body` with a bearer's ticket and reads the answer to its end.
pub(crate) fn post(server: SocketAddr, path: &str, ticket: &str, content: &str, body: &str) -> anyhow::Result<Answer> {
    request(server, "POST", path, &format!("Authorization: Bearer {ticket}\r\nContent-Type: {content}\r\n"), body)
}

/// Sends JSON, as nobody in particular.
pub(crate) fn post_json(server: SocketAddr, path: &str, body: &str) -> anyhow::Result<Answer> {
    request(server, "POST", path, "Content-Type: application/json\r\n", body)
}

pub(crate) fn get(server: SocketAddr, path: &str) -> anyhow::Result<Answer> {
    request(server, "GET", path, "", "")
}

/// Sends a request with these headers, each with its line's end, and reads the answer to its end.
pub(crate) fn request(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> anyhow::Result<Answer> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        server.port(),
        body.len()
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (head, body) = text.split_once("\r\n\r\n").context("no end of the answer's head")?;
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).context("no status")?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { joined(body).context("a broken chunk")? } else { body.to_owned() };
    Ok(Answer { status, body })
}

/// A body that came in chunks (RFC 9112 section 7.1), without their extensions and trailers.
fn joined(mut chunks: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, rest) = chunks.split_once("\r\n")?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.push_str(rest.get(..size)?);
        chunks = rest.get(size..)?.strip_prefix("\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_broken_ones_refused() {
        assert_eq!(joined("4\r\nv=0\n\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n").as_deref(), Some("v=0\n0123456789"));
        assert_eq!(joined("0\r\n\r\n").as_deref(), Some(""));
        for broken in ["", "4\r\nab", "4\r\nabcd", "x\r\n", "2\r\nab0\r\n\r\n"] {
            assert_eq!(joined(broken), None, "{broken:?}");
        }
    }
}
