//! Who looks at endpoints, and at which.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use crate::audit::Who;
use crate::events::webhooks::disable::pages_of;
use crate::events::{Endpoint, Owner, find_endpoint};
use crate::platform::Env;
use crate::platform::web::{Shell, StatusPage};

/// Somebody before the webhook endpoints of an app or a workspace. The rooms above know who that is; `app.rs` brings them
/// together.
pub trait Keeper: FromRequestParts<Env, Rejection = Response> + Send + Sync + 'static {
    /// Whose endpoints they are.
    fn owner(&self) -> Owner;

    /// The app's or the workspace's name.
    fn name(&self) -> &str;

    fn needs_the_right(&self) -> Result<(), StatusPage>;

    /// The frame around the page.
    fn shell(&self) -> Shell;

    /// For the audit log.
    fn who(&self) -> Who;
}

/// A keeper with the right: nobody else gets as far as a handler.
pub(super) struct Permitted<K>(pub K);

impl<K: Keeper> FromRequestParts<Env> for Permitted<K> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, Response> {
        let keeper = K::from_request_parts(parts, env).await?;
        keeper.needs_the_right().map_err(StatusPage::into_response)?;
        Ok(Self(keeper))
    }
}

/// A keeper with the right before the endpoint that the path names as `{endpoint}`. One of another owner does not exist.
pub(super) struct At<K> {
    pub keeper: K,
    pub owner: Owner,
    pub endpoint: Endpoint,
}

impl<K: Keeper> FromRequestParts<Env> for At<K> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, env: &Env) -> Result<Self, Response> {
        let Permitted(keeper) = Permitted::<K>::from_request_parts(parts, env).await?;
        let Path(path): Path<HashMap<String, String>> =
            Path::from_request_parts(parts, env).await.map_err(|_| StatusPage::not_found().into_response())?;
        let (owner, id) = (keeper.owner(), path.get("endpoint").map_or("", String::as_str));
        match find_endpoint(env, &owner, id).await {
            Ok(Some(endpoint)) => Ok(Self { keeper, owner, endpoint }),
            Ok(None) => Err(StatusPage::not_found().into_response()),
            Err(error) => Err(StatusPage::broken(&error, "an endpoint could not be looked up").into_response()),
        }
    }
}

/// Where a page stands among the others.
pub(super) struct Place {
    /// The app's or the workspace's name.
    pub name: String,
    pub is_app: bool,
    /// Where these pages are linked from.
    pub home: String,
    /// The list of endpoints.
    pub list: String,
}

impl Place {
    pub fn of(keeper: &impl Keeper) -> Self {
        let owner = keeper.owner();
        let (is_app, home) = match &owner {
            Owner::App(id) => (true, format!("/developers/apps/{id}")),
            Owner::Workspace(id) => (false, format!("/w/{id}/settings")),
        };
        Self { name: keeper.name().to_owned(), is_app, home, list: pages_of(&owner) }
    }
}
