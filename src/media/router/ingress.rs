//! What comes in: media from publishers, reports and requests from both sides.

use super::clock;
use super::cursor::Placed;
use super::gaps::SOUND_US;
use super::leg::Cap;
use super::outgoing::Asked;
use super::reception::SourceReport;
use super::redundancy;
use super::ring::Meta;
use super::track::{Carries, Source};
use super::{Router, Shared};
use crate::outbox::Outbox;
use crate::plane::TransportKey;
use assize_rtp::packet::Packet;
use assize_rtp::rtcp::{Compound, Report, Rtcp, SenderReport};

impl Router {
    /// One authenticated RTP packet in the clear, header first. `arrival_us` is the kernel's receive time.
    pub fn rtp(&mut self, now_us: i64, t: TransportKey, packet: &[u8], arrival_us: i64, out: &mut impl Outbox) {
        self.shared.now_us = now_us;
        let stats = &mut self.shared.stats;
        stats.packets_in += 1;
        let Ok(packet) = Packet::parse(packet) else {
            stats.malformed += 1;
            return;
        };
        let Some(up) = self.ups.get_mut(&t) else {
            stats.unknown += 1;
            return;
        };
        if up.arrived(&packet, arrival_us) {
            self.due.feedback(now_us);
        }
        let level = up.level(&packet);
        let binding = match up.bound(packet.ssrc) {
            Some(binding) => binding,
            None => {
                let source = |place: usize| -> Option<&Source> { self.tracks.get(place)?.as_ref()?.source.as_ref() };
                let Some(binding) = up.bind(&packet, source) else {
                    stats.unknown += 1;
                    return;
                };
                if let Some(track) = &mut self.tracks[binding.track] {
                    track.bound(binding);
                }
                binding
            }
        };
        let Some(track) = self.tracks[binding.track].as_mut() else { return };
        let carries = track.source.as_ref().and_then(|source| source.carries(packet.payload_type));
        let meta = |codec| {
            let (layer, timestamp, marker) = (binding.layer, packet.timestamp, packet.marker);
            Meta { layer, ext: 0, timestamp, arrival_us, marker, codec, level }
        };
        match carries {
            Some(Carries::Media(codec)) if !binding.rtx => {
                track.media(packet.seq, meta(codec), packet.payload, &mut self.shared, out);
            }
            Some(Carries::Red(codec, pt)) if !binding.rtx => {
                track.redundant(packet.seq, meta(codec), packet.payload, pt, &mut self.shared, out);
            }
            Some(Carries::Rtx(codec)) if binding.rtx => {
                track.retransmitted(meta(codec), packet.payload, &mut self.shared, out);
            }
            _ => self.shared.stats.unknown += 1,
        }
        if track.has_gap(binding.layer) {
            self.due.gap(now_us);
        }
        if std::mem::take(&mut self.shared.pacing) {
            self.due.pace(now_us);
        }
    }

    /// One authenticated RTCP compound in the clear, from a publisher or a subscriber.
    pub fn rtcp(&mut self, now_us: i64, t: TransportKey, compound: &[u8], arrival_us: i64, out: &mut impl Outbox) {
        self.shared.now_us = now_us;
        for part in Compound::new(compound) {
            match part {
                Ok(Rtcp::SenderReport(report)) => {
                    self.source_report(t, &report, arrival_us, out);
                    report.reports.for_each(|block| self.receiver_report(now_us, t, block));
                }
                Ok(Rtcp::ReceiverReport { reports, .. }) => {
                    reports.for_each(|block| self.receiver_report(now_us, t, block));
                }
                Ok(Rtcp::Nack { media, lost }) => lost.for_each(|seq| self.resend(now_us, t, media, seq, out)),
                Ok(Rtcp::Pli { media }) => self.key_wanted(now_us, t, media, out),
                Ok(Rtcp::Fir(targets)) => targets.for_each(|(media, _)| self.key_wanted(now_us, t, media, out)),
                Ok(Rtcp::Transport(feedback)) => self.transport_told(now_us, t, &feedback),
                Ok(Rtcp::Description(_) | Rtcp::Bye(_) | Rtcp::Other { .. }) => {}
                Err(_) => self.shared.stats.malformed += 1,
            }
        }
    }

    fn source_report(&mut self, t: TransportKey, report: &SenderReport<'_>, arrival_us: i64, out: &mut impl Outbox) {
        let Some(up) = self.ups.get_mut(&t) else { return };
        let Some(binding) = up.bound(report.ssrc).filter(|binding| !binding.rtx) else { return };
        up.clock.report(report.ntp, arrival_us);
        let Some(track) = self.tracks[binding.track].as_mut() else { return };
        let Some(source) = &mut track.source else { return };
        let report = SourceReport { ntp: report.ntp, rtp: report.rtp, arrival_us };
        source.layers[usize::from(binding.layer)].report = Some(report);
        track.recorder.report(track.key, binding.layer, report, out);
    }

    /// Loss of the leg, and round trip by the last sender report the subscriber saw (RFC 3550 section 6.4.1).
    fn receiver_report(&mut self, now_us: i64, t: TransportKey, block: Report) {
        if let Some((place, leg)) = self.leg_of(t, block.ssrc)
            && let Some(track) = &mut self.tracks[place]
        {
            track.legs[leg].out.reported(now_us, block.fraction_lost);
        }
        let Some(down) = self.downs.get_mut(&t).filter(|_| block.last_sr != 0) else { return };
        let now = (clock::ntp(now_us) >> 16) as u32;
        let trip = now.wrapping_sub(block.last_sr).wrapping_sub(block.delay) as i32;
        let trip_us = i64::from(trip) * 1_000_000 / 65_536;
        if (0..5_000_000).contains(&trip_us) {
            down.rtt_us += (trip_us - down.rtt_us) / 4;
        }
    }

    /// The track and leg that a subscriber knows by this SSRC.
    fn leg_of(&self, t: TransportKey, ssrc: u32) -> Option<(usize, usize)> {
        let section = self.downs.get(&t)?.sections.iter().find(|section| section.described.ssrc == ssrc)?;
        let place = section.track?;
        let legs = &self.tracks[place].as_ref()?.legs;
        Some((place, legs.iter().position(|leg| leg.to == t && leg.out.ssrc == ssrc)?))
    }

    fn resend(&mut self, now_us: i64, t: TransportKey, media: u32, seq: u16, out: &mut impl Outbox) {
        let Some((place, leg)) = self.leg_of(t, media) else { return };
        let Some((rtt_us, line)) = self.downs.get(&t).map(|down| (down.rtt_us, down.line)) else { return };
        let Some(track) = self.tracks[place].as_mut() else { return };
        let (Some(source), leg) = (&track.source, &mut track.legs[leg]) else { return };
        // A picture that waits for room goes on with a key frame, which mends all that is lost before it.
        let waits = leg.cap == Cap::Nothing || leg.held && self.shared.lines.at(line).control.holds(now_us);
        if waits && !source.audio {
            return;
        }
        let Some(asked) = leg.out.asked_again(seq, now_us, rtt_us) else { return };
        let Asked { layer, ext, seq, steps, twice } = asked;
        let Some(layer) = source.layers.get(usize::from(layer)) else { return };
        let Some(stored) = layer.ring.get(ext) else {
            // That is normal: the uplink may be recovering it, and then it comes by itself. What is gone never comes.
            if layer.is_gone(ext) {
                self.key_wanted(now_us, t, media, out);
            }
            return;
        };
        if source.audio && now_us - stored.meta.arrival_us > SOUND_US + rtt_us {
            return;
        }
        let Shared { pool, redundant, scratch, stats, lines, .. } = &mut self.shared;
        let payload = match leg.out.made(seq, stored.meta.codec) {
            None => pool.payload(stored),
            Some((earlier, pt)) if redundancy::write(stored, earlier, pt, &layer.ring, pool, redundant) => redundant,
            Some(_) => return,
        };
        let placed = Placed { seq, steps };
        // The same packet under the same number twice would be of no use: sound has no stream for retransmissions.
        for _ in 0..=u8::from(twice && !source.audio) {
            leg.out.number(lines.at(line), now_us, payload.len(), 0);
            if !leg.out.resend(t, placed, &stored.meta, payload, scratch, out) {
                return;
            }
            stats.resent += 1;
            stats.packets_out += 1;
        }
    }

    fn key_wanted(&mut self, now_us: i64, t: TransportKey, media: u32, out: &mut impl Outbox) {
        let Some((place, leg)) = self.leg_of(t, media) else { return };
        let Some(track) = self.tracks[place].as_mut() else { return };
        let leg = &track.legs[leg];
        let Some(layer) = leg.out.cursor.layer().or(leg.choice.want) else { return };
        let Some(source) = track.source.as_mut().filter(|source| !source.audio) else { return };
        if let Some(layer) = source.layers.get_mut(usize::from(layer)) {
            layer.wants_key = true;
        }
        track.request_keys(now_us, &mut self.shared, out);
    }
}
