//! AES-GCM for SRTP and SRTCP (RFC 7714).

use super::{BadKeys, Master, Profile, word};
use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};

pub(super) const TAG: usize = 16;

/// The session keys of one direction.
#[derive(Debug)]
pub(super) struct Gcm {
    rtp: Half,
    rtcp: Half,
}

#[derive(Debug)]
struct Half {
    key: LessSafeKey,
    salt: [u8; 12],
}

impl Half {
    fn new(key: &[u8], salt: &[u8]) -> Result<Self, BadKeys> {
        let algorithm = if key.len() == 32 { &AES_256_GCM } else { &AES_128_GCM };
        let key = LessSafeKey::new(UnboundKey::new(algorithm, key).map_err(|_| BadKeys)?);
        Ok(Self { key, salt: salt.try_into().map_err(|_| BadKeys)? })
    }

    fn nonce(&self, ssrc: u32, index: u64) -> Nonce {
        let mut nonce = self.salt;
        for (to, from) in nonce[2..6].iter_mut().zip(ssrc.to_be_bytes()) {
            *to ^= from;
        }
        for (to, from) in nonce[6..].iter_mut().zip(&index.to_be_bytes()[2..]) {
            *to ^= from;
        }
        Nonce::assume_unique_for_key(nonce)
    }
}

impl Gcm {
    pub(super) fn new(profile: Profile, master: &Master) -> Result<Self, BadKeys> {
        if (master.key.len(), master.salt.len()) != profile.lengths() {
            return Err(BadKeys);
        }
        let (key, salt) = (&master.key, &master.salt);
        let half = |key_label: u8, salt_label: u8| {
            let session_key = derive(key, salt, key_label, key.len())?;
            Half::new(&session_key, &derive(key, salt, salt_label, 12)?)
        };
        Ok(Self { rtp: half(0, 2)?, rtcp: half(3, 5)? })
    }

    #[cfg(test)]
    pub(super) fn from_session(key: &[u8], salt: &[u8]) -> Result<Self, BadKeys> {
        Ok(Self { rtp: Half::new(key, salt)?, rtcp: Half::new(key, salt)? })
    }

    /// Seals the packet that fills all of `packet` but the last [`TAG`] bytes. `index` is `ROC << 16 | SEQ`.
    pub(super) fn seal_rtp(&self, index: u64, header: usize, packet: &mut [u8]) -> Option<()> {
        let end = packet.len().checked_sub(TAG)?;
        let nonce = self.rtp.nonce(word(packet, 8), index);
        let (aad, rest) = packet.split_at_mut(header);
        let (text, tag) = rest.split_at_mut(end.checked_sub(header)?);
        let made = self.rtp.key.seal_in_place_separate_tag(nonce, Aad::from(&*aad), text).ok()?;
        tag.copy_from_slice(made.as_ref());
        Some(())
    }

    /// Opens in place; `packet` is spoilt if it does not authenticate.
    pub(super) fn open_rtp(&self, index: u64, header: usize, packet: &mut [u8]) -> Option<usize> {
        let nonce = self.rtp.nonce(word(packet, 8), index);
        let (aad, rest) = packet.split_at_mut(header);
        let text = self.rtp.key.open_in_place(nonce, Aad::from(&*aad), rest).ok()?.len();
        Some(header + text)
    }

    /// As [`Gcm::open_rtp`], from `packet` into `out`, leaving `packet` as it is.
    pub(super) fn try_rtp(&self, index: u64, header: usize, packet: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        out.clear();
        out.extend_from_slice(packet);
        self.open_rtp(index, header, out)
    }

    /// Seals the compound that fills all of `packet` but the last 20 bytes.
    pub(super) fn seal_rtcp(&self, index: u32, packet: &mut [u8]) -> Option<()> {
        let end = packet.len().checked_sub(TAG + 4)?;
        let flagged = (index | 1 << 31).to_be_bytes();
        let nonce = self.rtcp.nonce(word(packet, 4), u64::from(index));
        let mut aad = [0; 12];
        aad[..8].copy_from_slice(&packet[..8]);
        aad[8..].copy_from_slice(&flagged);
        let text = packet.get_mut(8..end)?;
        let tag = self.rtcp.key.seal_in_place_separate_tag(nonce, Aad::from(aad), text).ok()?;
        packet[end..end + TAG].copy_from_slice(tag.as_ref());
        packet[end + TAG..].copy_from_slice(&flagged);
        Some(())
    }

    /// Opens a compound in place. `index` was read from its last word.
    pub(super) fn open_rtcp(&self, index: u32, packet: &mut [u8]) -> Option<usize> {
        let end = packet.len().checked_sub(4).filter(|end| *end >= 8 + TAG)?;
        let nonce = self.rtcp.nonce(word(packet, 4), u64::from(index));
        let mut aad = [0; 12];
        aad[..8].copy_from_slice(&packet[..8]);
        aad[8..].copy_from_slice(&packet[end..]);
        let text = self.rtcp.key.open_in_place(nonce, Aad::from(aad), &mut packet[8..end]).ok()?.len();
        Some(8 + text)
    }
}

/// Key derivation (RFC 3711 section 4.3) by AES in counter mode, rate 0; a 12-byte salt is padded to 14 (RFC 7714
/// section 11).
fn derive(key: &[u8], salt: &[u8], label: u8, len: usize) -> Result<Vec<u8>, BadKeys> {
    let algorithm = if key.len() == 32 { &AES_256 } else { &AES_128 };
    let cipher = UnboundCipherKey::new(algorithm, key).and_then(EncryptingKey::ctr).map_err(|_| BadKeys)?;
    let mut iv = [0_u8; 16];
    iv[..salt.len()].copy_from_slice(salt);
    iv[7] ^= label;
    let mut out = vec![0; len];
    cipher.less_safe_encrypt(&mut out, EncryptionContext::Iv128((&iv).into())).map_err(|_| BadKeys)?;
    Ok(out)
}
