use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use grantline::access::Authority;
use grantline::numbers::{self, MessageSink, MessageTold, Sessions};
use grantline::platform::web::{assign_request_id, render_problems};
use grantline_whatsapp::{Chat, Content, Event, MessageRef, SendFailure};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::scripted::{Scripted, until};
use super::told::Recorder;
use super::{DIGITS, Member};
use crate::actors::Answer;
use crate::both_databases;
use crate::messages::actors::refusal;
use crate::world::World;

/// An app that asks something of WhatsApp through the sessions of a workspace's numbers.
struct Caller<'s> {
    sessions: &'s Sessions,
    authority: Authority,
}

impl<'s> Caller<'s> {
    fn of(sessions: &'s Sessions, workspace: &str, numbers: Option<&[&str]>) -> Self {
        let authority = Authority {
            grant_id: String::from("gr_acme"),
            app_id: String::from("app_acme"),
            app_name: String::from("Shop"),
            workspace_name: String::from("Ann"),
            workspace_id: workspace.to_owned(),
            scopes: "messages:send contacts:read".parse().expect("scopes"),
            numbers: numbers.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()),
        };
        Self { sessions, authority }
    }

    async fn calls(&self, method: Method, path: &str, body: &Value) -> Answer {
        let env = self.sessions.env().clone();
        let (operations, _) = numbers::call_routes().split_for_parts();
        let router = operations
            .with_state(self.sessions.clone())
            .layer(Extension(self.authority.clone()))
            .layer(from_fn(render_problems))
            .layer(from_fn_with_state(env, assign_request_id));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        let response = router.oneshot(request.body(Body::from(body)).expect("a request")).await.expect("an answer");
        let (head, body) = response.into_parts();
        let body = body.collect().await.expect("readable").to_bytes();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    async fn shows(&self, number: &str, to: &str, state: &str) -> Answer {
        self.calls(Method::POST, &format!("/v1/numbers/{number}/typing"), &json!({ "to": to, "state": state })).await
    }

    async fn looks_up(&self, number: &str, phones: &[&str]) -> Answer {
        self.calls(Method::POST, &format!("/v1/numbers/{number}/lookup"), &json!({ "phones": phones })).await
    }

    async fn gets(&self, number: &str, what: &str) -> Answer {
        self.calls(Method::GET, &format!("/v1/numbers/{number}/{what}"), &Value::Null).await
    }

    /// Each operation once.
    async fn calls_all(&self, number: &str) -> Vec<Answer> {
        vec![
            self.shows(number, "+447700900456", "typing").await,
            self.looks_up(number, &["+447700900456"]).await,
            self.gets(number, "picture?of=%2B447700900456").await,
            self.gets(number, "groups").await,
        ]
    }
}

/// Ann's number, linked through a WhatsApp that says what it is told to.
async fn linked<'w>(world: &'w World) -> (Member<'w>, Arc<Scripted>, Sessions, String) {
    let (ann, whatsapp) = (Member::owns_a_workspace(world, "Ann").await, Arc::new(Scripted::default()));
    let sessions = whatsapp.sessions_told_to(world, Arc::new(Recorder::default()));
    let number = whatsapp.links(&sessions, &ann).await;
    (ann, whatsapp, sessions, number)
}

both_databases! {
    async fn an_app_asks_whatsapp_and_is_answered(world: &World) {
        let (ann, whatsapp, sessions, number) = linked(world).await;
        let app = Caller::of(&sessions, &ann.workspace, None);
        let entries = ann.record().await.len();
        for state in ["typing", "recording", "paused"] {
            assert_eq!(app.shows(&number, "+44 7700 900456", state).await.is(204).body, "");
        }
        assert_eq!(ann.record().await.len(), entries, "what is forgotten within seconds is in no record");
        let found = app.looks_up(&number, &["+447700900456", "+44 7700 900222"]).await.is(200).json();
        assert_eq!(found, json!({ "data": [
            { "phone": "+447700900456", "on_whatsapp": true },
            { "phone": "+447700900222", "on_whatsapp": false },
        ] }));
        let picture = app.gets(&number, "picture?of=%2B447700900456").await.is(200).json();
        assert_eq!(picture, json!({ "picture": { "id": "17", "url": "https://example.com/17.jpg" } }));
        assert_eq!(app.gets(&number, "picture?of=%2B447700900222").await.is(200).json(), json!({ "picture": null }));
        let groups = app.gets(&number, "groups").await.is(200).json();
        assert_eq!(groups, json!({ "data": [{ "id": "12036304@g.us", "subject": "Harbour", "members": 3 }] }));
        assert_eq!(*whatsapp.calls.asked.lock().expect("whole"), [
            "Typing to 447700900456", "Recording to 447700900456", "Paused to 447700900456",
            "who of 447700900456 447700900222", "picture of 447700900456", "picture of 447700900222", "groups",
        ]);
        let record = ann.record().await;
        assert_eq!(record.len(), entries + 1);
        let (action, actor, detail) = record.last().expect("an entry");
        assert_eq!((action.as_str(), actor.as_str()), ("number.looked_up", "app"));
        assert_eq!(detail, "{\"phone\":\"+44 •••• ••0123\",\"phones\":2}");
        sessions.shutdown().await;
    }

    async fn what_whatsapp_refuses_is_told(world: &World) {
        let (ann, whatsapp, sessions, number) = linked(world).await;
        let app = Caller::of(&sessions, &ann.workspace, None);
        let entries = ann.record().await.len();
        let mut told = Vec::new();
        for failure in [
            SendFailure::NotOnWhatsapp, SendFailure::Refused, SendFailure::Throttled, SendFailure::Network,
            SendFailure::Unsupported, SendFailure::NotLinked,
        ] {
            whatsapp.calls.refusals.lock().expect("whole").extend([failure; 4]);
            let answers = app.calls_all(&number).await;
            let mut refusals: Vec<String> = answers.iter().map(refusal).collect();
            refusals.dedup();
            assert_eq!(refusals.len(), 1, "{refusals:?}");
            let code = refusals[0].split(':').next().unwrap_or_default();
            told.push(format!("{code} {}", answers[0].header("retry-after")));
        }
        // It is linked: a session that knows nothing of it is on its way back.
        assert_eq!(told, [
            "422 not_on_whatsapp ", "422 refused_by_whatsapp ", "429 throttled_by_whatsapp 60", "503 whatsapp_unreachable 10",
            "501 not_supported ", "503 whatsapp_unreachable 10",
        ]);
        assert_eq!(ann.record().await.len(), entries);
        sessions.shutdown().await;
        let codes = app.calls_all(&number).await;
        assert!(codes.iter().all(|answer| refusal(answer).starts_with("503 whatsapp_unreachable: ")), "no session is open");
    }

    async fn nobody_waits_for_ever(world: &World) {
        let (ann, whatsapp, sessions, number) = linked(world).await;
        let app = Caller::of(&sessions, &ann.workspace, None);
        *whatsapp.calls.silent.lock().expect("whole") = true;
        let passes = async {
            while whatsapp.calls.asked.lock().expect("whole").is_empty() {
                tokio::task::yield_now().await;
            }
            world.passes(std::time::Duration::from_secs(30));
        };
        let (answer, ()) = tokio::join!(app.gets(&number, "groups"), passes);
        assert_eq!(refusal(&answer), "503 whatsapp_unreachable: WhatsApp did not answer in time. It is safe to try again.");
        sessions.shutdown().await;
    }

    async fn a_number_that_is_not_linked_or_not_covered_asks_nothing(world: &World) {
        let (ann, whatsapp, sessions, number) = linked(world).await;
        let bob = Member::owns_a_workspace(world, "Bob").await;
        let unknown = "404 number_not_found: This grant covers no such number. GET /v1/numbers lists those that it covers.";
        for stranger in [
            Caller::of(&sessions, &bob.workspace, None),
            Caller::of(&sessions, &bob.workspace, Some(&[number.as_str()])),
            Caller::of(&sessions, &ann.workspace, Some(&["num_0"])),
        ] {
            for answer in stranger.calls_all(&number).await {
                assert_eq!(refusal(&answer), unknown);
            }
        }
        let app = Caller::of(&sessions, &ann.workspace, None);
        for answer in app.calls_all("%00").await.into_iter().chain(app.calls_all("num_0").await) {
            assert_eq!(refusal(&answer), unknown);
        }
        let reason = grantline_whatsapp::UnlinkReason::UnlinkedOnPhone;
        whatsapp.says(Event::Unlinked { reason }).await;
        until(&sessions, &number, async || !ann.number(&number).await.state.is_linked()).await;
        for answer in app.calls_all(&number).await {
            assert_eq!(refusal(&answer), "409 number_not_linked: The number is not linked to WhatsApp. \
                Ask the workspace to link it again; GET /v1/numbers tells its state.");
        }
        assert_eq!(*whatsapp.calls.asked.lock().expect("whole"), [""; 0]);
        sessions.shutdown().await;
    }

    async fn a_wrong_question_names_what_is_wrong(world: &World) {
        let (ann, whatsapp, sessions, number) = linked(world).await;
        let app = Caller::of(&sessions, &ann.workspace, None);
        let many = vec!["+447700900456"; 51];
        let no_phone = "must be a phone number with its country code, such as +447700900123:";
        for (answer, expected) in [
            (app.shows(&number, "07700", "typing").await, format!("400 invalid_request to: `to` {no_phone}")),
            (app.shows(&number, "+447700900456", "asleep").await, String::from("400 invalid_request state: ")),
            (app.looks_up(&number, &[]).await, String::from("400 invalid_request phones: `phones` must hold 1 to 50 phone numbers.")),
            (app.looks_up(&number, &many).await, String::from("400 invalid_request phones: ")),
            (app.looks_up(&number, &["+447700900456", "x"]).await, format!("400 invalid_request phones[1]: `phones[1]` {no_phone}")),
            (app.gets(&number, "picture").await, format!("400 invalid_request of: `of` {no_phone}")),
            (app.gets(&number, "picture?for=x").await, String::from("400 invalid_request for: There is no parameter `for`")),
        ] {
            assert!(refusal(&answer).starts_with(&expected), "{} {expected}", refusal(&answer));
        }
        app.looks_up(&number, &many[..50]).await.is(200);
        assert_eq!(whatsapp.calls.asked.lock().expect("whole").len(), 1);
        sessions.shutdown().await;
    }

    async fn a_number_that_nobody_named_follows_its_account(world: &World) {
        let (ann, whatsapp, sessions, number) = linked(world).await;
        assert_eq!(ann.number(&number).await.name, "Ann");
        for name in ["Cakes and more", "Cakes and more", "", "Bread \0and more "] {
            whatsapp.says(Event::Renamed { profile_name: name.to_owned() }).await;
        }
        until(&sessions, &number, async || ann.number(&number).await.name == "Bread and more").await;
        let facts = ann.facts().await;
        let names: Vec<&Value> = facts.iter().filter(|(kind, _)| kind == "number.renamed").map(|(_, data)| &data["name"]).collect();
        assert_eq!(names, ["Cakes and more", "Bread and more"]);
        ann.opens("").await.is(200).says("Bread and more");
        sessions.shutdown().await;
    }

    async fn what_happens_to_messages_elsewhere_is_told_in_its_order(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let (whatsapp, recorder) = (Arc::new(Scripted::default()), Arc::new(Recorder::default()));
        let inbox: Arc<dyn MessageSink> = recorder.clone();
        let sessions = whatsapp.sessions_told_to(world, inbox);
        let number = whatsapp.links(&sessions, &ann).await;
        let (message, to) = (MessageRef::Named(String::from("wa-1")), String::from("447700900456"));
        let (id, body, at_ms) = (String::from("wa-1"), String::from("hello"), 7);
        let (chat, content) = (Chat::Person(to.clone()), Content::Text(body.clone()));
        let reply_to = Some(MessageRef::Named(String::from("wa-0")));
        let written = (id.clone(), chat.clone(), content.clone(), reply_to.clone());
        let (id, chat, content, reply_to) = written.clone();
        whatsapp.says(Event::SentElsewhere { id, chat, content, reply_to, at_ms }).await;
        whatsapp.says(Event::Edited { message: message.clone(), body: body.clone(), at_ms }).await;
        let options = vec![String::from("yes")];
        whatsapp.says(Event::Voted { poll: message.clone(), from: to.clone(), options: options.clone(), at_ms }).await;
        whatsapp.says(Event::Deleted { message: message.clone(), at_ms }).await;
        until(&sessions, &number, async || recorder.all().len() == 4).await;
        let at = grantline::platform::Timestamp(7);
        let (wa_id, chat, content, reply_to) = written;
        assert_eq!(recorder.all().into_iter().map(|(_, told)| told).collect::<Vec<_>>(), [
            MessageTold::SentElsewhere { wa_id, chat, content, reply_to, at },
            MessageTold::Edited { message: message.clone(), body, at },
            MessageTold::Voted { poll: message.clone(), from: to, options, at },
            MessageTold::Deleted { message, at },
        ]);
        assert_eq!(recorder.all()[0].0, DIGITS);
        sessions.shutdown().await;
    }
}
