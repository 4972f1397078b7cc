//! Who is looking at a page: anyone, somebody signed in, or a member of the workspace in the address.

use std::collections::HashMap;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};

use super::wanted::sign_in_first;
use crate::accounts::sessions::find_session;
use crate::accounts::{Membership, Person, Right, memberships};
use crate::audit::{Actor, Reader, Who};
use crate::events::{Keeper, Owner, Passerby};
use crate::platform::web::{Browser, ClientAddress, RequestId, Shell, StatusPage, Words};
use crate::platform::{Env, Timestamp};

/// Anyone who looks at a page.
#[derive(Clone)]
pub struct Visitor {
    pub words: Words,
    pub browser: Browser,
    pub address: String,
    pub request_id: String,
    /// Who is signed in on this browser, if anyone.
    pub person: Option<Person>,
    /// The id of their session, and when they signed in.
    pub session_id: Option<String>,
    pub signed_in_at: Option<Timestamp>,
    frame: Shell,
}

impl Visitor {
    /// What the frame around a page needs.
    #[must_use]
    pub fn shell(&self) -> Shell {
        Shell {
            csrf: self.browser.csrf(),
            person: self.person.as_ref().map(|person| (person.name.clone(), person.email.clone())),
            ..self.frame.clone()
        }
    }

    /// For the audit log.
    #[must_use]
    pub fn who(&self) -> Who {
        let actor = self
            .person
            .as_ref()
            .map_or(Actor::Stranger, |person| Actor::Person { id: person.id.clone(), name: person.name.clone() });
        Who { actor, address: self.address.clone(), request_id: self.request_id.clone() }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    Env: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let env = Env::from_ref(state);
        let browser = Browser::from_request_parts(parts, state).await.map_err(|status| status.into_response())?;
        let Ok(words) = Words::from_request_parts(parts, state).await;
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, state).await;
        let Ok(RequestId(request_id)) = RequestId::from_request_parts(parts, state).await;
        let session = match browser.session() {
            Some(token) => find_session(&env, token).await.map_err(|error| {
                StatusPage::broken(&error, "a browser session could not be looked up").into_response()
            })?,
            None => None,
        };
        let frame = Shell::new(words.clone(), &env.config.server);
        let signed_in_at = session.as_ref().map(|session| session.created_at);
        let (person, session_id) = session.map(|session| (session.person, session.id)).unzip();
        Ok(Self { words, browser, address, request_id, person, session_id, signed_in_at, frame })
    }
}

/// Somebody signed in; anyone else is sent to the sign-in page.
#[derive(Clone)]
pub struct SignedIn {
    pub visitor: Visitor,
    pub person: Person,
}

impl SignedIn {
    /// The session under which they are signed in here.
    #[must_use]
    pub fn session_id(&self) -> &str {
        self.visitor.session_id.as_deref().unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    Env: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        match visitor.person.clone() {
            Some(person) => Ok(Self { visitor, person }),
            None => Err(sign_in_first(&Env::from_ref(state), &visitor.browser, parts)),
        }
    }
}

/// A member of the workspace that the path names as `{workspace}`. To anyone else it does not exist.
#[derive(Clone)]
pub struct InWorkspace {
    pub visitor: Visitor,
    pub person: Person,
    pub membership: Membership,
    /// Every workspace of the person, for the switch in the corner.
    all: Vec<Membership>,
}

impl InWorkspace {
    #[must_use]
    pub fn id(&self) -> &str {
        &self.membership.workspace.id
    }

    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        self.membership.role.may(right)
    }

    /// The first line of a handler: a member without the right gets a page that says so.
    pub fn needs(&self, right: Right) -> Result<(), StatusPage> {
        if self.may(right) { Ok(()) } else { Err(StatusPage::forbidden()) }
    }

    /// The frame with the side bar of this workspace; `section` names the entry that is lit.
    #[must_use]
    pub fn shell(&self, section: &'static str) -> Shell {
        let here = &self.membership.workspace;
        Shell {
            workspace: Some((here.id.clone(), here.name.clone())),
            workspaces: self
                .all
                .iter()
                .map(|other| (other.workspace.id.clone(), other.workspace.name.clone()))
                .collect(),
            section,
            ..self.visitor.shell()
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for InWorkspace
where
    Env: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let SignedIn { visitor, person } = SignedIn::from_request_parts(parts, state).await?;
        let Path(path): Path<HashMap<String, String>> =
            Path::from_request_parts(parts, state).await.map_err(|_| StatusPage::not_found().into_response())?;
        let workspace_id = path.get("workspace").map_or("", String::as_str);
        let all = memberships(&Env::from_ref(state), &person.id)
            .await
            .map_err(|error| StatusPage::broken(&error, "memberships could not be looked up").into_response())?;
        match all.iter().find(|membership| membership.workspace.id == workspace_id).cloned() {
            Some(membership) => Ok(Self { visitor, person, membership, all }),
            None => Err(StatusPage::not_found().into_response()),
        }
    }
}

impl Passerby for Visitor {
    fn shell(&self) -> Shell {
        Self::shell(self)
    }
}

impl Reader for InWorkspace {
    fn workspace_id(&self) -> &str {
        self.id()
    }

    fn needs_the_right(&self) -> Result<(), StatusPage> {
        self.needs(Right::ViewAudit)
    }

    fn shell(&self) -> Shell {
        Self::shell(self, "audit")
    }
}

/// Of a workspace's own endpoints. They hear all that is about it, the texts of messages as well: so those who decide what apps
/// may do keep them.
impl Keeper for InWorkspace {
    fn owner(&self) -> Owner {
        Owner::Workspace(self.id().to_owned())
    }

    fn name(&self) -> &str {
        &self.membership.workspace.name
    }

    fn needs_the_right(&self) -> Result<(), StatusPage> {
        self.needs(Right::ManageApps)?;
        self.needs(Right::ViewMessages)
    }

    fn shell(&self) -> Shell {
        Self::shell(self, "settings")
    }

    fn who(&self) -> Who {
        self.visitor.who()
    }
}
