//! A time-stamping authority: `openssl ts` behind a port of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Its key is RSA, as most are, or on an elliptic curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Rsa,
    Curve,
}

#[derive(Debug)]
pub struct Tsa {
    folder: TempDir,
}

impl Tsa {
    /// Makes an authority with a certificate of its own court above it.
    #[must_use]
    pub fn new(key: Key) -> Self {
        let tsa = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let kind: &[&str] = match key {
            Key::Rsa => &["-newkey", "rsa:2048"],
            Key::Curve => &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        };
        let files = [
            ("ts.cnf", CONFIG),
            ("usage", "extendedKeyUsage=critical,timeStamping\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n"),
            ("serial", "01\n"),
        ];
        for (name, text) in files {
            std::fs::write(tsa.path(name), text).expect("it can be written");
        }
        let authority =
            ["req", "-x509", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=CA"];
        tsa.openssl(&[&authority[..], kind, &["-addext", "keyUsage=critical,keyCertSign"]].concat());
        tsa.openssl(
            &[&["req", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=TSA"][..], kind].concat(),
        );
        tsa.openssl(&[
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-out",
            "tsa.pem",
            "-days",
            "2",
            "-extfile",
            "usage",
        ]);
        tsa
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The certificate (PEM) that stands behind it.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.path("ca.pem")
    }

    fn openssl(&self, args: &[&str]) {
        run(self.folder.path(), args);
    }

    /// Its answer to a request.
    #[must_use]
    pub fn answer(&self, request: &[u8]) -> Vec<u8> {
        answer(self.folder.path(), request)
    }

    /// Serves it by HTTP on a port of its own, until the test ends.
    #[must_use]
    pub fn serve(&self) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let url = format!("http://{}/tsa", listener.local_addr().expect("an address"));
        let folder = self.folder.path().to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                stream.and_then(|stream| reply(stream, &folder)).expect("a request");
            }
        });
        url
    }

    /// Whether `openssl ts -verify` finds that `answer` stamps `data`.
    #[must_use]
    pub fn openssl_verifies(&self, data: &Path, answer: &Path) -> bool {
        let mut openssl = Command::new("openssl");
        openssl.args(["ts", "-verify", "-data"]).arg(data).arg("-in").arg(answer).arg("-CAfile").arg(self.ca());
        openssl.output().expect("openssl can be run").status.success()
    }
}

fn run(folder: &Path, args: &[&str]) {
    let done = Command::new("openssl").args(args).current_dir(folder).output().expect("openssl can be run");
    assert!(done.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn answer(folder: &Path, request: &[u8]) -> Vec<u8> {
    std::fs::write(folder.join("query"), request).expect("it can be written");
    run(folder, &["ts", "-reply", "-config", "ts.cnf", "-section", "tsa", "-queryfile", "query", "-out", "answer"]);
    std::fs::read(folder.join("answer")).expect("an answer")
}

/// One request a connection: as much of HTTP as that takes.
fn reply(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_lowercase();
        if let Some(given) = line.strip_prefix("content-length:") {
            length = given.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request)?;
    let answer = answer(folder, &request);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answer)
}

const CONFIG: &str = "[tsa]
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
";
