use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, header};

use crate::actors::PASSWORD;
use crate::both_databases;
use crate::oauth::actors::ClientApp;
use crate::oauth::tokens::Tokens;

both_databases! {
    /// PostgreSQL keeps no U+0000 in a text: whoever sends one is told so, and nothing of ours fails.
    async fn an_address_with_the_character_zero_is_refused(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        for path in ["/w/ws_%00/numbers", "/sign-in?request=%00", "/oauth/authorize?client_id=%00", "/static/%00"] {
            ann.browser.opens(path).await.is(400).says("This address cannot be read");
        }
        for path in ["/v1/messages/msg_%00", "/v1/messages?number_id=%00", "/v1/%00"] {
            let request = Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {}", tokens.access));
            let problem = world.sends(request.body(Body::empty()).expect("a request")).await.is(400);
            assert_eq!(problem.header(header::CONTENT_TYPE), "application/problem+json");
            assert_eq!(problem.json()["code"], "invalid_request");
        }
    }

    async fn a_form_with_the_character_zero_is_refused(world: &World) {
        let fields = [("name", "Ann\0"), ("email", "ann@example.com"), ("password", PASSWORD), ("workspace", "")];
        world.browser().fills("/sign-up", "/sign-up", &fields).await.is(400).says("This form could not be read");
        let fields = [("email", "ann@example.com\0"), ("password", PASSWORD)];
        world.browser().fills("/sign-in", "/sign-in", &fields).await.is(400).says("This form could not be read");
    }

    async fn a_call_whose_json_holds_the_character_zero_is_refused(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        let body = r#"{"number_id":"num_\u0000","to":"+447700900456","type":"text","text":{"body":"x"}}"#;
        let request = Request::builder()
            .method(Method::POST)
            .uri("/v1/messages")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", tokens.access))
            .body(Body::from(body))
            .expect("a request");
        assert_eq!(world.sends(request).await.is(400).json()["detail"], "`number_id` cannot hold the character U+0000.");
    }
}
