//! The catalogue in the API's description: its section `webhooks`, and the shapes that it names.

use serde_json::json;
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{AllOfBuilder, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, PathItem, Paths, Ref, RefOr, Required, ResponseBuilder};

use super::view::EventView;
use super::{Kind, samples};
use crate::platform::web::Words;

/// What is sent with every event (Standard Webhooks).
const HEADERS: [(&str, &str); 3] = [
    ("webhook-id", "events-header-id"),
    ("webhook-timestamp", "events-header-timestamp"),
    ("webhook-signature", "events-header-signature"),
];

/// One webhook for each kind of event.
#[must_use]
pub fn webhooks() -> Paths {
    let words = Words::for_header("en");
    let mut webhooks = Paths::new();
    for kind in Kind::ALL {
        webhooks.paths.insert(kind.name().to_owned(), PathItem::new(HttpMethod::Post, told(kind, &words)));
    }
    webhooks
}

/// The schemas that the webhooks name.
pub fn fact_schemas() -> impl Iterator<Item = (String, RefOr<Schema>)> {
    let words = Words::for_header("en");
    Kind::ALL.into_iter().flat_map(move |kind| {
        let data = samples::data(kind);
        let whole = (data.shape.clone(), data.schema(&words));
        data.parts(&words).into_iter().chain([whole]).map(|(name, schema)| (name, schema.into())).collect::<Vec<_>>()
    })
}

fn told(kind: Kind, words: &Words) -> Operation {
    let (audience, scopes) = kind.audience().words();
    let scopes: Vec<(&str, String)> = scopes.into_iter().map(|(arg, scope)| (arg, format!("`{scope}`"))).collect();
    let scopes: Vec<(&'static str, &str)> = scopes.iter().map(|(arg, scope)| (*arg, scope.as_str())).collect();
    let mut description = vec![words.text(&kind.words()), words.msg(audience).plain(&scopes)];
    if !kind.is_told() {
        description.push(words.text("events-untold-text"));
    }
    let answer = ResponseBuilder::new().description(words.text("events-answer"));
    OperationBuilder::new()
        .tag("events")
        .operation_id(Some(format!("on_{}", kind.name().replace('.', "_"))))
        .summary(Some(kind.name()))
        .description(Some(description.join("\n\n")))
        .parameters(Some(HEADERS.map(|(name, meaning)| header(name, words.text(meaning)))))
        .request_body(Some(body(kind)))
        .response("2XX", answer.build())
        .build()
}

fn header(name: &str, meaning: String) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(meaning))
        .schema(Some(Object::with_type(Type::String)))
        .build()
}

/// The event as it stands in the feed, with the one type and its shape of data.
fn body(kind: Kind) -> RequestBody {
    let narrower = ObjectBuilder::new()
        .property("type", ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind.name()])))
        .property("data", samples::data(kind).reference());
    let schema = AllOfBuilder::new().item(Ref::from_schema_name("Event")).item(narrower);
    let content: Content =
        ContentBuilder::new().schema(Some(schema)).example(Some(json!(EventView::from(kind.sample())))).build();
    RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", content).build()
}
