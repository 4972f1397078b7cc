//! Every route refuses a stranger, and every operation of the API refuses what its token does not cover.

use std::collections::BTreeMap;
use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};
use grantline::access::OPERATIONS;
use walkdir::WalkDir;

use crate::actors::{Answer, Browser, Person};
use crate::both_databases;
use crate::oauth::actors::ClientApp;
use crate::oauth::surroundings::{joins, linked_number, text, workspace_of};
use crate::oauth::tokens::Tokens;
use crate::world::World;

/// Open to anyone, on purpose. This list may only get shorter.
const OPEN: &[&str] = &[
    "GET /sign-in",
    "GET /sign-up",
    "GET /healthz",
    "GET /readyz",
    "GET /openapi.json",
    "GET /developers/events",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/openid-configuration",
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

/// Pages that are also for people who are not signed in, and what programs call.
const FOR_ANYONE: &[&str] = &[
    "/sign-in",
    "/sign-up",
    "/sign-out",
    "/healthz",
    "/readyz",
    "/metrics",
    "/static/",
    "/openapi.json",
    "/developers/events",
    "/.well-known/",
    "/apps/{app}/logo.png",
    "/invitations/{token}",
    "/oauth/authorize",
    "/oauth/token",
    "/oauth/revoke",
    "/v1/",
];

/// Whatever they find, they lead back to the page that tells what there is.
const LEADS_BACK: &[&str] =
    &["/w/{workspace}/invitations/{invitation}/withdraw", "/w/{workspace}/numbers/links/{attempt}/check"];

/// Something that every form of a page takes, so that none is refused for a field that is missing.
const FIELDS: &[(&str, &str)] = &[
    ("name", "New name"),
    ("email", "new@example.com"),
    ("role", "viewer"),
    ("phone", "+44 7700 900555"),
    ("confirm", "Shop"),
    ("understood", "yes"),
    ("numbers", "all"),
    ("lifetime", "24h"),
    ("codes", "same"),
    ("workspace", "ws_1"),
    ("text", "Hello"),
];

/// Things of Ann's with everything that a route may name.
struct Things<'w> {
    ann: Person<'w>,
    ids: BTreeMap<&'static str, String>,
}

impl<'w> Things<'w> {
    async fn of_ann(world: &'w World) -> Self {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        ann.approves(&shop).await;
        let workspace = workspace_of(world, &ann).await;
        let number = linked_number(world, &workspace, "447700900999", "Desk").await;
        let link = format!("/w/{workspace}/numbers/link");
        let attempt = ann.browser.fills(&link, &link, &[("phone", "+44 7700 900123")]).await.is(303);
        let members = format!("/w/{workspace}/members");
        let invitation = [("email", "dora@example.com"), ("role", "viewer")];
        ann.browser.fills(&members, &format!("/w/{workspace}/invitations"), &invitation).await.is(303);
        let webhooks = format!("/w/{workspace}/webhooks/new");
        let endpoint = ann.browser.fills(&webhooks, &webhooks, &[("url", "https://hooks.example.com/")]).await.is(303);
        let request = ann.browser.opens(&shop.authorize_url()).await.is(303);
        let last = |location: &str| {
            let path = location.split('?').next().unwrap_or_default();
            path.rsplit('/').next().unwrap_or_default().to_owned()
        };
        let one = async |sql, key: &str| text(world, sql, key).await.expect("it is there");
        let ids = BTreeMap::from([
            ("{grant}", one("select id from oauth_grant where workspace_id = $1", &workspace).await),
            ("{person}", one("select id from person where email = $1", &ann.email).await),
            ("{invitation}", one("select id from invitation where workspace_id = $1", &workspace).await),
            (
                "{session}",
                one(
                    "select id from browser_session where person_id in
                (select id from person where email = $1)",
                    &ann.email,
                )
                .await,
            ),
            ("{secret}", one("select id from app_secret where app_id = $1", &shop.id).await),
            ("{app}", shop.id.clone()),
            ("{attempt}", last(attempt.location())),
            ("{endpoint}", last(endpoint.location())),
            ("{handle}", last(request.location())),
            ("{number}", number),
            ("{workspace}", workspace),
        ]);
        Self { ann, ids }
    }

    /// The address of a route that names Ann's things.
    fn address(&self, route: &str) -> String {
        let part = |part: &str| self.ids.get(part).cloned().unwrap_or_else(|| part.replace(['{', '}'], ""));
        route.split('/').map(part).collect::<Vec<_>>().join("/")
    }
}

/// A press on a link or on the button of a form.
async fn presses(browser: &Browser<'_>, method: &Method, path: &str, csrf: &str) -> Answer {
    if *method == Method::GET { browser.opens(path).await } else { browser.posts(path, csrf, FIELDS).await }
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

    async fn whoever_is_not_signed_in_is_asked_to_sign_in(world: &World) {
        let things = Things::of_ann(world).await;
        let stranger = world.browser();
        let csrf = stranger.opens("/sign-in").await.is(200).input("csrf");
        let (mut let_in, mut tried) = (Vec::new(), 0);
        for (method, route) in routes() {
            if FOR_ANYONE.iter().any(|open| route.starts_with(open)) {
                continue;
            }
            let answer = presses(&stranger, &method, &things.address(&route), &csrf).await;
            if answer.status != 303 || !answer.location().starts_with("/sign-in") {
                let_in.push(format!("{method} {route}: {} {}", answer.status, answer.location()));
            }
            tried += 1;
        }
        assert_eq!(let_in, Vec::<String>::new(), "a stranger was let in");
        assert!(tried > 60, "only {tried} routes were tried");
    }

    async fn what_is_anns_does_not_exist_for_bob(world: &World) {
        let things = Things::of_ann(world).await;
        let bob = world.person("Bob").await;
        let csrf = bob.browser.opens("/account").await.is(200).input("csrf");
        let (mut found, mut tried) = (Vec::new(), 0);
        for (method, route) in routes() {
            if !route.starts_with("/w/{workspace}") && !route.starts_with("/developers/apps/{app}") {
                continue;
            }
            let answer = presses(&bob.browser, &method, &things.address(&route), &csrf).await;
            if answer.status != 404 {
                found.push(format!("{method} {route}: {}", answer.status));
            }
            // The same page with nothing but the workspace being Bob's own.
            let own = things.address(&route.replace("{workspace}", &workspace_of(world, &bob).await));
            let leads_back = LEADS_BACK.contains(&route.as_str());
            if route.matches('{').count() > 1 && !leads_back && presses(&bob.browser, &method, &own, &csrf).await.status != 404 {
                found.push(format!("{method} {route} in his own workspace"));
            }
            tried += 1;
        }
        assert_eq!(found, Vec::<String>::new(), "Bob found what is Ann's");
        assert!(tried > 40, "only {tried} routes were tried");
        let members = format!("/w/{}/members", things.ids["{workspace}"]);
        things.ann.browser.opens(&members).await.is(200).says("dora@example.com");
    }

    async fn a_viewer_changes_nothing(world: &World) {
        let things = Things::of_ann(world).await;
        let (carol, workspace) = (world.person("Carol").await, things.ids["{workspace}"].clone());
        joins(world, &carol, &workspace, "viewer").await;
        let csrf = carol.browser.opens("/account").await.is(200).input("csrf");
        let mut allowed = Vec::new();
        for (method, route) in routes() {
            // Everybody may go.
            if method == Method::GET || !route.starts_with("/w/{workspace}") || route.ends_with("/leave") {
                continue;
            }
            let answer = presses(&carol.browser, &method, &things.address(&route), &csrf).await;
            if answer.status != 403 {
                allowed.push(format!("{route}: {}", answer.status));
            }
        }
        assert_eq!(allowed, Vec::<String>::new(), "a viewer may only look");
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
        let bobs = workspace_of(world, &bob).await;
        let number = linked_number(world, &bobs, "447700900999", "Bob's").await;
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
