//! The catalogue of events, for developers: open to anyone, as documentation is.

use askama::Template;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::events::catalogue::Field;
use crate::events::view::EventView;
use crate::events::{Kind, samples};
use crate::platform::Env;
use crate::platform::web::{Markup, Page, Shell, Words};

/// Anyone who looks at a page. `accounts` knows who that is; `app.rs` brings the two together.
pub trait Passerby: FromRequestParts<Env, Rejection = Response> + Send + 'static {
    /// The frame around the page.
    fn shell(&self) -> Shell;
}

pub fn catalogue_routes<P: Passerby>(env: Env) -> Router {
    Router::new().route("/developers/events", get(show::<P>)).with_state(env)
}

#[derive(Template)]
#[template(path = "events/catalogue.html")]
struct CataloguePage {
    shell: Shell,
    groups: Vec<Group>,
}

struct Group {
    key: &'static str,
    title: String,
    events: Vec<Listed>,
}

/// One kind of event.
struct Listed {
    name: &'static str,
    /// Its name where a dot would mean something else.
    key: String,
    words: String,
    audience: Markup,
    is_told: bool,
    fields: Vec<Field>,
    sample: String,
}

impl Listed {
    fn of(kind: Kind, words: &Words) -> Self {
        let (audience, scopes) = kind.audience().words();
        let audience = scopes.into_iter().fold(words.msg(audience), |said, (arg, scope)| said.latin(arg, scope));
        Self {
            name: kind.name(),
            key: kind.key(),
            words: kind.words(),
            audience: audience.into(),
            is_told: kind.is_told(),
            fields: samples::data(kind).fields(words),
            sample: serde_json::to_string_pretty(&EventView::from(kind.sample())).unwrap_or_default(),
        }
    }
}

async fn show<P: Passerby>(passerby: P) -> Response {
    let shell = passerby.shell();
    let group = |kinds: &[Kind]| {
        let key = kinds.first().map_or("", |kind| kind.group());
        let events = kinds.iter().map(|kind| Listed::of(*kind, &shell.words)).collect();
        Group { key, title: format!("events-group-{key}"), events }
    };
    let groups = Kind::ALL.chunk_by(|one, next| one.group() == next.group()).map(group).collect();
    Page::ok(CataloguePage { groups, shell }).into_response()
}
