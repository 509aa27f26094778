//! A server of our own for a row; driven by its command line, its HTTP and its signalling like any other.

use crate::http;
use crate::process;
use anyhow::{Context, bail};
use assize_core::ids::{HearingId, PersonId};
use assize_core::plan::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub(crate) struct Court {
    pub(crate) http: SocketAddr,
    operator: SocketAddr,
    server: Child,
    binary: PathBuf,
    folder: TempDir,
    recordings: PathBuf,
}

/// A hearing that was planned, and who is in it.
#[derive(Debug, Deserialize)]
pub(crate) struct Planned {
    pub(crate) id: HearingId,
    pub(crate) people: Vec<Invited>,
}

/// Somebody of the plan.
#[derive(Debug, Deserialize)]
pub(crate) struct Invited {
    id: PersonId,
    /// None for who enters by logging in.
    code: Option<String>,
}

impl Court {
    /// Starts the server beside this binary in a temporary folder. `out`: where it records, if the records are kept.
    pub(crate) fn start(workers: usize, out: Option<&Path>) -> anyhow::Result<Self> {
        let binary = std::env::current_exe()?.with_file_name("assize");
        anyhow::ensure!(binary.exists(), "{} is not built", binary.display());
        let folder = TempDir::new()?;
        let recordings = match out {
            Some(out) => {
                std::fs::create_dir_all(out).with_context(|| out.display().to_string())?;
                out.canonicalize()?
            }
            None => folder.path().join("recordings"),
        };
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (http, operator) = (local(free_port()?), local(free_port()?));
        let log = std::fs::File::create(folder.path().join("server.log"))?;
        let server = command(&binary, folder.path(), &recordings)
            .args(["serve", "--demo"])
            .env("ASSIZE__SERVER__LISTEN", http.to_string())
            .env("ASSIZE__OPERATOR__LISTEN", operator.to_string())
            .env("ASSIZE__TLS__LISTEN", local(free_port()?).to_string())
            .env("ASSIZE__COMPOSITION__AUTOMATIC", "false")
            .env("ASSIZE__MEDIA__PORTS", "0")
            .env("ASSIZE__MEDIA__WORKERS", workers.to_string())
            .env("ASSIZE__MEDIA__ANNOUNCE", "[\"127.0.0.1\"]")
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut court = Self { http, operator, server, binary, folder, recordings };
        court.wait()?;
        Ok(court)
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(self.http).is_err() {
            if Instant::now() > end || self.server.try_wait()?.is_some() {
                bail!("the server did not start:\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// What the server wrote so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.server.id()
    }

    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        process::cpu(self.pid())
    }

    /// Where the server records.
    pub(crate) fn recordings(&self) -> &Path {
        &self.recordings
    }

    /// The list of public keys that the server vouches for.
    pub(crate) fn trusted_keys(&self) -> PathBuf {
        self.folder.path().join("data/keys/trust.json")
    }

    /// Plans a hearing with somebody of each of these roles; the first is the presiding judge.
    pub(crate) fn plan(&self, roles: &[Role]) -> anyhow::Result<Planned> {
        let people: Vec<Value> = roles
            .iter()
            .enumerate()
            .map(|(n, role)| json!({ "name": format!("Person {}", n + 1), "role": role }))
            .collect();
        let plan = json!({ "case": "load", "title": "load", "starts": "2026-11-25T08:00:00+07:00", "people": people });
        std::fs::write(self.folder.path().join("plan.json"), plan.to_string())?;
        Ok(serde_json::from_str(&self.cli(&["hearing", "create", "--json", "--file", "plan.json"])?)?)
    }

    fn cli(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let done = command(&self.binary, self.folder.path(), &self.recordings)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()?;
        anyhow::ensure!(done.status.success(), "assize {} ended with {}", arguments.join(" "), done.status);
        Ok(String::from_utf8(done.stdout)?.trim().to_owned())
    }

    /// A ticket for a person of the plan, by an operator's hand.
    pub(crate) fn ticket(&self, hearing: &Planned, person: &Invited) -> anyhow::Result<String> {
        self.cli(&["ticket", &hearing.id.to_string(), "--person", &person.id.to_string(), "--ttl", "300"])
    }

    pub(crate) fn observer_ticket(&self, hearing: &Planned) -> anyhow::Result<String> {
        self.cli(&["ticket", &hearing.id.to_string(), "--observer", "--ttl", "300"])
    }

    /// A ticket by the person's code, as a browser gets one; by an operator's hand for who has none.
    pub(crate) fn join(&self, hearing: &Planned, person: &Invited) -> anyhow::Result<String> {
        let Some(code) = &person.code else { return self.ticket(hearing, person) };
        let body = json!({ "code": code }).to_string();
        let answer = http::post_json(self.http, "/api/v1/join", &body)?;
        anyhow::ensure!(answer.status == 200, "join answered {}: {}", answer.status, answer.body);
        let joined: Value = serde_json::from_str(&answer.body)?;
        Ok(joined["ticket"].as_str().context("no ticket")?.to_owned())
    }

    /// The series of this name that the operator sees, with what stands between their braces.
    pub(crate) fn metrics(&self, name: &str) -> anyhow::Result<Vec<(String, f64)>> {
        Ok(series(&http::get(self.operator, "/metrics")?.body, name))
    }
}

impl Drop for Court {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn command(binary: &Path, folder: &Path, recordings: &Path) -> Command {
    let mut command = Command::new(binary);
    command
        .current_dir(folder)
        .env("ASSIZE__STORAGE__DATA", folder.join("data"))
        .env("ASSIZE__STORAGE__RECORDINGS", recordings);
    command
}

/// A TCP port of the loopback that nobody listens on.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn series(text: &str, name: &str) -> Vec<(String, f64)> {
    let of_line = |line: &str| {
        let (series, value) = line.rsplit_once(' ')?;
        let (found, labels) = series.split_once('{').unwrap_or((series, ""));
        (found == name).then_some(())?;
        Some((labels.trim_end_matches('}').to_owned(), value.parse().ok()?))
    };
    text.lines().filter_map(of_line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_found_with_and_without_labels() {
        let text = "# TYPE busy gauge\nbusy{worker=\"0\"} 0.25\nbusy{worker=\"1\"} 0.5\nbusy_more 7\ngaps 3\n";
        assert_eq!(series(text, "busy"), [("worker=\"0\"".to_owned(), 0.25), ("worker=\"1\"".to_owned(), 0.5)]);
        assert_eq!(series(text, "gaps"), [(String::new(), 3.0)]);
    }
}
