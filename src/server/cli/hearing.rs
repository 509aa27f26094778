//! `assize hearing`: plans, and codes for people.

use super::point::here;
use super::user::find_court;
use super::{print_json, told};
use crate::app::Base;
use crate::http::{comes_by_account, describe, enrolment_link, invite_person};
use crate::plans::{self, Draft};
use crate::store::{Filter, HearingRow};
use crate::times;
use anyhow::{Context as _, Result, bail, ensure};
use assize_core::ids::{HearingId, PersonId, PointId};
use clap::Subcommand;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make a hearing from a JSON file, and codes for the people who need one. Codes are shown this once.
    Create {
        /// The plan: {"court", "case", "title", "procedure", "starts", "points", "people"}; `-` reads standard input.
        #[arg(long)]
        file: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// List hearings.
    List {
        /// Day, yyyy-mm-dd, in the court's zone.
        #[arg(long)]
        date: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Show a hearing's plan and state.
    Show {
        id: HearingId,
        #[arg(long)]
        json: bool,
    },
    /// Make a rehearsal of a hearing: its plan once more, with made-up parties, to begin now.
    Rehearse {
        id: HearingId,
        #[arg(long)]
        json: bool,
    },
    /// Give a person a new code, or a point's device an enrolment link.
    #[command(group(clap::ArgGroup::new("guest").required(true)))]
    Invite {
        id: HearingId,
        #[arg(long, group = "guest")]
        person: Option<PersonId>,
        #[arg(long, group = "guest")]
        point: Option<PointId>,
        #[arg(long)]
        json: bool,
    },
}

/// A plan in a file names its court; one that is the only one need not be named.
#[derive(Debug, Deserialize)]
struct File {
    #[serde(default)]
    court: Option<String>,
}

impl Verb {
    pub(super) async fn run(self, base: &Base) -> Result<()> {
        match self {
            Self::Create { file, json } => create(base, &file, json).await,
            Self::List { date, json } => list(base, date, json).await,
            Self::Show { id, json } => {
                let row = find(base, id).await?;
                let shown = describe(base, &row).await.map_err(|problem| told(&problem))?;
                if json {
                    print_json(&shown)
                } else {
                    println!("{}", serde_json::to_string_pretty(&shown)?)
                }
                Ok(())
            }
            Self::Rehearse { id, json } => {
                let row = crate::rehearsal::make(base, &find(base, id).await?.plan).await;
                show_created(base, &row.map_err(|problem| told(&problem))?, json).await
            }
            Self::Invite { id, person, point, json } => invite(base, id, person, point, json).await,
        }
    }
}

pub(super) async fn find(base: &Base, id: HearingId) -> Result<HearingRow> {
    base.store.hearing(id).await?.with_context(|| format!("there is no hearing {id}"))
}

async fn create(base: &Base, file: &Path, json: bool) -> Result<()> {
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())?
    } else {
        std::fs::read_to_string(file).with_context(|| file.display().to_string())?
    };
    let mut value: Value = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
    let named: File = serde_json::from_value(value.clone())?;
    if let Some(object) = value.as_object_mut() {
        object.remove("court");
    }
    let draft: Draft = serde_json::from_value(value).with_context(|| file.display().to_string())?;
    let court = match named.court {
        Some(named) => find_court(base, &named, false).await?,
        None => {
            let mut courts = base.store.courts().await?;
            ensure!(courts.len() == 1, "name the court: there is not exactly one");
            courts.remove(0)
        }
    };
    let row = plans::create(base, court.id, draft).await.map_err(|problem| told(&problem))?;
    show_created(base, &row, json).await
}

/// Staff named with an account enter by it and get no code.
async fn show_created(base: &Base, row: &HearingRow, json: bool) -> Result<()> {
    let plan = &row.plan;
    let mut people = Vec::new();
    for person in &plan.people {
        let needs = person.own_screen && !comes_by_account(person);
        let code = match needs {
            true => Some(invite_person(base, row, person.id).await.map_err(|problem| told(&problem))?),
            false => None,
        };
        if !json && let Some(code) = &code {
            println!("{code}  {}", person.name);
        }
        people.push(json!({ "id": person.id, "role": person.role, "code": code }));
    }
    let mut points = Vec::new();
    for point in &plan.points {
        let enrolled = base.store.devices(point.id).await?.iter().any(|device| device.revoked_ms.is_none());
        points.push(json!({ "id": point.id, "kind": point.kind, "enrolled": enrolled }));
    }
    if json {
        print_json(&json!({ "id": plan.hearing, "case": plan.case, "people": people, "points": points }));
    } else {
        println!("{}  {}", plan.hearing, plan.case);
    }
    Ok(())
}

async fn list(base: &Base, date: Option<String>, json: bool) -> Result<()> {
    if let Some(date) = &date {
        ensure!(times::is_day(date), "--date is yyyy-mm-dd");
    }
    let rows = base.store.hearings(&Filter { day: date, ..Filter::default() }).await?;
    let mut shown = Vec::new();
    for row in &rows {
        if json {
            shown.push(describe(base, row).await.map_err(|problem| told(&problem))?);
        } else {
            println!("{}  {}  {:<24} {:?}", row.plan.hearing, row.plan.starts, row.plan.case, row.state);
        }
    }
    if json {
        print_json(&json!({ "hearings": shown }));
    }
    Ok(())
}

async fn invite(
    base: &Base,
    id: HearingId,
    person: Option<PersonId>,
    point: Option<PointId>,
    json: bool,
) -> Result<()> {
    let row = find(base, id).await?;
    let (key, secret) = match (person, point) {
        (Some(person), None) => ("code", invite_person(base, &row, person).await.map_err(|problem| told(&problem))?),
        (None, Some(point)) => {
            ensure!(row.plan.points.iter().any(|known| known.id == point), "this point is not in the hearing's plan");
            let (token, _) = base.identity.devices.offer(point).await?;
            ("link", enrolment_link(&here(base, None), &token.reveal()))
        }
        _ => bail!("--person or --point"),
    };
    if json {
        print_json(&json!({ key: secret }))
    } else {
        println!("{secret}")
    }
    Ok(())
}
