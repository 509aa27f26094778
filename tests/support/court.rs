//! The real server in a folder and on ports of its own, with the demonstration's court, people and hearing.

use crate::http::{self, Reply};
use crate::ledger;
use crate::person::Person;
use crate::ports;
use assize_core::ledger::Line;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest that anything may take before a test gives up: a ceiling against hanging, not a promise.
pub const CEILING: Duration = Duration::from_secs(60);

/// Who is who in the media that tests send.
pub mod tag {
    pub const JUDGE: u8 = 1;
    pub const CLERK: u8 = 2;
    pub const COUNSEL: u8 = 3;
    pub const POINT: u8 = 4;
    pub const PROSECUTOR: u8 = 5;
    pub const OBSERVER: u8 = 6;
}

#[derive(Debug)]
pub struct TestCourt {
    pub http: SocketAddr,
    pub operator: SocketAddr,
    /// HTTPS and the relay.
    pub tls: SocketAddr,
    /// UDP port of the one media worker.
    pub media: u16,
    /// The demonstration hearing's id.
    pub hearing: String,
    server: Option<Child>,
    binary: PathBuf,
    environment: Vec<(String, String)>,
    folder: TempDir,
    demo: Value,
}

impl TestCourt {
    /// Starts a server and waits until it is ready.
    ///
    /// # Panics
    /// It does not start, or the binary is not built.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts a server with further keys of configuration, as environment variables.
    ///
    /// # Panics
    /// As [`TestCourt::start`].
    pub async fn with(extra: &[(&str, &str)]) -> Self {
        Self::prepared(extra, |_| ()).await
    }

    /// Starts a server in a folder that `prepare` has seen first.
    ///
    /// # Panics
    /// As [`TestCourt::start`].
    pub async fn prepared(extra: &[(&str, &str)], prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::Builder::new().prefix("assize-it-").tempdir().expect("a temporary folder");
        prepare(folder.path());
        let local = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (http, operator, tls) = (local(ports::free()), local(ports::free()), local(ports::free()));
        let media = ports::free();
        let mut environment: Vec<(String, String)> = [
            ("ASSIZE__SERVER__LISTEN", http.to_string()),
            ("ASSIZE__OPERATOR__LISTEN", operator.to_string()),
            ("ASSIZE__TLS__LISTEN", tls.to_string()),
            // What is not asked about costs nothing.
            ("ASSIZE__COMPOSITION__AUTOMATIC", "false".to_owned()),
            ("ASSIZE__MEDIA__BIND", "127.0.0.1".to_owned()),
            ("ASSIZE__MEDIA__PORTS", media.to_string()),
            ("ASSIZE__MEDIA__WORKERS", "1".to_owned()),
            ("ASSIZE__MEDIA__ANNOUNCE", "[\"127.0.0.1\"]".to_owned()),
            ("LC_ALL", "C.UTF-8".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        environment.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut court = Self {
            http,
            operator,
            tls,
            media,
            hearing: String::new(),
            server: None,
            binary: binary(),
            environment,
            folder,
            demo: Value::Null,
        };
        court.run().await;
        court.demo = serde_json::from_slice(&std::fs::read(court.path("data/demo.json")).expect("demo.json"))
            .expect("demo.json is JSON");
        court.hearing = text(&court.demo["hearing"]);
        court
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ASSIZE_")) {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    async fn run(&mut self) {
        self.spawn();
        self.until_ready().await;
    }

    /// Waits until the server that was begun is ready.
    ///
    /// # Panics
    /// It ends, or does not become ready.
    pub async fn until_ready(&mut self) {
        let end = Instant::now() + CEILING;
        while !self.is_ready().await {
            let ended = self.server.as_mut().and_then(|server| server.try_wait().ok().flatten());
            assert!(ended.is_none() && Instant::now() < end, "the server does not start ({ended:?}):\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn spawn(&mut self) {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.path("server.log")).expect("a log");
        let mut server = self.command();
        server.args(["serve", "--demo"]).stdout(log.try_clone().expect("a log")).stderr(log);
        self.server = Some(server.spawn().expect("the server can be run"));
    }

    async fn is_ready(&self) -> bool {
        http::request(self.http, "GET", "/readyz", &[], "").await.is_ok_and(|reply| reply.status == 200)
    }

    /// SIGKILL: nothing is said, nothing is written any more.
    ///
    /// # Panics
    /// The server does not run.
    pub fn kill(&mut self) {
        let mut server = self.server.take().expect("the server runs");
        server.kill().expect("the server can be killed");
        server.wait().expect("the server ends");
    }

    /// Starts the server again where it was.
    ///
    /// # Panics
    /// As [`TestCourt::start`].
    pub async fn start_again(&mut self) {
        assert!(self.server.is_none(), "the server runs");
        self.run().await;
    }

    /// Starts the server again where it was, without waiting until it is ready.
    ///
    /// # Panics
    /// The server runs.
    pub fn begin_again(&mut self) {
        assert!(self.server.is_none(), "the server runs");
        self.spawn();
    }

    /// Whether the server still runs.
    #[must_use]
    pub fn is_alive(&mut self) -> bool {
        self.server.as_mut().is_some_and(|server| matches!(server.try_wait(), Ok(None)))
    }

    #[must_use]
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// What the server wrote so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("server.log")).unwrap_or_default()
    }

    /// Runs a verb of the command line in the server's folder.
    ///
    /// # Panics
    /// It cannot be run.
    #[must_use]
    pub fn cli(&self, arguments: &[&str]) -> (ExitStatus, String) {
        let done = self.command().args(arguments).output().expect("the binary can be run");
        let told = String::from_utf8_lossy(&done.stdout).trim().to_owned();
        (done.status, if done.status.success() { told } else { told + &String::from_utf8_lossy(&done.stderr) })
    }

    /// As [`TestCourt::cli`], for verbs that must succeed.
    ///
    /// # Panics
    /// It fails.
    #[must_use]
    pub fn done(&self, arguments: &[&str]) -> String {
        let (status, told) = self.cli(arguments);
        assert!(status.success(), "assize {}: {status}: {told}", arguments.join(" "));
        told
    }

    /// The operator's figures, as Prometheus reads them.
    ///
    /// # Panics
    /// They cannot be read.
    pub async fn metrics(&self) -> String {
        http::request(self.operator, "GET", "/metrics", &[], "").await.expect("metrics").expect(200).body
    }

    /// Sum of all series of this name whose labels contain `label`.
    pub async fn metric(&self, name: &str, label: &str) -> f64 {
        let text = self.metrics().await;
        let lines = text.lines().filter(|line| {
            let series = line.split(' ').next().unwrap_or_default();
            series.split('{').next() == Some(name) && series.contains(label)
        });
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }

    pub async fn get(&self, path: &str, cookie: Option<&str>) -> Reply {
        http::json(self.http, "GET", path, cookie, &Value::Null).await.expect("an answer")
    }

    pub async fn post(&self, path: &str, cookie: Option<&str>, body: &Value) -> Reply {
        http::json(self.http, "POST", path, cookie, body).await.expect("an answer")
    }

    /// Logs a member of staff of the demonstration in; returns the cookie.
    pub async fn login(&self, name: &str) -> String {
        let passwords = self.demo["passwords"].as_array().cloned().unwrap_or_default();
        let password = passwords.iter().find(|entry| entry[0] == name).map(|entry| text(&entry[1]));
        self.login_with(name, &password.expect("an account of the demonstration")).await
    }

    pub async fn login_with(&self, name: &str, password: &str) -> String {
        let body = json!({ "name": name, "password": password });
        let reply = self.post("/api/v1/login", None, &body).await.expect(200);
        let cookie = reply.header("set-cookie").expect("a cookie");
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    /// A join answer: `ticket`, `resume`, `role` and more.
    pub async fn join(&self, cookie: Option<&str>, body: &Value) -> Value {
        self.post("/api/v1/join", cookie, body).await.expect(200).json()
    }

    /// The demonstration's code of this role.
    #[must_use]
    pub fn code(&self, role: &str) -> String {
        let codes = self.demo["codes"].as_array().cloned().unwrap_or_default();
        codes.iter().find(|entry| entry[0] == role).map(|entry| text(&entry[1])).expect("a code for this role")
    }

    async fn staff(&self, name: &str, tag: u8) -> Person {
        let cookie = self.login(name).await;
        let joined = self.join(Some(&cookie), &json!({ "hearing": self.hearing })).await;
        Person::enter(self.http, &text(&joined["ticket"]), tag).await.expect("the ticket is good")
    }

    pub async fn judge(&self) -> Person {
        self.staff("judge", tag::JUDGE).await
    }

    pub async fn clerk(&self) -> Person {
        self.staff("clerk", tag::CLERK).await
    }

    async fn by_code(&self, role: &str, tag: u8) -> Person {
        let joined = self.join(None, &json!({ "code": self.code(role) })).await;
        Person::enter(self.http, &text(&joined["ticket"]), tag).await.expect("the ticket is good")
    }

    pub async fn counsel(&self) -> Person {
        self.by_code("counsel", tag::COUNSEL).await
    }

    pub async fn prosecutor(&self) -> Person {
        self.by_code("prosecutor", tag::PROSECUTOR).await
    }

    pub async fn observer(&self) -> Person {
        self.by_code("observer", tag::OBSERVER).await
    }

    /// The detention point's device: enrolled by the demonstration's link, then in by its own credential.
    pub async fn point(&self) -> Person {
        let device = self.enrol(&self.enrolment()).await;
        self.device(&device).await
    }

    /// The token of the demonstration's enrolment link for the detention point: works once.
    #[must_use]
    pub fn enrolment(&self) -> String {
        text(&self.demo["enrolment"])
    }

    /// Uses an enrolment token up; returns the device's credential.
    pub async fn enrol(&self, token: &str) -> String {
        text(&self.post("/api/v1/enrol", None, &json!({ "token": token })).await.expect(200).json()["device"])
    }

    pub async fn device(&self, credential: &str) -> Person {
        let joined = self.join(None, &json!({ "device": credential })).await;
        Person::enter(self.http, &text(&joined["ticket"]), tag::POINT).await.expect("the ticket is good")
    }

    /// A person's id in the plan, by role.
    #[must_use]
    pub fn person(&self, role: &str) -> String {
        let shown: Value =
            serde_json::from_str(&self.done(&["hearing", "show", &self.hearing, "--json"])).expect("JSON");
        let people = shown["people"].as_array().or_else(|| shown["plan"]["people"].as_array()).cloned();
        let people = people.unwrap_or_default();
        let person = people.iter().find(|person| person["role"] == role);
        text(&person.unwrap_or_else(|| panic!("no {role} in {shown}"))["id"])
    }

    /// The newest sitting's folder of a hearing.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn sitting(&self) -> PathBuf {
        ledger::sitting(&self.path("recordings"), &self.hearing).expect("a sitting's folder")
    }

    /// Every event in the ledger, over all epochs.
    #[must_use]
    pub fn ledger(&self) -> Vec<Line> {
        ledger::read(&self.sitting())
    }

    /// `assize verify --json` of the sitting: exit code and report.
    ///
    /// # Panics
    /// It says nothing.
    #[must_use]
    pub fn verify(&self) -> (i32, Value) {
        let folder = self.sitting();
        let done = self.command().args(["verify", "--json"]).arg(folder).output().expect("the binary can be run");
        let told = String::from_utf8_lossy(&done.stdout).into_owned();
        let report = serde_json::from_str(&told)
            .unwrap_or_else(|error| panic!("{error}: {told}{}", String::from_utf8_lossy(&done.stderr)));
        (done.status.code().unwrap_or(-1), report)
    }
}

impl Drop for TestCourt {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // It may have ended by itself.
            let _ = server.kill();
            let _ = server.wait();
        }
        if std::thread::panicking() {
            let log = self.log();
            let from = log.char_indices().rev().nth(6000).map_or(0, |(at, _)| at);
            eprintln!("--- server.log, its end ---\n{}\n---", &log[from..]);
        }
    }
}

/// A JSON string.
///
/// # Panics
/// It is none.
#[must_use]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The server's binary beside the test's own.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("the test's own path");
    let binary = own.parent().and_then(Path::parent).expect("a target folder").join("assize");
    assert!(binary.exists(), "{} is missing: cargo build -p assize", binary.display());
    binary
}
