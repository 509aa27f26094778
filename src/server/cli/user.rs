//! `assize user`: staff accounts.

use super::print_json;
use crate::app::Base;
use crate::identity::password::{self, LONGEST, SHORTEST};
use crate::keyring::announced;
use crate::store::{Account, LinkEnd, StaffRole};
use crate::times;
use anyhow::{Result, bail, ensure};
use assize_core::ids::CourtId;
use assize_core::plan::Court;
use clap::Subcommand;
use serde_json::json;
use std::io::BufRead as _;
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Add an account; prints its password unless one is given.
    Add {
        /// What is typed at login.
        name: String,
        #[arg(long)]
        role: StaffRole,
        /// Court, by name or id.
        #[arg(long)]
        court: String,
        /// Make the court if there is none of this name.
        #[arg(long)]
        new_court: bool,
        /// Name as people know it.
        #[arg(long)]
        display: Option<String>,
        /// Read the password from standard input instead of making one.
        #[arg(long)]
        password_stdin: bool,
        #[arg(long)]
        json: bool,
    },
    /// List accounts.
    List {
        #[arg(long)]
        json: bool,
    },
    /// Disable an account: its sessions end at once, and its links to hearings within two seconds.
    Disable {
        name: String,
        #[arg(long)]
        json: bool,
    },
    /// Set a new password; prints it unless one is given. The account's sessions and links end, and a disabled one
    /// stays so.
    Password {
        name: String,
        #[arg(long)]
        password_stdin: bool,
        #[arg(long)]
        json: bool,
    },
}

impl Verb {
    pub(super) async fn run(self, base: &Base) -> Result<()> {
        match self {
            Self::Add { name, role, court, new_court, display, password_stdin, json } => {
                let court = find_court(base, &court, new_court).await?;
                let (secret, given) = secret(password_stdin)?;
                let account = Account {
                    display: display.unwrap_or_else(|| name.clone()),
                    name,
                    court: court.id,
                    role,
                    password: base.identity.sessions.passwords().hash(&secret)?,
                    disabled: false,
                    created_ms: base.clock.utc_ms(),
                };
                check_name(&account.name)?;
                base.store.put_account(&account).await?;
                show_password(&account.name, &secret, given, json);
            }
            Self::List { json } => list(base, json).await?,
            Self::Disable { name, json } => {
                ensure!(base.store.set_disabled(&name, true).await?, "no account is called {name}");
                base.store.end_links(&LinkEnd::Account(name.clone())).await?;
                base.audit("system", "account_disabled", Some(name.clone()), None).await?;
                if json {
                    print_json(&json!({ "name": name, "disabled": true }));
                }
            }
            Self::Password { name, password_stdin, json } => {
                let (secret, given) = secret(password_stdin)?;
                let hash = base.identity.sessions.passwords().hash(&secret)?;
                ensure!(base.store.set_password(&name, &hash).await?, "no account is called {name}");
                base.store.end_links(&LinkEnd::Account(name.clone())).await?;
                base.audit("system", "password_set", Some(name.clone()), None).await?;
                show_password(&name, &secret, given, json);
            }
        }
        Ok(())
    }
}

fn check_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_alphanumeric() || ".-_@".contains(c);
    ensure!(
        !name.is_empty() && name.chars().count() <= 64 && name.chars().all(plain),
        "a login name has 1 to 64 letters, digits, dots, hyphens, underscores or @"
    );
    Ok(())
}

/// A court by id or name.
pub(super) async fn find_court(base: &Base, named: &str, make: bool) -> Result<Court> {
    let id: Option<CourtId> = named.parse().ok();
    let courts = base.store.courts().await?;
    if let Some(court) = courts.iter().find(|court| Some(court.id) == id || court.name == named) {
        return Ok(court.clone());
    }
    if !make {
        let known: Vec<_> = courts.into_iter().map(|court| court.name).collect();
        bail!("no court is called {named}; known: {}", known.join(", "));
    }
    let court = Court { id: CourtId(Uuid::now_v7()), name: named.to_owned(), zone: base.config.court.zone.clone() };
    base.store.put_court(&court).await?;
    announced(&base.keyring, &court)?;
    Ok(court)
}

/// The password and whether it was given.
fn secret(from_stdin: bool) -> Result<(String, bool)> {
    if !from_stdin {
        return Ok((password::random()?, false));
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let secret = line.trim_end_matches(['\r', '\n']).to_owned();
    ensure!(secret.chars().count() >= SHORTEST, "a password has at least {SHORTEST} characters");
    ensure!(secret.len() <= LONGEST, "a password has at most {LONGEST} bytes");
    Ok((secret, true))
}

fn show_password(name: &str, secret: &str, given: bool, json: bool) {
    let shown = (!given).then_some(secret);
    if json {
        print_json(&json!({ "name": name, "password": shown }));
    } else if let Some(secret) = shown {
        println!("{name}  {secret}");
    }
}

async fn list(base: &Base, as_json: bool) -> Result<()> {
    let courts = base.store.courts().await?;
    let accounts = base.store.accounts().await?;
    let rows: Vec<_> = accounts
        .iter()
        .map(|account| {
            let court = courts.iter().find(|court| court.id == account.court);
            json!({
                "name": account.name, "display": account.display, "role": account.role,
                "court": court.map(|court| &court.name), "disabled": account.disabled,
                "created": times::rfc3339(account.created_ms, court.map_or("UTC", |court| &court.zone)),
            })
        })
        .collect();
    if as_json {
        print_json(&json!({ "accounts": rows }));
        return Ok(());
    }
    for account in accounts {
        let off = if account.disabled { "  disabled" } else { "" };
        println!("{:<20} {:<14} {}{off}", account.name, account.role.name(), account.display);
    }
    Ok(())
}
