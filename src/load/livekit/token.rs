//! LiveKit's access tokens: JSON Web Tokens (RFC 7519) under HMAC-SHA-256, in LiveKit's own claims.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::json;

/// The API key that signs, by name. Its secret is made for each row.
pub(super) const KEY: &str = "load";
pub(super) const ROOM: &str = "load";
/// Seconds for which a token is good.
const GOOD_FOR: u64 = 3600;

/// A token for somebody with this identity who publishes, or who receives. `now`: seconds since 1970.
pub(super) fn token(secret: &str, identity: &str, publishes: bool, now: u64) -> String {
    let claims = json!({
        "iss": KEY,
        "sub": identity,
        "nbf": now,
        "exp": now + GOOD_FOR,
        "video": {
            "room": ROOM,
            "roomJoin": true,
            "canPublish": publishes,
            "canSubscribe": !publishes,
            "canPublishData": false,
        },
    });
    signed(secret.as_bytes(), r#"{"alg":"HS256","typ":"JWT"}"#, &claims.to_string())
}

/// RFC 7515 section 7.1.
fn signed(secret: &[u8], header: &str, claims: &str) -> String {
    let input = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
    format!("{input}.{}", BASE64.encode(tag))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// RFC 7515 appendix A.1.
    #[test]
    fn a_token_is_signed_as_the_standard_shows() {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let claims = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
        let token = signed(&BASE64.decode(key).unwrap(), "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}", claims);
        assert_eq!(token.rsplit('.').next().unwrap(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn a_viewer_may_not_publish_and_a_publisher_does_not_receive() {
        let claims = |publishes| -> Value {
            let token = token("secret", "who", publishes, 1000);
            serde_json::from_slice(&BASE64.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
        };
        let (publisher, viewer) = (claims(true), claims(false));
        assert_eq!(
            (&publisher["iss"], &publisher["sub"], &publisher["exp"]),
            (&json!("load"), &json!("who"), &json!(4600))
        );
        assert_eq!(publisher["video"]["roomJoin"], true);
        assert_eq!(
            (&publisher["video"]["canPublish"], &publisher["video"]["canSubscribe"]),
            (&json!(true), &json!(false))
        );
        assert_eq!((&viewer["video"]["canPublish"], &viewer["video"]["canSubscribe"]), (&json!(false), &json!(true)));
    }
}
