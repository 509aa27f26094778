//! Public keys of clients that encrypt end to end: what passes through the server on its way to the other members of a room.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

/// A P-256 point as WebCrypto's `raw` format has it (SEC 1, 2.3.3: `0x04`, x, y; 65 bytes), in base64url without padding.
/// The server cannot use it: it only looks whether it could be one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(String);

/// Characters of 65 bytes.
const LENGTH: usize = 87;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoKey;

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a public key is an uncompressed point of P-256 in base64url without padding")
    }
}

impl TryFrom<String> for PublicKey {
    type Error = NoKey;

    fn try_from(text: String) -> Result<Self, NoKey> {
        let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        // 0x04 is `B`, and then one of A to P: four bits of the x that follows.
        let point = text.starts_with('B') && text.as_bytes().get(1).is_some_and(|byte| (b'A'..=b'P').contains(byte));
        if text.len() == LENGTH && letters && point { Ok(Self(text)) } else { Err(NoKey) }
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_a_point_is_a_key() {
        let key = |text: String| PublicKey::try_from(text).is_ok();
        assert!(key(format!("BA{}", "x".repeat(85))) && key(format!("BP{}", "_".repeat(85))));
        assert!(!key(format!("BA{}", "x".repeat(84))) && !key(format!("BA{}", "x".repeat(86))), "too short, too long");
        assert!(!key(format!("BQ{}", "x".repeat(85))) && !key(format!("AA{}", "x".repeat(85))), "not a point");
        assert!(!key(format!("BA{}=", "x".repeat(84))) && !key(format!("BA{}\n", "x".repeat(84))));
    }
}
