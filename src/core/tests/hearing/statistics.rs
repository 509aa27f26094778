//! A sitting in figures.

use crate::court::*;
use assize_core::hearing::{Command, Continuity, HoldCause};
use assize_core::plan::Plan;
use assize_core::statistics::{Cause, Interruption, Sitting, sitting};
use assize_core::view::view;

fn figures(world: &World) -> Sitting {
    sitting(world.ledger.iter().map(|stamped| (stamped.now.t_us, &stamped.event))).unwrap()
}

fn hold(world: &mut World, cause: HoldCause) {
    world.system(Command::AutoHold { cause }).unwrap();
}

fn go_on(world: &mut World) {
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
}

/// What passes beside the events themselves, each of which takes its moment.
fn about(us: u64, seconds: u64) -> bool {
    (seconds * SECOND..=(seconds + 6) * SECOND).contains(&us)
}

#[test]
fn time_in_session_is_without_pauses_holds_and_outages() {
    let mut world = World::admitted();
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    world.pass(600);
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    world.pass(900);
    go_on(&mut world);
    world.pass(100);
    hold(&mut world, HoldCause::LedgerFault);
    world.pass(60);
    go_on(&mut world);
    world.pass(50);
    world.seat(JUDGE, Command::Close {}).unwrap();
    let figures = figures(&world);
    assert!(about(figures.in_session_us, 750), "{}", figures.in_session_us);
    assert_eq!(figures.interruptions.len(), 1, "a pause interrupts nothing");
    assert_eq!(figures.interruptions[0].cause, Cause::Record);
    assert!(about(figures.interruptions[0].lost_us, 60));
    assert!(figures.opened && figures.online);
    assert_eq!(figures.judges, ["Hanh presiding"]);
    assert_eq!(figures.in_session_us / 1000, world.hearing.in_session_before_us / 1000, "as the state line said");
}

#[test]
fn an_outage_is_lost_from_when_the_server_died_until_the_judge_goes_on() {
    let mut world = World::in_session();
    world.pass(300);
    world.pass(40);
    world.system(Command::TakeUp { epoch: 2, outage_us: 40 * SECOND }).unwrap();
    world.pass(20);
    world.resume(JUDGE).unwrap();
    go_on(&mut world);
    world.seat(JUDGE, Command::Close {}).unwrap();
    let figures = figures(&world);
    let [Interruption { cause: Cause::Restart, lost_us }] = figures.interruptions[..] else { panic!("{figures:?}") };
    assert!(about(lost_us, 60), "{lost_us}");
    assert_eq!(figures.in_session_us / 1000, world.hearing.in_session_before_us / 1000);
}

#[test]
fn a_point_that_cannot_follow_is_counted_with_the_hold_that_follows_from_it() {
    let mut world = World::in_session();
    let report = |world: &mut World, continuity, since_us| {
        world.system(Command::ReportContinuity { point: point(DETENTION_POINT), continuity, since_us }).unwrap();
    };
    let now = world.t_us;
    report(&mut world, Continuity::NONE, now);
    world.pass(10);
    report(&mut world, Continuity::default(), now);
    world.pass(100);
    let now = world.t_us;
    report(&mut world, Continuity::NONE, now);
    world.pass(30);
    let (point, name) = (point(DETENTION_POINT), "Detention".to_owned());
    hold(&mut world, HoldCause::Continuity { point, name, continuity: Continuity::NONE });
    world.pass(60);
    go_on(&mut world);
    world.seat(JUDGE, Command::Close {}).unwrap();
    let figures = figures(&world);
    let detention = figures.points.iter().find(|figures| figures.id == point).unwrap();
    assert_eq!(detention.interruptions, 2);
    assert!(about(detention.lost_us, 100), "{}", detention.lost_us);
    assert_eq!(figures.interruptions.iter().map(|one| one.cause).collect::<Vec<_>>(), [Cause::Continuity]);
    assert!(figures.points.iter().filter(|figures| figures.id != point).all(|figures| figures.lost_us == 0));
}

#[test]
fn a_record_that_was_cut_off_counts_up_to_its_last_event() {
    let mut world = World::in_session();
    world.pass(120);
    world.set_microphone(COUNSEL, false).unwrap();
    let figures = figures(&world);
    assert!(about(figures.in_session_us, 120), "{}", figures.in_session_us);
    assert!(sitting([]).is_none());
}

#[test]
fn a_hearing_across_provinces_is_one_of_which_it_is_known() {
    let across = |provinces: [Option<&str>; 5]| {
        let mut plan: Plan = plan();
        for (point, province) in plan.points.iter_mut().zip(provinces) {
            point.province = province.map(Into::into);
        }
        figures(&World::planned(plan)).cross_province
    };
    let (hue, hanoi) = (Some("Huế"), Some("Hà Nội"));
    assert_eq!(across([hue, hue, hue, hue, hanoi]), Some(false), "the last only observes");
    assert_eq!(across([hue, hanoi, None, None, None]), Some(true), "two are enough");
    assert_eq!(across([hue, None, hue, hue, None]), None, "nobody said of one");
    assert_eq!(across([None; 5]), None);
}

#[test]
fn a_rehearsal_is_told_to_everybody_and_counted_nowhere() {
    let mut world = World::session_of(Plan { rehearsal: true, ..plan() });
    let told = |world: &World, seat| view(&world.hearing, seat, 0).unwrap().hearing.rehearsal;
    assert!(told(&world, COUNSEL) && told(&world, JUDGE));
    assert!(!told(&World::in_session(), JUDGE));
    world.seat(JUDGE, Command::Close {}).unwrap();
    assert_eq!(sitting(world.ledger.iter().map(|stamped| (stamped.now.t_us, &stamped.event))), None);
}
