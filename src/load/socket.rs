//! A WebSocket of text messages that is waited on or only looked at.

use anyhow::Context;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Error, Message, WebSocket};

/// Longest wait for a message.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Socket(WebSocket<TcpStream>);

impl Socket {
    pub(crate) fn open(server: SocketAddr, path: &str, protocol: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut request = format!("ws://localhost:{}{path}", server.port()).into_client_request()?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocol.parse()?);
        Ok(Self(tungstenite::client(request, stream).context("the WebSocket was refused")?.0))
    }

    pub(crate) fn send(&mut self, text: String) -> anyhow::Result<()> {
        Ok(self.0.send(Message::text(text))?)
    }

    /// Waits for the next message.
    pub(crate) fn read(&mut self) -> anyhow::Result<String> {
        loop {
            if let Message::Text(text) = self.0.read().context("the WebSocket broke")? {
                return Ok(text.to_string());
            }
        }
    }

    /// Takes what has come and waits for nothing; pings are answered.
    pub(crate) fn waiting(&mut self) -> anyhow::Result<Vec<String>> {
        self.0.get_ref().set_nonblocking(true)?;
        let taken = self.take_all();
        self.0.get_ref().set_nonblocking(false)?;
        taken
    }

    fn take_all(&mut self) -> anyhow::Result<Vec<String>> {
        let mut texts = Vec::new();
        loop {
            match self.0.read() {
                Ok(Message::Text(text)) => texts.push(text.to_string()),
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("the WebSocket broke"),
            }
        }
        match self.0.flush() {
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {}
            flushed => flushed?,
        }
        Ok(texts)
    }
}
