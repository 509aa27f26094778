//! Offers to receive and what a client answers.

use super::{CEILING, CLERK, Client, Court, JUDGE};
use crate::runtime::hearing::UpOffer;
use assize_core::ids::DeviceKind;
use assize_core::refusal::Refusal;
use assize_core::signal::{MidDevice, ServerMessage};
use tokio::time::timeout;

/// One device, as a browser describes it.
fn video(mid: u32, setup: &str, direction: &str) -> String {
    let fingerprint = ["AB"; 32].join(":");
    format!(
        "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na=ice-ufrag:them\r\n\
         a=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 {fingerprint}\r\na=setup:{setup}\r\n\
         a={direction}\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\n"
    )
}

fn description(session: u32, setup: &str, direction: &str, count: u32) -> String {
    let mids: Vec<String> = (0..count).map(|mid| mid.to_string()).collect();
    let sections: String = (0..count).map(|mid| video(mid, setup, direction)).collect();
    let bundle = mids.join(" ");
    format!("v=0\r\no=- {session} 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {bundle}\r\n{sections}")
}

impl Client {
    /// Publishes one picture for each of the devices.
    async fn show(&self, session: u32, devices: &[DeviceKind]) {
        let tracks = devices
            .iter()
            .enumerate()
            .map(|(mid, device)| MidDevice { mid: mid.to_string(), device: *device })
            .collect();
        let offer = description(session, "actpass", "sendonly", devices.len() as u32);
        self.handle.up(self.entry.connection, UpOffer { sdp: offer, tracks, sealed: false }).await.unwrap();
    }

    async fn answer(&self, offer: u32, sdp: String) {
        self.handle.down_answer(self.entry.connection, offer, sdp).await;
    }

    /// The next offer; `Err` if a refusal comes before it.
    async fn next_offer(&mut self) -> Result<(u32, String), Refusal> {
        let offered = async {
            loop {
                match self.next().await.expect("an offer") {
                    ServerMessage::DownOffer { offer, sdp: Some(sdp), .. } => return Ok((offer, sdp)),
                    ServerMessage::Refused { refusal, .. } => return Err(refusal),
                    _ => {}
                }
            }
        };
        timeout(CEILING, offered).await.expect("an offer or a refusal")
    }

    /// Number and count of sections of the next offer; `Err` if a refusal comes before it.
    async fn offered(&mut self) -> Result<(u32, usize), Refusal> {
        self.next_offer().await.map(|(offer, sdp)| (offer, sdp.matches("m=video").count()))
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_is_refused_and_a_good_one_is_taken_after_it() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let clerk = court.enter(CLERK).await.unwrap().welcome().await;
    judge.answer(1, description(7, "active", "recvonly", 1)).await;
    assert!(matches!(judge.offered().await, Err(Refusal::BadSdp { .. })), "nothing has been offered yet");
    clerk.show(1, &[DeviceKind::Camera1]).await;
    judge.handle.receive(judge.entry.connection, false).await.unwrap();
    assert_eq!(judge.offered().await, Ok((1, 1)));
    for bad in [
        "nonsense".to_owned(),
        description(7, "passive", "recvonly", 1),
        description(7, "active", "recvonly", 2),
        description(7, "active", "recvonly", 1).replace("a=mid:0", "a=mid:9"),
    ] {
        judge.answer(1, bad.clone()).await;
        let refused = judge.offered().await;
        assert!(matches!(&refused, Err(Refusal::BadSdp { detail }) if !detail.is_empty()), "{bad}: {refused:?}");
    }
    // What comes meanwhile is offered once the first offer is answered, and not before.
    clerk.show(1, &[DeviceKind::Camera1, DeviceKind::Document]).await;
    judge.answer(1, description(7, "active", "recvonly", 1)).await;
    assert_eq!(judge.offered().await, Ok((2, 2)));
}

#[tokio::test]
async fn an_answer_to_a_former_transports_offer_is_not_taken_for_one_to_the_present_ones() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let clerk = court.enter(CLERK).await.unwrap().welcome().await;
    clerk.show(1, &[DeviceKind::Camera1]).await;
    judge.handle.receive(judge.entry.connection, false).await.unwrap();
    assert_eq!(judge.offered().await, Ok((1, 1)));
    judge.handle.receive(judge.entry.connection, false).await.unwrap();
    assert_eq!(judge.offered().await, Ok((2, 1)), "another transport, another number");
    // It cannot be used either: were it taken for one to the present transport's offer, it would be refused.
    judge.answer(1, description(7, "passive", "recvonly", 1)).await;
    judge.answer(2, description(8, "active", "recvonly", 1)).await;
    clerk.show(1, &[DeviceKind::Camera1, DeviceKind::Document]).await;
    assert_eq!(judge.offered().await, Ok((3, 2)));
}

#[tokio::test]
async fn a_restart_is_offered_on_the_same_transport_with_new_credentials() {
    let court = Court::start();
    let mut judge = court.enter(JUDGE).await.unwrap().welcome().await;
    let clerk = court.enter(CLERK).await.unwrap().welcome().await;
    let connection = judge.entry.connection;
    // Before there is anything to restart.
    judge.handle.restart_down(connection).await;
    clerk.show(1, &[DeviceKind::Camera1]).await;
    judge.handle.receive(connection, false).await.unwrap();
    let (number, first) = judge.next_offer().await.unwrap();
    assert_eq!(number, 1);
    judge.answer(1, description(7, "active", "recvonly", 1)).await;
    judge.handle.restart_down(connection).await;
    let (number, second) = judge.next_offer().await.unwrap();
    assert_eq!(number, 2);
    let line = |sdp: &str, begin: &str| sdp.lines().find(|line| line.starts_with(begin)).unwrap().to_owned();
    let session = |sdp: &str| line(sdp, "o=").split(' ').nth(1).unwrap().to_owned();
    assert_eq!(session(&first), session(&second));
    assert_ne!(line(&first, "a=ice-ufrag:"), line(&second, "a=ice-ufrag:"));
    judge.answer(2, description(7, "active", "recvonly", 1).replace("ice-ufrag:them", "ice-ufrag:they")).await;
    clerk.show(1, &[DeviceKind::Camera1, DeviceKind::Document]).await;
    assert_eq!(judge.offered().await, Ok((3, 2)), "the answer was taken");
}
