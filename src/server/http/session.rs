//! Staff log-in.

use super::extract::{Body, Source, Staff, session_token};
use crate::app::Base;
use crate::identity::session::{LoginError, cookie, no_cookie};
use crate::problem::Problem;
use crate::store::Account;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Login {
    name: String,
    password: String,
}

pub(super) async fn login(
    State(base): State<Arc<Base>>,
    Source(source): Source,
    Body(login): Body<Login>,
) -> Result<impl IntoResponse, Problem> {
    let now = base.clock.utc_ms();
    let name = login.name.trim().to_owned();
    let allowed = base.identity.tries.check_login(source, &name, now);
    allowed.map_err(|seconds| Problem::TooOften { seconds })?;
    match base.identity.sessions.login(&name, login.password).await {
        Ok((account, token)) => {
            base.audit(&account.name, "login", None, Some(source)).await?;
            let me = describe(&base, &account).await?;
            Ok(([(SET_COOKIE, cookie(&token.reveal()))], Json(me)))
        }
        Err(LoginError::Wrong) => {
            base.identity.tries.failed_login(source, &name, now);
            // The name is not written: people type passwords into the wrong field.
            base.audit("nobody", "login_refused", None, Some(source)).await?;
            Err(Problem::WrongLogin)
        }
        Err(LoginError::Store(error)) => Err(error.into()),
        Err(LoginError::Random(error)) => Err(error.into()),
    }
}

pub(super) async fn logout(State(base): State<Arc<Base>>, request: Request) -> Result<impl IntoResponse, Problem> {
    let (parts, _) = request.into_parts();
    if let Some(token) = session_token(&parts) {
        base.identity.sessions.logout(&token).await?;
        base.live.look();
    }
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, no_cookie())]))
}

pub(super) async fn me(State(base): State<Arc<Base>>, staff: Staff) -> Result<Json<Value>, Problem> {
    Ok(Json(describe(&base, &staff.0).await?))
}

async fn describe(base: &Base, account: &Account) -> Result<Value, Problem> {
    let court = base.store.court(account.court).await?.ok_or(Problem::Internal)?;
    Ok(json!({
        "name": account.name,
        "display": account.display,
        "role": account.role,
        "court": court,
    }))
}
