//! The controlling side, as far as a client against an ICE-lite server needs it: for the load tool and the tests.

use super::message::{Credentials, build, crypto};
use rtc_stun::attributes::{
    ATTR_ICE_CONTROLLING, ATTR_MESSAGE_INTEGRITY, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME,
};
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message};

/// A nominating binding request to `remote`. `id` is the transaction's, random.
#[must_use]
pub fn request(local_ufrag: &str, remote: &Credentials, id: [u8; 12]) -> Option<Vec<u8>> {
    let username = format!("{}:{local_ufrag}", remote.ufrag);
    build(BINDING_REQUEST, id, &remote.pwd, |message| {
        message.add(ATTR_USERNAME, username.as_bytes());
        message.add(ATTR_ICE_CONTROLLING, &id[..8]);
        message.add(ATTR_PRIORITY, &1_845_501_695_u32.to_be_bytes());
        message.add(ATTR_USE_CANDIDATE, &[]);
        Some(())
    })
}

/// Whether `datagram` is the success response to request `id`.
#[must_use]
pub fn is_success(datagram: &[u8], remote: &Credentials, id: [u8; 12]) -> bool {
    let mut message = Message { raw: datagram.to_vec(), ..Message::default() };
    let Some(provider) = crypto() else { return false };
    message.decode().is_ok()
        && message.typ == BINDING_SUCCESS
        && message.transaction_id.0 == id
        && message.contains(ATTR_MESSAGE_INTEGRITY)
        && MessageIntegrity::check(&mut message, remote.pwd.as_bytes(), provider.crypto()).is_ok()
}
