//! A court for tests: one hearing with somebody in every role, and time that is told what it is.

use assize_core::hearing::{
    Actor, Command, Entrant, Event, Hearing, LeaveReason, Microphone, PublicKey, SessionState, Stamped,
};
use assize_core::ids::{ConnectionId, CourtId, DeviceId, DeviceKind, HearingId, LinkId, PersonId, PointId, SeatId};
use assize_core::plan::{Court, Person, Plan, Point, PointKind, Role, Screen};
use assize_core::procedure::Procedure;
use assize_core::refusal::Refusal;
use assize_core::time::Now;
use uuid::Uuid;

/// UTC milliseconds of the hearing's beginning.
pub(crate) const BEGAN_MS: i64 = 1_785_000_000_000;
pub(crate) const SECOND: u64 = 1_000_000;

// The seats, by the order that the plan below must give.
pub(crate) const JUDGE: SeatId = SeatId(1);
pub(crate) const PANEL: SeatId = SeatId(2);
pub(crate) const CLERK: SeatId = SeatId(3);
pub(crate) const PROSECUTOR: SeatId = SeatId(4);
pub(crate) const COUNSEL: SeatId = SeatId(5);
/// The courtroom's own device: an assessor without a screen sits there.
pub(crate) const ROOM: SeatId = SeatId(6);
/// The detention centre's device: a defendant and an interpreter.
pub(crate) const DETENTION: SeatId = SeatId(7);
/// Another court's device: another defendant.
pub(crate) const OTHER: SeatId = SeatId(8);
/// A place where a witness is heard.
pub(crate) const PLACE: SeatId = SeatId(9);
/// A unit that only observes.
pub(crate) const UNIT: SeatId = SeatId(10);
pub(crate) const PARTY: SeatId = SeatId(11);
pub(crate) const WITNESS: SeatId = SeatId(12);
pub(crate) const INTERPRETER: SeatId = SeatId(13);
/// The detention centre's officer, on a telephone.
pub(crate) const OFFICER: SeatId = SeatId(14);
pub(crate) const LISTENER: SeatId = SeatId(15);
/// The first number that no plan gave.
pub(crate) const FIRST_NEW: SeatId = SeatId(16);

pub(crate) const PLANNED: [SeatId; 15] = [
    JUDGE,
    PANEL,
    CLERK,
    PROSECUTOR,
    COUNSEL,
    ROOM,
    DETENTION,
    OTHER,
    PLACE,
    UNIT,
    PARTY,
    WITNESS,
    INTERPRETER,
    OFFICER,
    LISTENER,
];

pub(crate) const CENTRAL: u128 = 1;
pub(crate) const DETENTION_POINT: u128 = 2;
pub(crate) const OTHER_POINT: u128 = 3;
pub(crate) const PLACE_POINT: u128 = 4;
pub(crate) const UNIT_POINT: u128 = 5;

pub(crate) fn point(n: u128) -> PointId {
    PointId(Uuid::from_u128(100 + n))
}

pub(crate) fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(200 + n))
}

pub(crate) fn connection(n: u128) -> ConnectionId {
    ConnectionId(Uuid::from_u128(300 + n))
}

pub(crate) fn link(n: u128) -> LinkId {
    LinkId(Uuid::from_u128(500 + n))
}

pub(crate) fn device(n: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(400 + n))
}

/// Number, name, role, point, own screen, account.
type Row = (u128, &'static str, Role, Option<u128>, bool, Option<&'static str>);

/// Counsel defends the defendant at the detention centre and, with a screen of her own, the victim speaks for herself with
/// an interpreter; the prisoner's interpreter sits beside him.
fn bonds(of: u128) -> Vec<PersonId> {
    match of {
        5 => vec![person(7)],
        11 => vec![person(13)],
        17 => vec![person(7)],
        _ => vec![],
    }
}

/// On purpose not in the order of the seats.
const PEOPLE: [Row; 16] = [
    (12, "Sen the witness", Role::Witness, None, true, None),
    (7, "Thien the defendant", Role::Defendant, Some(DETENTION_POINT), false, None),
    (4, "Thang the prosecutor", Role::Prosecutor, Some(CENTRAL), true, None),
    (3, "Ha the clerk", Role::Clerk, Some(CENTRAL), true, Some("ha")),
    (2, "Loc of the panel", Role::PanelMember, Some(CENTRAL), true, Some("loc")),
    (1, "Hanh presiding", Role::PresidingJudge, Some(CENTRAL), true, Some("hanh")),
    (6, "Ha the assessor", Role::PanelMember, Some(CENTRAL), false, None),
    (15, "Listener", Role::Observer, None, true, None),
    (5, "Diep the counsel", Role::Counsel, None, true, None),
    (8, "Tu the defendant", Role::Defendant, Some(OTHER_POINT), false, None),
    (9, "Mai the witness", Role::Witness, Some(PLACE_POINT), false, None),
    (11, "Binh the victim", Role::Party, None, true, None),
    (13, "Lan the interpreter", Role::Interpreter, None, true, None),
    (14, "Quyet the officer", Role::PointOfficer, Some(DETENTION_POINT), true, None),
    (17, "Nong the interpreter", Role::Interpreter, Some(DETENTION_POINT), false, None),
    (18, "Nobody's guest", Role::Party, None, false, None),
];

pub(crate) fn plan() -> Plan {
    let kinds = [
        (CENTRAL, PointKind::Central),
        (DETENTION_POINT, PointKind::Detention),
        (OTHER_POINT, PointKind::OtherCourt),
        (PLACE_POINT, PointKind::AcceptedPlace),
        (UNIT_POINT, PointKind::Observer),
    ];
    Plan {
        hearing: HearingId(Uuid::from_u128(1)),
        court: Court { id: CourtId(Uuid::from_u128(2)), name: "Court 3".into(), zone: "Asia/Ho_Chi_Minh".into() },
        case: "45/2026/TLST-HS".into(),
        title: "Theft".into(),
        procedure: "vn-criminal-first-instance".into(),
        starts: "2026-07-25T08:00:00+07:00".into(),
        points: kinds.map(|(n, kind)| Point { id: point(n), name: format!("Point {n}"), kind, province: None }).into(),
        people: PEOPLE
            .map(|(n, name, role, at, own_screen, account)| Person {
                id: person(n),
                name: name.into(),
                role,
                point: at.map(point),
                own_screen,
                account: account.map(Into::into),
                with: bonds(n),
            })
            .into(),
        screens: vec![],
        rehearsal: false,
    }
}

/// A public key, one for each letter.
pub(crate) fn key(letter: char) -> PublicKey {
    PublicKey::try_from(format!("BA{}", letter.to_string().repeat(85))).unwrap()
}

/// The plan with the victim's own screen beside the devices of the other court.
pub(crate) fn beside() -> Plan {
    let mut plan = plan();
    plan.people.iter_mut().filter(|one| one.id == person(11)).for_each(|one| one.point = Some(point(OTHER_POINT)));
    plan
}

pub(crate) fn criminal() -> Procedure {
    Procedure::read(include_str!("../../../../config/procedures/vn-criminal-first-instance.toml")).unwrap()
}

/// A hearing under test with its ledger. Every command is a second after the one before.
pub(crate) struct World {
    pub(crate) hearing: Hearing,
    pub(crate) ledger: Vec<Stamped>,
    pub(crate) t_us: u64,
    connections: u128,
}

impl World {
    /// As from a ledger of before there were procedures.
    pub(crate) fn new() -> Self {
        Self::planned(plan())
    }

    /// Under the procedure that the plan names.
    pub(crate) fn lawful() -> Self {
        Self::begun(plan(), Some(Box::new(criminal())))
    }

    /// Everybody is in the courtroom, under this procedure.
    pub(crate) fn under(procedure: Procedure) -> Self {
        Self::begun(plan(), Some(Box::new(procedure))).gathered().all_in()
    }

    pub(crate) fn planned(plan: Plan) -> Self {
        Self::begun(plan, None)
    }

    fn begun(plan: Plan, procedure: Option<Box<Procedure>>) -> Self {
        let planned = Event::Planned { plan, procedure };
        let now = Now { t_us: 0, utc_ms: BEGAN_MS };
        let first = Stamped { now, actor: Actor::System, event: planned };
        Self { hearing: Hearing::begin(&first).unwrap(), ledger: vec![first], t_us: 0, connections: 0 }
    }

    /// Everybody of the plan has entered and publishes what they may; nobody is admitted but the court.
    pub(crate) fn waiting() -> Self {
        Self::new().gathered()
    }

    fn gathered(self) -> Self {
        let mut world = self;
        for seat in PLANNED {
            world.enter(seat).unwrap();
            let usual = vec![DeviceKind::Microphone, DeviceKind::Camera1];
            _ = world.seat(seat, Command::Publish { devices: usual });
        }
        world
    }

    /// Everybody is in the courtroom.
    pub(crate) fn admitted() -> Self {
        Self::waiting().all_in()
    }

    fn all_in(self) -> Self {
        let mut world = self;
        for seat in PLANNED {
            _ = world.seat(CLERK, Command::Admit { seat });
        }
        world
    }

    pub(crate) fn in_session() -> Self {
        Self::session_of(plan())
    }

    pub(crate) fn session_of(plan: Plan) -> Self {
        let mut world = Self::planned(plan).gathered().all_in();
        world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
        world
    }

    /// Everybody is in the courtroom, under the procedure that the plan names; the session has not opened.
    pub(crate) fn lawful_and_admitted() -> Self {
        Self::under(criminal())
    }

    /// The same, opened and in its first phase.
    pub(crate) fn lawful_session() -> Self {
        let mut world = Self::lawful_and_admitted();
        world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
        world
    }

    /// Goes to a phase for a reason, whatever was not read.
    pub(crate) fn advance(&mut self, phase: &str) {
        self.seat(JUDGE, Command::Advance { phase: phase.into(), reason: Some("test".into()) }).unwrap();
    }

    pub(crate) fn now(&self) -> Now {
        Now { t_us: self.t_us, utc_ms: BEGAN_MS + i64::try_from(self.t_us / 1000).unwrap() }
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        self.t_us += seconds * SECOND;
    }

    pub(crate) fn give(&mut self, actor: Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.pass(1);
        let events = self.hearing.decide(command, actor, self.now())?;
        for event in &events {
            let stamped = Stamped { now: self.now(), actor, event: event.clone() };
            self.hearing.apply(&stamped);
            self.ledger.push(stamped);
        }
        Ok(events)
    }

    pub(crate) fn seat(&mut self, seat: SeatId, command: Command) -> Result<Vec<Event>, Refusal> {
        self.give(Actor::Seat { seat }, &command)
    }

    pub(crate) fn system(&mut self, command: Command) -> Result<Vec<Event>, Refusal> {
        self.give(Actor::System, &command)
    }

    /// A planned seat's own person or device comes, from a link never seen before.
    pub(crate) fn enter(&mut self, seat: SeatId) -> Result<Vec<Event>, Refusal> {
        self.enter_as(entrant(seat), false)
    }

    pub(crate) fn resume(&mut self, seat: SeatId) -> Result<Vec<Event>, Refusal> {
        self.enter_as(entrant(seat), true)
    }

    pub(crate) fn enter_as(&mut self, entrant: Entrant, resume: bool) -> Result<Vec<Event>, Refusal> {
        self.enter_by(entrant, resume, None)
    }

    /// A link that nobody has had: the system's commands that are given by hand may bring it.
    pub(crate) fn next_link(&self) -> ConnectionId {
        connection(1000 + self.ledger.len() as u128)
    }

    /// By a code, on the device with this number.
    pub(crate) fn by_code(&mut self, seat: SeatId, resume: bool, device: u128) -> Result<Vec<Event>, Refusal> {
        self.enter_by(entrant(seat), resume, Some(link(device)))
    }

    pub(crate) fn enter_by(
        &mut self,
        entrant: Entrant,
        resume: bool,
        link: Option<LinkId>,
    ) -> Result<Vec<Event>, Refusal> {
        self.connections += 1;
        let connection = connection(self.connections);
        self.system(Command::Enter { entrant, connection, resume, link })
    }

    pub(crate) fn lose(&mut self, seat: SeatId) {
        let connection = self.hearing.seats[&seat].connection.unwrap();
        self.system(Command::Leave { connection, reason: LeaveReason::Lost }).unwrap();
    }

    pub(crate) fn set_microphone(&mut self, seat: SeatId, open: bool) -> Result<Vec<Event>, Refusal> {
        self.seat(seat, Command::SetMicrophone { open })
    }

    pub(crate) fn microphone(&self, seat: SeatId) -> Microphone {
        self.hearing.seats[&seat].microphone
    }

    pub(crate) fn state(&self) -> SessionState {
        self.hearing.state
    }
}

/// Who takes a planned seat.
pub(crate) fn entrant(seat: SeatId) -> Entrant {
    let device_of = |n| Entrant::Device { point: point(n), device: device(n) };
    match seat {
        ROOM => device_of(CENTRAL),
        DETENTION => device_of(DETENTION_POINT),
        OTHER => device_of(OTHER_POINT),
        PLACE => device_of(PLACE_POINT),
        UNIT => device_of(UNIT_POINT),
        SeatId(n) => Entrant::Person { person: person(n.into()) },
    }
}

/// The witness at the accepted place is withheld, name and all, from the prisoner; the victim's picture from the other
/// court and from observers; the interpreter's voice from the prisoner.
pub(crate) fn screens() -> Vec<Screen> {
    let all = Screen { picture: true, voice: true, name: true, ..Screen::default() };
    vec![
        Screen { of: vec![person(9)], people: vec![person(7)], ..all },
        Screen {
            of: vec![person(11)],
            points: vec![point(OTHER_POINT)],
            observers: true,
            picture: true,
            ..Screen::default()
        },
        Screen { of: vec![person(13)], people: vec![person(7)], voice: true, ..Screen::default() },
    ]
}
