//! Clients that UDP does not reach, or not always.

use super::*;
use crate::ice::client::{is_success, request};
use crate::transport::{Class, class};
use std::io::ErrorKind;

const LONG: Duration = Duration::from_secs(30);

async fn published(hearing: &HearingPlane, t: TransportKey) -> (Identity, String) {
    let identity = Identity::generate(Instant::now()).unwrap();
    let sdp = hearing.up(t, offer(&identity), vec![("0".into(), TRACK)]).await.unwrap();
    (identity, sdp)
}

/// A viewer's transport that hears [`TRACK`], not connected yet.
async fn viewer(hearing: &HearingPlane, events: &mut UnboundedReceiver<PlaneEvent>) -> (Identity, String) {
    hearing.connect(vec![PlaneRoute { source: TRACK, sink: PlaneSink::Transport(DOWN) }]).await.unwrap();
    hearing.down(DOWN, Duration::ZERO).await.unwrap();
    let (number, sdp, _) = next_offer(events).await;
    let identity = Identity::generate(Instant::now()).unwrap();
    hearing.down_answer(DOWN, number, answer(&identity)).await.unwrap();
    (identity, sdp)
}

fn dropped(plane: &Plane, why: &str) -> u64 {
    let stats = plane.stats();
    stats.iter().flat_map(|worker| &worker.dropped).filter(|(reason, _)| *reason == why).map(|(_, n)| n).sum()
}

#[tokio::test]
async fn who_has_only_tcp_publishes_and_receives() {
    let (plane, mut events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let (identity, sdp) = published(&hearing, UP).await;
    let mut publisher = Peer::over("tcp", identity, &sdp);
    publisher.connect();
    let (identity, sdp) = viewer(&hearing, &mut events).await;
    let mut viewer = Peer::over("tcp", identity, &sdp);
    viewer.connect();
    for _ in 0..5 {
        for word in words(30) {
            publisher.speak(&word);
        }
        assert_eq!(viewer.listen(30), words(30));
    }
    // Good-bye is heard over TCP too.
    viewer.client.close(now_us());
    viewer.step();
    loop {
        let event = tokio::time::timeout(LONG, events.recv()).await.unwrap().unwrap();
        if let PlaneEvent::Gone { transport, reason, .. } = event {
            break assert_eq!((transport, reason), (DOWN, "closed by the peer"));
        }
    }
}

/// Nominates another line: everything goes there from now on.
fn switch(peer: &mut Peer, description: &str, mut line: Line, id: u8) -> Line {
    let server = sdp::parse(description).unwrap().credentials;
    line.send(&request("them", &server, [id; 12]).unwrap());
    let until = Instant::now() + LONG;
    // Media may overtake the answer on the new line.
    while !line.receive().is_some_and(|datagram| is_success(&datagram, &server, [id; 12])) {
        assert!(Instant::now() < until, "the check was not answered");
    }
    std::mem::replace(&mut peer.line, line)
}

#[tokio::test]
async fn a_client_moves_from_udp_to_tcp_and_back_and_its_session_goes_on() {
    let (plane, mut events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let (identity, up) = published(&hearing, UP).await;
    let mut publisher = Peer::new(identity, &up);
    publisher.connect();
    let (identity, down) = viewer(&hearing, &mut events).await;
    let mut viewer = Peer::new(identity, &down);
    viewer.connect();
    let talk = |publisher: &mut Peer, viewer: &mut Peer| {
        for word in words(20) {
            publisher.speak(&word);
        }
        assert_eq!(viewer.listen(20), words(20));
    };
    talk(&mut publisher, &mut viewer);
    let mut tcp = Line::open(&down, "tcp");
    for round in 0..3 {
        // Both ends at different times, so that each combination is met.
        let udp = switch(&mut viewer, &down, tcp, 10 + round);
        talk(&mut publisher, &mut viewer);
        let over_udp = switch(&mut publisher, &up, Line::open(&up, "tcp"), 20 + round);
        talk(&mut publisher, &mut viewer);
        tcp = switch(&mut viewer, &down, udp, 30 + round);
        talk(&mut publisher, &mut viewer);
        // The publisher's connection is closed by this.
        switch(&mut publisher, &up, over_udp, 40 + round);
        talk(&mut publisher, &mut viewer);
    }
    // A connection that breaks while it is in use: what was heard last before it is sent to.
    let over_udp = switch(&mut viewer, &down, tcp, 50);
    talk(&mut publisher, &mut viewer);
    viewer.line = over_udp;
    let until = Instant::now() + LONG;
    // Without a check of the viewer's, which would nominate.
    while !viewer.line.receive().is_some_and(|datagram| class(&datagram) == Class::Rtp) {
        assert!(Instant::now() < until, "nothing comes after the connection broke");
        publisher.speak(b"back");
    }
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(event, PlaneEvent::Gone { .. }));
    }
}

/// Whether the server closes the connection, having said nothing.
fn is_closed(mut stream: &TcpStream) -> bool {
    stream.set_read_timeout(Some(LONG)).unwrap();
    match stream.read(&mut [0; 100]) {
        Ok(len) => len == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[tokio::test]
async fn a_connection_that_does_not_begin_with_an_authentic_check_is_closed_unanswered() {
    let (plane, _events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let (_, sdp) = published(&hearing, UP).await;
    let server = sdp::parse(&sdp).unwrap().credentials;
    let to = candidate(&sdp, "tcp");
    let silent = TcpStream::connect(to).unwrap();
    let stranger = Credentials::from_random(&[77; 24]);
    let forged = Credentials { pwd: stranger.pwd.clone(), ..server.clone() };
    let frame = |datagram: &[u8]| [&u16::try_from(datagram.len()).unwrap().to_be_bytes()[..], datagram].concat();
    let check = |credentials: &Credentials| frame(&request("them", credentials, [3; 12]).unwrap());
    let hello = {
        let identity = Identity::generate(Instant::now()).unwrap();
        let mut client =
            crate::dtls::Association::new(&identity, crate::dtls::Role::Client, Some(identity.fingerprint()), 0);
        client.timeout(0);
        frame(&client.poll().unwrap())
    };
    let bad = [
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        vec![0xff; 2],
        frame(&[0x80; 40]),
        frame(b"\x00\x01"),
        hello,
        check(&stranger),
        check(&forged),
    ];
    for (n, bad) in bad.iter().enumerate() {
        let waiting = TcpStream::connect(to).unwrap();
        let mut stream = TcpStream::connect(to).unwrap();
        stream.write_all(bad).unwrap();
        assert!(is_closed(&stream), "case {n} was answered");
        // At once, and not because the time was over: the one before it is still there.
        waiting.set_nonblocking(true).unwrap();
        let nothing = (&waiting).read(&mut [0]).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock, "case {n} was waited for");
    }
    // In the shape of a right one, in pieces, and a hostile length behind it.
    let mut stream = TcpStream::connect(to).unwrap();
    for byte in check(&server) {
        stream.write_all(&[byte]).unwrap();
    }
    stream.set_read_timeout(Some(LONG)).unwrap();
    let mut reply = [0; 500];
    assert!(stream.read(&mut reply).unwrap() > 20);
    stream.write_all(&[0x05, 0xdd]).unwrap();
    assert!(is_closed(&stream), "a frame of 1501 bytes");
    assert!(is_closed(&silent), "who says nothing is not waited for");
}

#[tokio::test]
async fn an_address_gets_few_connections_that_prove_nothing() {
    let (plane, _events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let (identity, sdp) = published(&hearing, UP).await;
    let to = candidate(&sdp, "tcp");
    let idle: Vec<TcpStream> = (0..16).map(|_| TcpStream::connect(to).unwrap()).collect();
    let one_more = TcpStream::connect(to).unwrap();
    assert!(is_closed(&one_more));
    idle[3].set_nonblocking(true).unwrap();
    assert_eq!((&idle[3]).read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock, "those before it stay");
    drop(idle);
    // The server sees them leave in its own time.
    let until = Instant::now() + LONG;
    let line = loop {
        let Line::Tcp { stream, .. } = Line::open(&sdp, "tcp") else { unreachable!() };
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        if (&stream).read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock) {
            stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
            break Line::Tcp { stream, partial: Partial::default(), came: VecDeque::new() };
        }
        assert!(Instant::now() < until, "nobody gets in any more");
    };
    let mut peer = Peer { line, ..Peer::new(identity, &sdp) };
    peer.connect();
}

#[tokio::test]
async fn who_takes_nothing_over_tcp_loses_whole_packets_and_nobody_else_loses_any() {
    let (plane, mut events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let (identity, sdp) = published(&hearing, UP).await;
    let mut publisher = Peer::over("tcp", identity, &sdp);
    publisher.connect();
    let (sender, recorder) = tap(1 << 26);
    hearing.recorder(sender).await.unwrap();
    hearing.connect(vec![PlaneRoute { source: TRACK, sink: PlaneSink::Recorder }]).await.unwrap();
    let (identity, sdp) = viewer(&hearing, &mut events).await;
    let mut viewer = Peer::over("tcp", identity, &sdp);
    viewer.connect();
    let word = |n: u32| [&n.to_be_bytes()[..], &[9; 1100]].concat();
    let until = Instant::now() + LONG;
    let mut said = 0;
    while dropped(&plane, "send_queue") == 0 {
        assert!(Instant::now() < until, "nothing was dropped after {said} packets");
        for _ in 0..20 {
            publisher.speak(&word(said));
            said += 1;
        }
        // Below what a microphone may send.
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut recorded = 0;
    while let Ok(item) = recorder.next(Duration::from_secs(2)) {
        if let TapItem::Packet { payload, .. } = item {
            assert_eq!(payload[..], word(recorded)[..]);
            recorded += 1;
        }
        if recorded == said {
            break;
        }
    }
    assert_eq!(recorded, said, "the recorder lost what the viewer did not take");
    let heard = viewer.listen(usize::MAX);
    assert!(!heard.is_empty() && heard.len() < said as usize);
    let mut last = None;
    for packet in heard {
        let n = u32::from_be_bytes(packet[..4].try_into().unwrap());
        assert!(packet == word(n) && last < Some(n), "{n} after {last:?}");
        last = Some(n);
    }
    // It takes again, and all goes on.
    for word in words(20) {
        publisher.speak(&word);
    }
    let heard = viewer.listen(20);
    assert_eq!(heard[heard.len().saturating_sub(20)..], words(20));
}

/// What a browser does on new credentials: checks with them until one is answered. Returns the way that it nominated.
fn renew(description: &str, mut line: Line) -> Line {
    let server = sdp::parse(description).unwrap().credentials;
    line.send(&request("them", &server, [99; 12]).unwrap());
    let until = Instant::now() + LONG;
    while !line.receive().is_some_and(|datagram| is_success(&datagram, &server, [99; 12])) {
        assert!(Instant::now() < until, "the check was not answered");
    }
    line
}

#[tokio::test]
async fn ice_restarts_in_the_middle_and_media_flow_before_during_and_after_on_the_same_tracks() {
    let (plane, mut events) = start();
    let hearing = plane.hearing(HearingKey(1));
    let (identity, up) = published(&hearing, UP).await;
    let mut publisher = Peer::new(identity, &up);
    publisher.connect();
    let (theirs, down) = viewer(&hearing, &mut events).await;
    let mut viewer = Peer::over("tcp", theirs, &down);
    viewer.connect();
    let talk = |publisher: &mut Peer, viewer: &mut Peer| {
        for word in words(20) {
            publisher.speak(&word);
        }
        assert_eq!(viewer.listen(20), words(20));
    };
    talk(&mut publisher, &mut viewer);
    let sources =
        |sdp: &str| sdp.lines().filter(|line| line.starts_with("a=ssrc:")).map(String::from).collect::<Vec<_>>();
    let session =
        |sdp: &str| sdp.lines().find(|line| line.starts_with("o=")).unwrap().split(' ').nth(1).unwrap().to_owned();

    // Receiving: we offer anew, asked twice or not.
    hearing.restart(DOWN).await.unwrap();
    hearing.restart(DOWN).await.unwrap();
    let (number, again, legs) = next_offer(&mut events).await;
    assert_eq!(legs, [("0".to_owned(), Some(TRACK))]);
    assert_eq!((sources(&again), session(&again)), (sources(&down), session(&down)));
    let credentials = |sdp: &str| sdp::parse(sdp).unwrap().credentials;
    assert_ne!(credentials(&again), credentials(&down));
    talk(&mut publisher, &mut viewer);
    let fresh = answer(&viewer.identity).replace("a=ice-ufrag:", "a=ice-ufrag:x");
    hearing.down_answer(DOWN, number, fresh).await.unwrap();
    talk(&mut publisher, &mut viewer);
    viewer.line = renew(&again, Line::open(&again, "udp"));
    talk(&mut publisher, &mut viewer);

    // Sending: the client offers anew.
    let fresh = offer(&publisher.identity).replace("a=ice-ufrag:", "a=ice-ufrag:x");
    let again = hearing.up(UP, fresh, vec![("0".into(), TRACK)]).await.unwrap();
    assert_ne!(credentials(&again), credentials(&up));
    talk(&mut publisher, &mut viewer);
    publisher.line = renew(&again, Line::open(&again, "tcp"));
    talk(&mut publisher, &mut viewer);
    while let Ok(event) = events.try_recv() {
        assert!(!matches!(event, PlaneEvent::Gone { .. } | PlaneEvent::Connected { transport: TransportKey(3..), .. }));
    }
    assert_eq!(hearing.restart(TransportKey(9)).await, Err(MediaError::NoTransport));
    assert_eq!(hearing.restart(UP).await, Err(MediaError::NoTransport), "the client's own affair");
}
