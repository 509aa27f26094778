//! Where the router puts what is to be sent: the boundary between the sans-IO router and the worker's sockets.

use crate::plane::TransportKey;
use assize_rtp::tap::TapItem;

/// Filled by the router, emptied by the worker (or by a test). Nothing here may allocate per packet.
pub trait Outbox {
    /// One RTP packet: `header` is complete (with extensions), `payload` follows it on the wire. `seq` is the stream's
    /// own 64-bit sequence number; its upper part is the SRTP rollover counter, so nothing is guessed.
    fn rtp(&mut self, to: TransportKey, seq: u64, header: &[u8], payload: &[u8]);

    /// One RTCP compound in the clear.
    fn rtcp(&mut self, to: TransportKey, compound: &[u8]);

    /// For the recorder of the router's hearing.
    fn tap(&mut self, item: TapItem);

    /// Whether the recorder's queue sheds video now.
    fn tap_full(&self) -> bool;
}
