//! From the text of a file to a procedure, or to all that is wrong with it.

use super::fault::Fault;
use super::node::{Section, Source, Word, word_of};
use super::steps;
use super::{
    Article, Criterion, Gate, Limits, MAX_OBSERVER_DELAY_S, MinutesRule, PLACES, Phase, PhaseId, Procedure, Prompt,
    PromptId, Reading, RoleRule, Template, Texts, Wording,
};
use crate::hearing::{Room, SessionState};
use crate::plan::Role;
use std::collections::{BTreeMap, BTreeSet};
use toml::de::DeTable;

const READINGS: [Reading; 3] = [Reading::Text, Reading::Summary, Reading::Memory];
const WAITS: [Room; 2] = [Room::Waiting, Room::WitnessWaiting];
const BOTH: &str = "{ vi = \"...\", en = \"...\" }";

impl Procedure {
    /// Reads a procedure file.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of its lines: what is no TOML, unknown keys, what is missing or of
    /// the wrong kind, a text that is there in one language only, unknown roles and phases, names used twice, phases that
    /// nobody can reach, limits out of range.
    pub fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let source = Source::new(text);
        let (table, broken) = DeTable::parse_recoverable(text);
        // One mistake in a line makes several errors of syntax: the first says what is wrong.
        let mut lines = BTreeSet::new();
        for error in &broken {
            let at = error.span().map_or(0, |span| span.start);
            if !lines.insert(source.line(at)) {
                continue;
            }
            source.fault(
                at,
                format!("not TOML: {}", error.message()),
                "mend the line; texts want quotes, lists brackets",
            );
        }
        // What was read around a syntax error would be told as missing.
        let procedure = broken.is_empty().then(|| read(Section::of(&source, table.get_ref(), 0, String::new())));
        let faults = source.faults();
        match procedure {
            Some(procedure) if faults.is_empty() => Ok(procedure),
            _ => Err(faults),
        }
    }
}

fn read(file: Section<'_, '_>) -> Procedure {
    let draft = file.flag("draft").unwrap_or(true);
    let law = file.sections("law").into_iter().map(article).collect();
    let procedure = Procedure {
        id: file.text("id"),
        draft,
        name: wording(&file, "name"),
        law,
        states: states(&file),
        roles: roles(&file),
        phases: phases(&file, draft),
        gate: gate(&file),
        limits: limits(&file),
        steps: steps::steps(&file, draft),
        tasks: steps::tasks(&file),
        eligibility: eligibility(&file, draft),
        minutes: minutes(&file),
        texts: texts(&file, draft),
    };
    file.end();
    procedure
}

/// Both languages: the procedure speaks to all who are there.
pub(super) fn wording(section: &Section<'_, '_>, key: &'static str) -> Wording {
    let Some(both) = section.must_section(key, BOTH) else { return Wording::default() };
    let wording = Wording { vi: both.text("vi"), en: both.text("en") };
    both.end();
    wording
}

fn article(section: Section<'_, '_>) -> Article {
    let article = Article {
        vi: section.text("vi"),
        en: section.text("en"),
        read: section.choice("read", &READINGS).unwrap_or(Reading::Memory),
    };
    section.end();
    article
}

pub(super) fn cited(section: &Section<'_, '_>) -> Option<Article> {
    section.section("article").map(article)
}

pub(super) fn draft_of(section: &Section<'_, '_>, file: bool) -> bool {
    section.flag("draft").unwrap_or(file)
}

fn states(file: &Section<'_, '_>) -> BTreeMap<SessionState, Wording> {
    let Some(section) = file.must_section("states", "a table [states]") else { return BTreeMap::new() };
    let keys = ["scheduled", "waiting", "in_session", "held", "paused", "suspended", "postponed", "closed"];
    let named = SessionState::ALL.into_iter().zip(keys).map(|(state, key)| (state, wording(&section, key))).collect();
    section.end();
    named
}

/// The keys of `[roles]`, in the order of [`Role::ALL`].
const ROLES: [&str; 11] = [
    "presiding_judge",
    "panel_member",
    "clerk",
    "prosecutor",
    "counsel",
    "defendant",
    "party",
    "witness",
    "interpreter",
    "point_officer",
    "observer",
];

fn roles(file: &Section<'_, '_>) -> BTreeMap<Role, RoleRule> {
    let Some(section) = file.must_section("roles", "a table [roles]") else { return BTreeMap::new() };
    let mut rules = BTreeMap::new();
    for (role, key) in Role::ALL.into_iter().zip(ROLES) {
        let example = "{ name = { vi = \"...\", en = \"...\" }, waits = \"waiting\", on_kiosks = false }";
        let Some(rule) = section.must_section(key, example) else { continue };
        let name = wording(&rule, "name");
        let waits = rule.choice("waits", &WAITS).unwrap_or(Room::Waiting);
        rules.insert(role, RoleRule { name, waits, on_kiosks: rule.flag("on_kiosks").unwrap_or(false) });
        rule.end();
    }
    section.end();
    rules
}

/// Names that may be used once.
#[derive(Default)]
pub(super) struct Once(BTreeSet<String>);

impl Once {
    /// The name of a section, noting one that is no name or was used before.
    pub(super) fn id(&mut self, section: &Section<'_, '_>) -> String {
        let Some(Word { text, at }) = section.word("id") else { return String::new() };
        if text.len() > 64
            || !text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        {
            section.source().fault(at, format!("`{text}` is no name"), "use small letters, digits and hyphens");
        }
        if !self.0.insert(text.clone()) {
            section.source().fault(at, format!("the name `{text}` is used twice"), "give each its own name");
        }
        text
    }
}

fn phases(file: &Section<'_, '_>, draft: bool) -> Vec<Phase> {
    let (mut ids, mut prompts) = (Once::default(), Once::default());
    let mut phases: Vec<Phase> = Vec::new();
    let mut places = Vec::new();
    for section in file.sections("phases") {
        let id = PhaseId(ids.id(&section));
        let also = section.words("also");
        phases.push(Phase {
            id,
            name: wording(&section, "name"),
            speak: section.choices("speak", &Role::ALL),
            prompts: section.sections("prompts").into_iter().map(|one| prompt(one, draft, &mut prompts)).collect(),
            deliberation: section.flag("deliberation").unwrap_or(false),
            also: also.iter().map(|word| PhaseId(word.text.clone())).collect(),
            ends: section.flag("ends").unwrap_or(false),
            article: cited(&section),
        });
        places.push((section.at, also));
        section.end();
    }
    check_phases(file.source(), &phases, &places);
    phases
}

fn check_phases(source: &Source<'_>, phases: &[Phase], places: &[(usize, Vec<Word>)]) {
    let known = phases.iter().map(|phase| phase.id.0.as_str()).collect::<Vec<_>>();
    for (phase, (at, also)) in phases.iter().zip(places) {
        for word in also.iter().filter(|word| !known.contains(&word.text.as_str())) {
            source.fault(
                word.at,
                format!("there is no phase `{}`", word.text),
                format!("use one of {}", known.join(", ")),
            );
        }
        if phase.deliberation && !phase.speak.is_empty() {
            source.fault(*at, format!("nobody is heard in the deliberation `{}`", phase.id), "leave `speak` out");
        }
    }
    let reached = reached(phases);
    for (n, (at, _)) in places.iter().enumerate().filter(|(n, _)| !reached.contains(n)) {
        let what = format!("no phase leads to `{}`", phases[n].id);
        source.fault(*at, what, "name it under `also` of an earlier phase, or take `ends` away before it");
    }
}

/// The phases, by their place, that can be come to from the first.
fn reached(phases: &[Phase]) -> BTreeSet<usize> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![0]);
    while let Some(n) = open.pop() {
        let Some(phase) = phases.get(n).filter(|_| reached.insert(n)) else { continue };
        open.extend((!phase.ends).then_some(n + 1));
        open.extend(phase.also.iter().filter_map(|id| phases.iter().position(|other| other.id == *id)));
    }
    reached
}

fn prompt(section: Section<'_, '_>, draft: bool, ids: &mut Once) -> Prompt {
    let prompt = Prompt {
        id: PromptId(ids.id(&section)),
        text: wording(&section, "text"),
        required: section.flag("required").unwrap_or(false),
        draft: draft_of(&section, draft),
        article: cited(&section),
    };
    section.end();
    prompt
}

fn gate(file: &Section<'_, '_>) -> Gate {
    let Some(section) = file.section("gate") else { return Gate::default() };
    let gate = Gate {
        present: section.choices("present", &Role::ALL),
        if_planned: section.choices("if_planned", &Role::ALL),
        article: cited(&section),
    };
    if gate.present.contains(&Role::Observer) || gate.if_planned.contains(&Role::Observer) {
        let what = format!("`{}` cannot be required to open", word_of(&Role::Observer));
        section.source().fault(section.at, what, "observers only watch");
    }
    section.end();
    gate
}

fn limits(file: &Section<'_, '_>) -> Limits {
    let Some(section) = file.must_section("limits", "a table [limits]") else { return Procedure::plain().limits };
    let limits = Limits {
        component_points: section.number("component_points", 0..=50),
        continuity_s: section.number("continuity_s", 5..=600),
        device_off_s: section.number("device_off_s", 1..=3600),
        observer_delay_s: section.number("observer_delay_s", 0..=MAX_OBSERVER_DELAY_S),
        suspension_days: section.number("suspension_days", 1..=365),
    };
    section.end();
    limits
}

fn eligibility(file: &Section<'_, '_>, draft: bool) -> Vec<Criterion> {
    let mut ids = Once::default();
    let mut criterion = |section: Section<'_, '_>| {
        let criterion = Criterion {
            id: ids.id(&section),
            text: wording(&section, "text"),
            bars: section.flag("bars").unwrap_or(false),
            draft: draft_of(&section, draft),
            article: cited(&section),
        };
        section.end();
        criterion
    };
    file.sections("eligibility").into_iter().map(&mut criterion).collect()
}

fn minutes(file: &Section<'_, '_>) -> Option<MinutesRule> {
    let section = file.section("minutes")?;
    let rule = MinutesRule {
        read_hours: section.number("read_hours", 1..=24),
        heading: wording(&section, "heading"),
        title: wording(&section, "title"),
        article: cited(&section),
    };
    section.end();
    Some(rule)
}

fn texts(file: &Section<'_, '_>, draft: bool) -> Texts {
    let Some(section) = file.must_section("texts", "a table [texts]") else { return Texts::default() };
    let text = |key| template(&section, key, draft);
    let texts = Texts {
        rules: text("rules"),
        declaration: text("declaration"),
        suspension: text("suspension"),
        postponement: text("postponement"),
        certificate_title: text("certificate_title"),
        certificate_complete: text("certificate_complete"),
        certificate_gaps: text("certificate_gaps"),
        certificate_signature: text("certificate_signature"),
    };
    section.end();
    texts
}

fn template(section: &Section<'_, '_>, key: &'static str, draft: bool) -> Template {
    let Some(both) = section.must_section(key, BOTH) else { return Template::default() };
    let [vi, en] = ["vi", "en"].map(|language| {
        let Some(Word { text, at }) = both.word(language) else { return String::new() };
        for place in places(&text).filter(|place| !PLACES.contains(place)) {
            let remedy = format!("use one of {{{}}}", PLACES.join("}, {"));
            both.source().fault(at, format!("nothing is filled in for {{{place}}}"), remedy);
        }
        text
    });
    let template = Template { vi, en, draft: draft_of(&both, draft) };
    both.end();
    template
}

/// What stands in braces.
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(place, _)| place)
}
