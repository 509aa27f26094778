//! Somebody receives later: all that was routed to them when it happened, that much later, and nothing else.

use super::*;

const LATER: TransportKey = TransportKey(3);
const DELAY: Duration = Duration::from_millis(700);

async fn viewer(hearing: &HearingPlane, t: TransportKey, offered: (u32, String)) -> Peer {
    let identity = Identity::generate(Instant::now()).unwrap();
    hearing.down_answer(t, offered.0, answer(&identity)).await.unwrap();
    let mut viewer = Peer::new(identity, &offered.1);
    viewer.connect();
    viewer
}

/// So many payloads, each with when it came; the ceiling is against hanging.
fn listen(viewer: &mut Peer, count: usize) -> Vec<(Instant, Vec<u8>)> {
    let (mut heard, until) = (Vec::new(), Instant::now() + Duration::from_secs(20));
    while heard.len() < count && Instant::now() < until {
        heard.extend(viewer.step().map(|packet| (Instant::now(), payload(&packet).to_vec())));
    }
    heard
}

#[tokio::test]
async fn what_is_routed_arrives_later_and_what_is_not_never() {
    let (plane, mut events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let mut publisher = publish(&hearing, UP, TRACK).await;
    let route = |t| vec![PlaneRoute { source: TRACK, sink: PlaneSink::Transport(t) }];
    hearing.down(DOWN, Duration::ZERO).await.unwrap();
    hearing.connect(route(DOWN)).await.unwrap();
    let (number, sdp, _) = next_offer(&mut events).await;
    let mut live = viewer(&hearing, DOWN, (number, sdp)).await;
    hearing.down(LATER, DELAY).await.unwrap();

    let say = |publisher: &mut Peer, live: &mut Peer, text: &[u8]| {
        let at = Instant::now();
        publisher.speak(text);
        let heard: Vec<Vec<u8>> = listen(live, 1).into_iter().map(|(_, text)| text).collect();
        assert_eq!(heard, [text.to_vec()], "for everybody else it is not kept");
        at
    };
    say(&mut publisher, &mut live, b"before");
    hearing.connect(route(LATER)).await.unwrap();
    // Sections are agreed on before anything flows there.
    let (number, sdp, _) = next_offer(&mut events).await;
    let mut later = viewer(&hearing, LATER, (number, sdp)).await;
    let said = say(&mut publisher, &mut live, b"routed");
    hearing.cut(route(LATER)).await.unwrap();
    say(&mut publisher, &mut live, b"cut");
    hearing.connect(route(LATER)).await.unwrap();
    say(&mut publisher, &mut live, b"routed again");
    let heard = listen(&mut later, 2);
    assert_eq!(heard.iter().map(|(_, text)| &text[..]).collect::<Vec<_>>(), [&b"routed"[..], b"routed again"]);
    assert!(heard[0].0 >= said + DELAY, "{:?}", heard[0].0 - said);

    // How the publisher's line is, the live router alone says.
    let (mut looks, until) = (0, Instant::now() + Duration::from_secs(20));
    while looks < 2 {
        assert!(Instant::now() < until, "nothing is said of the lines");
        say(&mut publisher, &mut live, b"more");
        std::thread::sleep(Duration::from_millis(20));
        while let Ok(event) = events.try_recv() {
            let PlaneEvent::Lines { lines, .. } = event else { continue };
            let of_publisher = lines.iter().filter(|line| line.transport == UP).count();
            assert!(of_publisher <= 1, "{lines:?}");
            looks += of_publisher;
        }
    }

    // Who leaves takes the tape along; who comes after gets nothing of what was on it.
    say(&mut publisher, &mut live, b"while nobody is there");
    hearing.close(LATER).await.unwrap();
    hearing.down(LATER, DELAY).await.unwrap();
    hearing.connect(route(LATER)).await.unwrap();
    let (number, sdp, _) = next_offer(&mut events).await;
    let mut later = viewer(&hearing, LATER, (number, sdp)).await;
    say(&mut publisher, &mut live, b"for the next");
    assert_eq!(listen(&mut later, 1).iter().map(|(_, text)| &text[..]).collect::<Vec<_>>(), [b"for the next"]);
}
