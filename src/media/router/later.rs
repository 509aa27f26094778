//! What a router has to say to one that plays later what this one plays now, and that one to it.

use super::up::Binding;
use super::{Router, Wanted};
use crate::plane::TransportKey;
use assize_rtp::tap::TrackKey;

/// What an SSRC of an *up* transport carries: clients name it in their first packets only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    ssrc: u32,
    track: TrackKey,
    layer: u8,
    rtx: bool,
}

impl Router {
    /// Sections of a *down* transport that carry nothing now.
    #[must_use]
    pub fn spare(&self, t: TransportKey) -> Wanted {
        let mut spare = Wanted::default();
        let sections = self.downs.get(&t).map_or(&[][..], |down| &down.sections);
        for section in sections.iter().filter(|section| section.track.is_none() && !section.described.rejected) {
            *(if section.described.audio { &mut spare.audio } else { &mut spare.video }) += 1;
        }
        spare
    }

    /// Whether a published track is one of sound.
    #[must_use]
    pub fn is_audio(&self, track: TrackKey) -> Option<bool> {
        let track = self.tracks[*self.places.get(&track)?].as_ref()?;
        track.source.as_ref().map(|source| source.audio)
    }

    /// Whether a route leads from the track to the transport.
    #[must_use]
    pub fn leads(&self, track: TrackKey, t: TransportKey) -> bool {
        let known = self.places.get(&track).and_then(|place| self.tracks[*place].as_ref());
        known.is_some_and(|track| track.waiting.contains(&t) || track.legs.iter().any(|leg| leg.to == t))
    }

    /// What is known of the SSRCs of an *up* transport.
    #[must_use]
    pub fn known(&self, t: TransportKey) -> Vec<Known> {
        let bindings = self.ups.get(&t).map_or(&[][..], |up| &up.bindings);
        let known = |binding: &Binding| {
            let track = self.tracks.get(binding.track)?.as_ref()?.key;
            Some(Known { ssrc: binding.ssrc, track, layer: binding.layer, rtx: binding.rtx })
        };
        bindings.iter().filter_map(known).collect()
    }

    /// Takes it over, for tracks that the transport publishes here.
    pub fn learn(&mut self, t: TransportKey, known: &[Known]) {
        let Some(up) = self.ups.get_mut(&t) else { return };
        for Known { ssrc, track, layer, rtx } in known.iter().copied() {
            let Some(place) = self.places.get(&track).copied() else { continue };
            let published = up.sections.iter().any(|section| section.track == place);
            if let Some(track) = self.tracks[place].as_mut().filter(|_| published) {
                track.bound(up.keep(Binding { ssrc, track: place, layer, rtx }));
            }
        }
    }
}
