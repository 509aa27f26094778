//! Signalling as a client sees it: a task reads the WebSocket and keeps what was said, tests wait for what they expect.

use crate::court::CEILING;
use assize_core::hearing::Command;
use assize_core::ids::SeatId;
use assize_core::refusal::Refusal;
use assize_core::signal::{ClientMessage, IceServer, Leg, ServerMessage, Transport};
use assize_core::view::View;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{WebSocketStream, client_async};

type Socket = WebSocketStream<TcpStream>;
/// Empty once the wire was dropped.
type Sink = Arc<Mutex<Option<SplitSink<Socket, Message>>>>;

/// Everything a client was told.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub view: Option<View>,
    /// Number of the last numbered message.
    pub n: u64,
    /// Token for the next connection.
    pub token: String,
    /// Whether this connection was answered `resumed` rather than `welcome`.
    pub resumed: bool,
    /// Numbers of the events of this connection.
    pub events: Vec<u64>,
    pub answers: HashMap<u32, Result<Option<String>, Refusal>>,
    /// Refusals of what had no id.
    pub refused: Vec<Refusal>,
    /// What other members of a private room passed on, and who.
    pub sealed: Vec<(SeatId, String)>,
    pub levels: u64,
    pub read_back_ms: Option<i64>,
    pub relays: Vec<IceServer>,
    pub bye: Option<Option<Refusal>>,
    /// The WebSocket is over.
    pub closed: bool,
}

/// What the media side of a client has to see to.
#[derive(Debug)]
pub enum MediaNews {
    Offer { offer: u32, sdp: Option<String>, legs: Vec<Leg> },
    Lost(Transport),
}

/// One WebSocket.
#[derive(Debug)]
pub struct Link {
    sink: Sink,
    told: watch::Receiver<Told>,
    /// Every word of the server.
    said: Arc<std::sync::Mutex<String>>,
    reader: JoinHandle<()>,
    next: AtomicU32,
}

/// Opens the WebSocket and says nothing.
///
/// # Errors
/// There is no server, or it does not upgrade.
pub async fn open(to: SocketAddr) -> anyhow::Result<Socket> {
    let stream = TcpStream::connect(to).await?;
    let mut request = format!("ws://{to}/api/v1/signal").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "assize.v1".parse()?);
    Ok(client_async(request, stream).await?.0)
}

impl Link {
    /// Connects and sends the first message. `before`: what an earlier connection was told, when it is resumed.
    ///
    /// # Errors
    /// The refusal with which the server ends the connection; without one if it cannot be reached.
    pub async fn begin(
        to: SocketAddr,
        first: ClientMessage,
        before: Told,
    ) -> Result<(Self, mpsc::UnboundedReceiver<MediaNews>), Option<Refusal>> {
        let (sink, stream) = open(to).await.map_err(|_| None)?.split();
        // Of what was told before, the view with its number and the token count; the rest was about that connection.
        let Told { view, n, token, .. } = before;
        let before = Told { view, n, token, ..Told::default() };
        let (tell, told) = watch::channel(before);
        let (news, media) = mpsc::unbounded_channel();
        let said = Arc::default();
        let reader = tokio::spawn(read(stream, tell, news, Arc::clone(&said)));
        let link = Self { sink: Arc::new(Mutex::new(Some(sink))), told, said, reader, next: AtomicU32::new(1) };
        let token = link.told().token;
        link.send(&first).await;
        let greeted =
            link.until("a welcome", |told| (told.token != token || told.closed).then(|| told.token != token)).await;
        if greeted { Ok((link, media)) } else { Err(link.told().bye.flatten()) }
    }

    #[must_use]
    pub fn told(&self) -> Told {
        self.told.borrow().clone()
    }

    /// Everything that the server has said on this connection, as it said it.
    #[must_use]
    pub fn said(&self) -> String {
        self.said.lock().expect("no other user panicked").clone()
    }

    /// A handle for tasks that send.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender(Arc::clone(&self.sink))
    }

    /// Waits for something to be so.
    ///
    /// # Panics
    /// It is not so within the ceiling.
    pub async fn until<T>(&self, what: &str, so: impl Fn(&Told) -> Option<T>) -> T {
        let mut told = self.told.clone();
        let seen = timeout(CEILING, told.wait_for(|told| so(told).is_some())).await.map(|seen| seen.map(|t| so(&t)));
        match seen {
            Ok(Ok(Some(value))) => value,
            // The reader has ended: what was told last counts.
            Ok(_) => so(&self.told()).unwrap_or_else(|| panic!("{what} never came: {:#?}", self.told())),
            Err(_) => panic!("{what} did not come: {:#?}", self.told()),
        }
    }

    pub async fn send(&self, message: &ClientMessage) {
        self.sender().send(message).await;
    }

    /// Sends text that need not be a message.
    pub async fn raw(&self, text: String) {
        self.sender().text(text).await;
    }

    /// A new id for a message that is answered.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The answer to the message with this id: the text of an `up_answer`, or nothing of a `done`.
    ///
    /// # Errors
    /// It was refused.
    pub async fn answer(&self, id: u32) -> Result<Option<String>, Refusal> {
        self.until("an answer", |told| told.answers.get(&id).cloned()).await
    }

    /// # Errors
    /// What the server refuses.
    pub async fn command(&self, command: Command) -> Result<(), Refusal> {
        let id = self.id();
        self.send(&ClientMessage::Command { id, command }).await;
        self.answer(id).await.map(|_| ())
    }

    /// Closes the connection with this code, as a browser does.
    pub async fn close(&self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        if let Some(sink) = self.sink.lock().await.as_mut() {
            let _ = sink.send(Message::Close(Some(frame))).await;
        }
    }

    /// Lets the connection break without a word.
    pub async fn drop_wire(&mut self) {
        self.reader.abort();
        // Both halves hold the socket; it is closed with the second.
        let _ = (&mut self.reader).await;
        *self.sink.lock().await = None;
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Sends messages on a link.
#[derive(Debug, Clone)]
pub struct Sender(Sink);

impl Sender {
    async fn text(&self, text: String) {
        if let Some(sink) = self.0.lock().await.as_mut() {
            // The server may have ended the connection; whoever waits for an answer learns of it.
            let _ = sink.send(Message::text(text)).await;
        }
    }

    pub async fn send(&self, message: &ClientMessage) {
        let text = serde_json::to_string(message).expect("a message is JSON");
        self.text(text).await;
    }
}

async fn read(
    mut stream: SplitStream<Socket>,
    tell: watch::Sender<Told>,
    media: mpsc::UnboundedSender<MediaNews>,
    said: Arc<std::sync::Mutex<String>>,
) {
    while let Some(Ok(message)) = stream.next().await {
        let Message::Text(text) = message else { continue };
        said.lock().expect("no other user panicked").push_str(&text);
        let message: ServerMessage =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("the server wrote {text}: {error}"));
        // A test that has ended listens no more.
        match message {
            ServerMessage::DownOffer { offer, sdp, legs } => {
                let _ = media.send(MediaNews::Offer { offer, sdp, legs });
            }
            ServerMessage::TransportLost { transport } => {
                let _ = media.send(MediaNews::Lost(transport));
            }
            other => tell.send_modify(|told| note(told, other)),
        }
    }
    tell.send_modify(|told| told.closed = true);
}

fn note(told: &mut Told, message: ServerMessage) {
    match message {
        ServerMessage::Welcome { resume, n, view, .. } => {
            (told.token, told.n, told.view) = (resume, n, Some(*view));
        }
        ServerMessage::Resumed { resume, .. } => {
            told.token = resume;
            told.resumed = true;
        }
        ServerMessage::Event { n, changes, .. } => {
            assert_eq!(n, told.n + 1, "numbered messages have no hole");
            told.n = n;
            told.events.push(n);
            if let Some(view) = &mut told.view {
                changes.into_iter().for_each(|change| view.apply(change));
            }
        }
        ServerMessage::Done { id } => _ = told.answers.insert(id, Ok(None)),
        ServerMessage::UpAnswer { id, sdp } => _ = told.answers.insert(id, Ok(Some(sdp))),
        ServerMessage::Refused { id: 0, refusal } => told.refused.push(refusal),
        ServerMessage::Refused { id, refusal } => _ = told.answers.insert(id, Err(refusal)),
        ServerMessage::Levels { .. } => told.levels += 1,
        ServerMessage::Recorder { read_back_ms, .. } => told.read_back_ms = read_back_ms,
        ServerMessage::IceServers { servers, .. } => told.relays = servers,
        ServerMessage::Bye { refusal } => told.bye = Some(refusal),
        ServerMessage::Sealed { from, data } => told.sealed.push((from, data)),
        ServerMessage::Pong { .. }
        | ServerMessage::Narrow { .. }
        | ServerMessage::Layers { .. }
        | ServerMessage::Lines { .. }
        | ServerMessage::DownOffer { .. }
        | ServerMessage::TransportLost { .. } => {}
    }
}
