//! What is being recorded of somebody, to listen to while it is: from the disk, some three seconds behind.

use super::exhibits::Inside;
use super::extract::Id;
use crate::library::Tail;
use crate::problem::Problem;
use assize_core::ids::{HearingId, TrackId};
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use futures_util::stream;
use std::io;
use std::time::{Duration, Instant};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// How often the disk is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// Leave to listen is not older than this when something is given.
const LEAVE: Duration = Duration::from_secs(1);

/// `GET`: WebM or Matroska without an end; each file that the track goes on in begins with its header.
pub(super) async fn show(inside: Inside, Id((hearing, track)): Id<(HearingId, TrackId)>) -> Result<Response, Problem> {
    let folder = inside.recorded(hearing, track).await?;
    let ear = Ear { tail: Tail::of(&folder, track), inside, hearing, track, asked: Instant::now() };
    let body = Body::from_stream(stream::unfold(ear, |mut ear| async move {
        let piece = ear.next().await?;
        Some((piece, ear))
    }));
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Somebody who listens.
struct Ear {
    inside: Inside,
    hearing: HearingId,
    track: TrackId,
    tail: Tail,
    /// When it was last asked whether they may.
    asked: Instant,
}

impl Ear {
    /// The next piece, once there is one; none when they may not listen any more.
    async fn next(&mut self) -> Option<io::Result<Vec<u8>>> {
        loop {
            if self.asked.elapsed() >= LEAVE {
                self.inside.recorded(self.hearing, self.track).await.ok()?;
                self.asked = Instant::now();
            }
            let mut tail = self.tail.clone();
            let (tail, piece) = spawn_blocking(move || {
                let piece = tail.read();
                (tail, piece)
            })
            .await
            .ok()?;
            self.tail = tail;
            if !piece.as_ref().is_ok_and(Vec::is_empty) {
                return Some(piece);
            }
            sleep(LOOK).await;
        }
    }
}
