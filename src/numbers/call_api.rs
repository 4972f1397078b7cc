//! The API of what is asked of WhatsApp at once: typing, who has an account, pictures, groups.

use std::collections::BTreeMap;

use axum::Json as JsonAnswer;
use axum::extract::{FromRef, Path, State as FromState};
use axum::http::StatusCode;
use grantline_whatsapp::{Activity, Chat, SendFailure};
use serde::{Deserialize, Serialize};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{CallError, CallRefusal, Phone, Sessions, groups, look_up, picture, show};
use crate::access::Authority;
use crate::audit::{Actor, Who};
use crate::platform::Env;
use crate::platform::web::{ClientAddress, Json, Problem, ProblemBody, Query, RequestId};

/// How many phones one call may ask about.
const PHONES_MAX: usize = 50;
/// When to try again after WhatsApp wanted a pause, which does not say how long.
const THROTTLED_RETRY_S: i64 = 60;
/// When to try again after WhatsApp was not there.
const UNREACHABLE_RETRY_S: i64 = 10;

/// The operations that need a number's session, to be put behind the bearer check.
#[must_use]
pub fn call_routes() -> OpenApiRouter<Sessions> {
    OpenApiRouter::new()
        .routes(routes!(post_typing))
        .routes(routes!(post_lookup))
        .routes(routes!(get_picture))
        .routes(routes!(get_groups))
}

impl FromRef<Sessions> for Env {
    fn from_ref(sessions: &Sessions) -> Self {
        sessions.env().clone()
    }
}

/// The refusals of every operation that asks WhatsApp at once, besides those that each says itself.
pub struct OfWhatsapp;

impl IntoResponses for OfWhatsapp {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let refusals = [
            (
                "429",
                "`too_many_requests`: the grant makes more calls a minute than it may. `throttled_by_whatsapp`: WhatsApp wants a \
                 pause. `Retry-After` says when to try again.",
            ),
            ("501", "`not_supported`: the number's way to WhatsApp cannot do that."),
            ("503", "`whatsapp_unreachable`: WhatsApp did not answer in time. It is safe to try again."),
        ];
        let response = |(status, description): (&str, &str)| {
            let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemBody::name()))).build();
            let response = ResponseBuilder::new().description(description).content("application/problem+json", problem);
            (status.to_owned(), response.build().into())
        };
        refusals.map(response).into()
    }
}

/// What an app is told when WhatsApp did not do what it asked for.
#[must_use]
pub fn call_problem(failure: SendFailure) -> Problem {
    let unprocessable = |code, detail| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
    match failure {
        SendFailure::NotLinked => Problem::new(
            StatusCode::CONFLICT,
            "number_not_linked",
            "The number is not linked to WhatsApp. Ask the workspace to link it again; GET /v1/numbers tells its state.",
        ),
        SendFailure::NotOnWhatsapp => unprocessable("not_on_whatsapp", "The other side has no WhatsApp account."),
        SendFailure::Refused => unprocessable(
            "refused_by_whatsapp",
            "WhatsApp refused it. Edits are taken for some 15 minutes after a message was sent, and messages back for some two days.",
        ),
        SendFailure::Throttled => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "throttled_by_whatsapp",
            "WhatsApp wants a pause. Nothing was done; try again later.",
        )
        .retry_after_s(THROTTLED_RETRY_S),
        SendFailure::Network => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "whatsapp_unreachable",
            "WhatsApp did not answer in time. It is safe to try again.",
        )
        .retry_after_s(UNREACHABLE_RETRY_S),
        SendFailure::Unsupported => Problem::new(
            StatusCode::NOT_IMPLEMENTED,
            "not_supported",
            "The number's way to WhatsApp cannot do that; `connector` in GET /v1/numbers tells which way it is.",
        ),
    }
}

fn problem(error: CallError) -> Problem {
    match error {
        CallError::Refused(CallRefusal::NumberNotFound) => {
            let detail = "This grant covers no such number. GET /v1/numbers lists those that it covers.";
            Problem::new(StatusCode::NOT_FOUND, "number_not_found", detail)
        }
        CallError::Refused(CallRefusal::Whatsapp(failure)) => call_problem(failure),
        CallError::Storage(error) => Problem::broken(&error, "a number's session could not be asked"),
    }
}

fn invalid(param: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_request", detail).param(param.into())
}

fn phone_of(param: &str, text: &str) -> Result<Phone, Problem> {
    Phone::parse(text).map_err(|refusal| {
        let detail =
            format!("`{param}` must be a phone number with its country code, such as +447700900123: {refusal}.");
        invalid(param, detail)
    })
}

/// What somebody is shown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "to": "+447700900123", "state": "typing" }))]
struct Typing {
    /// Who is shown it: a phone number with its country code.
    #[schema(example = "+447700900123")]
    to: String,
    state: TypingState,
}

/// What the number's side is doing.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TypingState {
    Typing,
    Recording,
    Paused,
}

/// Show that somebody is typing
///
/// Shows "typing…" or "recording…" in a chat, until a message comes, `paused` is sent, or some seconds have passed. It is not
/// recorded.
#[utoipa::path(
    post,
    path = "/v1/numbers/{id}/typing",
    operation_id = "show_typing",
    tag = "numbers",
    params(("id" = String, Path, description = "The number's id.", example = "num_019a2b3c4d5e7f8090a1b2c3d4e5f607")),
    request_body = Typing,
    responses(
        (status = NO_CONTENT, description = "It was handed to WhatsApp."),
        (status = BAD_REQUEST, description = "`invalid_json`; `invalid_request`: a field is missing, unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`number_not_found`: the grant covers no such number.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`number_not_linked`: the number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "`unsupported_media_type`: the body is not `application/json`.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "`not_on_whatsapp`; `refused_by_whatsapp`.",
         body = ProblemBody, content_type = "application/problem+json"),
        OfWhatsapp,
    ),
)]
async fn post_typing(
    FromState(sessions): FromState<Sessions>,
    authority: Authority,
    Path(id): Path<String>,
    Json(wanted): Json<Typing>,
) -> Result<StatusCode, Problem> {
    let to = phone_of("to", &wanted.to)?;
    let activity = match wanted.state {
        TypingState::Typing => Activity::Typing,
        TypingState::Recording => Activity::Recording,
        TypingState::Paused => Activity::Paused,
    };
    show(&sessions, &authority, &id, &to, activity).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Phones to ask about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "phones": ["+447700900123", "+447700900456"] }))]
struct Lookup {
    /// Phone numbers with their country codes.
    #[schema(min_items = 1, max_items = 50)]
    phones: Vec<String>,
}

/// Whether a phone has a WhatsApp account.
#[derive(Serialize, ToSchema)]
struct LookedUp {
    /// With country code (E.164).
    #[schema(example = "+447700900123")]
    phone: String,
    on_whatsapp: bool,
}

/// What came of a look-up.
#[derive(Serialize, ToSchema)]
struct LookupAnswer {
    /// In the order in which they were asked for.
    data: Vec<LookedUp>,
}

/// Look up who has WhatsApp
///
/// Tells which of up to 50 phones have a WhatsApp account. WhatsApp bans accounts that ask about many strangers: look up those
/// whom you are about to write to.
#[utoipa::path(
    post,
    path = "/v1/numbers/{id}/lookup",
    operation_id = "look_up_phones",
    tag = "numbers",
    params(("id" = String, Path, description = "The number's id.", example = "num_019a2b3c4d5e7f8090a1b2c3d4e5f607")),
    request_body = Lookup,
    responses(
        (status = OK, description = "Each phone, and whether it has an account.", body = LookupAnswer),
        (status = BAD_REQUEST, description = "`invalid_json`; `invalid_request`: a field is missing, unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`number_not_found`: the grant covers no such number.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`number_not_linked`: the number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "`unsupported_media_type`: the body is not `application/json`.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "`refused_by_whatsapp`.",
         body = ProblemBody, content_type = "application/problem+json"),
        OfWhatsapp,
    ),
)]
async fn post_lookup(
    FromState(sessions): FromState<Sessions>,
    authority: Authority,
    ClientAddress(address): ClientAddress,
    RequestId(request_id): RequestId,
    Path(id): Path<String>,
    Json(wanted): Json<Lookup>,
) -> Result<JsonAnswer<LookupAnswer>, Problem> {
    if !(1..=PHONES_MAX).contains(&wanted.phones.len()) {
        return Err(invalid("phones", format!("`phones` must hold 1 to {PHONES_MAX} phone numbers.")));
    }
    let numbered = wanted.phones.iter().enumerate();
    let phones: Vec<Phone> =
        numbered.map(|(index, phone)| phone_of(&format!("phones[{index}]"), phone)).collect::<Result<_, _>>()?;
    let actor = Actor::App { id: authority.grant_id.clone(), name: authority.app_name.clone() };
    let who = Who { actor, address, request_id };
    let known = look_up(&sessions, &authority, &who, &id, &phones).await.map_err(problem)?;
    let answer = |(phone, on_whatsapp): (&Phone, bool)| LookedUp { phone: format!("+{}", phone.digits()), on_whatsapp };
    Ok(JsonAnswer(LookupAnswer { data: phones.iter().zip(known).map(answer).collect() }))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PictureQuery {
    of: Option<String>,
}

/// The picture beside somebody's name.
#[derive(Serialize, ToSchema)]
#[schema(as = Picture)]
struct PictureBody {
    /// Changes with the picture.
    id: String,
    /// Where WhatsApp serves it for some time.
    url: String,
}

/// Somebody's picture, if there is one to be seen.
#[derive(Serialize, ToSchema)]
struct PictureAnswer {
    /// `null` when there is none, or none that the number's account may see.
    #[schema(required)]
    picture: Option<PictureBody>,
}

/// Look at somebody's picture
#[utoipa::path(
    get,
    path = "/v1/numbers/{id}/picture",
    operation_id = "get_picture",
    tag = "numbers",
    params(
        ("id" = String, Path, description = "The number's id.", example = "num_019a2b3c4d5e7f8090a1b2c3d4e5f607"),
        ("of" = String, Query, description = "Whose: a phone number with its country code.", example = "+447700900123"),
    ),
    responses(
        (status = OK, description = "The picture, or none.", body = PictureAnswer),
        (status = BAD_REQUEST, description = "`invalid_request`: a parameter is missing, unknown or wrong.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = NOT_FOUND, description = "`number_not_found`: the grant covers no such number.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`number_not_linked`: the number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "`not_on_whatsapp`; `refused_by_whatsapp`.",
         body = ProblemBody, content_type = "application/problem+json"),
        OfWhatsapp,
    ),
)]
async fn get_picture(
    FromState(sessions): FromState<Sessions>,
    authority: Authority,
    Path(id): Path<String>,
    Query(query): Query<PictureQuery>,
) -> Result<JsonAnswer<PictureAnswer>, Problem> {
    let of = phone_of("of", query.of.as_deref().unwrap_or_default())?;
    let found = picture(&sessions, &authority, &id, &of).await.map_err(problem)?;
    Ok(JsonAnswer(PictureAnswer { picture: found.map(|found| PictureBody { id: found.id, url: found.url }) }))
}

/// A group that the number's account is in.
#[derive(Serialize, ToSchema)]
#[schema(as = Group)]
struct GroupBody {
    #[schema(example = "120363041234567890@g.us")]
    id: String,
    subject: String,
    members: u32,
}

/// All groups of a number's account.
#[derive(Serialize, ToSchema)]
struct GroupList {
    data: Vec<GroupBody>,
}

/// List groups
///
/// The groups that the number's account is in, as WhatsApp tells them at this moment.
#[utoipa::path(
    get,
    path = "/v1/numbers/{id}/groups",
    operation_id = "list_groups",
    tag = "numbers",
    params(("id" = String, Path, description = "The number's id.", example = "num_019a2b3c4d5e7f8090a1b2c3d4e5f607")),
    responses(
        (status = OK, description = "The groups.", body = GroupList),
        (status = NOT_FOUND, description = "`number_not_found`: the grant covers no such number.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = CONFLICT, description = "`number_not_linked`: the number is not linked to WhatsApp.",
         body = ProblemBody, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, description = "`refused_by_whatsapp`.",
         body = ProblemBody, content_type = "application/problem+json"),
        OfWhatsapp,
    ),
)]
async fn get_groups(
    FromState(sessions): FromState<Sessions>,
    authority: Authority,
    Path(id): Path<String>,
) -> Result<JsonAnswer<GroupList>, Problem> {
    let found = groups(&sessions, &authority, &id).await.map_err(problem)?;
    let body = |group: grantline_whatsapp::Group| GroupBody {
        id: Chat::Group(group.id).to_string(),
        subject: group.subject,
        members: group.members,
    };
    Ok(JsonAnswer(GroupList { data: found.into_iter().map(body).collect() }))
}
