//! Who gets what: publishing, subscribing, connecting and cutting.

use super::down::{Down, Section};
use super::leg::Leg;
use super::outgoing::Outgoing;
use super::track::{Source, Track};
use super::up::{Binding, Up, UpSection};
use super::{Router, Shared, Wanted};
use crate::negotiated::{Published, Subscribed};
use crate::outbox::Outbox;
use crate::plane::{PlaneRoute, PlaneSink, TransportKey};
use assize_rtp::tap::TrackKey;

impl Router {
    /// What an *up* transport publishes now: the whole of it, so that renegotiating replaces. A track that another
    /// transport published moves here.
    pub fn publish(&mut self, now_us: i64, t: TransportKey, sections: &[Published], out: &mut impl Outbox) {
        self.shared.now_us = now_us;
        let ssrc = self.shared.random() as u32 | 1;
        let mut up = self.ups.remove(&t).unwrap_or_else(|| Up::new(ssrc, now_us));
        up.describe(sections);
        let gone: Vec<usize> = up
            .sections
            .iter()
            .map(|section| section.track)
            .filter(|place| !sections.iter().any(|s| self.places.get(&s.track) == Some(place)))
            .collect();
        for place in gone {
            up.drop_track(place);
            self.end_source(place);
        }
        up.sections.clear();
        for section in sections {
            let place = self.place(section.track);
            self.take_source(place, t, &mut up, section);
            up.sections.push(UpSection { mid: section.mid.clone(), track: place });
            let Some(track) = &mut self.tracks[place] else { continue };
            // Layers name themselves by rid: the order of declared SSRCs would be a guess.
            if let Some((media, rtx)) = section.ssrcs.first().filter(|_| section.rids.is_empty()) {
                bind_declared(&mut up, track, Binding { ssrc: *media, track: place, layer: 0, rtx: false });
                if let Some(rtx) = rtx {
                    bind_declared(&mut up, track, Binding { ssrc: *rtx, track: place, layer: 0, rtx: true });
                }
            }
            if let Some(payload) = section.payloads.first() {
                track.recorder.announce(section.track, payload.codec, now_us, out);
            }
        }
        self.ups.insert(t, up);
        for section in sections {
            self.release_unfit(now_us, section.track, out);
            self.assign(section.track);
            self.tell_waiting(section.track);
            self.retarget(now_us, section.track, out);
        }
    }

    /// Takes legs off sections that take none of the codecs the track has now.
    fn release_unfit(&mut self, now_us: i64, key: TrackKey, out: &mut impl Outbox) {
        let Some(&place) = self.places.get(&key) else { return };
        let Some(track) = &self.tracks[place] else { return };
        let Some(source) = &track.source else { return };
        let unfit = track.legs.iter().filter(|leg| leg.out.answered() && !source.fits(&leg.out));
        let unfit: Vec<(TransportKey, u32)> = unfit.map(|leg| (leg.to, leg.out.ssrc)).collect();
        for (t, ssrc) in unfit {
            self.unbind(place, t, ssrc);
            self.assign_all(now_us, t, out);
        }
    }

    /// What [`Router::wanted`] says of those who wait for the track has changed with its source: a route may be older
    /// than that by any time, and nothing else would make the owner look.
    fn tell_waiting(&mut self, key: TrackKey) {
        let Some(track) = self.places.get(&key).and_then(|place| self.tracks[*place].as_ref()) else { return };
        track.waiting.iter().for_each(|t| self.shared.legs_changed(*t));
    }

    /// Makes `t` the source of the track, keeping what is there if it is the same.
    fn take_source(&mut self, place: usize, t: TransportKey, up: &mut Up, section: &Published) {
        let Some(track) = &mut self.tracks[place] else { return };
        if let Some(source) =
            track.source.as_mut().filter(|source| source.transport == t && source.rids == section.rids)
        {
            source.payloads.clone_from(&section.payloads);
            source.nack = section.nack;
            return;
        }
        if let Some(before) = track.source.as_ref().map(|source| source.transport) {
            let other = if before == t { Some(&mut *up) } else { self.ups.get_mut(&before) };
            if let Some(other) = other {
                other.drop_track(place);
            }
            track.end_source(&mut self.shared);
        }
        track.source = Some(Source::new(self.shared.now_us, t, up.ssrc, section));
    }

    /// The *up* transport is gone. Its tracks end; routes of them stay and flow again once they are published again.
    pub fn unpublish(&mut self, now_us: i64, t: TransportKey, out: &mut impl Outbox) {
        let Some(up) = self.ups.remove(&t) else { return };
        for section in up.sections {
            if let Some(track) = &mut self.tracks[section.track] {
                track.recorder.tell_shed(track.key, now_us, out);
            }
            self.end_source(section.track);
        }
    }

    fn end_source(&mut self, place: usize) {
        if let Some(track) = self.tracks[place].as_mut() {
            let lost: u64 = track.source.iter().flat_map(|source| &source.layers).map(|layer| layer.gaps.lost).sum();
            self.shared.stats.lost += lost;
            track.end_source(&mut self.shared);
        }
        self.drop_idle(place);
    }

    /// The sections of a *down* transport: all of them, in order. To be called when they are offered (payloads empty)
    /// and again when they are answered; a section that is gone frees its leg. A section keeps its SSRCs for life, and
    /// their numbers go on whatever it carries.
    pub fn subscribe(&mut self, now_us: i64, t: TransportKey, sections: &[Subscribed], out: &mut impl Outbox) {
        let name = self.shared.random();
        let lines = &mut self.shared.lines;
        let down = self.downs.entry(t).or_insert_with(|| Down::new(format!("{name:016x}"), lines.add(now_us), now_us));
        let mut before = std::mem::take(&mut down.sections);
        for described in sections {
            let known =
                before.iter().position(|s| s.described.mid == described.mid && s.described.ssrc == described.ssrc);
            let section = match known.map(|at| before.swap_remove(at)) {
                Some(section) => Section { described: described.clone(), ..section },
                None => new_section(described, &mut down.retired, &mut self.shared),
            };
            down.sections.push(section);
        }
        // What is left was taken away.
        let mut unbound: Vec<(usize, u32)> = before.iter().filter_map(|s| Some((s.track?, s.described.ssrc))).collect();
        down.retired.extend(before.into_iter().filter_map(|section| section.idle));
        unbound.extend(self.renegotiated(t));
        for (place, ssrc) in unbound {
            // The stream comes back only if its section is gone.
            let stream = self.unbind(place, t, ssrc);
            if let Some(down) = self.downs.get_mut(&t) {
                down.retired.extend(stream);
            }
        }
        self.assign_all(now_us, t, out);
        // Legs that were only offered until now can begin.
        let sections = self.downs.get(&t).map_or(&[][..], |down| &down.sections);
        for place in sections.iter().filter_map(|section| section.track) {
            if let Some(track) = self.tracks[place].as_mut() {
                track.retarget(now_us, &mut self.shared, out);
            }
        }
        self.shared.legs_changed(t);
    }

    /// Tells streams what was agreed on; gives those whose leg is of no use any more, because the answer rejects the
    /// section or takes none of the track's codecs.
    fn renegotiated(&mut self, t: TransportKey) -> Vec<(usize, u32)> {
        let mut useless = Vec::new();
        let Some(down) = self.downs.get_mut(&t) else { return useless };
        for section in &mut down.sections {
            if let Some(idle) = &mut section.idle {
                idle.renegotiated(&section.described);
            }
            let Some(place) = section.track else { continue };
            let Some(track) = self.tracks[place].as_mut() else { continue };
            let ssrc = section.described.ssrc;
            let Some(leg) = track.legs.iter_mut().find(|leg| leg.to == t && leg.out.ssrc == ssrc) else { continue };
            leg.out.renegotiated(&section.described);
            let unfit = leg.out.answered() && track.source.as_ref().is_some_and(|source| !source.fits(&leg.out));
            if section.described.rejected || unfit {
                useless.push((place, ssrc));
            }
        }
        useless
    }

    /// The *down* transport is gone. Routes to it stay until they are cut.
    pub fn unsubscribe(&mut self, t: TransportKey) {
        if let Some(down) = self.downs.remove(&t) {
            self.shared.lines.remove(down.line);
        }
        for track in self.tracks.iter_mut().flatten() {
            let before = track.legs.len();
            track.legs.retain(|leg| leg.to != t);
            if track.legs.len() < before {
                track.waiting.push(t);
            }
        }
    }

    /// Adds a route. Source and sink may come later.
    pub fn connect(&mut self, now_us: i64, route: PlaneRoute, out: &mut impl Outbox) {
        let place = self.place(route.source);
        let Some(track) = &mut self.tracks[place] else { return };
        match route.sink {
            PlaneSink::Recorder => {
                if !track.recorder.routed {
                    track.recorder.floors = track.source.as_ref().map(Source::floors).unwrap_or_default();
                }
                track.recorder.routed = true;
                if let Some(payload) = track.source.as_ref().and_then(|source| source.payloads.first()) {
                    track.recorder.announce(route.source, payload.codec, now_us, out);
                }
            }
            PlaneSink::Transport(t) => {
                if track.waiting.contains(&t) || track.legs.iter().any(|leg| leg.to == t) {
                    return;
                }
                track.waiting.push(t);
                self.assign(route.source);
                self.shared.legs_changed(t);
            }
        }
        self.retarget(now_us, route.source, out);
    }

    /// Takes a route away. Nothing flows on it from now on, nor is anything sent again; the recorder is told in its
    /// queue. The section is free for another track.
    pub fn cut(&mut self, now_us: i64, route: PlaneRoute, out: &mut impl Outbox) {
        let Some(&place) = self.places.get(&route.source) else { return };
        let Some(track) = &mut self.tracks[place] else { return };
        match route.sink {
            PlaneSink::Recorder => {
                track.recorder.off(route.source, now_us, out);
                track.recorder.routed = false;
            }
            PlaneSink::Transport(t) => {
                let ssrc = track.legs.iter().find(|leg| leg.to == t).map(|leg| leg.out.ssrc);
                if let Some(ssrc) = ssrc {
                    self.unbind(place, t, ssrc);
                }
                if let Some(track) = &mut self.tracks[place] {
                    track.waiting.retain(|waiting| *waiting != t);
                }
                // Its section may serve another track that waits for one.
                self.assign_all(now_us, t, out);
                self.shared.legs_changed(t);
            }
        }
        self.drop_idle(place);
    }

    /// Takes a leg off its section; its route goes on waiting. Gives the stream if the section is gone.
    fn unbind(&mut self, place: usize, t: TransportKey, ssrc: u32) -> Option<Outgoing> {
        let track = self.tracks[place].as_mut()?;
        let at = track.legs.iter().position(|leg| leg.to == t && leg.out.ssrc == ssrc)?;
        let mut stream = track.legs.swap_remove(at).out;
        stream.cursor.forget();
        track.waiting.push(t);
        let sections = self.downs.get_mut(&t).map(|down| &mut down.sections);
        match sections.and_then(|sections| sections.iter_mut().find(|section| section.described.ssrc == ssrc)) {
            Some(section) => {
                (section.track, section.last, section.idle) = (None, Some(track.key), Some(stream));
                None
            }
            None => Some(stream),
        }
    }

    /// Binds the routes of a track that wait for a section to free ones.
    fn assign(&mut self, key: TrackKey) {
        let Some(track) = self.places.get(&key).and_then(|place| self.tracks[*place].as_mut()) else { return };
        let Some(source) = &track.source else { return };
        let (audio, floors) = (source.audio, source.floors());
        let legs = &mut track.legs;
        let place = self.places[&key];
        track.waiting.retain(|t| {
            let Some(down) = self.downs.get_mut(t) else { return true };
            let Some(at) = down.free_for(key, audio, |idle| source.fits(idle)) else { return true };
            let section = &mut down.sections[at];
            let Some(stream) = section.idle.take() else { return true };
            section.track = Some(place);
            legs.push(Leg::new(*t, down.line, down.tiles.get(&key).copied(), stream, floors));
            self.shared.legs_changed(*t);
            false
        });
    }

    fn assign_all(&mut self, now_us: i64, t: TransportKey, out: &mut impl Outbox) {
        let waits = |place: &usize| self.tracks[*place].as_ref().is_some_and(|track| track.waiting.contains(&t));
        let keys: Vec<TrackKey> = self.places.iter().filter(|(_, place)| waits(place)).map(|(key, _)| *key).collect();
        for key in keys {
            self.assign(key);
            self.retarget(now_us, key, out);
        }
    }

    /// How many sections a *down* transport lacks: the control plane then offers more. Tracks that are not published,
    /// or in a codec that the transport has shown not to take, count for nothing.
    #[must_use]
    pub fn wanted(&self, t: TransportKey) -> Wanted {
        let down = self.downs.get(&t);
        let mut wanted = Wanted::default();
        for track in self.tracks.iter().flatten().filter(|track| track.waiting.contains(&t)) {
            let Some(source) = &track.source else { continue };
            let known = |section: &Subscribed| {
                section.payloads.iter().any(|took| source.payloads.iter().any(|payload| payload.codec == took.codec))
            };
            if down.is_none_or(|down| down.would_take(source.audio, known)) {
                *(if source.audio { &mut wanted.audio } else { &mut wanted.video }) += 1;
            }
        }
        wanted
    }

    /// What the sections of a *down* transport carry, in order.
    #[must_use]
    pub fn legs(&self, t: TransportKey) -> Vec<(String, Option<TrackKey>)> {
        let key = |place: usize| self.tracks[place].as_ref().map(|track| track.key);
        let sections = self.downs.get(&t).map_or(&[][..], |down| &down.sections);
        sections.iter().map(|section| (section.described.mid.clone(), section.track.and_then(key))).collect()
    }

    /// The largest tile height in pixels at which the transport shows the track; 0: hidden, nothing is sent.
    pub fn tile(&mut self, now_us: i64, t: TransportKey, track: TrackKey, height: u32, out: &mut impl Outbox) {
        let Some(down) = self.downs.get_mut(&t) else { return };
        down.tile(track, height);
        let Some(place) = self.places.get(&track) else { return };
        if let Some(leg) = self.tracks[*place].iter_mut().flat_map(|track| &mut track.legs).find(|leg| leg.to == t) {
            leg.tile = Some(height);
        }
        self.retarget(now_us, track, out);
    }

    /// Asks the publisher of a track for a key frame of what the recorder carries, or of all that is sent: at most one
    /// request per 300 ms and layer goes out.
    pub fn keyframe(&mut self, now_us: i64, track: TrackKey, out: &mut impl Outbox) {
        let Some(track) = self.places.get(&track).and_then(|place| self.tracks[*place].as_mut()) else { return };
        let carried = track.recorder.cursor.layer().or(track.recorder.choice.want).filter(|_| track.recorder.routed);
        let Some(source) = track.source.as_mut().filter(|source| !source.audio) else { return };
        for (at, layer) in source.layers.iter_mut().enumerate() {
            layer.wants_key |= carried.is_none_or(|carried| usize::from(carried) == at);
        }
        track.request_keys(now_us, &mut self.shared, out);
    }

    fn retarget(&mut self, now_us: i64, key: TrackKey, out: &mut impl Outbox) {
        if let Some(track) = self.places.get(&key).and_then(|place| self.tracks[*place].as_mut()) {
            track.retarget(now_us, &mut self.shared, out);
        }
    }

    /// The place of a track in the table, made if need be.
    fn place(&mut self, key: TrackKey) -> usize {
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let free = self.tracks.iter().position(Option::is_none).unwrap_or(self.tracks.len());
        if free == self.tracks.len() {
            self.tracks.push(None);
        }
        self.tracks[free] = Some(Track::new(key));
        self.places.insert(key, free);
        free
    }

    /// Forgets a track that nobody publishes and no route names.
    fn drop_idle(&mut self, place: usize) {
        if let Some(track) = self.tracks[place].take_if(|track| track.is_idle()) {
            self.places.remove(&track.key);
        }
    }
}

fn bind_declared(up: &mut Up, track: &mut Track, binding: Binding) {
    let known = up.bound(binding.ssrc);
    if known.is_some_and(|known| known == binding) || known.is_some_and(|known| known.track != binding.track) {
        return;
    }
    up.keep(binding);
    track.bound(binding);
}

fn new_section(described: &Subscribed, retired: &mut Vec<Outgoing>, shared: &mut Shared) -> Section {
    let before = retired.iter().position(|stream| stream.ssrc == described.ssrc);
    let stream = match before.map(|at| retired.swap_remove(at)) {
        Some(stream) => stream,
        None => Outgoing::new(described, [(); 3].map(|()| shared.random() as u32)),
    };
    Section { described: described.clone(), track: None, last: None, idle: Some(stream) }
}
