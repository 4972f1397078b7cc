use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};
use axum::routing::get;
use grantline::app::in_our_form;

use crate::actors::Answer;
use crate::both_databases;
use crate::oauth::actors::ClientApp;
use crate::oauth::tokens::Tokens;
use crate::world::World;

async fn sends(world: &World, method: Method, path: &str, token: Option<&str>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    world.sends(request.body(Body::empty()).expect("a request")).await
}

#[track_caller]
fn is_page(answer: &Answer) {
    assert!(answer.header(header::CONTENT_TYPE).starts_with("text/html"), "{answer}");
    assert!(answer.body.contains("<main"), "{answer}");
}

#[track_caller]
fn is_problem(answer: &Answer, code: &str) {
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{answer}");
    let problem = answer.json();
    assert_eq!(problem["code"], code, "{answer}");
    assert_eq!(problem["status"], answer.status.as_u16());
    assert_eq!(problem["request_id"], answer.header("x-request-id"));
}

both_databases! {
    async fn what_a_library_refuses_is_a_page_for_people(world: &World) {
        let ann = world.person("Ann").await;
        let wrong_method = ann.browser.sends(Method::PUT, "/sign-in", Body::empty(), None).await.is(405);
        is_page(&wrong_method.clone().says("This address works another way"));
        assert_eq!(wrong_method.header(header::ALLOW), "GET,HEAD,POST");
        is_page(&ann.browser.opens("/oauth/consent/%ff").await.is(400).says("This address cannot be read"));
        is_page(&ann.browser.opens("/static/nothing.css").await.is(404).says("There is nothing here"));
        // The checks of machines keep their line of text.
        let refused = sends(world, Method::GET, "/metrics", None).await.is(401);
        assert!(refused.header(header::CONTENT_TYPE).starts_with("text/plain"), "{refused}");
    }

    async fn what_a_library_refuses_is_a_problem_for_programs(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let token = Some(tokens.access.as_str());
        is_problem(&sends(world, Method::GET, "/v1/messages/%ff", token).await.is(400), "invalid_request");
        is_problem(&sends(world, Method::DELETE, "/v1/messages", token).await.is(405), "method_not_allowed");
        is_problem(&sends(world, Method::GET, "/v1", None).await.is(404), "not_found");
        is_problem(&sends(world, Method::GET, "/oauth/token", None).await.is(405), "method_not_allowed");
    }

    /// RFC 9110 §9.3.2: the answer to GET without its content.
    async fn head_answers_like_get(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let get = sends(world, Method::GET, "/v1/account", Some(&tokens.access)).await.is(200);
        let head = sends(world, Method::HEAD, "/v1/account", Some(&tokens.access)).await.is(200);
        assert_eq!(head.header(header::CONTENT_TYPE), get.header(header::CONTENT_TYPE));
        assert_eq!(head.body, "");
        sends(world, Method::HEAD, "/v1/account", None).await.is(401);
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_says_so() {
    let world = World::on_sqlite().await;
    let hurried = world.beside(|config| config.server.request_timeout_s = 0).await;
    let without_end = || Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let posts = |path: &str| {
        let request = Request::builder().method(Method::POST).uri(path);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        hurried.sends(request.body(without_end()).expect("a request"))
    };
    is_page(&posts("/sign-in").await.is(503).says("There is too much to do right now"));
    is_problem(&posts("/oauth/token").await.is(503), "temporarily_unavailable");
    hurried.ends().await;
    world.ends().await;
}

#[tokio::test]
async fn a_panic_is_told_as_any_other_failure_of_ours() {
    let mut world = World::on_sqlite().await;
    async fn panics() {
        panic!("no luck")
    }
    let routes = Router::new().route("/unlucky", get(panics)).route("/v1/unlucky", get(panics));
    world.app.router = in_our_form(routes, world.env());
    let page = sends(&world, Method::GET, "/unlucky", None).await.is(500).says("Something broke on our side");
    is_page(&page);
    assert!(page.body.contains(page.header("x-request-id")) && !page.body.contains("no luck"), "{page}");
    is_problem(&sends(&world, Method::GET, "/v1/unlucky", None).await.is(500), "server_error");
    world.ends().await;
}
