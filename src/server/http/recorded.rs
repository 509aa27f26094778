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
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// How often the disk is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// After so many looks it is asked again whether it may still be listened to.
const ASK: u32 = 4;

/// `GET`: WebM or Matroska without an end; each file that the track goes on in begins with its header.
pub(super) async fn show(inside: Inside, Id((hearing, track)): Id<(HearingId, TrackId)>) -> Result<Response, Problem> {
    let folder = inside.recorded(hearing, track).await?;
    let body =
        Body::from_stream(stream::unfold((inside, Tail::of(&folder, track)), move |(inside, tail)| async move {
            let (tail, piece) = piece(&inside, (hearing, track), tail).await?;
            Some((piece, (inside, tail)))
        }));
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The next piece, once there is one; none when it may not be listened to any more.
async fn piece(
    inside: &Inside,
    (hearing, track): (HearingId, TrackId),
    mut tail: Tail,
) -> Option<(Tail, io::Result<Vec<u8>>)> {
    for look in 0u32.. {
        if look % ASK == ASK - 1 {
            inside.recorded(hearing, track).await.ok()?;
        }
        let looked = spawn_blocking(move || {
            let piece = tail.read();
            (tail, piece)
        });
        let (same, piece) = looked.await.ok()?;
        tail = same;
        if !piece.as_ref().is_ok_and(Vec::is_empty) {
            return Some((tail, piece));
        }
        sleep(LOOK).await;
    }
    None
}
