//! What is told under `data`: one type for each shape. The rooms fill them in; the catalogue describes and shows them. What
//! each field means stands in the language files, for the page and for the API's description alike.

use serde::Serialize;
use utoipa::ToSchema;

use super::MessageFact;

/// A type of `data`. Its words in the language files begin with `fact-<KEY>-`.
pub(super) trait Shape: Serialize + ToSchema {
    const KEY: &'static str;
}

/// What somebody chose in a poll.
#[derive(Serialize, ToSchema)]
pub struct VoteFact {
    pub message_id: String,
    pub number_id: String,
    pub from: String,
    pub options: Vec<String>,
    #[schema(format = DateTime)]
    pub voted_at: String,
}

/// A number, as it was when the event happened.
#[derive(Serialize, ToSchema)]
pub struct NumberFact {
    pub id: String,
    pub phone: String,
    pub name: String,
    pub connector: String,
    pub state: &'static str,
    #[schema(required)]
    pub reason: Option<String>,
    #[schema(required, format = DateTime)]
    pub linked_at: Option<String>,
}

/// That there is a code to link a number with, and until when. Never the code: it would be worth a link to whoever reads it.
#[derive(Serialize, ToSchema)]
pub struct LinkCodeFact {
    pub number_id: String,
    pub attempt_id: String,
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// What an app may do in a workspace.
#[derive(Serialize, ToSchema)]
pub struct GrantFact {
    pub grant_id: String,
    pub app_id: String,
    pub scopes: String,
    #[schema(inline)]
    pub numbers: NumbersFact,
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
}

/// Which numbers a grant covers.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum NumbersFact {
    /// The word `all`.
    Word(&'static str),
    /// Their ids.
    These(Vec<String>),
}

/// The end of what an app might do in a workspace.
#[derive(Serialize, ToSchema)]
pub struct GrantEndedFact {
    pub grant_id: String,
    pub app_id: String,
    pub reason: String,
}

/// A contact of the workspace.
#[derive(Serialize, ToSchema)]
pub struct ContactFact {
    pub id: String,
    pub phone: String,
    #[schema(required)]
    pub name: Option<String>,
    #[schema(format = DateTime)]
    pub changed_at: String,
}

/// A message template and what became of it.
#[derive(Serialize, ToSchema)]
pub struct TemplateFact {
    pub id: String,
    pub name: String,
    pub language: String,
    pub status: &'static str,
    #[schema(required)]
    pub reason: Option<String>,
}

/// An app as a whole.
#[derive(Serialize, ToSchema)]
pub struct AppFact {
    pub app_id: String,
    pub name: String,
}

/// A webhook endpoint that was switched off.
#[derive(Serialize, ToSchema)]
pub struct EndpointFact {
    pub endpoint_id: String,
    pub url: String,
    pub reason: String,
    #[schema(format = DateTime)]
    pub failing_since: String,
}

impl Shape for MessageFact {
    const KEY: &'static str = "message";
}

impl Shape for VoteFact {
    const KEY: &'static str = "vote";
}

impl Shape for NumberFact {
    const KEY: &'static str = "number";
}

impl Shape for LinkCodeFact {
    const KEY: &'static str = "link-code";
}

impl Shape for GrantFact {
    const KEY: &'static str = "grant";
}

impl Shape for GrantEndedFact {
    const KEY: &'static str = "grant-ended";
}

impl Shape for ContactFact {
    const KEY: &'static str = "contact";
}

impl Shape for TemplateFact {
    const KEY: &'static str = "template";
}

impl Shape for AppFact {
    const KEY: &'static str = "app";
}

impl Shape for EndpointFact {
    const KEY: &'static str = "endpoint";
}
