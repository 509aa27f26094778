//! WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): encoders and players on the same transports as browsers.

mod follow;

pub use follow::Follow;
