//! `GET /oauth/authorize`: where an app sends a person's browser.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::{consent_path, invalid, to_sign_in, viewer};
use crate::accounts::Visitor;
use crate::oauth::ask::{AskError, ask};
use crate::oauth::authorize::{Fault, Refusal, Told};
use crate::oauth::way_back::Destination;
use crate::platform::Env;
use crate::platform::web::{Page, Shell, StatusPage, redirect};

/// A request that cannot be answered, from an app to which we do not send anybody by ourselves.
#[derive(Template)]
#[template(path = "oauth/fault.html")]
struct FaultPage {
    shell: Shell,
    app: String,
    fault: Fault,
    destination: Destination,
    url: String,
    reference: String,
}

pub async fn authorize(State(env): State<Env>, RawQuery(query): RawQuery, visitor: Visitor) -> Response {
    let signed_in = viewer(&visitor).is_some();
    match ask(&env, &visitor.who(), &query.unwrap_or_default(), signed_in).await {
        Ok(handle) if signed_in => redirect(&consent_path(&handle)),
        Ok(handle) => to_sign_in(&env, &visitor, &handle).await,
        Err(AskError::Refused(Refusal::TellUser(unproven))) => invalid::unproven(&visitor, unproven),
        Err(AskError::Refused(Refusal::TellClient(told))) => tell_client(&env, &visitor, *told, signed_in),
        Err(AskError::TooOften(wait)) => invalid::too_often(&visitor, wait),
        Err(AskError::Storage(error)) => StatusPage::broken(&error, "a request could not be kept").into_response(),
    }
}

fn tell_client(env: &Env, visitor: &Visitor, told: Told, signed_in: bool) -> Response {
    let url = told.way_back.with_fault(told.fault, &env.config.server.base_url);
    if told.may_hop(signed_in) {
        return redirect(&url);
    }
    let page = FaultPage {
        shell: visitor.shell(),
        app: told.app.name,
        fault: told.fault,
        destination: told.way_back.destination(),
        url,
        reference: visitor.request_id.clone(),
    };
    Page(StatusCode::BAD_REQUEST, page).into_response()
}
