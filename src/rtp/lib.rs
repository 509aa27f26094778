//! RTP, RTCP, header extensions, codec descriptors and key-frame detection: views over bytes, without allocation and
//! without panic, whatever comes.

pub mod tap;
