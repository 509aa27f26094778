//! The beginning of a further sitting: what the sealed one before it leaves, under the plan of now. Hearing time goes on from
//! the beginning of the first, so that everything that is carried keeps its time.

use super::absence::Absence;
use super::clock::{HearingClock, Reading};
use super::hearing::{Beginning, Records};
use super::journal::Journal;
use super::settings::Shared;
use super::sitting::{Place, Previous, Sitting};
use super::takeup::{began_utc_ms, fold, stamped};
use crate::times;
use assize_core::hearing::{Actor, Before, Event, FileHash, Hearing, Stamped};
use assize_core::minutes::Minutes;
use assize_core::plan::Plan;
use assize_core::procedure::Procedure;
use assize_record::{catalogue, seal};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// The last sitting of a hearing that was adjourned.
#[derive(Debug)]
pub(super) struct Last {
    hearing: Hearing,
    previous: Previous,
    before: Before,
    began_utc_ms: i64,
    last_us: u64,
}

impl Last {
    /// Reads a sealed sitting; `None` if the hearing closed with it.
    pub(super) fn read(folder: PathBuf) -> io::Result<Option<Self>> {
        let events: Vec<Stamped> = catalogue::events(&folder)?.iter().map(stamped).collect();
        let Some(hearing) = fold(&events).filter(|hearing| hearing.state.is_adjourned()) else { return Ok(None) };
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(None) };
        let seal = seal::read(&folder)?.fingerprint;
        let sitting = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let hash = FileHash::try_from(seal.to_string()).map_err(io::Error::other)?;
        let exhibits = hearing.exhibits.all.values().map(|exhibit| exhibit.file.path()).collect();
        Ok(Some(Self {
            previous: Previous { seal, root: catalogue::root(&folder), exhibits },
            before: Before { sitting, seal: hash },
            began_utc_ms: began_utc_ms(first.now),
            last_us: last.now.t_us,
            hearing,
        }))
    }

    /// When the hearing is to go on: as it was decided, or as the plan has it now if that was changed since.
    pub(super) fn appointed_ms(&self, plan: &Plan) -> Option<i64> {
        let changed = plan.starts != self.hearing.plan.starts;
        let planned = times::parse(&plan.starts).filter(|_| changed);
        planned.or_else(|| self.hearing.adjourned.as_ref()?.until_ms)
    }

    /// The procedure of now if it has the phase in which the hearing goes on; else the one of the sitting before, in which the
    /// phase makes sense and somebody can lead it further.
    fn law(&self, now: Option<Box<Procedure>>) -> Option<Box<Procedure>> {
        let Some(phase) = self.hearing.course.phase.as_ref() else { return now };
        if now.as_ref().is_some_and(|procedure| procedure.phase(phase).is_some()) {
            return now;
        }
        tracing::error!(hearing = %self.hearing.plan.hearing, %phase, "the procedure has no such phase any more: the sitting goes on under the one before");
        Some(Box::new((*self.hearing.procedure).clone()))
    }

    pub(super) fn begin(
        self,
        shared: &Arc<Shared>,
        plan: Plan,
        procedure: Option<Box<Procedure>>,
    ) -> Option<Beginning> {
        let procedure = self.law(procedure);
        let clock = HearingClock::carry_over(self.began_utc_ms, self.last_us, Reading::take());
        let now = clock.now();
        let stamped = |event| Stamped { now, actor: Actor::System, event };
        let carried = Box::new(self.hearing.carried());
        let first = vec![
            stamped(Event::Planned { plan: plan.clone(), procedure }),
            stamped(Event::Continued { before: self.before, carried }),
        ];
        let minutes = Minutes::of(&first)?;
        let hearing = minutes.hearing().clone();
        let place = Place::default();
        let sitting = Sitting::new(Arc::clone(shared), plan, self.began_utc_ms, Arc::clone(&place));
        let journal = Journal::new(sitting.after(self.previous), None, first);
        let (records, absence) = (Records::new(place), Absence::default());
        Some(Beginning { epoch: hearing.epoch, hearing, clock, journal, records, absence, minutes })
    }
}
