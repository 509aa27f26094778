//! The interface as a whole: rights, headers, description, and the ways in.
#![allow(clippy::unwrap_used)]

mod composite;
mod description;
mod entering;
mod live;
mod log;
mod login;
mod minutes;
mod minutes_point;
mod preparing;
mod records;
mod rehearsing;
mod rights;

use super::*;
use crate::clock::SetClock;
use crate::config::Config;
use crate::store::{Account, HearingRow, StaffRole};
use assize_core::ids::{CourtId, PointId};
use assize_core::plan::{Court, Point, PointKind};
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tower::ServiceExt as _;
use uuid::Uuid;

const PASSWORD: &str = "mật khẩu đủ dài";
const START: &str = "2026-11-25T08:00:00+07:00";

/// A server with two courts; each has every kind of staff, a point and a hearing.
struct World {
    base: Arc<Base>,
    clock: Arc<SetClock>,
    router: Router,
    own: Place,
    other: Place,
    _data: tempfile::TempDir,
}

struct Place {
    point: Point,
    hearing: HearingRow,
}

impl World {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.storage.data = data.path().join("data");
        config.storage.recordings = data.path().join("recordings");
        let clock = Arc::new(SetClock::at(crate::times::parse(START).unwrap()));
        let base = Arc::new(Base::open(config, Arc::<SetClock>::clone(&clock)).await.unwrap());
        base.set_ready(true);
        let own = place(&base, "own").await;
        let other = place(&base, "other").await;
        let router = router(&base, Router::new(), Scheme::default());
        Self { base, clock, router, own, other, _data: data }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        let mut request = request;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 40_000))));
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn call(&self, method: Method, path: &str, cookie: Option<&str>, body: Value) -> (StatusCode, Value) {
        let response = self.send(request(method, path, cookie, &body)).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.call(Method::POST, path, None, body).await
    }

    /// A session's cookie, without the cost of a password.
    async fn cookie(&self, account: &str) -> String {
        let token = crate::identity::secret::Secret::mint().unwrap();
        self.base.store.put_session(token.digest(), account, self.base.clock.utc_ms()).await.unwrap();
        format!("{}={}", crate::identity::session::COOKIE, token.reveal())
    }
}

fn request(method: Method, path: &str, cookie: Option<&str>, body: &Value) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "court.example");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    if body.is_null() {
        return request.body(Body::empty()).unwrap();
    }
    request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
}

/// Accounts are called `<court>-<role>`.
async fn place(base: &Base, name: &str) -> Place {
    let court = Court { id: CourtId(Uuid::now_v7()), name: name.to_owned(), zone: "Asia/Ho_Chi_Minh".to_owned() };
    base.store.put_court(&court).await.unwrap();
    let password = base.identity.sessions.passwords().hash(PASSWORD).unwrap();
    for role in StaffRole::ALL {
        let account = Account {
            name: format!("{name}-{}", role.name()),
            display: role.name().to_owned(),
            court: court.id,
            role,
            password: password.clone(),
            disabled: false,
            created_ms: 0,
        };
        base.store.put_account(&account).await.unwrap();
    }
    let point =
        Point { id: PointId(Uuid::now_v7()), name: "Trại".to_owned(), kind: PointKind::Detention, province: None };
    base.store.put_point(court.id, &point).await.unwrap();
    let draft = serde_json::from_value(json!({
        "case": format!("1/2026/{name}"), "starts": START, "points": ["Trại"],
        "people": [
            {"name": "Thẩm phán", "role": "presiding_judge", "account": format!("{name}-judge")},
            {"name": "Luật sư", "role": "counsel"},
            {"name": "Bị cáo", "role": "defendant", "point": "Trại"},
        ],
    }))
    .unwrap();
    let hearing = crate::plans::create(base, court.id, draft).await.unwrap();
    Place { point, hearing }
}
