//! `assize ticket`: a bearer ticket for a script on this machine. Who can read the data directory could do as much.

use super::hearing::find;
use crate::app::Base;
use crate::identity::ticket::Authority;
use anyhow::{Result, bail, ensure};
use assize_core::hearing::Entrant;
use assize_core::ids::{DeviceId, HearingId, PersonId, PointId};
use uuid::Uuid;

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("who").required(true)))]
pub(super) struct Args {
    id: HearingId,
    #[arg(long, group = "who")]
    person: Option<PersonId>,
    #[arg(long, group = "who")]
    point: Option<PointId>,
    #[arg(long, group = "who")]
    observer: bool,
    /// Seconds for which the ticket may be used.
    #[arg(long, default_value_t = 60)]
    ttl: u32,
}

impl Args {
    pub(super) async fn run(self, base: &Base) -> Result<()> {
        let plan = find(base, self.id).await?.plan;
        let entrant = match (self.person, self.point, self.observer) {
            (Some(person), None, false) => {
                ensure!(plan.people.iter().any(|known| known.id == person), "this person is not in the plan");
                Entrant::Person { person }
            }
            (None, Some(point), false) => {
                ensure!(plan.points.iter().any(|known| known.id == point), "this point is not in the plan");
                Entrant::Device { point, device: DeviceId(Uuid::now_v7()) }
            }
            (None, None, true) => Entrant::Observer { name: "script".to_owned() },
            _ => bail!("--person, --point or --observer"),
        };
        let ttl_ms = i64::from(self.ttl) * 1000;
        let issued = base.identity.tickets.issue(self.id, entrant, Authority::Operator, ttl_ms).await?;
        println!("{}", issued.ticket.reveal());
        Ok(())
    }
}
