//! What is told of a message, by its kind. The answers of the API show the same.

use serde::Serialize;
use utoipa::ToSchema;

/// A message, as it was when the event happened.
#[derive(Serialize, ToSchema)]
pub struct MessageFact {
    pub id: String,
    pub number_id: String,
    pub direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub group_id: Option<String>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    // What it says is left out of what is told of a message that an app sent, and of one that was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<TextFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub image: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub video: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub audio: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub voice: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub document: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sticker: Option<FileFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<LocationFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contacts: Option<Vec<ContactCardFact>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub poll: Option<PollFact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply_to: Option<String>,
    pub state: &'static str,
    #[schema(required)]
    pub reason: Option<&'static str>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub changed_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub origin: Option<&'static str>,
    #[schema(required, format = DateTime)]
    pub edited_at: Option<String>,
    #[schema(required, format = DateTime)]
    pub deleted_at: Option<String>,
}

/// The words of a message.
#[derive(Serialize, ToSchema)]
#[schema(as = Text)]
pub struct TextFact {
    pub body: String,
}

/// A picture, a sound or a document, without its bytes.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
pub struct FileFact {
    pub mime_type: String,
    pub bytes: u64,
    #[schema(required)]
    pub name: Option<String>,
    #[schema(required)]
    pub caption: Option<String>,
}

/// A place on the map.
#[derive(Serialize, ToSchema)]
#[schema(as = Location)]
pub struct LocationFact {
    pub latitude: f64,
    pub longitude: f64,
    #[schema(required)]
    pub name: Option<String>,
    #[schema(required)]
    pub address: Option<String>,
}

/// Somebody's entry in an address book.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactCard)]
pub struct ContactCardFact {
    pub name: String,
    pub phones: Vec<String>,
}

/// A question with answers to choose from.
#[derive(Serialize, ToSchema)]
#[schema(as = Poll)]
pub struct PollFact {
    pub question: String,
    pub options: Vec<String>,
    pub choices_max: u32,
}
