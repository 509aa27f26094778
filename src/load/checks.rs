//! Answers to a server's own connectivity checks. Ours makes none; Janus makes them even where it is told to be lite, and LiveKit
//! to whoever comes by WHIP.

use rtc_crypto::default_provider;
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter, TransactionId};
use rtc_stun::xoraddr::XorMappedAddress;
use std::net::SocketAddr;

/// The success response to a binding request from `from`, under our password; `None`: the datagram is something else.
/// The sender is not made sure of: our sockets hear their own server only.
pub(crate) fn answer(datagram: &[u8], from: SocketAddr, pwd: &str) -> Option<Vec<u8>> {
    if !matches!(datagram, [0, 1, ..]) {
        return None;
    }
    let mut request = Message { raw: datagram.to_vec(), ..Message::default() };
    request.decode().ok().filter(|()| request.typ == BINDING_REQUEST)?;
    let mut answer = Message::new();
    answer.build(&[Box::new(BINDING_SUCCESS), Box::new(TransactionId(request.transaction_id.0))]).ok()?;
    XorMappedAddress { ip: from.ip(), port: from.port() }.add_to(&mut answer).ok()?;
    let provider = default_provider().ok()?;
    let integrity = MessageIntegrity::new_short_term_integrity_with_provider(pwd.to_owned(), provider.crypto());
    integrity.add_to(&mut answer).ok()?;
    FINGERPRINT.add_to(&mut answer).ok()?;
    Some(answer.raw)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use assize_media::ice::{Credentials, client};

    #[test]
    fn a_check_is_answered_as_its_sender_expects() {
        let ours = Credentials::from_random(&[7; 24]);
        let (id, from) = ([9; 12], "192.0.2.1:4000".parse().unwrap());
        let request = client::request("theirs", &ours, id).unwrap();
        let reply = answer(&request, from, &ours.pwd).unwrap();
        assert!(client::is_success(&reply, &ours, id));
        assert!(!client::is_success(&reply, &Credentials::from_random(&[8; 24]), id), "another password");
        assert_eq!(answer(&reply, from, &ours.pwd), None, "a response is no request");
        assert_eq!(answer(&[22, 254, 253], from, &ours.pwd), None);
    }
}
