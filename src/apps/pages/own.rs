//! A developer before one of their own apps.

use std::collections::HashMap;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use crate::accounts::{SignedIn, Visitor};
use crate::apps::{self, App};
use crate::audit::Who;
use crate::events::{Keeper, Owner};
use crate::platform::Env;
use crate::platform::web::{Shell, StatusPage};

/// The app that the path names as `{app}`, for its developer. To anyone else it does not exist.
pub struct OwnApp {
    pub visitor: Visitor,
    pub app: App,
}

impl<S: Send + Sync> FromRequestParts<S> for OwnApp
where
    Env: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let SignedIn { visitor, person, .. } = SignedIn::from_request_parts(parts, state).await?;
        let Path(path): Path<HashMap<String, String>> =
            Path::from_request_parts(parts, state).await.map_err(|_| StatusPage::not_found().into_response())?;
        let app_id = path.get("app").map_or("", String::as_str);
        match apps::find_own(&Env::from_ref(state), &person.id, app_id).await {
            Ok(Some(app)) => Ok(Self { visitor, app }),
            Ok(None) => Err(StatusPage::not_found().into_response()),
            Err(error) => Err(StatusPage::broken(&error, "an app could not be looked up").into_response()),
        }
    }
}

/// Of the app's webhook endpoints.
impl Keeper for OwnApp {
    fn owner(&self) -> Owner {
        Owner::App(self.app.id.clone())
    }

    fn name(&self) -> &str {
        &self.app.name
    }

    /// Whoever is not its developer does not get here.
    fn needs_the_right(&self) -> Result<(), StatusPage> {
        Ok(())
    }

    fn shell(&self) -> Shell {
        self.visitor.shell()
    }

    fn who(&self) -> Who {
        self.visitor.who()
    }
}
