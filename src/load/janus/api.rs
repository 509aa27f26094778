//! Janus's own signalling: JSON over a WebSocket, one session, a handle for each participant.

use super::config::SECRET;
use crate::socket::Socket;
use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::net::SocketAddr;

pub(super) struct Api {
    socket: Socket,
    session: u64,
    last: u64,
}

impl Api {
    /// Connects and begins a session.
    pub(super) fn open(server: SocketAddr) -> anyhow::Result<Self> {
        let socket = Socket::open(server, "/", "janus-protocol")?;
        let mut api = Self { socket, session: 0, last: 0 };
        let created = api.request(json!({ "janus": "create" }))?;
        api.session = id(&created)?;
        Ok(api)
    }

    /// A new handle of the VideoRoom.
    pub(super) fn attach(&mut self) -> anyhow::Result<u64> {
        let attach = json!({ "janus": "attach", "plugin": "janus.plugin.videoroom", "session_id": self.session });
        id(&self.request(attach)?)
    }

    /// Sends a message to the VideoRoom; returns the event that answers it.
    pub(super) fn message(&mut self, handle: u64, body: Value, jsep: Option<Value>) -> anyhow::Result<Value> {
        let mut message = json!({ "janus": "message", "session_id": self.session, "handle_id": handle, "body": body });
        if let Some(jsep) = jsep {
            message["jsep"] = jsep;
        }
        let answer = self.request(message)?;
        match &answer["plugindata"]["data"]["error"] {
            Value::Null => Ok(answer),
            error => bail!("janus refused {body}: {error}"),
        }
    }

    /// What Janus knows of a handle, by its administrators' interface.
    pub(super) fn info(&self, admin: SocketAddr, handle: u64) -> anyhow::Result<Value> {
        let socket = Socket::open(admin, "/", "janus-admin-protocol")?;
        let mut api = Self { socket, session: self.session, last: 0 };
        let ask = json!({
            "janus": "handle_info", "session_id": self.session, "handle_id": handle, "admin_secret": SECRET,
        });
        api.request(ask)
    }

    /// Takes the events that have come: nobody needs them.
    pub(super) fn look(&mut self) -> anyhow::Result<()> {
        self.socket.waiting().map(|_| ())
    }

    /// Sends a request and waits for what answers it beyond an acknowledgement.
    fn request(&mut self, mut request: Value) -> anyhow::Result<Value> {
        self.last += 1;
        let transaction = self.last.to_string();
        request["transaction"] = Value::from(transaction.clone());
        self.socket.send(request.to_string())?;
        loop {
            let answer: Value = serde_json::from_str(&self.socket.read()?)?;
            if answer["transaction"] != transaction || answer["janus"] == "ack" {
                continue;
            }
            if answer["janus"] == "error" {
                bail!("janus refused: {}", answer["error"]);
            }
            return Ok(answer);
        }
    }
}

fn id(answer: &Value) -> anyhow::Result<u64> {
    answer["data"]["id"].as_u64().with_context(|| format!("no id in {answer}"))
}
