//! The four requests of TURN, once they are authentic: a new allocation, its life, permissions and channels.

use super::Now;
use super::allocation::{Allocation, Unbound};
use super::limits::Place;
use super::peers::{Family, PeerId};
use super::session::{Action, Answer, Pending, Refused, Session, address, answer};
use super::stun::{Request, Seal};
use super::{Relay, credential::stated};
use rtc_stun::attributes::{
    ATTR_CHANNEL_NUMBER, ATTR_EVEN_PORT, ATTR_LIFETIME, ATTR_REQUESTED_ADDRESS_FAMILY, ATTR_REQUESTED_TRANSPORT,
    ATTR_RESERVATION_TOKEN, ATTR_XOR_PEER_ADDRESS, ATTR_XOR_RELAYED_ADDRESS, ATTR_XORMAPPED_ADDRESS, AttrType,
};
use rtc_stun::error_code::{
    CODE_ADDR_FAMILY_NOT_SUPPORTED, CODE_ALLOC_MISMATCH, CODE_ALLOC_QUOTA_REACHED, CODE_BAD_REQUEST, CODE_FORBIDDEN,
    CODE_INSUFFICIENT_CAPACITY, CODE_PEER_ADDR_FAMILY_MISMATCH, CODE_UNSUPPORTED_TRANS_PROTO,
};
use rtc_stun::message::CLASS_SUCCESS_RESPONSE;
use std::net::SocketAddr;
use std::time::Duration;

/// Of REQUESTED-TRANSPORT: the number of UDP among IP's protocols.
const UDP: u8 = 17;
/// RFC 8656 sections 18.11 and 18.12, which `rtc-stun` does not know.
const ATTR_ADDITIONAL_ADDRESS_FAMILY: AttrType = AttrType(0x8000);
const ATTR_ADDRESS_ERROR_CODE: AttrType = AttrType(0x8001);

impl Session {
    /// RFC 8656 section 7.2. The answer waits for a socket.
    pub(super) fn allocate(&mut self, request: Request, seal: Seal, username: String, now: Now) -> Action {
        match self.admitted(&request, &username, now) {
            Ok((family, place)) => {
                self.pending = Some(Pending { request, seal, username, family, place });
                Action::Open(family)
            }
            Err(refused) => self.refuse(&request, Some(&seal), refused, now),
        }
    }

    fn admitted(&self, request: &Request, username: &str, now: Now) -> Result<(Family, Place), Refused> {
        let refused = |code| Refused(code, "relay_refused");
        if self.allocation.is_some() || self.pending.is_some() {
            return Err(refused(CODE_ALLOC_MISMATCH));
        }
        match request.get(ATTR_REQUESTED_TRANSPORT) {
            Some([UDP, _, _, _]) => {}
            Some([_, _, _, _]) => return Err(refused(CODE_UNSUPPORTED_TRANS_PROTO)),
            _ => return Err(refused(CODE_BAD_REQUEST)),
        }
        let asked = (request.has(ATTR_RESERVATION_TOKEN), request.has(ATTR_EVEN_PORT));
        let family = request.get(ATTR_REQUESTED_ADDRESS_FAMILY);
        match (asked, family.is_some(), request.has(ATTR_ADDITIONAL_ADDRESS_FAMILY)) {
            ((true, true), ..)
            | ((true, _), true, _)
            | (_, true, true)
            | ((_, true), _, true)
            | ((true, _), _, true) => {
                return Err(refused(CODE_BAD_REQUEST));
            }
            // No port is ever reserved, and none is chosen by its number.
            ((true, _), ..) | ((_, true), ..) => return Err(refused(CODE_INSUFFICIENT_CAPACITY)),
            _ => {}
        }
        let family = match family {
            None | Some([1, ..]) => Family::V4,
            Some([2, ..]) => Family::V6,
            Some(_) => return Err(refused(CODE_ADDR_FAMILY_NOT_SUPPORTED)),
        };
        self.relay.peers.of(family).ok_or_else(|| refused(CODE_ADDR_FAMILY_NOT_SUPPORTED))?;
        let who = stated(username).map_or(username, |(_, who)| who);
        let place = self.relay.book.place(who, now.at).ok_or(Refused(CODE_ALLOC_QUOTA_REACHED, "relay_quota"))?;
        Ok((family, place))
    }

    /// The socket that was asked for has this port, or there is none.
    pub(super) fn opened(&mut self, port: Option<u16>, now: Now) -> Action {
        let Some(Pending { request, seal, username, family, place }) = self.pending.take() else {
            return Action::Nothing;
        };
        // Peers beyond this machine cannot send to it: the announced address is there to be shown.
        let relayed =
            self.relay.peers.of(family).zip(port).map(|(peer, port)| SocketAddr::new(peer.announced.ip(), port));
        let Some(relayed) = relayed else {
            let refused = Refused(CODE_INSUFFICIENT_CAPACITY, "relay_capacity");
            return self.refuse(&request, Some(&seal), refused, now);
        };
        let allocation = self.allocation.insert(Allocation::new(username, family, place, now));
        let (lifetime, source) = (allocation.until() - now.at, self.source);
        let wants_more = request.has(ATTR_ADDITIONAL_ADDRESS_FAMILY);
        answer(request.reply(CLASS_SUCCESS_RESPONSE, Some(&seal), |message| {
            address(message, ATTR_XOR_RELAYED_ADDRESS, relayed)?;
            address(message, ATTR_XORMAPPED_ADDRESS, source)?;
            message.add(ATTR_LIFETIME, &seconds(lifetime));
            if wants_more {
                // Family, reserved, class 4, number 40: no second address is given.
                message.add(ATTR_ADDRESS_ERROR_CODE, &[Family::V6 as u8, 0, 4, 40]);
            }
            Some(())
        }))
    }

    /// RFC 8656 section 8.2.
    pub(super) fn refresh(&mut self, request: &Request, seal: &Seal, now: Now) -> Answer {
        let mismatch = Refused(CODE_ALLOC_MISMATCH, "");
        let Some(allocation) = &mut self.allocation else { return Err(mismatch) };
        if request
            .get(ATTR_REQUESTED_ADDRESS_FAMILY)
            .is_some_and(|asked| asked.first() != Some(&(allocation.family as u8)))
        {
            return Err(Refused(CODE_PEER_ADDR_FAMILY_MISMATCH, "relay_refused"));
        }
        let mut left = Duration::ZERO;
        if request.get(ATTR_LIFETIME) != Some(&[0; 4]) {
            left = allocation.refresh(now);
        }
        if left.is_zero() {
            self.release(now);
        }
        Ok(answer(request.reply(CLASS_SUCCESS_RESPONSE, Some(seal), |message| {
            message.add(ATTR_LIFETIME, &seconds(left));
            Some(())
        })))
    }

    /// RFC 8656 section 10.2. A permission is for an address; but it is given only with a port that is a peer's.
    pub(super) fn permit(&mut self, request: &Request, seal: &Seal, now: Now) -> Answer {
        let Some(allocation) = &mut self.allocation else { return Err(Refused(CODE_ALLOC_MISMATCH, "")) };
        let bad = || Refused(CODE_BAD_REQUEST, "relay_bad_message");
        let addresses = request.addresses(ATTR_XOR_PEER_ADDRESS).filter(|all| !all.is_empty()).ok_or_else(bad)?;
        for address in &addresses {
            reachable(&self.relay, allocation, *address)?;
        }
        for address in addresses {
            if !allocation.permit(address.ip(), now) {
                return Err(Refused(CODE_INSUFFICIENT_CAPACITY, "relay_capacity"));
            }
        }
        Ok(answer(request.reply(CLASS_SUCCESS_RESPONSE, Some(seal), |_| Some(()))))
    }

    /// RFC 8656 section 12.2.
    pub(super) fn bind(&mut self, request: &Request, seal: &Seal, now: Now) -> Answer {
        let Some(allocation) = &mut self.allocation else { return Err(Refused(CODE_ALLOC_MISMATCH, "")) };
        let bad = || Refused(CODE_BAD_REQUEST, "relay_bad_message");
        let number = match request.get(ATTR_CHANNEL_NUMBER) {
            Some([a @ 0x40..=0x4f, b, _, _]) => u16::from_be_bytes([*a, *b]),
            _ => return Err(bad()),
        };
        let addresses = request.addresses(ATTR_XOR_PEER_ADDRESS);
        let address = addresses.and_then(|all| all.first().copied()).ok_or_else(bad)?;
        let peer = reachable(&self.relay, allocation, address)?;
        let full = || Refused(CODE_INSUFFICIENT_CAPACITY, "relay_capacity");
        allocation.bind(number, peer, now).map_err(|unbound| match unbound {
            Unbound::Taken => bad(),
            Unbound::Full => full(),
        })?;
        if !allocation.permit(address.ip(), now) {
            return Err(full());
        }
        Ok(answer(request.reply(CLASS_SUCCESS_RESPONSE, Some(seal), |_| Some(()))))
    }
}

/// The peer at an address, if the allocation may reach it.
fn reachable(relay: &Relay, allocation: &Allocation, address: SocketAddr) -> Result<PeerId, Refused> {
    let forbidden = || Refused(CODE_FORBIDDEN, "relay_forbidden_peer");
    let peer = relay.peers.find(address).ok_or_else(forbidden)?;
    if Family::of(address.ip()) != allocation.family {
        return Err(Refused(CODE_PEER_ADDR_FAMILY_MISMATCH, "relay_refused"));
    }
    Ok(peer)
}

fn seconds(time: Duration) -> [u8; 4] {
    u32::try_from(time.as_secs()).unwrap_or_default().to_be_bytes()
}
