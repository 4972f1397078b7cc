//! Something happens, and an app reads of it.

use axum::body::Body;
use axum::http::Method;
use grantline::events::{Event, Kind, Subject, emit};
use serde_json::{Value, json};

use crate::actors::{Answer, Person};
use crate::oauth::actors::ClientApp;
use crate::oauth::surroundings::workspace_of;
use crate::oauth::tokens::Tokens;
use crate::world::World;

/// A connected app that reads events.
pub struct Listener<'w> {
    pub app: ClientApp<'w>,
    pub tokens: Tokens,
    pub workspace: String,
}

impl<'w> Listener<'w> {
    /// Connected by `person` with `choice`.
    pub async fn connects(world: &'w World, person: &Person<'_>, choice: &[(&str, &str)]) -> Self {
        let app = ClientApp::registers(world, person, "Shop").await;
        let tokens = Tokens::of(app.trades(&person.approves_with(&app, choice).await).await);
        Self { app, tokens, workspace: workspace_of(world, person).await }
    }

    pub async fn asks(&self, query: &str) -> Answer {
        self.app.calls(&Method::GET, &format!("/v1/events{query}"), &self.tokens.access, Body::empty()).await
    }

    /// What it reads behind a place: kinds, and where to go on.
    pub async fn reads(&self, query: &str) -> (Vec<String>, String) {
        let page = self.asks(query).await.is(200).json();
        (kinds(&page), page["next"].as_str().expect("a place").to_owned())
    }
}

pub fn kinds(page: &Value) -> Vec<String> {
    let events = page["data"].as_array().expect("a list");
    events.iter().map(|event| event["type"].as_str().expect("a kind").to_owned()).collect()
}

/// Something happens to a number, by nobody's wish.
pub async fn happens(world: &World, kind: Kind, workspace_id: &str, number_id: Option<&str>, told: &str) {
    let env = world.env().clone();
    let event = Event {
        kind,
        subject: Subject::Workspace(workspace_id.to_owned()),
        number_id: number_id.map(ToOwned::to_owned),
        grant_id: None,
        data: json!({ "told": told }),
    };
    let unit = env.clone();
    let saved = env.db.write(move |tx| Box::pin(async move { emit(tx, &unit, event).await })).await;
    saved.expect("the event is saved");
}
