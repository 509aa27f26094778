//! A second hearing, told from the rules and not from the code: it is given the same commands, and has to say the same
//! of each of them, of who hears and sees whom, and of what is recorded. Random commands come from random actors, the
//! system among them.

mod desk;
mod dice;
mod evidence;
mod missed;
mod notes;
mod pairs;
mod place;
mod rules;
mod talks;
mod told;

use crate::court::{World, beside, connection, entrant, plan, screens};
use assize_core::hearing::{Actor, Command, Room};
use assize_core::ids::SeatId;
use assize_core::plan::Plan;
use assize_core::routing::routes;
use dice::Dice;
use rules::Rules;
use std::io::Write as _;

/// Runs of a test, each from an empty hearing on.
const RUNS: u64 = 250;
/// Random commands of a run.
const STEPS: u64 = 450;

/// The hearing and its second telling.
struct Pair {
    world: World,
    rules: Rules,
    /// Of how many steps the routes were compared after something had changed.
    changes: u64,
}

impl Pair {
    /// As the plan is.
    fn new() -> Self {
        Self { world: World::new(), rules: Rules::new(), changes: 0 }
    }

    /// With the orders of [`screens`].
    fn screened() -> Self {
        let mut rules = Rules::new();
        rules.screened = true;
        Self { world: World::planned(Plan { screens: screens(), ..plan() }), rules, changes: 0 }
    }

    /// With the victim, who may consult on a screen of their own, beside the devices of the other court.
    fn beside() -> Self {
        let mut rules = Rules::new();
        rules.seats.get_mut(&11).unwrap().at = 'o';
        Self { world: World::planned(beside()), rules, changes: 0 }
    }

    /// Everybody has come, some of them were let in, and most often the session is open.
    fn begin(dice: &mut Dice) -> Self {
        let mut pair = match dice.below(3) {
            0 => Self::new(),
            1 => Self::screened(),
            _ => Self::beside(),
        };
        if dice.one_in(8) {
            return pair;
        }
        for seat in 1..=15 {
            let link = pair.world.next_link();
            let enter = Command::Enter { entrant: entrant(SeatId(seat)), connection: link, resume: false, link: None };
            pair.give(Actor::System, &enter);
            let devices = dice.devices();
            pair.give(Actor::Seat { seat: SeatId(seat) }, &Command::Publish { devices });
            if !dice.one_in(6) {
                pair.give(Actor::Seat { seat: SeatId(3) }, &Command::Admit { seat: SeatId(seat) });
            }
        }
        if !dice.one_in(4) {
            pair.give(Actor::Seat { seat: SeatId(1) }, &Command::Open { record: true, reason: None });
        }
        pair
    }

    /// Gives both the command: they must agree on whether it is done, and on everything that follows.
    fn give(&mut self, actor: Actor, command: &Command) {
        let done = self.world.give(actor, command);
        let expected = self.rules.give(actor, command, self.world.t_us);
        assert_eq!(done.is_ok(), expected, "{actor:?} {command:?}: {done:?}");
        if done.is_ok() {
            self.changes += 1;
            self.compare();
        }
    }

    /// What was refused has changed nothing on either side: then the comparison before still stands.
    fn compare(&self) {
        let hearing = &self.world.hearing;
        assert_eq!(hearing.state, self.rules.state);
        assert_eq!(hearing.seats.len(), self.rules.seats.len());
        for (seat, told) in hearing.seats.values().zip(self.rules.seats.values()) {
            let room = (seat.room == Room::Courtroom, seat.room == Room::WitnessWaiting);
            assert_eq!(room, (told.inside, !told.inside && told.kept_apart()), "{}", seat.id);
            assert_eq!(seat.connection, told.online, "{}", seat.id);
            assert_eq!(seat.private.map(|room| room.0), told.talk, "{}", seat.id);
            let microphone = (seat.microphone.open, seat.microphone.muted, seat.microphone.locked);
            assert_eq!(microphone, (told.open, told.muted, told.locked), "{}", seat.id);
        }
        let calls = hearing.rooms.calls.iter().map(|call| (call.by.0, call.seat.0));
        assert!(calls.eq(self.rules.talks.calls.iter().map(|call| (call.0, call.1))));
        desk::compare(hearing, &self.rules);
        missed::compare(hearing, &self.rules);
        assert_eq!(routes(hearing), self.rules.routes());
    }
}

fn run(name: &str, first_seed: u64) {
    let (mut steps, mut changes) = (0, 0);
    for seed in first_seed..first_seed + RUNS {
        let mut dice = Dice::new(seed);
        let mut pair = Pair::begin(&mut dice);
        for _ in 0..STEPS {
            let before = pair.changes;
            let (actor, command) = dice.step(&pair.world);
            if dice.one_in(10) {
                pair.world.pass(dice.below(45));
            }
            pair.give(actor, &command);
            if pair.changes > before {
                told::check(&pair.world, &pair.rules, SeatId(dice.seat()));
            }
        }
        steps += STEPS;
        changes += pair.changes;
        assert_eq!(crate::events::replay(&pair.world.ledger), pair.world.hearing);
        crate::minutes::check(&pair.world);
    }
    // Not by the macro, whose words the test's runner keeps to itself.
    _ = writeln!(std::io::stderr(), "reference model, {name}: {steps} steps, {changes} of them changed the hearing");
    assert!(changes * 5 > steps, "most of it was refused: the dice are loaded");
}

// In two halves, so that two processors share them.
#[test]
fn two_tellings_agree_on_a_hundred_thousand_commands() {
    run("first half", 1);
}

#[test]
fn two_tellings_agree_on_a_hundred_thousand_others() {
    run("second half", 1_000_001);
}

#[test]
fn a_link_of_nobody_is_not_in_the_second_telling() {
    let mut pair = Pair::new();
    let leave = Command::Leave { connection: connection(7), reason: assize_core::hearing::LeaveReason::Lost };
    pair.give(Actor::System, &leave);
    assert_eq!(pair.changes, 0);
}
