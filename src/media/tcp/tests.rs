#![allow(clippy::unwrap_used)]

use super::*;
use crate::remote::Connection;
use proptest::prelude::*;
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const SECOND: i64 = 1_000_000;

fn framed(datagrams: &[Vec<u8>]) -> Vec<u8> {
    let frame = |datagram: &Vec<u8>| [&u16::try_from(datagram.len()).unwrap().to_be_bytes()[..], datagram].concat();
    datagrams.iter().flat_map(frame).collect()
}

/// Reads a stream that comes in pieces, as the worker does: what came before in front, a piece behind it.
fn read(pieces: impl IntoIterator<Item = Vec<u8>>) -> (Vec<Vec<u8>>, Result<(), TooLong>) {
    let (mut partial, mut room, mut came) = (Partial::default(), vec![0; 65_536], Vec::new());
    for piece in pieces {
        let held = partial.resume(&mut room);
        assert!(held < HEADER + MAX_FRAME, "a whole frame was held back");
        room[held..held + piece.len()].copy_from_slice(&piece);
        let mut frames = Frames::new(&mut room[..held + piece.len()]);
        loop {
            match frames.next_frame() {
                Ok(Some(frame)) => came.push(frame.to_vec()),
                Ok(None) => break,
                Err(too_long) => return (came, Err(too_long)),
            }
        }
        partial.keep(frames.rest());
    }
    (came, Ok(()))
}

fn split(mut bytes: Vec<u8>, cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    for cut in cuts {
        let rest = bytes.split_off((*cut).min(bytes.len()));
        pieces.push(std::mem::replace(&mut bytes, rest));
    }
    // Whatever is left in pieces that fit into the room.
    pieces.extend(bytes.chunks(20_000).map(<[u8]>::to_vec));
    pieces
}

fn some_bytes(max: usize) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..max)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_is_the_same_however_it_is_cut(
        datagrams in proptest::collection::vec(some_bytes(MAX_FRAME + 1), 0..40),
        cuts in proptest::collection::vec(0..3000_usize, 0..60),
    ) {
        let (came, end) = read(split(framed(&datagrams), &cuts));
        let sent: Vec<_> = datagrams.into_iter().filter(|datagram| !datagram.is_empty()).collect();
        prop_assert_eq!((came, end), (sent, Ok(())));
    }

    #[test]
    fn any_bytes_are_frames_or_an_end(bytes in some_bytes(20_000), cuts in proptest::collection::vec(0..500_usize, 0..60)) {
        let (came, _) = read(split(bytes, &cuts));
        prop_assert!(came.iter().all(|frame| (1..=MAX_FRAME).contains(&frame.len())));
    }

    #[test]
    fn what_is_refused_leaves_nothing_and_the_rest_stays_whole(
        sends in proptest::collection::vec((some_bytes(MAX_FRAME), any::<bool>(), 0..4000_usize), 0..400),
    ) {
        let (mut backlog, mut kept, mut out) = (Backlog::default(), Vec::new(), Vec::new());
        for (datagram, picture, taken) in sends {
            if backlog.push(0, &datagram, picture) {
                kept.push(datagram);
            }
            let taken = taken.min(backlog.waiting().len());
            out.extend_from_slice(&backlog.waiting()[..taken]);
            backlog.took(0, taken);
        }
        out.extend_from_slice(backlog.waiting());
        prop_assert_eq!(out, framed(&kept));
    }
}

#[test]
fn a_length_beyond_a_datagram_ends_the_stream_before_its_bytes_come() {
    let good = framed(&[vec![7; MAX_FRAME]]);
    let hostile = u16::try_from(MAX_FRAME + 1).unwrap().to_be_bytes();
    assert_eq!(read([[&good[..], &hostile].concat()]), (vec![vec![7; MAX_FRAME]], Err(TooLong)));
    assert_eq!(read([vec![0xff], vec![0xff]]).1, Err(TooLong));
}

#[test]
fn a_full_backlog_takes_sound_when_it_takes_no_picture() {
    let mut backlog = Backlog::default();
    let pictures = (0..1000).filter(|_| backlog.push(0, &[1; 1198], true)).count();
    let sounds = (0..1000).filter(|_| backlog.push(0, &[2; 98], false)).count();
    assert_eq!((pictures, sounds), (81, (128 * 1024 - 81 * 1200) / 100));
    backlog.took(0, 40 * 1024);
    assert!(backlog.push(0, &[1; 1198], true), "what was taken makes room");
}

#[test]
fn who_takes_nothing_for_fifteen_seconds_is_stuck() {
    let mut backlog = Backlog::default();
    assert!(!backlog.is_stuck(i64::MAX));
    backlog.push(SECOND, &[1; 100], false);
    backlog.push(10 * SECOND, &[1; 100], false);
    assert!(!backlog.is_stuck(16 * SECOND - 1) && backlog.is_stuck(16 * SECOND));
    backlog.took(15 * SECOND, 0);
    assert!(backlog.is_stuck(16 * SECOND), "nothing is nothing");
    backlog.took(15 * SECOND, 1);
    assert!(!backlog.is_stuck(30 * SECOND - 1) && backlog.is_stuck(30 * SECOND));
    backlog.took(15 * SECOND, 203);
    assert!(!backlog.is_stuck(i64::MAX));
}

fn host(n: u32) -> IpAddr {
    Ipv4Addr::from(0x0a00_0000 + n).into()
}

#[test]
fn an_address_has_few_connections_that_proved_nothing_and_not_many_at_all() {
    let mut admission = Admission::default();
    let mut admit = |n: u64, from| admission.admit(0, Connection(n), from);
    for n in 0..16 {
        assert_eq!(admit(n, host(1)), Ok(None));
    }
    assert_eq!(admit(16, host(1)), Err(Refused::Address));
    assert_eq!(admit(17, host(2)), Ok(None), "another address is not held to account");
    admission.proven(Connection(3));
    assert_eq!(admission.admit(0, Connection(18), host(1)), Ok(None));
    let mut open = 17;
    for n in 100..400 {
        let admitted = admission.admit(0, Connection(n), host(1)).is_ok();
        admission.proven(Connection(n));
        // One of those that wait leaves for each that comes, so that only the number of all counts.
        if n - 100 < 16 {
            admission.proven(Connection(n - 100));
        }
        open += u32::from(admitted);
    }
    assert_eq!(open, 128);
    admission.left(Connection(3), host(1));
    assert_eq!(admission.admit(0, Connection(500), host(1)), Ok(None));
    // A whole /64 is one host; IPv4 in IPv6 is IPv4.
    let v6 = |low: u16| IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, low));
    let six = (0..100).filter(|n| admission.admit(0, Connection(600 + u64::from(*n)), v6(*n)).is_ok()).count();
    assert_eq!(six, 16);
    let mapped = Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped().into();
    assert_eq!(admission.admit(0, Connection(800), mapped), Err(Refused::Address));
}

#[test]
fn the_longest_waiting_makes_room_and_who_proved_itself_does_not() {
    let mut admission = Admission::default();
    assert_eq!(admission.admit(0, Connection(0), host(0)), Ok(None));
    admission.proven(Connection(0));
    for n in 1..=128 {
        assert_eq!(admission.admit(i64::from(n), Connection(u64::from(n)), host(n)), Ok(None));
    }
    assert_eq!(admission.admit(200, Connection(200), host(200)), Ok(Some(Connection(1))));
    admission.left(Connection(1), host(1));
    assert_eq!(admission.overdue(5 * SECOND + 1), None);
    assert_eq!(admission.overdue(5 * SECOND + 2), Some(Connection(2)));
    admission.left(Connection(2), host(2));
    assert_eq!(admission.overdue(5 * SECOND + 2), None);
}

#[test]
fn a_full_worker_takes_nobody() {
    let mut admission = Admission::default();
    for n in 0..1024 {
        assert_eq!(admission.admit(0, Connection(n), host(n as u32)), Ok(None));
        admission.proven(Connection(n));
    }
    assert_eq!(admission.admit(0, Connection(9999), host(9999)), Err(Refused::Full));
    admission.left(Connection(5), host(5));
    assert_eq!(admission.admit(0, Connection(9999), host(9999)), Ok(None));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_left_when_all_have_left(steps in proptest::collection::vec((0..4_u8, 0..6_u32, any::<u8>()), 0..600)) {
        let (mut admission, mut open, mut next) = (Admission::default(), Vec::<(Connection, IpAddr)>::new(), 0);
        for (what, from, which) in steps {
            let at = usize::from(which) % open.len().max(1);
            match what {
                0 | 1 => {
                    next += 1;
                    if let Ok(evicted) = admission.admit(0, Connection(next), host(from)) {
                        prop_assert_eq!(evicted, None);
                        open.push((Connection(next), host(from)));
                    }
                }
                2 if !open.is_empty() => admission.proven(open[at].0),
                _ if !open.is_empty() => {
                    let (connection, from) = open.swap_remove(at);
                    admission.left(connection, from);
                }
                _ => {}
            }
        }
        let names: HashSet<_> = open.iter().map(|(connection, _)| *connection).collect();
        prop_assert_eq!(names.len(), open.len());
        for (connection, from) in open {
            admission.left(connection, from);
        }
        prop_assert_eq!(format!("{admission:?}"), format!("{:?}", Admission::default()));
    }
}
