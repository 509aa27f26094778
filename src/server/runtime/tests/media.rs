//! Media as far as the hearing's task has a part in it: descriptions and what becomes of them.

use super::*;
use assize_core::ids::DeviceKind;
use assize_core::signal::{MidDevice, Transport};

/// A camera's offer, in short.
fn camera(session: u64) -> String {
    let fingerprint = ["AB"; 32].join(":");
    format!(
        "v=0\r\no=- {session} 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
         m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\n\
         a=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 {fingerprint}\r\na=setup:actpass\r\na=mid:0\r\n\
         a=sendonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=ssrc:77 cname:x\r\n"
    )
}

impl Client {
    async fn publish(&self, sdp: String) -> Result<String, Refusal> {
        let tracks = vec![MidDevice { mid: "0".into(), device: DeviceKind::Camera1 }];
        self.handle.up(self.entry.connection, sdp, tracks).await
    }

    /// The number of the next offer to receive.
    async fn offered(&mut self) -> u32 {
        loop {
            if let ServerMessage::DownOffer { offer, sdp: Some(_), .. } = self.next().await.expect("an offer") {
                return offer;
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_makes_the_client_begin_anew() {
    let court = Court::start();
    let judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let mut clerk = court.enter(CLERK).await.unwrap().welcome().await;
    let connection = clerk.entry.connection;
    clerk.handle.receive(connection).await.unwrap();
    judge.publish(camera(1)).await.unwrap();
    let first = clerk.offered().await;
    clerk.handle.down_answer(connection, first, "nonsense".into()).await;
    // At once, and not when the plane has waited long enough for a good one (20 s).
    let lost = ServerMessage::TransportLost { transport: Transport::Down };
    let told = timeout(CEILING / 2, async { while clerk.next().await.as_ref() != Some(&lost) {} });
    told.await.expect("told to begin anew");
    clerk.handle.receive(connection).await.unwrap();
    // A late answer to the offer before says nothing of this one.
    let second = clerk.offered().await;
    assert_ne!(second, first);
    clerk.handle.down_answer(connection, first, "nonsense".into()).await;
    judge.publish(camera(2)).await.unwrap();
    clerk.handle.receive(connection).await.unwrap();
    loop {
        match clerk.next().await {
            Some(ServerMessage::DownOffer { offer, sdp: Some(_), .. }) if offer != second => break,
            Some(ServerMessage::TransportLost { .. }) | None => panic!("the late answer was taken for another"),
            Some(_) => {}
        }
    }
}
