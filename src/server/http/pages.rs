//! The client's files, embedded in the program. Every other path is a page of the client.
//!
//! The build lays every text file down compressed as well (`web/precompress.ts`), and these are sent as they are. Nothing
//! is compressed while it is sent: answers that hold secrets beside what a stranger can choose must not be (BREACH).

use crate::problem::Problem;
use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::borrow::Cow;
use std::future::{Ready, ready};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Client;

const NOT_BUILT: &str = "The browser client is not built into this server: run `make client` and build again.\n";
/// Content codings and the endings of files in them, the smaller first.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

pub(super) fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Ready<Response> {
    ready(answer(&method, &uri, &headers))
}

fn answer(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    if !method.is_safe() {
        return Problem::NotFound.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let is_coded = CODINGS.iter().any(|(_, ending)| path.ends_with(ending));
    let named = Client::get(path).filter(|_| !path.is_empty() && !is_coded);
    match named {
        Some(file) => respond(path, file, headers),
        // A file that is not there is not a page.
        None if path.rsplit('/').next().is_some_and(|name| name.contains('.')) => Problem::NotFound.into_response(),
        None => match Client::get("index.html") {
            Some(index) => respond("index.html", index, headers),
            None => (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response(),
        },
    }
}

fn respond(path: &str, plain: EmbeddedFile, headers: &HeaderMap) -> Response {
    let kind = plain.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") || kind.ends_with("javascript") { kind + "; charset=utf-8" } else { kind };
    // The bundler names what is below `assets` by its content.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let coded: Vec<_> = CODINGS
        .iter()
        .filter_map(|(coding, ending)| Some((*coding, Client::get(&format!("{path}{ending}"))?)))
        .collect();
    let varies = !coded.is_empty();
    let (coding, file) = match coded.into_iter().find(|(coding, _)| accepts(headers, coding)) {
        Some((coding, file)) => (Some(coding), file),
        None => (None, plain),
    };
    let tag = tag(&file);
    let fresh = headers.get_all(IF_NONE_MATCH).iter().any(|known| names(known, &tag));
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        ([(CONTENT_TYPE, kind)], body).into_response()
    };
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(ETAG, &tag);
    set(CACHE_CONTROL, cache);
    if varies {
        set(VARY, "accept-encoding");
    }
    if let Some(coding) = coding.filter(|_| !fresh) {
        set(CONTENT_ENCODING, coding);
    }
    response
}

/// A strong tag: of the bytes as they are sent, so that each coding has its own (RFC 9110 section 8.8.3.3).
fn tag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    hash.iter().take(12).fold("\"".to_owned(), |tag, byte| format!("{tag}{byte:02x}")) + "\""
}

/// Whether a list of entity tags has this one; compared weakly, as RFC 9110 section 13.1.2 has it.
fn names(list: &HeaderValue, tag: &str) -> bool {
    let list = list.to_str().unwrap_or_default();
    list.split(',').map(str::trim).any(|known| known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Whether the client takes this coding (RFC 9110 section 12.5.3). A client that names none gets the plain file.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(coding) && weight.unwrap_or(1.0) > 0.0
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn asking(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, value.parse().unwrap())])
    }

    #[test]
    fn a_coding_is_sent_to_those_who_name_it() {
        for (value, br, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("gzip", false, true),
            ("br;q=0, GZIP;q=0.5", false, true),
            ("brotli, gzipped", false, false),
            ("br;q=0.0,gzip;q=0", false, false),
            ("identity", false, false),
            ("", false, false),
        ] {
            let headers = asking(value);
            assert_eq!((accepts(&headers, "br"), accepts(&headers, "gzip")), (br, gzip), "{value}");
        }
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn a_known_tag_is_found_in_a_list() {
        for (list, known) in [("\"a\"", true), ("\"b\", W/\"a\"", true), ("\"ab\"", false), ("a", false), ("", false)] {
            assert_eq!(names(&list.parse().unwrap(), "\"a\""), known, "{list}");
        }
    }
}
