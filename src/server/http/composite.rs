//! The composite of a record: how it stands, asking for it, and the film itself.

use super::extract::{Body, Id, Source, Staff};
use super::records::{file, log, own};
use crate::app::Base;
use crate::composition::Standing;
use crate::library::ACTS;
use crate::problem::Problem;
use assize_record::compose::{self, Format, Trouble};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

pub(super) async fn show(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Id(id): Id<String>,
) -> Result<Json<Value>, Problem> {
    let (_, folder) = own(&base, &staff, &id).await?;
    Ok(Json(standing(&base, &id, &folder)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    format: Format,
}

/// Puts it on the list, unless it is there or made; answered as [`show`].
pub(super) async fn ask(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<String>,
    Body(wanted): Body<Wanted>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let (record, folder) = own(&base, &staff, &id).await?;
    if record.sealed_ms.is_none() {
        return Err(Problem::NotSealedYet);
    }
    base.audit(&staff.0.name, "composite_asked", Some(id.clone()), Some(source)).await?;
    base.compositions.ask(&id, &folder, wanted.format);
    Ok((StatusCode::ACCEPTED, Json(standing(&base, &id, &folder))))
}

/// The film, whole or in ranges. Who fetches it has seen the record.
pub(super) async fn film(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id((id, name)): Id<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (_, folder) = own(&base, &staff, &id).await?;
    let format = Format::ALL.into_iter().find(|format| format.file() == name).ok_or(Problem::NotFound)?;
    let path = compose::file(&folder, format);
    tokio::fs::metadata(&path).await.map_err(|_| Problem::NotFound)?;
    log(&base, &staff, ACTS[1], &id, source.to_string()).await?;
    file(&path, request).await
}

fn standing(base: &Base, id: &str, folder: &Path) -> Value {
    let one = |format: Format| {
        let state = base.compositions.standing(id, folder, format);
        let (name, percent, bytes, trouble) = match &state {
            Standing::None => ("none", None, None, None),
            Standing::Waiting => ("waiting", None, None, None),
            Standing::Running { percent } => ("running", Some(*percent), None, None),
            Standing::Done { bytes } => ("done", None, Some(*bytes), None),
            Standing::Failed(trouble) => ("failed", None, None, Some(code(trouble))),
        };
        let there = bytes.map(|_| format.file());
        json!({ "format": format, "state": name, "percent": percent, "file": there, "bytes": bytes, "trouble": trouble })
    };
    json!({ "composites": Format::ALL.map(one) })
}

/// The stable code of what went wrong.
fn code(trouble: &Trouble) -> Value {
    let mut value = serde_json::to_value(trouble).unwrap_or_default();
    value["trouble"].take()
}
