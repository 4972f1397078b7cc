//! The catalogue: of every kind of fact its words, who may hear it, the shape of its `data` and a sample. The page for
//! developers and the section `webhooks` of the API's description are made from it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::{Ref, RefOr};

use super::event::Audience;
use super::facts::Shape;
use super::{Event, Kind, Saved, Subject, samples};
use crate::access::Scope;
use crate::platform::Timestamp;
use crate::platform::web::Words;

/// 2026-01-01T00:00:00Z: when the samples happened.
const SAMPLE_TIME: Timestamp = Timestamp(1_767_225_600_000);

/// The `data` of a kind.
pub(super) struct Data {
    /// The name of its shape among the components of the API's description.
    pub shape: String,
    /// What the words of its fields begin with.
    words: String,
    schema: Object,
    /// The shapes that its fields refer to, under their names.
    parts: BTreeMap<String, Object>,
    pub sample: Value,
}

/// One field of a shape, as the page shows it. `text.body` is a field of the field `text`; of several fields of one shape, only
/// the first one shows its own.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub name: String,
    pub kind: String,
    pub always: bool,
    pub meaning: String,
}

impl Kind {
    /// What kinds of one group begin with.
    pub(super) fn group(self) -> &'static str {
        self.name().split('.').next().unwrap_or_default()
    }

    /// Its name in addresses and keys: `message-received`.
    pub(super) fn key(self) -> String {
        self.name().replace(['.', '_'], "-")
    }

    /// The sentence about when it is told.
    pub(super) fn words(self) -> String {
        format!("event-{}", self.key())
    }

    /// An example of it, as it might have been saved.
    pub(super) fn sample(self) -> Saved {
        let subject = match self.audience() {
            Audience::Nobody => Subject::App(String::from(samples::APP)),
            _ => Subject::Workspace(String::from(samples::WORKSPACE)),
        };
        let data = samples::data(self).sample;
        let event = Event { kind: self, subject, number_id: None, grant_id: None, data };
        Saved { id: String::from(samples::EVENT), seq: 1, event, created_at: SAMPLE_TIME }
    }
}

impl Audience {
    /// The sentence about who hears it, and the scopes that stand in it.
    pub(super) fn words(self) -> (&'static str, Vec<(&'static str, Scope)>) {
        match self {
            Self::Holders(scope) => ("events-for-holders", vec![("scope", scope)]),
            Self::HoldersOrAuthor(scope, author) => {
                ("events-for-holders-or-author", vec![("scope", scope), ("author", author)])
            }
            Self::Own => ("events-for-own", Vec::new()),
            Self::Nobody => ("events-for-nobody", Vec::new()),
        }
    }
}

impl Data {
    pub(super) fn of<S: Shape>(sample: &S) -> Self {
        // A shape is a struct with named fields, hence an object; a test looks at each.
        let object = |schema| match schema {
            RefOr::T(Schema::Object(object)) => object,
            _ => Object::default(),
        };
        let mut parts = Vec::new();
        S::schemas(&mut parts);
        Self {
            shape: S::name().into_owned(),
            words: format!("fact-{}", S::KEY),
            schema: object(S::schema()),
            parts: parts.into_iter().map(|(name, schema)| (name, object(schema))).collect(),
            sample: json!(sample),
        }
    }

    /// Its schema, each field with what it means.
    pub(super) fn schema(&self, words: &Words) -> Object {
        let mut schema = self.schema.clone();
        explain(&mut schema, words, &self.words);
        schema
    }

    /// The shapes that its fields refer to, in the same way.
    pub(super) fn parts(&self, words: &Words) -> BTreeMap<String, Object> {
        let explained = |(name, schema): (&String, &Object)| {
            let mut schema = schema.clone();
            explain(&mut schema, words, &format!("fact-{}", name.to_lowercase()));
            (name.clone(), schema)
        };
        self.parts.iter().map(explained).collect()
    }

    /// The same as rows of a table.
    pub(super) fn fields(&self, words: &Words) -> Vec<Field> {
        let mut list = List { parts: self.parts(words), fields: Vec::new() };
        list.add(&self.schema(words), "");
        list.fields
    }

    /// Where the API's description holds the schema.
    pub(super) fn reference(&self) -> Ref {
        Ref::from_schema_name(&self.shape)
    }
}

fn explain(object: &mut Object, words: &Words, key: &str) {
    for (name, field) in &mut object.properties {
        let key = format!("{key}-{}", name.replace('_', "-"));
        let meaning = Some(words.text(&key));
        let schema = match field {
            RefOr::T(schema) => schema,
            RefOr::Ref(reference) => {
                reference.description = words.text(&key);
                continue;
            }
        };
        match schema {
            Schema::Object(inner) => {
                inner.description = meaning;
                explain(inner, words, &key);
            }
            Schema::Array(inner) => inner.description = meaning,
            Schema::OneOf(inner) => inner.description = meaning,
            _ => {}
        }
    }
}

struct List {
    /// Shapes of which no field was listed yet.
    parts: BTreeMap<String, Object>,
    fields: Vec<Field>,
}

impl List {
    fn add(&mut self, object: &Object, inside: &str) {
        for (name, field) in &object.properties {
            let schema = json!(field);
            let path = format!("{inside}{name}");
            self.fields.push(Field {
                kind: type_of(&schema),
                always: object.required.contains(name),
                meaning: schema["description"].as_str().unwrap_or_default().to_owned(),
                name: path.clone(),
            });
            let (part, path) = match schema["items"]["$ref"].as_str() {
                Some(items) => (items, format!("{path}[].")),
                None => (schema["$ref"].as_str().unwrap_or_default(), format!("{path}.")),
            };
            if let RefOr::T(Schema::Object(inner)) = field {
                self.add(inner, &path);
            } else if let Some(part) = self.parts.remove(shape_at(part)) {
                self.add(&part, &path);
            }
        }
    }
}

/// The name at the end of a reference.
fn shape_at(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}

/// A type in the words of JSON Schema: `string (date-time) | null`.
fn type_of(schema: &Value) -> String {
    let named = |name: &str| match (name, schema["format"].as_str()) {
        ("array", _) => format!("{}[]", type_of(&schema["items"])),
        ("string", Some(format)) => format!("string ({format})"),
        _ => name.to_owned(),
    };
    let several = |all: &[Value], one: &dyn Fn(&Value) -> String| all.iter().map(one).collect::<Vec<_>>().join(" | ");
    if let Some(reference) = schema["$ref"].as_str() {
        return shape_at(reference).to_owned();
    }
    match (&schema["oneOf"], &schema["type"]) {
        (Value::Array(choices), _) => several(choices, &type_of),
        (_, Value::Array(names)) => several(names, &|name| named(name.as_str().unwrap_or_default())),
        (_, name) => named(name.as_str().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_words_and_every_field_a_meaning() {
        let words = Words::for_header("en");
        for kind in Kind::ALL {
            assert!(words.has(&kind.words()), "locales/en.ftl says nothing under {}", kind.words());
            assert!(words.has(&format!("events-group-{}", kind.group())), "{}", kind.group());
            assert!(words.has(kind.audience().words().0), "{}", kind.name());
            let fields = samples::data(kind).fields(&words);
            assert!(!fields.is_empty(), "{} tells nothing", kind.name());
            for field in fields {
                assert!(!field.meaning.is_empty() && !field.kind.is_empty(), "{} {field:?}", kind.name());
            }
        }
    }

    #[test]
    fn a_group_stands_together() {
        let mut groups: Vec<&str> = Kind::ALL.map(Kind::group).to_vec();
        groups.dedup();
        assert_eq!(groups, ["number", "message", "grant", "contact", "template", "app", "endpoint"]);
    }

    #[test]
    fn fields_stand_in_the_order_of_their_type_with_their_types() {
        let words = Words::for_header("en");
        let rows = |kind: Kind| -> Vec<String> {
            let fields = samples::data(kind).fields(&words).into_iter();
            fields.map(|it| format!("{}{}: {}", it.name, if it.always { "" } else { "?" }, it.kind)).collect()
        };
        assert_eq!(
            rows(Kind::GrantCreated),
            [
                "grant_id: string",
                "app_id: string",
                "scopes: string",
                "numbers: string | string[]",
                "expires_at: string (date-time) | null",
            ]
        );
        let message = rows(Kind::MessageReceived);
        assert_eq!(
            message[..5],
            ["id: string", "number_id: string", "direction: string", "to?: string", "from?: string"]
        );
        assert_eq!(message[7..9], ["text?: Text", "text.body: string"]);
        assert_eq!(
            message[9..15],
            [
                "image?: File",
                "image.mime_type: string",
                "image.bytes: integer",
                "image.name: string | null",
                "image.caption: string | null",
                "video?: File",
            ]
        );
        assert!(message.contains(&String::from("contacts?: ContactCard[]")), "{message:?}");
        assert!(message.contains(&String::from("contacts[].phones: string[]")), "{message:?}");
    }
}
