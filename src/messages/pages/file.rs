//! A member saves the file that a message carries.

use axum::Extension;
use axum::extract::{Path, State as FromState};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::Room;
use crate::accounts::{InWorkspace, Right};
use crate::messages::fetch::FetchError;
use crate::messages::list::find_in_workspace;
use crate::messages::{FetchRefusal, Fetched, Files};
use crate::platform::web::{StatusPage, StrangersFile};

pub(super) async fn show_file(
    FromState(room): FromState<Room>,
    Extension(files): Extension<Files>,
    Path((_, id)): Path<(String, String)>,
    member: InWorkspace,
) -> Result<Response, StatusPage> {
    member.needs(Right::ViewMessages)?;
    let found = find_in_workspace(&room.env, member.id(), &id).await;
    let found = found.map_err(|error| StatusPage::broken(&error, "a message could not be looked up"))?;
    let message = found.ok_or(StatusPage::not_found())?;
    let Fetched { mime_type, name, size, bytes } = files.fetch(&room.env, &message).await.map_err(status_page)?;
    Ok(StrangersFile { mime_type, name, size, bytes }.into_response())
}

fn status_page(error: FetchError) -> StatusPage {
    let refusal = match error {
        FetchError::Refused(refusal) => refusal,
        FetchError::Storage(error) => return StatusPage::broken(&error, "a file could not be fetched"),
    };
    match refusal {
        FetchRefusal::NoFile => StatusPage::not_found(),
        FetchRefusal::Gone => StatusPage::new(StatusCode::GONE, "media-gone"),
        FetchRefusal::TooLarge { .. } => StatusPage::new(StatusCode::PAYLOAD_TOO_LARGE, "media-too-large"),
        FetchRefusal::NotLinked => StatusPage::new(StatusCode::CONFLICT, "media-not-linked"),
        FetchRefusal::Unreachable => StatusPage::new(StatusCode::SERVICE_UNAVAILABLE, "media-unreachable"),
    }
}
