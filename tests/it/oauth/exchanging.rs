use std::time::Duration;

use futures_util::future::join_all;

use super::actors::{CALLBACK, ClientApp, VERIFIER};
use super::tokens::{Tokens, refusal};
use crate::both_databases;

const OTHER_VERIFIER: &str = "wBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

both_databases! {
    async fn a_code_is_worth_one_pair_of_tokens(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let code = ann.approves(&shop).await;
        let answer = shop.trades(&code).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let tokens = Tokens::of(answer);
        assert!(tokens.access.starts_with("gl_at_") && tokens.refresh.starts_with("gl_rt_"));
        assert_eq!(tokens.scope, "account:read messages:send messages:read");
        let account = shop.asks_who(&tokens.access).await.is(200).json();
        assert_eq!(account["workspace_name"], "Ann");
    }

    /// RFC 6749 §4.1.2: a second use must end the tokens that the first one gave.
    async fn a_code_used_twice_ends_what_it_gave(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let code = ann.approves(&shop).await;
        let tokens = Tokens::of(shop.trades(&code).await);
        shop.asks_who(&tokens.access).await.is(200);
        let second = shop.trades(&code).await;
        assert_eq!(
            refusal(&second),
            "400 invalid_grant: the code was used before, and the tokens that it gave have been ended"
        );
        shop.asks_who(&tokens.access).await.is(401);
        shop.refreshes(&tokens.refresh).await.is(400);
    }

    async fn twenty_at_once_get_one_pair(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let code = ann.approves(&shop).await;
        let answers = join_all((0..20).map(|_| shop.trades(&code))).await;
        let given: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(given.len(), 1);
        assert!(answers.iter().filter(|answer| answer.status != 200).all(|answer| answer.json()["error"] == "invalid_grant"));
        // Nineteen second uses: nobody can tell the thief from the owner, so that nobody keeps it.
        shop.asks_who(&Tokens::of(given[0].clone()).access).await.is(401);
    }

    async fn a_code_is_bound_to_its_app_address_verifier_and_minute(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let thief = ClientApp::registers(world, &ann, "Thief").await;
        let code = ann.approves(&shop).await;
        let refused = [
            thief.trades(&code).await,
            shop.trades_with(&code, "https://app.acme.example/callback/", VERIFIER).await,
            shop.trades_with(&code, CALLBACK, OTHER_VERIFIER).await,
            shop.trades_with(&code, CALLBACK, "short").await,
            shop.trades("gl_ac_made-up").await,
        ];
        let refused: Vec<String> = refused.iter().map(refusal).collect();
        insta::allow_duplicates! { insta::assert_debug_snapshot!(refused, @r#"
        [
            "400 invalid_grant: the code is unknown, or it was issued to another app",
            "400 invalid_grant: redirect_uri is not the one of the authorization request",
            "400 invalid_grant: code_verifier does not match the code_challenge of the authorization request",
            "400 invalid_grant: code_verifier does not match the code_challenge of the authorization request",
            "400 invalid_grant: the code is unknown, or it was issued to another app",
        ]
        "#) };
        world.passes(Duration::from_secs(60));
        let late = shop.trades(&code).await;
        assert_eq!(refusal(&late), "400 invalid_grant: the code has expired, start again at the authorization endpoint");
    }

    async fn the_app_must_prove_that_it_is_itself(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let code = ann.approves(&shop).await;
        let secret = shop.secret.as_ref().expect("confidential").reveal().to_owned();
        let id = shop.id.clone();
        let trade = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
        let with = |more: &[(&'static str, String)]| -> Vec<(&'static str, String)> {
            let trade = trade.iter().map(|(name, value)| (*name, (*value).to_owned()));
            trade.chain(more.iter().cloned()).collect()
        };
        let wrong = PlainBasic(&id, "gl_cs_wrong").header();
        let unheard_of = PlainBasic("app_\0", "gl_cs_wrong").header();
        let cases: [Case<'_>; 6] = [
            ("nobody", None, with(&[])),
            ("no secret", None, with(&[("client_id", id.clone())])),
            ("wrong secret", Some(wrong), with(&[])),
            ("an id that nobody has", Some(unheard_of), with(&[])),
            ("two mechanisms", Some(shop.basic()), with(&[("client_secret", secret.clone())])),
            ("two clients", Some(shop.basic()), with(&[("client_id", String::from("app_other"))])),
        ];
        let mut told = Vec::new();
        for (case, authorization, fields) in cases {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = shop.posts("/oauth/token", authorization.as_deref(), &fields).await;
            told.push(format!("{case}: {} [{}]", refusal(&answer), answer.header("www-authenticate")));
        }
        insta::allow_duplicates! { insta::assert_debug_snapshot!(told, @r#"
        [
            "nobody: 401 invalid_client: client_id is missing []",
            "no secret: 401 invalid_client: the app is unknown, or it did not prove that it is itself []",
            "wrong secret: 401 invalid_client: the app is unknown, or it did not prove that it is itself [Basic realm=\"Grantline\", charset=\"UTF-8\"]",
            "an id that nobody has: 401 invalid_client: the app is unknown, or it did not prove that it is itself [Basic realm=\"Grantline\", charset=\"UTF-8\"]",
            "two mechanisms: 400 invalid_request: send the client secret in the Authorization header or in the form, not in both []",
            "two clients: 400 invalid_request: the form names another client_id than the header []",
        ]
        "#) };
        // None of it spent the code, and the secret may come in the form, too.
        let in_form = with(&[("client_id", id.clone()), ("client_secret", secret)]);
        let in_form: Vec<(&str, &str)> = in_form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Tokens::of(shop.posts("/oauth/token", None, &in_form).await);
    }

    async fn a_malformed_request_is_told_what_is_wrong(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let basic = shop.basic();
        let cases: [&[(&str, &str)]; 9] = [
            &[],
            &[("grant_type", "password"), ("username", "ann")],
            &[("grant_type", "authorization_code")],
            &[("grant_type", "authorization_code"), ("code", "x"), ("code", "y")],
            &[("grant_type", "authorization_code"), ("code", "x\0")],
            &[("grant_type", "refresh_token")],
            &[("grant_type", "refresh_token"), ("refresh_token", "x"), ("scope", "everything")],
            &[("grant_type", "refresh_token"), ("refresh_token", "x"), ("resource", "https://grantline.test"), ("resource", "https://b.test")],
            &[("grant_type", "refresh_token"), ("refresh_token", "x"), ("resource", "https://grantline.test"), ("x", "1"), ("x", "2")],
        ];
        let mut told = Vec::new();
        for fields in cases {
            told.push(refusal(&shop.posts("/oauth/token", Some(&basic), fields).await));
        }
        insta::allow_duplicates! { insta::assert_debug_snapshot!(told, @r#"
        [
            "400 invalid_request: grant_type is missing",
            "400 unsupported_grant_type: grant_type must be authorization_code or refresh_token",
            "400 invalid_request: code is missing",
            "400 invalid_request: a parameter is repeated",
            "400 invalid_request: a parameter holds the character U+0000",
            "400 invalid_request: refresh_token is missing",
            "400 invalid_scope: there is no such scope",
            "400 invalid_target: resource must be the base URL of this server",
            "400 invalid_grant: the refresh token is unknown, or it was issued to another app",
        ]
        "#) };
    }

    async fn a_suspended_app_gets_nothing(world: &World) {
        let ann = world.person("Ann").await;
        let shop = ClientApp::registers(world, &ann, "Shop").await;
        let tokens = Tokens::of(shop.trades(&ann.approves(&shop).await).await);
        shop.is_suspended().await;
        world.passes(Duration::from_secs(1));
        shop.asks_who(&tokens.access).await.is(401);
        shop.refreshes(&tokens.refresh).await.is(401);
    }
}

/// What it shows, the header, and the form.
type Case<'a> = (&'a str, Option<String>, Vec<(&'a str, String)>);

struct PlainBasic<'a>(&'a str, &'a str);

impl PlainBasic<'_> {
    fn header(&self) -> String {
        use base64::Engine as _;
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", self.0, self.1)))
    }
}
