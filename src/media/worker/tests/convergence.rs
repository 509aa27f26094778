//! Hearings at random, in simulated time: in whatever order routes, transports, offers and answers come, in the end
//! everybody gets what is routed to them, on sections that they were told of, and nothing else.

mod client;

use super::super::life::Estate;
use super::super::notebook::Notebook;
use super::super::run::Inner;
use super::super::sys::{Socket, Wake};
use super::super::{Command, Reply};
use crate::dtls::Identity;
use crate::plane::{HearingKey, MediaError, PlaneEvent, PlaneRoute, PlaneSink, TransportKey};
use assize_rtp::rtcp::{Compound, Rtcp};
use assize_rtp::tap::TrackKey;
use assize_rtp::testing::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;

const SEEDS: u64 = 100;
const STEPS: usize = 400;
const HEARINGS: usize = 2;
const PEOPLE: usize = 4;
/// A packet of every stream in this time.
const PACKET_US: i64 = 20_000;
/// In the end, time to come to rest, and time in which everything must flow.
const REST_US: i64 = 4_000_000;
const WATCH_US: i64 = 1_000_000;

/// A microphone, a camera of two layers, and a screen of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Device {
    Microphone,
    Camera,
    Screen,
}

const DEVICES: [Device; 3] = [Device::Microphone, Device::Camera, Device::Screen];

/// Somebody's *up* transport. A section stays once it was offered.
#[derive(Debug)]
struct Up {
    t: TransportKey,
    sections: Vec<(Device, bool)>,
    seq: u16,
    /// SSRCs of which a key frame was asked.
    asked: BTreeSet<u32>,
}

/// Somebody's *down* transport, as the client knows it.
#[derive(Debug)]
struct Down {
    t: TransportKey,
    /// SSRC of each section of the last offer that was answered.
    sections: BTreeMap<String, u32>,
    legs: Vec<(String, Option<TrackKey>)>,
    connects: bool,
}

#[derive(Debug, Default)]
struct Person {
    up: Option<Up>,
    down: Option<Down>,
}

#[derive(Debug)]
enum Later {
    Answer { person: usize, offer: u32, sdp: String },
    Connected { person: usize, t: TransportKey },
}

struct World {
    inner: Inner,
    events: UnboundedReceiver<PlaneEvent>,
    identity: Arc<Identity>,
    random: Random,
    now: i64,
    media_at: i64,
    agenda: BTreeMap<(i64, u64), Later>,
    minted: u64,
    people: Vec<Person>,
    permitted: BTreeSet<(TrackKey, usize)>,
    wired: BTreeSet<PlaneRoute>,
}

fn hearing(person: usize) -> HearingKey {
    HearingKey((person / PEOPLE) as u64)
}

fn track(person: usize, device: Device) -> TrackKey {
    TrackKey((person * 10) as u64 + device as u64)
}

fn ssrc(t: TransportKey, device: Device, layer: u32) -> u32 {
    t.0 as u32 * 100 + device as u32 * 10 + layer + 1
}

impl World {
    fn new(seed: u64, identity: &Arc<Identity>) -> Self {
        let (sender, events) = unbounded_channel();
        let estate = Estate {
            socket: Arc::new(Socket::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap()),
            listener: None,
            wake: Arc::new(Wake::new().unwrap()),
            identity: Arc::clone(identity),
            candidates: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 9))],
            events: sender,
            shared: Arc::default(),
            notebook: Notebook::default(),
            offers: Arc::default(),
        };
        let inner = Inner::new(0, estate);
        let mut random = Random::new(seed);
        let pairs = (0..HEARINGS * PEOPLE).flat_map(|from| {
            let first = from / PEOPLE * PEOPLE;
            (first..first + PEOPLE).filter(move |to| *to != from).map(move |to| (from, to))
        });
        let routes = pairs.flat_map(|(from, to)| DEVICES.map(|device| (track(from, device), to)));
        let permitted = routes.filter(|_| random.chance(70)).collect();
        Self {
            inner,
            events,
            identity: Arc::clone(identity),
            random,
            now: 1_000_000,
            media_at: 0,
            agenda: BTreeMap::new(),
            minted: 0,
            people: (0..HEARINGS * PEOPLE).map(|_| Person::default()).collect(),
            permitted,
            wired: BTreeSet::new(),
        }
    }

    fn mint(&mut self) -> TransportKey {
        self.minted += 1;
        TransportKey(self.minted)
    }

    fn later(&mut self, most_us: usize, what: Later) {
        self.minted += 1;
        let at = self.now + self.random.below(most_us) as i64;
        self.agenda.insert((at, self.minted), what);
    }

    fn ask<T>(&mut self, person: usize, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, MediaError> {
        let (reply, mut answer) = oneshot::channel();
        self.inner.command(self.now, hearing(person), command(reply));
        answer.try_recv().unwrap()
    }

    /// One thing that people or their court do.
    fn act(&mut self) {
        let person = self.random.below(self.people.len());
        match self.random.below(10) {
            0 | 1 => self.receive(person),
            2 => self.stop_receiving(person),
            3 | 4 => self.publish(person),
            5 => self.stop_publishing(person),
            6..=8 => {
                let other = person / PEOPLE * PEOPLE + self.random.below(PEOPLE);
                let device = DEVICES[self.random.below(3)];
                if person != other && !self.permitted.remove(&(track(person, device), other)) {
                    self.permitted.insert((track(person, device), other));
                }
            }
            _ => {}
        }
        if self.random.chance(60) {
            self.rewire();
        }
    }

    fn receive(&mut self, person: usize) {
        self.stop_receiving(person);
        let t = self.mint();
        let down = Down { t, sections: BTreeMap::new(), legs: Vec::new(), connects: false };
        self.people[person].down = Some(down);
        // Routes may lead to a transport before it is there.
        if self.random.chance(30) {
            self.rewire();
        }
        self.ask(person, |reply| Command::Down { t, delay_us: 0, reply }).unwrap();
    }

    fn stop_receiving(&mut self, person: usize) {
        if let Some(Down { t, .. }) = self.people[person].down.take() {
            self.wired.retain(|route| route.sink != PlaneSink::Transport(t));
            self.ask(person, |reply| Command::Close { t, reply }).unwrap();
        }
    }

    fn publish(&mut self, person: usize) {
        let former = if self.random.chance(50) { self.people[person].up.take() } else { None };
        let late = self.random.chance(50);
        let gone = former.map(|up| up.t);
        if let Some(t) = gone.filter(|_| !late) {
            self.ask(person, |reply| Command::Close { t, reply }).unwrap();
        }
        let t = self.people[person].up.as_ref().map(|up| up.t).unwrap_or_else(|| self.mint());
        let mut up = self.people[person].up.take().unwrap_or_else(|| Up {
            t,
            sections: Vec::new(),
            seq: 100,
            asked: BTreeSet::new(),
        });
        up.sections.iter_mut().for_each(|(_, active)| *active = false);
        for device in DEVICES.into_iter().filter(|_| self.random.chance(60)) {
            match up.sections.iter_mut().find(|(known, _)| *known == device) {
                Some((_, active)) => *active = true,
                None => up.sections.push((device, true)),
            }
        }
        if up.sections.is_empty() {
            up.sections.push((Device::Microphone, true));
        }
        let tracks = up.sections.iter().enumerate().filter(|(_, (_, active))| *active);
        let tracks = tracks.map(|(mid, (device, _))| (mid.to_string(), track(person, *device))).collect();
        let offer = self.offer(&up);
        self.people[person].up = Some(up);
        self.ask(person, |reply| Command::Up { t, offer, tracks, reply }).unwrap();
        if let Some(t) = gone.filter(|_| late) {
            self.ask(person, |reply| Command::Close { t, reply }).unwrap();
        }
    }

    fn stop_publishing(&mut self, person: usize) {
        if let Some(Up { t, .. }) = self.people[person].up.take() {
            self.ask(person, |reply| Command::Close { t, reply }).unwrap();
        }
    }

    /// What the owner of the routes does when something has changed.
    fn rewire(&mut self) {
        let lead = |(source, person): &(TrackKey, usize)| {
            let down = self.people[*person].down.as_ref()?;
            Some(PlaneRoute { source: *source, sink: PlaneSink::Transport(down.t) })
        };
        let wanted: BTreeSet<PlaneRoute> = self.permitted.iter().filter_map(lead).collect();
        let of = |route: &PlaneRoute, n: usize| route.source.0 as usize / 10 / PEOPLE == n;
        for n in 0..HEARINGS {
            let routes = self.wired.difference(&wanted).filter(|route| of(route, n)).copied().collect();
            self.ask(n * PEOPLE, |reply| Command::Cut { routes, reply }).unwrap();
            let routes = wanted.difference(&self.wired).filter(|route| of(route, n)).copied().collect();
            self.ask(n * PEOPLE, |reply| Command::Connect { routes, reply }).unwrap();
        }
        self.wired = wanted;
    }

    /// Lets time pass: timers, media, what the plane tells, what clients answer.
    fn pass(&mut self, us: i64) {
        self.now += us;
        while let Some((&key, _)) = self.agenda.first_key_value().filter(|((at, _), _)| *at <= self.now) {
            match self.agenda.remove(&key).unwrap() {
                Later::Answer { person, offer, sdp } => self.answer(person, offer, sdp),
                Later::Connected { person, t } => self.connected(person, t),
            }
        }
        if self.now >= self.media_at {
            self.media_at = self.now + PACKET_US;
            (0..self.people.len()).for_each(|person| self.speak(person));
        }
        self.inner.timers(self.now);
        while let Ok(event) = self.events.try_recv() {
            self.hear(event);
        }
        let asked = self.inner.peers.log.iter().flat_map(|(t, bytes)| Compound::new(bytes).map(move |part| (t, part)));
        for (t, part) in asked {
            let Ok(Rtcp::Pli { media }) = part else { continue };
            let mut ups = self.people.iter_mut().filter_map(|person| person.up.as_mut());
            if let Some(up) = ups.find(|up| up.t == *t) {
                up.asked.insert(media);
            }
        }
    }

    fn hear(&mut self, event: PlaneEvent) {
        match event {
            PlaneEvent::Down { transport, offer, sdp, legs, .. } => {
                let is = |person: &Person| person.down.as_ref().is_some_and(|down| down.t == transport);
                let Some(person) = self.people.iter().position(is) else { return };
                if let Some(down) = &mut self.people[person].down {
                    down.legs = legs;
                }
                if let Some(sdp) = sdp {
                    self.later(300_000, Later::Answer { person, offer, sdp });
                }
            }
            PlaneEvent::Gone { transport, reason, .. } => panic!("{transport:?} is gone: {reason}"),
            PlaneEvent::Connected { .. }
            | PlaneEvent::Flowing { .. }
            | PlaneEvent::Levels { .. }
            | PlaneEvent::Narrow { .. }
            | PlaneEvent::Layers { .. }
            | PlaneEvent::Lines { .. } => {}
        }
    }

    /// In the end everything that is permitted flows where the client was told, and nothing else does.
    /// Returns how many legs were seen.
    fn check(&self, seed: u64) -> usize {
        let mut legs = 0;
        let mut sent: BTreeMap<(TransportKey, u32), u32> = BTreeMap::new();
        for (t, header) in self.inner.peers.log.iter().filter(|(_, bytes)| !(192..224).contains(&bytes[1])) {
            *sent.entry((*t, u32::from_be_bytes([header[8], header[9], header[10], header[11]]))).or_default() += 1;
        }
        for (person, viewer) in self.people.iter().enumerate() {
            let Some(down) = &viewer.down else { continue };
            for (publisher, up) in self.people.iter().enumerate().filter_map(|(n, p)| Some((n, p.up.as_ref()?))) {
                for (device, _) in up.sections.iter().filter(|(_, active)| *active) {
                    let key = track(publisher, *device);
                    if !self.permitted.contains(&(key, person)) {
                        continue;
                    }
                    let what = format!("seed {seed}: {device:?} of {publisher} to {person}, {down:?}");
                    let mut mids = down.legs.iter().filter(|(_, track)| *track == Some(key));
                    let (mid, _) = mids.next().unwrap_or_else(|| panic!("no section: {what}"));
                    assert!(mids.next().is_none(), "two sections: {what}");
                    let ssrc = down.sections.get(mid).unwrap_or_else(|| panic!("not answered: {what}"));
                    let count = sent.remove(&(down.t, *ssrc)).unwrap_or_default();
                    assert!(i64::from(count) > WATCH_US / PACKET_US / 2, "{count} packets: {what}");
                    legs += 1;
                }
            }
        }
        assert!(sent.is_empty(), "seed {seed}: what is not permitted flows: {sent:?}");
        legs
    }
}

fn run(seed: u64, identity: &Arc<Identity>) -> usize {
    let mut world = World::new(seed, identity);
    for _ in 0..STEPS {
        if world.random.chance(40) {
            world.act();
        }
        let us = world.random.below(40_000) as i64;
        world.pass(us);
        world.inner.peers.log.clear();
    }
    world.rewire();
    for _ in 0..REST_US / PACKET_US {
        world.pass(PACKET_US);
        world.inner.peers.log.clear();
    }
    for _ in 0..WATCH_US / PACKET_US {
        world.pass(PACKET_US);
    }
    world.check(seed)
}

#[test]
fn in_any_order_everybody_gets_in_the_end_what_is_routed_to_them() {
    let identity = Arc::new(Identity::generate(Instant::now()).unwrap());
    let legs: usize = (0..SEEDS).map(|seed| run(seed, &identity)).sum();
    assert!(legs as u64 > 10 * SEEDS, "{legs} legs are hardly a hearing");
}

#[test]
fn who_does_not_answer_an_offer_is_let_go_of() {
    let mut world = World::new(1, &Arc::new(Identity::generate(Instant::now()).unwrap()));
    world.permitted = DEVICES.map(|device| (track(1, device), 0)).into();
    world.publish(1);
    world.receive(0);
    world.rewire();
    let mut told = Vec::new();
    for _ in 0..25 {
        world.now += 1_000_000;
        world.inner.timers(world.now);
        while let Ok(event) = world.events.try_recv() {
            match event {
                PlaneEvent::Down { sdp, .. } => told.push(if sdp.is_some() { "offer" } else { "legs" }),
                PlaneEvent::Gone { reason, .. } => told.push(reason),
                _ => {}
            }
        }
    }
    assert_eq!(told, ["offer", "an offer was not answered"]);
}

#[test]
fn the_end_of_a_transport_takes_its_routes_along() {
    let mut world = World::new(1, &Arc::new(Identity::generate(Instant::now()).unwrap()));
    world.permitted = DEVICES.map(|device| (track(1, device), 0)).into();
    world.receive(0);
    world.rewire();
    assert_eq!(world.inner.estate.notebook.told(hearing(0)).routes.len(), 3);
    world.stop_receiving(0);
    let place = &world.inner.hearings[&hearing(0)];
    assert!(world.inner.estate.notebook.told(hearing(0)).routes.is_empty() && !place.router.knows_tracks());
}
