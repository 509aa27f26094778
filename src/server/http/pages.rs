//! The client's files, embedded in the program. Every other path is a page of the client.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::future::{Ready, ready};

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Client;

const NOT_BUILT: &str = "The browser client is not built into this server: run `make client` and build again.\n";

pub(super) fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Ready<Response> {
    ready(answer(&method, &uri, &headers))
}

fn answer(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
    if !method.is_safe() {
        return Problem::NotFound.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let named = Client::get(path).filter(|_| !path.is_empty());
    match named {
        Some(file) => respond(&file, path.starts_with("assets/"), headers),
        // A file that is not there is not a page.
        None if path.rsplit('/').next().is_some_and(|name| name.contains('.')) => Problem::NotFound.into_response(),
        None => match Client::get("index.html") {
            Some(index) => respond(&index, false, headers),
            None => (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response(),
        },
    }
}

fn respond(file: &EmbeddedFile, hashed_name: bool, headers: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag = hash.iter().take(12).fold("\"".to_owned(), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
    let cache = if hashed_name { "public, max-age=31536000, immutable" } else { "no-cache" };
    let fresh = headers.get(IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    if fresh {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag), (CACHE_CONTROL, cache.to_owned())]).into_response();
    }
    let kind = file.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") || kind.ends_with("javascript") { kind + "; charset=utf-8" } else { kind };
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, cache.to_owned()), (ETAG, tag)];
    (headers, file.data.clone().into_owned()).into_response()
}
