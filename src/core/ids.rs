//! Newtypes for everything that is named: no bare string or number crosses a module as an id.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use ts_rs::TS;
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        pub struct $name(#[ts(type = "string")] pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(s).map(Self)
            }
        }
    )+};
}

uuid_ids! {
    /// One proceeding.
    HearingId,
    /// The owner of hearings, staff and points.
    CourtId,
    /// Somebody named on the case file.
    PersonId,
    /// A lasting place with enrolled devices.
    PointId,
    /// A device enrolled at a point.
    DeviceId,
    /// A device's live link; a new one for each time it connects.
    ConnectionId,
    /// A device's way in by a code: the same over all its connections, so that it is known again.
    LinkId,
}

/// A fixed place in a hearing's order: a person with a screen of their own, a device of a point, or an observer.
/// Seats never change their number; who returns gets the same seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct SeatId(pub u16);

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// A signal of a hearing, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct SignalId(pub u32);
/// A private room, counted from 1 in a hearing and its ledger. No view says it: it would tell how many there were before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoomId(pub u32);

/// An exhibit of a hearing by its receipt number, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ExhibitId(pub u32);

/// A message of a hearing, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct MessageId(pub u32);

/// A note of the clerk's, counted from 1 in a sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct NoteId(pub u32);

/// What a published track is taken from. An offer names one for each media section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    Microphone,
    Camera1,
    Camera2,
    Camera3,
    Camera4,
    Document,
    Screen,
    Interpretation,
    /// Picture and sound of an exhibit that is played out of this seat's browser.
    Played,
    PlayedSound,
}

impl DeviceKind {
    pub const ALL: [Self; 10] = [
        Self::Microphone,
        Self::Camera1,
        Self::Camera2,
        Self::Camera3,
        Self::Camera4,
        Self::Document,
        Self::Screen,
        Self::Interpretation,
        Self::Played,
        Self::PlayedSound,
    ];

    #[must_use]
    pub fn is_audio(self) -> bool {
        self.is_voice() || self == Self::PlayedSound
    }

    /// Somebody speaks into it.
    #[must_use]
    pub fn is_voice(self) -> bool {
        matches!(self, Self::Microphone | Self::Interpretation)
    }

    /// An exhibit is played through it: nobody speaks there and nobody is seen.
    #[must_use]
    pub fn is_played(self) -> bool {
        matches!(self, Self::Played | Self::PlayedSound)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Microphone => "microphone",
            Self::Camera1 => "camera1",
            Self::Camera2 => "camera2",
            Self::Camera3 => "camera3",
            Self::Camera4 => "camera4",
            Self::Document => "document",
            Self::Screen => "screen",
            Self::Interpretation => "interpretation",
            Self::Played => "played",
            Self::PlayedSound => "played_sound",
        }
    }
}

/// One media source of a hearing. Written `03-microphone`, which is also the name of its folder in the record:
/// the same device of the same seat is the same track after every reconnection and restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(type = "string")]
pub struct TrackId {
    pub seat: SeatId,
    pub device: DeviceKind,
}

/// `03-microphone` was expected and something else came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a track name: expected a seat number, a hyphen and a device kind, like 03-microphone")]
pub struct BadTrackId;

impl fmt::Display for TrackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.seat, self.device.name())
    }
}

impl FromStr for TrackId {
    type Err = BadTrackId;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (seat, device) = s.split_once('-').ok_or(BadTrackId)?;
        let seat = SeatId(seat.parse().map_err(|_| BadTrackId)?);
        let device = DeviceKind::ALL.into_iter().find(|kind| kind.name() == device).ok_or(BadTrackId)?;
        Ok(Self { seat, device })
    }
}

impl Serialize for TrackId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TrackId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
