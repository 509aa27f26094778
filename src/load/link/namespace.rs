//! Network namespaces by name, as `ip netns` keeps them.

use super::tun;
use anyhow::Context;
use nix::sched::{CloneFlags, setns};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One that is there already, or one of ours, which goes when this does.
#[derive(Debug)]
pub(super) struct Namespace {
    name: String,
    made: bool,
}

impl Namespace {
    /// The namespace of this name, made if there is none; without a name, one of our own.
    pub(super) fn take(name: Option<&str>, side: &str) -> anyhow::Result<Self> {
        let name = name.map_or_else(|| format!("assize-{}-{side}", std::process::id()), str::to_owned);
        anyhow::ensure!(!name.is_empty() && !name.contains('/') && !name.starts_with('-'), "{name} is no name");
        let made = !path(&name).exists();
        if made {
            ip(&["netns", "add", &name])?;
        }
        let namespace = Self { name, made };
        if made {
            namespace.ip(&["link", "set", "lo", "up"])?;
        }
        Ok(namespace)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Makes a TUN device with this address, and in a namespace of ours the default route over it: a browser without one
    /// finds no candidates. It is gone when its file is closed.
    pub(super) fn device(&self, device: &str, address: &str) -> anyhow::Result<File> {
        let tun = self.inside(|| tun::open(device).context("/dev/net/tun"))?;
        // Without addresses of its own making it sends nothing that nobody asked for.
        self.ip(&["link", "set", "dev", device, "addrgenmode", "none"])?;
        self.ip(&["addr", "add", &format!("{address}/24"), "dev", device])?;
        // Loss is the model's business: the kernel's queue before it shall not overflow.
        self.ip(&["link", "set", "dev", device, "up", "txqueuelen", "2000"])?;
        if self.made {
            self.ip(&["route", "add", "default", "dev", device])?;
        }
        Ok(tun)
    }

    /// Runs in the namespace, on a thread of its own, because a thread that has moved cannot be trusted to come back.
    fn inside<T: Send>(&self, act: impl FnOnce() -> anyhow::Result<T> + Send) -> anyhow::Result<T> {
        let path = path(&self.name);
        let there = File::open(&path).with_context(|| path.display().to_string())?;
        std::thread::scope(|scope| {
            let moved = scope.spawn(|| {
                setns(&there, CloneFlags::CLONE_NEWNET).with_context(|| format!("entering {}", self.name))?;
                act()
            });
            moved.join().unwrap_or_else(|_| Err(anyhow::anyhow!("panicked inside {}", self.name)))
        })
    }

    fn ip(&self, arguments: &[&str]) -> anyhow::Result<()> {
        ip(&[&["-n", self.name.as_str()][..], arguments].concat())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if self.made
            && let Err(error) = ip(&["netns", "del", &self.name])
        {
            eprintln!("assize-load: {error:#}");
        }
    }
}

fn path(name: &str) -> PathBuf {
    Path::new("/run/netns").join(name)
}

/// iproute2 knows how; its words are passed on when it refuses.
fn ip(arguments: &[&str]) -> anyhow::Result<()> {
    let done = Command::new("ip").args(arguments).output().context("ip (package iproute2)")?;
    let said = String::from_utf8_lossy(&done.stderr);
    anyhow::ensure!(done.status.success(), "ip {}: {} (root is needed)", arguments.join(" "), said.trim());
    Ok(())
}
