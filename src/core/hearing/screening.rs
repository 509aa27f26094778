//! Who must not see or hear whom. `routing` enforces it, and no private room joins those who are kept apart.

use super::{Hearing, Occupant, Seat};
use crate::ids::PointId;
use crate::plan::{Person, Screen};

/// What of one seat is withheld from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Withheld {
    pub picture: bool,
    pub voice: bool,
    pub name: bool,
}

impl Withheld {
    #[must_use]
    pub fn anything(self) -> bool {
        self.picture || self.voice || self.name
    }
}

impl Hearing {
    /// What the plan withholds of `source` from `viewer`. The court is kept from nothing.
    #[must_use]
    pub fn withheld(&self, source: &Seat, viewer: &Seat) -> Withheld {
        let mut withheld = Withheld::default();
        for screen in self.screens_against(viewer) {
            let near = self.is_near_any_of(source, screen);
            withheld.picture |= screen.picture && near;
            withheld.voice |= screen.voice && near;
            withheld.name |= screen.name && self.names_any_of(source, screen);
        }
        withheld
    }

    /// Whether an order withholds somebody who is seen and heard through the seat from anybody.
    #[must_use]
    pub fn is_protected(&self, seat: &Seat) -> bool {
        self.plan.screens.iter().any(|screen| self.names_any_of(seat, screen))
    }

    /// Whether the name of somebody on the plan is withheld from the viewer.
    #[must_use]
    pub fn is_nameless_to(&self, person: &Person, viewer: &Seat) -> bool {
        self.screens_against(viewer).any(|screen| screen.name && screen.of.contains(&person.id))
    }

    /// Orders that are about this seat as the one who sees and hears. Whoever is withheld may be at the same point as
    /// those they are withheld from, and is not withheld from themself.
    fn screens_against<'a>(&'a self, viewer: &'a Seat) -> impl Iterator<Item = &'a Screen> {
        let free = self.plan.screens.is_empty() || self.is_court(viewer);
        let screens = if free { &[][..] } else { &self.plan.screens[..] };
        screens.iter().filter(|screen| {
            let own = self.people(viewer).any(|person| screen.of.contains(&person.id));
            !own && self.is_kept_from(viewer, screen)
        })
    }

    fn is_kept_from(&self, viewer: &Seat, screen: &Screen) -> bool {
        let point = self.point_of(viewer);
        let there = |point: PointId| {
            let sits = |person: &Person| person.point == Some(point) && screen.people.contains(&person.id);
            screen.points.contains(&point) || self.plan.people.iter().any(sits)
        };
        (screen.observers && self.only_receives(viewer))
            || self.people(viewer).any(|person| screen.people.contains(&person.id))
            || point.is_some_and(there)
    }

    /// Through their own screen, and through every device of the point where they are.
    fn names_any_of(&self, source: &Seat, screen: &Screen) -> bool {
        let at = |person: &Person| match source.occupant {
            Occupant::Point { point, .. } => person.point == Some(point),
            Occupant::Person { person: own } => person.id == own,
            Occupant::Observer { .. } => false,
        };
        self.plan.people.iter().any(|person| screen.of.contains(&person.id) && at(person))
    }

    /// The same, and through whatever else there is in that room: a neighbour's own screen has a microphone and a camera
    /// too. Not the court's screens, which nobody is kept from.
    fn is_near_any_of(&self, source: &Seat, screen: &Screen) -> bool {
        let place = if self.is_court(source) { None } else { self.point_of(source) };
        let beside = |person: &Person| place.is_some() && person.point == place;
        self.names_any_of(source, screen)
            || self.plan.people.iter().any(|person| screen.of.contains(&person.id) && beside(person))
    }
}
