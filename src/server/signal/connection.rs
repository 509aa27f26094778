//! One client's WebSocket, from its first message to its end.

use super::Signal;
use super::limit::Limit;
use crate::relay::{Issuer, relay_name};
use crate::runtime::hearing::{Arrival, Entry, Greeting, Handle, UpOffer};
use crate::runtime::metrics;
use crate::runtime::outlet::outlet;
use crate::runtime::ports::Admission;
use assize_core::hearing::LeaveReason;
use assize_core::refusal::Refusal;
use assize_core::signal::{ClientMessage, MAX_CLIENT_MESSAGE, ServerMessage};
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use jiff::Timestamp;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tungstenite::error::ProtocolError;

/// Longest wait for the first message (R-S2).
const FIRST_MESSAGE: Duration = Duration::from_secs(5);
/// The server pings this often; a client of which nothing was heard for [`DEAD_AFTER`] is gone.
const PING_EVERY: Duration = Duration::from_secs(5);
const DEAD_AFTER: Duration = Duration::from_secs(15);
/// Close code of a client that gave the line up and takes the link up anew: nobody left. It may arrive only when the line is
/// back.
const GIVEN_UP: u16 = 4000;
/// Longest wait for a client to take one message.
const SEND_WITHIN: Duration = Duration::from_secs(5);
/// Longest wait for a client to read the last words and close its side.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// Most tiles of one message.
const MOST_TILES: usize = 512;

/// Serves one WebSocket until it or the hearing ends it. `host`: as which the server was asked.
pub(super) async fn serve(socket: WebSocket, signal: Signal, host: Option<String>) {
    let now = Instant::now();
    let mut wire = Wire { socket, limit: Limit::new(now), heard: now, asked: None };
    let greeting = match timeout(FIRST_MESSAGE, wire.first()).await {
        Ok(Ok(greeting)) => greeting,
        Ok(Err(Silent::TooLarge)) => return wire.end_too_large().await,
        Ok(Err(Silent::Unreadable(detail))) => return wire.end_unreadable(detail).await,
        // The client went away: there is nobody to tell.
        Ok(Err(Silent::Gone)) => return,
        Err(_) => {
            wire.bye(Refusal::BadMessage { detail: "no hello or resume in time".into() }).await;
            return wire.close(close_code::POLICY, "bad_message").await;
        }
    };
    let (outlet, outbox) = outlet();
    let entered = match arrival(&signal, greeting).await {
        Ok((admission, arrival)) => {
            let entered = signal.registry.enter(admission.hearing, arrival, outlet).await;
            entered.map(|(hearing, entry)| {
                let held = signal.live.hold(admission.link, &hearing, entry.connection);
                let relays = Relays::new(&admission, entry, host);
                (hearing, entry, held, relays)
            })
        }
        Err(refusal) => Err(refusal),
    };
    match entered {
        Ok((hearing, entry, _held, relays)) => Connection { wire, hearing, entry, outbox, signal, relays }.run().await,
        Err(refusal) => {
            wire.bye(refusal).await;
            wire.close(close_code::NORMAL, "").await;
        }
    }
}

/// Who comes, by the first message.
async fn arrival(signal: &Signal, first: ClientMessage) -> Result<(Admission, Arrival), Refusal> {
    let (admission, resume, last) = match first {
        ClientMessage::Hello { ticket } => (signal.door.redeem(&ticket).await?, false, None),
        ClientMessage::Resume { token, last } => (signal.door.resume(&token).await?, true, Some(last)),
        _ => return Err(Refusal::BadMessage { detail: "the first message is hello or resume".into() }),
    };
    let greeting = Some(Greeting { token: admission.resume.clone(), last });
    let arrival = Arrival { entrant: admission.entrant.clone(), resume, link: admission.device(), greeting };
    Ok((admission, arrival))
}

/// The WebSocket with its limits.
struct Wire {
    socket: WebSocket,
    limit: Limit,
    heard: Instant,
    /// When the last ping went that is not answered yet.
    asked: Option<Instant>,
}

/// The link is over: the client is gone, or does not read.
struct Gone;

/// Why no message comes any more.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Silent {
    /// A message was longer than the limit. What follows it cannot be told from it.
    TooLarge,
    /// What came is no message: not text, or not WebSocket at all. Nothing after it is looked at.
    Unreadable(String),
    Gone,
}

impl Wire {
    async fn first(&mut self) -> Result<ClientMessage, Silent> {
        loop {
            match heard(self.socket.recv().await)? {
                Message::Text(text) => match parse(&text) {
                    Ok(message) => return Ok(message),
                    Err((_, Refusal::BadMessage { detail })) => return Err(Silent::Unreadable(detail)),
                    Err(_) => return Err(Silent::Unreadable(String::new())),
                },
                Message::Binary(_) => return Err(Silent::Unreadable("messages are text".into())),
                Message::Close(_) => return Err(Silent::Gone),
                Message::Ping(_) | Message::Pong(_) => {}
            }
        }
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), Gone> {
        let Ok(text) = serde_json::to_string(message) else {
            tracing::error!("a message cannot be written as JSON");
            return Err(Gone);
        };
        self.push(Message::text(text)).await
    }

    async fn push(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(SEND_WITHIN, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    /// Says what the link ends for, as far as the client still reads.
    async fn bye(&mut self, refusal: Refusal) {
        metrics::refusal(&refusal);
        // Whoever does not take it is gone.
        let _ = self.send(&ServerMessage::Bye { refusal: Some(refusal) }).await;
    }

    /// Sends the close frame and waits for the client's. A socket that is closed while something of the client's lies
    /// unread in it is reset, and a reset overtakes what was said last.
    async fn close(mut self, code: u16, reason: &'static str) {
        if self.push(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await.is_err() {
            // Whoever does not take the close frame is gone as well.
            return;
        }
        let closed = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        // A client that does not close has had its time to read.
        let _ = timeout(CLOSE_WITHIN, closed).await;
    }

    async fn end_too_large(self) {
        self.end_unread(Refusal::TooMuch { limit: MAX_CLIENT_MESSAGE as u32 }, close_code::SIZE).await;
    }

    async fn end_unreadable(self, detail: String) {
        self.end_unread(Refusal::BadMessage { detail }, close_code::POLICY).await;
    }

    /// After what is too large or no message nothing more can be read: the client gets its time to hear why.
    async fn end_unread(mut self, refusal: Refusal, code: u16) {
        let reason = metrics::code(&refusal);
        self.bye(refusal).await;
        let frame = CloseFrame { code, reason: reason.into() };
        if self.push(Message::Close(Some(frame))).await.is_ok() {
            sleep(CLOSE_WITHIN).await;
        }
    }
}

struct Connection {
    wire: Wire,
    hearing: Handle,
    entry: Entry,
    outbox: Receiver<ServerMessage>,
    signal: Signal,
    relays: Relays,
}

/// What is told of relays, again and again: media may have to be made anew at any time.
struct Relays {
    /// The participant, for limits: the same over all connections of a seat.
    who: String,
    host: Option<String>,
    /// When they are told next.
    due: Instant,
}

impl Relays {
    fn new(admission: &Admission, entry: Entry, host: Option<String>) -> Self {
        Self { who: relay_name(admission.hearing, entry.seat), host, due: Instant::now() }
    }

    /// The message, if it is due.
    fn message(&mut self, issuer: &Issuer) -> Option<ServerMessage> {
        let now = Instant::now();
        if now < self.due {
            return None;
        }
        let lasts = Duration::from_secs(Issuer::lasts_s());
        self.due = now + lasts * 2 / 3;
        let utc_s = Timestamp::now().as_second();
        let servers = issuer.servers(&self.who, self.host.as_deref(), u64::try_from(utc_s).unwrap_or_default());
        let expires_ms = utc_s.saturating_add_unsigned(lasts.as_secs()).saturating_mul(1000);
        (!servers.is_empty()).then_some(ServerMessage::IceServers { servers, expires_ms })
    }
}

/// The next message, or why there is none.
fn heard(incoming: Option<Result<Message, axum::Error>>) -> Result<Message, Silent> {
    let error = match incoming {
        Some(Ok(message)) => return Ok(message),
        Some(Err(error)) => error.into_inner(),
        None => return Err(Silent::Gone),
    };
    match error.downcast_ref::<tungstenite::Error>() {
        Some(tungstenite::Error::Capacity(_)) => Err(Silent::TooLarge),
        Some(tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => Err(Silent::Gone),
        Some(error @ (tungstenite::Error::Utf8(_) | tungstenite::Error::Protocol(_))) => {
            Err(Silent::Unreadable(error.to_string()))
        }
        _ => Err(Silent::Gone),
    }
}

/// Why a connection ends.
enum Over {
    TooLarge,
    Unreadable(String),
    TooOften,
    Client(LeaveReason),
    /// The hearing let go of the link.
    Hearing,
}

impl Connection {
    async fn run(mut self) {
        let mut beat = interval(PING_EVERY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let over = loop {
            if let Err(over) = self.relays().await {
                break over;
            }
            let step = tokio::select! {
                incoming = self.wire.socket.recv() => match heard(incoming) {
                    Ok(message) => self.incoming(message).await,
                    Err(Silent::TooLarge) => Err(Over::TooLarge),
                    Err(Silent::Unreadable(detail)) => Err(Over::Unreadable(detail)),
                    Err(Silent::Gone) => Err(Over::Client(LeaveReason::Lost)),
                },
                outgoing = self.outbox.recv() => match outgoing {
                    Some(message) => self.send(&message).await,
                    None => Err(Over::Hearing),
                },
                _ = beat.tick() => self.beat().await,
            };
            if let Err(over) = step {
                break over;
            }
        };
        self.end(over).await;
    }

    async fn end(self, over: Over) {
        let Self { mut wire, hearing, entry, signal, .. } = self;
        match over {
            // The seat is free before the client is told, which may take it a while.
            Over::TooLarge => {
                hearing.leave(entry.connection, LeaveReason::Lost).await;
                wire.end_too_large().await;
            }
            Over::Unreadable(detail) => {
                hearing.leave(entry.connection, LeaveReason::Lost).await;
                wire.end_unreadable(detail).await;
            }
            Over::TooOften => {
                hearing.leave(entry.connection, LeaveReason::Lost).await;
                wire.bye(Refusal::TooOften).await;
                wire.close(close_code::POLICY, "too_often").await;
            }
            Over::Client(reason) => {
                hearing.leave(entry.connection, reason).await;
                wire.close(close_code::NORMAL, "").await;
            }
            Over::Hearing => {
                // A link that was given up for being slow is still known to the hearing.
                hearing.leave(entry.connection, LeaveReason::Lost).await;
                // 1012: the client comes back by itself.
                let code = if signal.registry.is_stopping() { close_code::RESTART } else { close_code::NORMAL };
                wire.close(code, "").await;
            }
        }
    }

    async fn relays(&mut self) -> Result<(), Over> {
        match self.relays.message(&self.signal.issuer) {
            Some(message) => self.send(&message).await,
            None => Ok(()),
        }
    }

    async fn beat(&mut self) -> Result<(), Over> {
        if self.wire.heard.elapsed() > DEAD_AFTER {
            return Err(Over::Client(LeaveReason::Lost));
        }
        self.wire.asked.get_or_insert_with(Instant::now);
        self.wire.push(Message::Ping(Default::default())).await.map_err(|Gone| Over::Client(LeaveReason::Lost))
    }

    async fn send(&mut self, message: &ServerMessage) -> Result<(), Over> {
        self.wire.send(message).await.map_err(|Gone| Over::Client(LeaveReason::Lost))
    }

    async fn incoming(&mut self, message: Message) -> Result<(), Over> {
        self.wire.heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Pong(_) => {
                if let Some(asked) = self.wire.asked.take() {
                    let ms = u32::try_from(asked.elapsed().as_millis()).unwrap_or(u32::MAX);
                    self.hearing.round_trip(self.entry.connection, ms).await;
                }
                return Ok(());
            }
            Message::Ping(_) => return Ok(()),
            Message::Binary(_) => {
                return self.refuse(0, Refusal::BadMessage { detail: "messages are text".into() }).await;
            }
            Message::Close(frame) => {
                let given_up = frame.is_some_and(|frame| frame.code == GIVEN_UP);
                let reason = if given_up { LeaveReason::Lost } else { LeaveReason::Left };
                return Err(Over::Client(reason));
            }
        };
        if !self.wire.limit.admits(self.wire.heard) {
            return Err(Over::TooOften);
        }
        match parse(&text) {
            Ok(message) => self.obey(message).await,
            Err((id, refusal)) => self.send(&ServerMessage::Refused { id, refusal }).await,
        }
    }

    async fn obey(&mut self, message: ClientMessage) -> Result<(), Over> {
        let connection = self.entry.connection;
        match message {
            ClientMessage::Hello { .. } | ClientMessage::Resume { .. } => {
                self.refuse(0, Refusal::BadMessage { detail: "the link has been greeted".into() }).await
            }
            ClientMessage::Command { id, command } => {
                self.hearing.command(connection, id, command).await;
                Ok(())
            }
            ClientMessage::UpOffer { id, sdp, tracks, sealed } => {
                match self.hearing.up(connection, UpOffer { sdp, tracks, sealed }).await {
                    Ok(sdp) => self.send(&ServerMessage::UpAnswer { id, sdp }).await,
                    Err(refusal) => self.refuse(id, refusal).await,
                }
            }
            ClientMessage::DownAnswer { offer, sdp } => {
                self.hearing.down_answer(connection, offer, sdp).await;
                Ok(())
            }
            ClientMessage::Receive { sealed } => match self.hearing.receive(connection, sealed).await {
                Ok(()) => Ok(()),
                Err(refusal) => self.refuse(0, refusal).await,
            },
            ClientMessage::RestartDown {} => {
                self.hearing.restart_down(connection).await;
                Ok(())
            }
            ClientMessage::Tiles { tiles } if tiles.len() > MOST_TILES => {
                self.refuse(0, Refusal::TooMuch { limit: MOST_TILES as u32 }).await
            }
            ClientMessage::Tiles { tiles } => {
                self.hearing.tiles(connection, tiles).await;
                Ok(())
            }
            ClientMessage::Perceived { tracks, hidden } => {
                self.hearing.perceived(connection, tracks, hidden).await;
                Ok(())
            }
            ClientMessage::Sealed { to, data } => {
                self.hearing.pass(connection, to, data).await;
                Ok(())
            }
            ClientMessage::Ping { client_ms } => {
                let server_ms = Timestamp::now().as_microsecond() as f64 / 1e3;
                self.send(&ServerMessage::Pong { client_ms, server_ms }).await
            }
            ClientMessage::Bye {} => Err(Over::Client(LeaveReason::Left)),
        }
    }

    async fn refuse(&mut self, id: u32, refusal: Refusal) -> Result<(), Over> {
        metrics::refusal(&refusal);
        self.send(&ServerMessage::Refused { id, refusal }).await
    }
}

/// A client's message, or the message's id, as far as it has one, and the refusal.
fn parse(text: &str) -> Result<ClientMessage, (u32, Refusal)> {
    serde_json::from_str(text).map_err(|error| {
        let refusal = Refusal::BadMessage { detail: error.to_string() };
        metrics::refusal(&refusal);
        let id = serde_json::from_str::<serde_json::Value>(text).ok();
        let id = id.and_then(|value| value.get("id")?.as_u64()).and_then(|id| u32::try_from(id).ok());
        (id.unwrap_or_default(), refusal)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> u32 {
        match parse(text) {
            Err((id, Refusal::BadMessage { .. })) => id,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_under_its_own_id() {
        assert_eq!(refused("{"), 0);
        assert_eq!(refused(r#"{"type":"command","id":7,"command":{"type":"no_such"}}"#), 7);
        assert_eq!(refused(r#"{"type":"command","id":8,"command":{"type":"mute","seat":3,"more":1}}"#), 8);
        assert_eq!(refused(r#"{"type":"command","id":9,"command":{"type":"close","force":true}}"#), 9);
        assert_eq!(refused(r#"{"type":"ping","client_ms":1,"more":true}"#), 0);
        assert_eq!(refused(r#"{"type":"bye","more":true}"#), 0);
        assert_eq!(refused(r#"{"type":"command","id":-1}"#), 0);
    }

    #[test]
    fn what_can_be_read_is_read() {
        assert_eq!(parse(r#"{"type":"receive"}"#).ok(), Some(ClientMessage::Receive { sealed: false }));
        assert!(parse(r#"{"type":"command","id":1,"command":{"type":"mute","seat":3}}"#).is_ok());
    }
}
