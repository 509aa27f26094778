//! Whether a request that changes something comes from our own pages.
//!
//! Browsers say so themselves (`Sec-Fetch-Site`, Fetch Metadata); older ones at least name the page's `Origin`. A
//! request with neither comes from no browser and brings no cookie that a browser was tricked into sending.

/// What a request says about where it comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Provenance<'a> {
    pub sec_fetch_site: Option<&'a str>,
    pub origin: Option<&'a str>,
    pub host: Option<&'a str>,
}

/// Whether the request may change anything. `allowed`: other origins trusted by configuration.
#[must_use]
pub fn is_ours(from: Provenance<'_>, allowed: &[String]) -> bool {
    if let Some(origin) = from.origin {
        let named = allowed.iter().any(|allowed| allowed == origin);
        let same = origin.split_once("://").map(|(_, authority)| authority) == from.host;
        return named || (same && from.sec_fetch_site.is_none_or(|site| matches!(site, "same-origin" | "none")));
    }
    from.sec_fetch_site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from<'a>(site: Option<&'a str>, origin: Option<&'a str>) -> Provenance<'a> {
        Provenance { sec_fetch_site: site, origin, host: Some("court.example:8443") }
    }

    #[test]
    fn only_our_own_pages_and_programs_change_anything() {
        let own = Some("https://court.example:8443");
        assert!(is_ours(from(Some("same-origin"), own), &[]));
        assert!(is_ours(from(None, own), &[]));
        assert!(is_ours(from(None, None), &[]));
        assert!(!is_ours(from(Some("cross-site"), Some("https://evil.example")), &[]));
        assert!(!is_ours(from(Some("same-site"), Some("https://other.court.example")), &[]));
        assert!(!is_ours(from(None, Some("https://evil.example")), &[]));
        assert!(!is_ours(from(None, Some("null")), &[]));
        assert!(!is_ours(from(Some("cross-site"), None), &[]));
        assert!(!is_ours(from(Some("cross-site"), own), &[]));
    }

    #[test]
    fn a_configured_origin_is_trusted() {
        let allowed = ["https://desk.example".to_owned()];
        assert!(is_ours(from(Some("cross-site"), Some("https://desk.example")), &allowed));
    }
}
