//! Who was there, as far as it is established.

use super::{About, Minutes, Who};
use crate::hearing::{Occupant, Seat};
use crate::ids::PersonId;

impl Minutes {
    /// Whether somebody on the plan was in the courtroom: by the last roll call, and besides by their own screen, or since
    /// they were heard or handed something in. None: nobody has established it.
    #[must_use]
    pub fn was_there(&self, person: PersonId) -> Option<bool> {
        let found = self.hearing.attendance.get(&person).and_then(|known| known.presence);
        // Who was reported absent is not there, whatever device is, unless they come later.
        let since = found.map(|found| if found.found { 0 } else { found.at_us.saturating_add(1) });
        let came = self.came_since(person, since.unwrap_or_default());
        if came { Some(true) } else { found.map(|found| found.found) }
    }

    fn came_since(&self, person: PersonId, since_us: u64) -> bool {
        let own = |seat: &&Seat| matches!(seat.occupant, Occupant::Person { person: id } if id == person);
        let mut seats = self.hearing.seats.values().filter(own).filter(|seat| seat.was_used());
        let entered = seats.any(|seat| {
            let spans = self.inside.get(&seat.id).into_iter().flatten();
            spans.into_iter().any(|(from, _)| *from >= since_us)
        });
        let acted = |about: &About| match about {
            About::Spoke(Who { person: who, .. }) | About::Received { by: Who { person: who, .. }, .. } => {
                *who == Some(person)
            }
            _ => false,
        };
        entered || self.entries.iter().any(|entry| entry.at_us >= since_us && acted(&entry.about))
    }
}
