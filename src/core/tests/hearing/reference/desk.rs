//! The desk, told a second time: who wrote when, what the clerk has taken, and who stands large.

use super::rules::Rules;
use assize_core::hearing::{Hearing, Layout, Task, Trouble};
use std::collections::BTreeSet;

#[derive(Debug, Default)]
pub(super) struct Desk {
    /// From whom, to whom, and when.
    pub(super) written: Vec<(u16, Option<u16>, u64)>,
    /// Only one clerk is in the plan.
    pub(super) taken: BTreeSet<Task>,
    pub(super) large: Option<Layout>,
}

impl Rules {
    pub(super) fn write(&mut self, actor: u16, to: Option<u16>, text: &str, now: u64) -> bool {
        let me = &self.seats[&actor];
        let reads = |to: u16| {
            let other = self.seats.get(&to).filter(|other| !other.is_device() && !other.observes());
            to != actor && other.is_some_and(|other| !other.removed)
        };
        let addressed = if me.acts_as('C') { to.is_some_and(reads) } else { to.is_none() };
        let says = !text.trim().is_empty() && text.trim().chars().count() <= 500;
        let lately = self.desk.written.iter().filter(|(from, _, at)| *from == actor && now - at < 60_000_000).count();
        let done = !me.is_device() && addressed && says && lately < 12 && self.desk.written.len() < 2000;
        if done {
            self.desk.written.push((actor, to, now));
        }
        done
    }

    fn still_waits(&self, task: Task) -> bool {
        match task {
            Task::Signal { signal } => self.signals.get(signal.0 as usize - 1).copied().flatten().is_some(),
            Task::Exhibit { exhibit } => self.waits_for_a_ruling(exhibit.0),
            Task::Seat { seat, trouble } => self.seats.get(&seat.0).is_some_and(|place| match trouble {
                Trouble::Playback => place.blocked,
                Trouble::Camera => self.off.contains(&seat),
                Trouble::Line | Trouble::Record => place.admitted && !place.for_good,
                Trouble::Continuity | Trouble::Microphone => unreachable!("the dice do not say so"),
            }),
        }
    }

    pub(super) fn take_task(&mut self, _clerk: u16, task: Task, taken: bool) -> bool {
        if !self.still_waits(task) {
            return false;
        }
        if taken { self.desk.taken.insert(task) } else { self.desk.taken.remove(&task) }
    }

    fn stands(&self, seat: u16) -> bool {
        self.seats.get(&seat).is_some_and(|place| place.inside && !place.removed && !place.observes())
    }

    pub(super) fn set_large(&mut self, large: Option<Layout>) -> bool {
        if let Some(Layout::Spotlight { seat }) = large
            && !self.stands(seat.0)
        {
            return false;
        }
        std::mem::replace(&mut self.desk.large, large) != large
    }

    /// What is over is nobody's, and who was sent out stands nowhere.
    pub(super) fn tidy_desk(&mut self) {
        let over: Vec<Task> = self.desk.taken.iter().copied().filter(|task| !self.still_waits(*task)).collect();
        over.iter().for_each(|task| _ = self.desk.taken.remove(task));
        if let Some(Layout::Spotlight { seat }) = self.desk.large
            && !self.stands(seat.0)
        {
            self.desk.large = None;
        }
    }
}

pub(super) fn compare(hearing: &Hearing, rules: &Rules) {
    let written = hearing.messages.iter().map(|message| (message.from.0, message.to.map(|to| to.0), message.at_us));
    assert!(written.eq(rules.desk.written.iter().copied()));
    assert!(hearing.tasks.keys().eq(rules.desk.taken.iter()), "{:?} {:?}", hearing.tasks, rules.desk.taken);
    assert_eq!(hearing.layout, rules.desk.large);
}
