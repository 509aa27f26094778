//! `assize point`: lasting points and the enrolment of their devices.

use super::print_json;
use super::user::find_court;
use crate::app::Base;
use crate::http::enrolment_link;
use crate::times;
use anyhow::{Result, ensure};
use assize_core::ids::{DeviceId, PointId};
use assize_core::plan::{Point, PointKind};
use clap::Subcommand;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::json;
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make a point, or find it, and print a one-time link that gives one device its credential.
    Enrol {
        /// Court, by name or id.
        #[arg(long)]
        court: String,
        #[arg(long)]
        name: String,
        /// central, detention, other_court, accepted_place, observer
        #[arg(long, value_parser = kind)]
        kind: PointKind,
        /// Where it is: statistics count hearings across provinces by it.
        #[arg(long)]
        province: Option<String>,
        /// Address of the server as the device reaches it.
        #[arg(long)]
        url: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// List points and their devices.
    List {
        #[arg(long)]
        court: String,
        #[arg(long)]
        json: bool,
    },
    /// Take a device's credential away: where it is in a hearing, it is out within two seconds.
    Revoke { device: DeviceId },
}

fn kind(text: &str) -> Result<PointKind, String> {
    serde_json::from_value(serde_json::Value::String(text.replace('-', "_"))).map_err(|error| error.to_string())
}

impl Verb {
    pub(super) async fn run(self, base: &Base) -> Result<()> {
        match self {
            Self::Enrol { court, name, kind, province, url, json } => {
                let court = find_court(base, &court, false).await?;
                let known = base.store.points(court.id).await?.into_iter().find(|point| point.name == name);
                let point = match known {
                    Some(point) => {
                        ensure!(point.kind == kind, "{name} is there already, as another kind of point");
                        if let Some(province) = &province {
                            base.store.set_province(point.id, province).await?;
                        }
                        point
                    }
                    None => {
                        let point = Point { id: PointId(Uuid::now_v7()), name, kind, province };
                        base.store.put_point(court.id, &point).await?;
                        point
                    }
                };
                let (token, expires_ms) = base.identity.devices.offer(point.id).await?;
                let link = enrolment_link(&here(base, url), &token.reveal());
                let expires = times::rfc3339(expires_ms, &court.zone);
                if json {
                    print_json(
                        &json!({ "id": point.id, "name": point.name, "kind": point.kind, "link": link, "expires": expires }),
                    );
                } else {
                    println!("{link}\n{}\n{expires}", qr(&link)?);
                }
            }
            Self::List { court, json } => list(base, &court, json).await?,
            Self::Revoke { device } => {
                ensure!(base.identity.devices.revoke(device).await?, "there is no such device");
                base.audit("system", "device_revoked", Some(device.to_string()), None).await?;
            }
        }
        Ok(())
    }
}

/// Where people find the server, as far as this machine knows.
pub(super) fn here(base: &Base, given: Option<String>) -> String {
    let url = given.or_else(|| base.config.server.public_url.clone());
    let url = url.unwrap_or_else(|| format!("http://localhost:{}", base.config.server.listen.port()));
    url.trim_end_matches('/').to_owned()
}

fn qr(link: &str) -> Result<String> {
    Ok(QrCode::new(link)?.render::<Dense1x2>().quiet_zone(true).build())
}

async fn list(base: &Base, court: &str, as_json: bool) -> Result<()> {
    let court = find_court(base, court, false).await?;
    let mut rows = Vec::new();
    for point in base.store.points(court.id).await? {
        let devices = base.store.devices(point.id).await?;
        if !as_json {
            println!("{}  {}", point.id, point.name);
            for device in &devices {
                println!("    {}{}", device.id, if device.revoked_ms.is_some() { "  revoked" } else { "" });
            }
        }
        let devices: Vec<_> =
            devices.iter().map(|device| json!({ "id": device.id, "revoked": device.revoked_ms.is_some() })).collect();
        rows.push(json!({ "id": point.id, "name": point.name, "kind": point.kind, "devices": devices }));
    }
    if as_json {
        print_json(&json!({ "points": rows }));
    }
    Ok(())
}
