//! AES-CM with HMAC-SHA1-80 through `rtc-srtp`, for clients without GCM. It copies; that is the price of being old.

use super::{BadKeys, MAX_STREAMS, Master, Refused};
use rtc_crypto::{RTCCryptoProvider, default_provider};
use rtc_srtp::context::Context;
use rtc_srtp::option::{srtcp_replay_protection, srtp_replay_protection};
use rtc_srtp::protection_profile::ProtectionProfile;
use std::sync::Arc;

/// One direction. A context of `rtc-srtp` keeps state of every SSRC it is shown, authentic or not, so inbound streams
/// get a context each, kept only once it has opened something.
pub(super) struct Cm {
    provider: Arc<dyn RTCCryptoProvider>,
    master: Master,
    streams: Vec<(u32, bool, Context)>,
    out: Context,
}

impl std::fmt::Debug for Cm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cm").field("streams", &self.streams.len()).finish_non_exhaustive()
    }
}

fn context(provider: &dyn RTCCryptoProvider, master: &Master) -> Result<Context, BadKeys> {
    Context::new(
        &master.key,
        &master.salt,
        ProtectionProfile::Aes128CmHmacSha1_80,
        Some(srtp_replay_protection(1024)),
        Some(srtcp_replay_protection(256)),
        provider.crypto(),
    )
    .map_err(|_| BadKeys)
}

impl Cm {
    pub(super) fn new(master: &Master) -> Result<Self, BadKeys> {
        let provider = default_provider().map_err(|_| BadKeys)?;
        let out = context(&*provider, master)?;
        Ok(Self { provider, master: master.clone(), streams: Vec::new(), out })
    }

    /// Opens an RTP packet (`rtcp` false) or a compound; writes the plain text over `packet`.
    pub(super) fn open(&mut self, ssrc: u32, rtcp: bool, packet: &mut [u8]) -> Result<usize, Refused> {
        let open = |context: &mut Context, packet: &[u8]| {
            let plain = if rtcp { context.decrypt_rtcp(packet) } else { context.decrypt_rtp(packet) };
            plain.map_err(|_| Refused::Forged)
        };
        let known = self.streams.iter_mut().find(|(s, kind, _)| *s == ssrc && *kind == rtcp);
        let plain = if let Some((_, _, context)) = known {
            open(context, packet)?
        } else {
            if self.streams.len() >= 2 * MAX_STREAMS {
                return Err(Refused::Streams);
            }
            let mut fresh = context(&*self.provider, &self.master).map_err(|_| Refused::Forged)?;
            let plain = open(&mut fresh, packet)?;
            self.streams.push((ssrc, rtcp, fresh));
            plain
        };
        let room = packet.get_mut(..plain.len()).ok_or(Refused::Shape)?;
        room.copy_from_slice(&plain);
        Ok(plain.len())
    }

    /// Seals `packet[..len]` and returns the new length.
    pub(super) fn seal(&mut self, rtcp: bool, packet: &mut [u8], len: usize) -> Option<usize> {
        let plain = packet.get(..len)?;
        let sealed = if rtcp { self.out.encrypt_rtcp(plain) } else { self.out.encrypt_rtp(plain) }.ok()?;
        packet.get_mut(..sealed.len())?.copy_from_slice(&sealed);
        Some(sealed.len())
    }
}
