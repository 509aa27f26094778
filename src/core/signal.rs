//! Signalling messages, defined once: JSON over one WebSocket, subprotocol `assize.v1`; TypeScript is generated from here.
//!
//! The first message is `hello` (ticket) or `resume` (token). The server answers `welcome` with a snapshot or, after a
//! resume with nothing missed but events, with those events. Numbered messages count up per seat without a hole; `pong`,
//! `levels`, `recorder`, `lines` and media negotiation are not numbered, since only their latest value matters.

use crate::hearing::Command;
use crate::ids::{ConnectionId, DeviceKind, SeatId, TrackId};
use crate::refusal::Refusal;
use crate::view::{Change, View};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Most bytes of a message from a client.
pub const MAX_CLIENT_MESSAGE: usize = 64 * 1024;

/// Most bytes of what one member of a private room passes to another: a key with what it is sealed in.
pub const MAX_SEALED: usize = 1024;

// Messages without fields have empty braces: of a unit variant serde would take fields that it does not know.
/// From client to server. A field that is not known is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    Hello {
        ticket: String,
    },
    /// `last` is the number of the last numbered message seen.
    Resume {
        token: String,
        #[ts(type = "number")]
        last: u64,
    },
    /// Answered by `done` or `refused` with the same id.
    Command {
        id: u32,
        command: Command,
    },
    /// Offer for the *up* transport; `tracks` names the device of each media section. Answered by `up_answer` or `refused`.
    UpOffer {
        id: u32,
        sdp: String,
        tracks: Vec<MidDevice>,
        /// The frames of this transport are encrypted between the members of a private room.
        #[serde(default)]
        sealed: bool,
    },
    /// Answer to the server's `down_offer` with the same number. One that cannot be used is `refused`, changes nothing, and
    /// another may follow; one to an offer that has been answered, or of a transport before this one, is ignored.
    DownAnswer {
        offer: u32,
        sdp: String,
    },
    /// The client can receive now; the server starts offering *down*. Sent once a connection, and again after
    /// `transport_lost`.
    Receive {
        /// What arrives is decrypted: nothing that is in the clear is led there, and nothing encrypted anywhere else.
        #[serde(default)]
        sealed: bool,
    },
    /// The client's network changed, or it looks for a better way: the next `down_offer` brings new ICE credentials for the
    /// same transport, and what flows goes on until the client nominates with them. For *up* the client restarts ICE itself,
    /// by an `up_offer` of the same peer connection.
    RestartDown {},
    /// Which simulcast layer the client would like at most, by tile height in pixels; 0: hidden.
    Tiles {
        tiles: Vec<Tile>,
    },
    /// What was shown and played since the last of these messages, every two seconds: pictures that moved, and sound of
    /// which more than half was not concealed. `hidden`: nobody looks at the screen, so that it says nothing.
    Perceived {
        tracks: Vec<TrackId>,
        hidden: bool,
    },
    Ping {
        client_ms: f64,
    },
    /// For another member of the sender's private room alone, encrypted for them: passed on as it is, kept nowhere.
    Sealed {
        to: SeatId,
        data: String,
    },
    Bye {},
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MidDevice {
    pub mid: String,
    pub device: DeviceKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Tile {
    pub track: TrackId,
    pub height: u32,
}

/// One media section of the *down* transport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Leg {
    pub mid: String,
    /// `None`: the section is free.
    pub track: Option<TrackId>,
}

/// A relay for media, as a browser's `RTCIceServer` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IceServer {
    pub urls: Vec<String>,
    pub username: String,
    pub credential: String,
}

/// What of a track was read back and listened to. Times are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeardTrack {
    pub track: TrackId,
    pub level: ReadLevel,
    /// Up to when it was listened to; none before the first time.
    #[ts(type = "number | null")]
    pub up_to_ms: Option<i64>,
    /// The loudest of the last piece of sound, in dBFS.
    pub peak_db: Option<i32>,
    /// The last picture that was decoded.
    #[ts(type = "number | null")]
    pub picture_ms: Option<i64>,
}

/// What was found in the record of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReadLevel {
    /// It has only just been switched on.
    Awaited,
    Good,
    /// The microphone is open and gives nothing at all.
    Silent,
    /// So loud that it is cut off.
    Clipped,
    /// It should be in the record, and nothing of it has been found there.
    Missing,
    /// Nobody has listened to it for longer than usual.
    Late,
    /// It cannot be decoded, or whoever decodes has failed.
    Unheard,
}

/// How the line of a seat is, by the packets of the last seconds. None: nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeatLine {
    pub seat: SeatId,
    /// Of a thousand packets from the seat, those that did not come at once; most are sent again.
    pub lost_from: Option<u16>,
    /// The same on the way to it.
    pub lost_to: Option<u16>,
    /// There and back, milliseconds.
    pub trip_ms: Option<u32>,
    /// Pictures that stand still there, since the line has no room for them.
    pub still: u32,
}

/// The two media transports of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// The client publishes.
    Up,
    /// The client receives.
    Down,
}

/// From server to client.
#[allow(clippy::large_enum_variant)] // a message is serialised where it is made: nobody keeps many
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    Welcome {
        connection: ConnectionId,
        /// Rotated at every connection; bound to the seat; survives a restart of the server.
        resume: String,
        /// Number of the snapshot: the next event is `n + 1`.
        #[ts(type = "number")]
        n: u64,
        #[ts(type = "number")]
        server_ms: i64,
        // Boxed: queues make room for the largest message there is.
        view: Box<View>,
    },
    /// The missed events follow, from `last + 1` on.
    Resumed {
        connection: ConnectionId,
        resume: String,
        #[ts(type = "number")]
        server_ms: i64,
    },
    Event {
        #[ts(type = "number")]
        n: u64,
        #[ts(type = "number")]
        utc_ms: i64,
        changes: Vec<Change>,
    },
    Done {
        id: u32,
    },
    /// `id` 0: of what has none. Then `bad_sdp` is about a `down_answer`, a fault about `receive` or a `down_answer`.
    Refused {
        id: u32,
        refusal: Refusal,
    },
    UpAnswer {
        id: u32,
        sdp: String,
    },
    /// `sdp` is there when the transport must be renegotiated and `DownAnswer` is awaited; without it only the meaning of
    /// the existing media sections changed. Numbers count up over all *down* transports of a connection.
    DownOffer {
        offer: u32,
        sdp: Option<String>,
        legs: Vec<Leg>,
    },
    /// Relays that new media transports may use, each message in place of the one before. The first comes before `welcome`
    /// or `resumed`, the next before the credentials expire (UTC milliseconds); where there are no relays, none comes.
    IceServers {
        servers: Vec<IceServer>,
        #[ts(type = "number")]
        expires_ms: i64,
    },
    /// A media transport broke while this link lives: the client makes it anew (another `up_offer`, or `receive` again).
    TransportLost {
        transport: Transport,
    },
    /// The tracks whose picture this client's line has no room for now: all there are. Their sound goes on, and what was
    /// shown last stands still until the line carries more.
    Narrow {
        tracks: Vec<TrackId>,
    },
    /// The layers of a device's picture (`rid`s of RFC 8851) that are of use to anybody: the others need not be sent. To
    /// begin with, all are.
    Layers {
        device: DeviceKind,
        rids: Vec<String>,
    },
    /// Seats heard now, loudest first; only seats in the viewer's view.
    Levels {
        seats: Vec<SeatId>,
    },
    /// How far the record has been written durably and read back (UTC milliseconds), and whether anything is wrong.
    Recorder {
        #[ts(type = "number | null")]
        read_back_ms: Option<i64>,
        fault: bool,
        #[ts(type = "number | null")]
        disk_seconds_left: Option<u64>,
        /// Less room than a session needs to begin or to go on: it would be refused with `cannot_record`.
        disk_too_small: bool,
        /// Checkpoints cannot be copied to a second place.
        copies_fail: bool,
        /// What of it cannot be written now.
        faulty: Vec<TrackId>,
        /// What is to be recorded now, as it was heard and seen in what was read back.
        heard: Vec<HeardTrack>,
    },
    /// For the clerk: how the seats' lines are. Those of which nothing is known are left out.
    Lines {
        seats: Vec<SeatLine>,
    },
    Pong {
        client_ms: f64,
        server_ms: f64,
    },
    /// From another member of the private room.
    Sealed {
        from: SeatId,
        data: String,
    },
    /// The connection ends; `refusal` says why if the server ended it.
    Bye {
        refusal: Option<Refusal>,
    },
}
