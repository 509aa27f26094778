//! The little HTTP a load generator on the same machine needs: one request a connection, to a plain listener.

use anyhow::{Context, bail};
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

fn request(server: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> anyhow::Result<Answer> {
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
    if head.to_ascii_lowercase().contains("transfer-encoding: chunked") {
        bail!("a chunked answer was not expected");
    }
    Ok(Answer { status, body: body.to_owned() })
}
