//! A worker's thread dies: another one takes its place, its hearings' clients come back, and the other workers notice
//! nothing.

use super::super::Command;
use super::*;
use assize_rtp::tap::TapReceiver;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

/// A hearing of one who speaks and one who listens, on record.
struct Place {
    hearing: HearingPlane,
    publisher: Peer,
    viewer: Peer,
    recorder: TapReceiver,
}

/// Keys of transports and tracks are the hearing's number and these.
const SPEAKS: u64 = 1;
const LISTENS: u64 = 2;

/// Makes the transport and a client that receives the hearing's one track.
async fn receive(hearing: &HearingPlane, t: TransportKey, events: &mut UnboundedReceiver<PlaneEvent>) -> (u32, Peer) {
    let route = PlaneRoute { source: TrackKey(hearing.key.0), sink: PlaneSink::Transport(t) };
    hearing.connect(vec![route]).await.unwrap();
    hearing.down(t, Duration::ZERO).await.unwrap();
    let (number, sdp, _) = next_offer(events).await;
    let identity = Identity::generate(Instant::now()).unwrap();
    hearing.down_answer(t, number, answer(&identity)).await.unwrap();
    let mut viewer = Peer::new(identity, &sdp);
    viewer.connect();
    (number, viewer)
}

async fn place(plane: &Plane, key: u64, events: &mut UnboundedReceiver<PlaneEvent>) -> (u32, Place) {
    let hearing = plane.hearing(HearingKey(key));
    let publisher = publish(&hearing, TransportKey(10 * key + SPEAKS), TrackKey(key)).await;
    let (sender, recorder) = tap(1 << 20);
    hearing.recorder(sender).await.unwrap();
    hearing.connect(vec![PlaneRoute { source: TrackKey(key), sink: PlaneSink::Recorder }]).await.unwrap();
    let (number, viewer) = receive(&hearing, TransportKey(10 * key + LISTENS), events).await;
    (number, Place { hearing, publisher, viewer, recorder })
}

fn recorded(recorder: &TapReceiver) -> (usize, Vec<&'static str>) {
    let (mut packets, mut marks) = (0, Vec::new());
    while let Ok(item) = recorder.next(Duration::from_millis(50)) {
        match item {
            TapItem::Packet { .. } => packets += 1,
            TapItem::On { .. } => marks.push("on"),
            TapItem::Off { .. } => marks.push("off"),
            TapItem::SenderReport { .. } | TapItem::Shed { .. } => {}
        }
    }
    (packets, marks)
}

/// The next transports that are told to be gone.
fn gone(events: &mut UnboundedReceiver<PlaneEvent>, count: usize) -> BTreeSet<TransportKey> {
    let (mut gone, end) = (BTreeSet::new(), Instant::now() + Duration::from_secs(20));
    while gone.len() < count {
        assert!(Instant::now() < end, "only {gone:?}");
        match events.try_recv() {
            Ok(PlaneEvent::Gone { transport, .. }) => _ = gone.insert(transport),
            Ok(_) => {}
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
    gone
}

#[tokio::test]
async fn when_a_worker_dies_its_hearings_come_back_and_those_of_another_lose_nothing() {
    let (plane, mut events) = start_with(2);
    let (_, mut other) = place(&plane, 1, &mut events).await;
    let (before, mut hit) = place(&plane, 2, &mut events).await;
    let port = |place: &Place| place.publisher.line.port();
    assert_ne!(port(&other), port(&hit), "on a worker each");
    for place in [&mut other, &mut hit] {
        words(5).iter().for_each(|word| place.publisher.speak(word));
        assert_eq!(place.viewer.listen(5), words(5));
        assert_eq!(recorded(&place.recorder), (5, vec!["on"]));
    }

    // The other hearing is spoken in while the worker dies and is replaced.
    let over = AtomicBool::new(false);
    let (spoken, heard) = std::thread::scope(|scope| {
        let Place { publisher, viewer, .. } = &mut other;
        let over = &over;
        let speaking = scope.spawn(move || {
            let mut spoken = 0_usize;
            while spoken < 100 || !over.load(Ordering::Relaxed) && spoken < 5000 {
                publisher.speak(b"on and on");
                spoken += 1;
                std::thread::sleep(Duration::from_millis(2));
            }
            spoken
        });
        let hearing = scope.spawn(move || viewer.listen(usize::MAX).len());
        hit.hearing.worker.send(hit.hearing.key, Command::Die);
        let lost = gone(&mut events, 2);
        over.store(true, Ordering::Relaxed);
        assert_eq!(lost, BTreeSet::from([TransportKey(21), TransportKey(22)]));
        (speaking.join().unwrap(), hearing.join().unwrap())
    });
    assert_eq!(heard, spoken, "nobody else notices");
    assert_eq!(recorded(&other.recorder), (spoken, vec![]));

    // What is not closed by then is closed to everybody; routes that do not lead to it are as they were.
    assert_eq!(hit.hearing.close(TransportKey(21)).await, Err(MediaError::NoTransport));
    let mut publisher = publish(&hit.hearing, TransportKey(23), TrackKey(2)).await;
    assert_eq!(publisher.line.port(), port(&hit), "on the same port");
    let (after, mut viewer) = receive(&hit.hearing, TransportKey(24), &mut events).await;
    assert!(after > before, "an answer to an offer of then is not taken for one to an offer of now");
    words(5).iter().for_each(|word| publisher.speak(word));
    assert_eq!(viewer.listen(5), words(5));
    assert_eq!(recorded(&hit.recorder), (5, vec!["on"]), "the recorder has its route still");
    let packets: u64 = plane.stats().iter().map(|stats| stats.packets_in).sum();
    assert!(packets >= 10, "counters go on");
}

#[tokio::test]
async fn what_is_no_longer_recorded_after_a_death_is_told_as_off_and_what_waits_in_the_queue_is_done() {
    let (plane, mut events) = start();
    let (_, mut place) = place(&plane, 1, &mut events).await;
    words(5).iter().for_each(|word| place.publisher.speak(word));
    assert_eq!(recorded(&place.recorder), (5, vec!["on"]));
    place.hearing.worker.send(place.hearing.key, Command::Die);
    // Given to the dead one or to its successor: it is carried out.
    let route = PlaneRoute { source: TrackKey(1), sink: PlaneSink::Recorder };
    place.hearing.cut(vec![route]).await.unwrap();
    assert_eq!(gone(&mut events, 2).len(), 2);
    assert_eq!(recorded(&place.recorder), (0, vec!["off"]));
    let mut publisher = publish(&place.hearing, TransportKey(13), TrackKey(1)).await;
    words(5).iter().for_each(|word| publisher.speak(word));
    assert_eq!(recorded(&place.recorder), (0, vec![]), "a cut stays a cut");
}

#[tokio::test]
async fn hearings_go_to_the_worker_that_has_least_to_do() {
    let (plane, _events) = start_with(3);
    let at: Vec<HearingPlane> = (0..6).map(|n| plane.hearing(HearingKey(n))).collect();
    let is_at = |n: usize, m: usize| std::sync::Arc::ptr_eq(&at[n].worker, &at[m].worker);
    assert!((0..3).all(|n| is_at(n, n + 3)), "they take turns while all are idle");
    assert!(!is_at(0, 1) && !is_at(1, 2) && !is_at(0, 2));
    at[4].end().await.unwrap();
    let next = plane.hearing(HearingKey(6));
    assert!(std::sync::Arc::ptr_eq(&next.worker, &at[1].worker), "where there is room");
    assert!(std::sync::Arc::ptr_eq(&plane.hearing(HearingKey(2)).worker, &at[2].worker), "one that is placed stays");
    // Busy is worse than full.
    at[1].worker.shared.pretend_busy(0.6);
    at[2].worker.shared.pretend_busy(0.5);
    at[0].worker.shared.pretend_busy(0.55);
    let next = plane.hearing(HearingKey(7));
    assert!(std::sync::Arc::ptr_eq(&next.worker, &at[2].worker));
}
