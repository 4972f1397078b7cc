//! Every route refuses a stranger, and every operation of the API refuses what its token does not cover.

use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};
use grantline::access::OPERATIONS;
use walkdir::WalkDir;

use crate::actors::Answer;
use crate::both_databases;
use crate::oauth::actors::ClientApp;
use crate::oauth::tokens::Tokens;
use crate::world::World;

/// Open to anyone, on purpose. This list may only get shorter.
const OPEN: &[&str] = &[
    "GET /sign-in",
    "GET /sign-up",
    "GET /healthz",
    "GET /readyz",
    "GET /openapi.json",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-protected-resource",
];

/// What a stranger may be told: sign in, this is not for you, there is nothing here, or this link is wrong.
fn is_refusal(answer: &Answer) -> bool {
    let to_sign_in = answer.status == 303 && answer.location().starts_with("/sign-in");
    to_sign_in || matches!(answer.status.as_u16(), 400 | 401 | 403 | 404 | 410)
}

/// `GET /path` and `POST /path` of every `.route("/path", get(..).post(..))` in the server's source. The demo's own pages are
/// another program's, and the catch-all of `/v1` is tried with its operations.
fn routes() -> Vec<(Method, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut routes = Vec::new();
    for file in
        WalkDir::new(&source).into_iter().flatten().filter(|file| file.path().extension().is_some_and(|it| it == "rs"))
    {
        if file.path().starts_with(source.join("demo")) {
            continue;
        }
        let text = std::fs::read_to_string(file.path()).expect("source can be read");
        for piece in text.split(".route(").skip(1) {
            let Some(path) = piece.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                continue;
            };
            let line = piece.lines().take(3).collect::<String>();
            let handlers = line.split(".route(").next().unwrap_or_default();
            for (word, method) in [("get(", Method::GET), ("post(", Method::POST)] {
                if handlers.contains(word) {
                    routes.push((method, path.to_owned()));
                }
            }
        }
    }
    routes
}

/// The route with something in the place of every parameter.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x_1" } else { part }).collect::<Vec<_>>().join("/")
}

async fn calls(world: &World, method: Method, path: &str, token: Option<&str>) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    world.sends(request.body(Body::from("{}")).expect("a request")).await
}

both_databases! {
    async fn every_route_refuses_a_stranger(world: &World) {
        let routes = routes();
        assert!(routes.len() > 80, "the source has more routes than {}", routes.len());
        let mut let_in = Vec::new();
        for (method, path) in routes {
            let named = format!("{method} {path}");
            let answer = calls(world, method, &filled(&path), None).await;
            if !is_refusal(&answer) && !OPEN.contains(&named.as_str()) {
                let_in.push(format!("{named}: {}", answer.status));
            }
        }
        assert_eq!(let_in, Vec::<String>::new(), "a stranger was let in");
    }

    async fn every_operation_wants_a_living_token_with_its_scope(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let account_only = ClientApp::registers(world, &ann, "Reader").await;
        account_only.declares_nothing().await;
        account_only.declares("account:read", true, "").await;
        let full = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let narrow = Tokens::of(account_only.trades(&ann.approves(&account_only).await).await);
        let security = Tokens::of(shop.refreshes_for(&full.refresh, "messages:read").await);
        for operation in OPERATIONS {
            let method: Method = operation.method.parse().expect("a method");
            let path = filled(operation.path);
            let nobody = calls(world, method.clone(), &path, None).await.is(401);
            assert!(nobody.header("www-authenticate").starts_with("Bearer realm="), "{nobody}");
            let unknown = calls(world, method.clone(), &path, Some("gl_at_unknown")).await.is(401);
            assert_eq!(unknown.json()["code"], "invalid_token");
            let in_query = calls(world, method.clone(), &format!("{path}?access_token={}", full.access), None).await;
            assert_eq!(in_query.is(400).json()["code"], "invalid_request");
            let other = if operation.scope.name() == "account:read" { &security.access } else { &narrow.access };
            let refused = calls(world, method, &path, Some(other)).await.is(403);
            assert_eq!(refused.json()["code"], "insufficient_scope");
            assert!(refused.header("www-authenticate").contains(&format!("scope=\"{}\"", operation.scope)), "{refused}");
        }
    }

    async fn what_is_another_workspaces_does_not_exist(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let bobs = crate::oauth::surroundings::workspace_of(world, &bob).await;
        let number = crate::oauth::surroundings::linked_number(world, &bobs, "447700900999", "Bob's").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let body = serde_json::json!({ "number_id": number, "to": "+447700900456", "type": "text", "text": { "body": "x" } });
        let request = Request::builder()
            .method(Method::POST)
            .uri("/v1/messages")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", tokens.access))
            .body(Body::from(body.to_string()))
            .expect("a request");
        assert_eq!(world.sends(request).await.is(404).json()["code"], "number_not_found");
        let list = calls(world, Method::GET, &format!("/v1/messages?number_id={number}"), Some(&tokens.access)).await;
        assert_eq!(list.is(404).json()["code"], "number_not_found");
        ann.browser.opens(&format!("/w/{bobs}/numbers/{number}")).await.is(404);
    }
}
