//! A server of our own for a row, with a hearing in session; driven by its command line and its signalling like any other.

use anyhow::{Context, bail};
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

pub(crate) struct Court {
    pub(crate) http: SocketAddr,
    pub(crate) hearing: String,
    server: Child,
    binary: PathBuf,
    folder: TempDir,
    people: Value,
}

impl Court {
    /// Starts the server beside this binary in a temporary folder, with one hearing of a judge and a panel member.
    pub(crate) fn start(workers: usize) -> anyhow::Result<Self> {
        let binary = std::env::current_exe()?.with_file_name("assize");
        anyhow::ensure!(binary.exists(), "{} is not built", binary.display());
        let folder = TempDir::new()?;
        let http = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let log = std::fs::File::create(folder.path().join("server.log"))?;
        let server = command(&binary, folder.path())
            .args(["serve", "--demo"])
            .env("ASSIZE__SERVER__LISTEN", http.to_string())
            .env("ASSIZE__OPERATOR__LISTEN", format!("127.0.0.1:{}", free_port()?))
            .env("ASSIZE__TLS__LISTEN", format!("127.0.0.1:{}", free_port()?))
            .env("ASSIZE__MEDIA__PORTS", "0")
            .env("ASSIZE__MEDIA__WORKERS", workers.to_string())
            .env("ASSIZE__MEDIA__ANNOUNCE", "[\"127.0.0.1\"]")
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut court = Self { http, hearing: String::new(), server, binary, folder, people: Value::Null };
        court.wait()?;
        court.plan()?;
        Ok(court)
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(self.http).is_err() {
            if Instant::now() > end || self.server.try_wait()?.is_some() {
                let log = std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
                bail!("the server did not start:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn plan(&mut self) -> anyhow::Result<()> {
        let plan = json!({
            "case": "load", "title": "load", "starts": "2026-11-25T08:00:00+07:00",
            "people": [
                { "name": "Judge", "role": "presiding_judge" },
                { "name": "Panel", "role": "panel_member" },
            ],
        });
        let file = self.folder.path().join("plan.json");
        std::fs::write(&file, plan.to_string())?;
        let created: Value =
            serde_json::from_str(&self.cli(&["hearing", "create", "--json", "--file", "plan.json"])?)?;
        self.hearing = created["id"].as_str().context("no id of the hearing")?.to_owned();
        self.people = created["people"].clone();
        Ok(())
    }

    fn cli(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let done = command(&self.binary, self.folder.path()).args(arguments).stderr(Stdio::inherit()).output()?;
        anyhow::ensure!(done.status.success(), "assize {} ended with {}", arguments.join(" "), done.status);
        Ok(String::from_utf8(done.stdout)?.trim().to_owned())
    }

    /// A ticket for the person with this role.
    pub(crate) fn ticket_of(&self, role: &str) -> anyhow::Result<String> {
        let people = self.people.as_array().context("no people")?;
        let person = people.iter().find(|person| person["role"] == role).context("no such role")?;
        self.cli(&["ticket", &self.hearing, "--person", person["id"].as_str().context("no person id")?])
    }

    pub(crate) fn observer_ticket(&self) -> anyhow::Result<String> {
        self.cli(&["ticket", &self.hearing, "--observer", "--ttl", "300"])
    }

    /// The judge enters and opens the session. The socket has to stay open.
    pub(crate) fn open(&self) -> anyhow::Result<WebSocket<TcpStream>> {
        let stream = TcpStream::connect(self.http)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut request = format!("ws://localhost:{}/api/v1/signal", self.http.port()).into_client_request()?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", "assize.v1".parse()?);
        let (mut socket, _) = tungstenite::client(request, stream).context("signalling")?;
        socket.send(Message::text(
            json!({ "type": "hello", "ticket": self.ticket_of("presiding_judge")? }).to_string(),
        ))?;
        until(&mut socket, "welcome")?;
        let open = json!({ "type": "open", "record": false, "reason": "load" });
        socket.send(Message::text(json!({ "type": "command", "id": 1, "command": open }).to_string()))?;
        until(&mut socket, "done")?;
        Ok(socket)
    }

    /// User and system time of the server so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.server.id()))?;
        let fields: Vec<&str> = stat.rsplit_once(')').context("stat")?.1.split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        // USER_HZ is 100 on every Linux that we build for.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Resident memory of the server in KiB.
    pub(crate) fn rss_kib(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Court {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn command(binary: &Path, folder: &Path) -> Command {
    let mut command = Command::new(binary);
    command
        .current_dir(folder)
        .env("ASSIZE__STORAGE__DATA", folder.join("data"))
        .env("ASSIZE__STORAGE__RECORDINGS", folder.join("recordings"));
    command
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Reads until a message of this type comes; a refusal is an error.
fn until(socket: &mut WebSocket<TcpStream>, kind: &str) -> anyhow::Result<()> {
    loop {
        let Message::Text(text) = socket.read()? else { continue };
        let message: Value = serde_json::from_str(&text)?;
        match message["type"].as_str() {
            Some(found) if found == kind => return Ok(()),
            Some("refused" | "bye") => bail!("refused: {text}"),
            _ => {}
        }
    }
}
