//! An app, and what a person does with its question.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantline::on;
use grantline::platform::secret::PlainSecret;
use sha2::{Digest as _, Sha256};

use super::surroundings::changes;
use crate::actors::{Answer, Person};
use crate::world::World;

pub const CALLBACK: &str = "https://app.acme.example/callback";
/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A registered app, with what its own server would remember.
pub struct ClientApp<'w> {
    pub world: &'w World,
    pub id: String,
    pub name: String,
    /// None for a public app.
    pub secret: Option<PlainSecret>,
}

impl<'w> ClientApp<'w> {
    /// A confidential app of `owner` that needs to send messages and may ask for more.
    pub async fn registers(world: &'w World, owner: &Person<'_>, name: &str) -> Self {
        let secret = PlainSecret::generate("gl_cs_", &*world.env().random);
        let app = Self { world, id: world.env().id("app"), name: name.to_owned(), secret: Some(secret.clone()) };
        let (id, name, now) = (app.id.clone(), app.name.clone(), world.env().now());
        let (email, secret) = (owner.email.clone(), secret.hash());
        changes(world, move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query(
                    "insert into app (id, owner_id, name, publisher, kind, homepage_url, privacy_url, terms_url,
                        created_at, changed_at)
                     select $1, id, $2, 'Acme Software Ltd', 'confidential', 'https://acme.example',
                        'https://acme.example/privacy', 'https://acme.example/terms', $3, $3
                     from person where email = $4")
                    .bind(&id).bind(&name).bind(now).bind(&email).execute(connection).await.map(drop))?;
                on!(tx, connection => sqlx::query(
                    "insert into app_secret (id, app_id, secret_hash, hint, created_at) values ($1, $2, $3, '', $4)")
                    .bind(format!("sec_{id}")).bind(&id).bind(&secret).bind(now)
                    .execute(connection).await.map(drop))
            })
        })
        .await;
        app.answers_at(CALLBACK).await;
        app.declares("messages:send", true, "We send order updates.").await;
        app.declares("messages:read", true, "We send order updates.").await;
        app.declares("contacts:read", false, "To greet people by name.").await;
        app.declares("templates:read", false, "").await;
        app.declares("account:read", true, "").await;
        app
    }

    /// Registers one more redirect address.
    pub async fn answers_at(&self, uri: &str) {
        let (id, uri) = (self.id.clone(), uri.to_owned());
        changes(self.world, move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query("insert into app_redirect (app_id, uri) values ($1, $2)")
                    .bind(&id).bind(&uri).execute(connection).await.map(drop))
            })
        })
        .await;
    }

    pub async fn declares(&self, scope: &'static str, required: bool, reason: &'static str) {
        let id = self.id.clone();
        changes(self.world, move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query(
                    "insert into app_scope (app_id, scope, required, reason) values ($1, $2, $3, $4)")
                    .bind(&id).bind(scope).bind(required).bind(reason).execute(connection).await.map(drop))
            })
        })
        .await;
    }

    pub async fn declares_nothing(&self) {
        let id = self.id.clone();
        changes(self.world, move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query("delete from app_scope where app_id = $1")
                    .bind(&id).execute(connection).await.map(drop))
            })
        })
        .await;
    }

    /// An operator vouches for it.
    pub async fn is_reviewed(&self) {
        let (id, now) = (self.id.clone(), self.world.env().now());
        changes(self.world, move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query("update app set reviewed_at = $2 where id = $1")
                    .bind(&id).bind(now).execute(connection).await.map(drop))
            })
        })
        .await;
    }

    /// An operator stops it.
    pub async fn is_suspended(&self) {
        let id = self.id.clone();
        changes(self.world, move |tx| {
            Box::pin(async move {
                on!(tx, connection => sqlx::query("update app set state = 'suspended' where id = $1")
                    .bind(&id).execute(connection).await.map(drop))
            })
        })
        .await;
    }

    /// The link behind the app's "Connect" button, with PKCE for [`VERIFIER`].
    pub fn authorize_url(&self) -> String {
        self.authorize_url_with(&[])
    }

    /// The same with other values; an empty one leaves the parameter out.
    pub fn authorize_url_with(&self, changed: &[(&str, &str)]) -> String {
        let challenge = challenge_of(VERIFIER);
        let mut parameters = BTreeMap::from([
            ("client_id", self.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("state", "s-1"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ]);
        parameters.extend(changed.iter().copied());
        let pairs = parameters.into_iter().filter(|(_, value)| !value.is_empty());
        let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("/oauth/authorize?{query}")
    }
}

/// What PKCE makes of a verifier (RFC 7636 §4.2).
pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// An open consent page: its address, and what its forms carry.
pub struct ConsentPage {
    pub path: String,
    pub page: Answer,
}

impl ConsentPage {
    pub fn csrf(&self) -> String {
        self.page.input("csrf")
    }

    pub fn seen(&self) -> String {
        self.page.input("seen")
    }
}

/// A yes to everything that is needed, on all numbers, with the box ticked.
pub const YES: [(&str, &str); 3] = [("numbers", "all"), ("lifetime", "until-disconnected"), ("understood", "yes")];

impl Person<'_> {
    /// Follows an app's link to the consent page, going on without a number where none is linked.
    pub async fn follows(&self, url: &str) -> ConsentPage {
        let path = self.browser.opens(url).await.is(303).location().to_owned();
        assert!(path.starts_with("/oauth/consent/gl_ar_"), "{path}");
        let page = self.browser.opens(&format!("{path}?numbers=later")).await.is(200);
        ConsentPage { path, page }
    }

    /// Sends the consent form with `choice`.
    pub async fn answers(&self, page: &ConsentPage, choice: &[(&str, &str)]) -> Answer {
        let seen = page.seen();
        let fields: Vec<(&str, &str)> = choice.iter().copied().chain([("seen", seen.as_str())]).collect();
        self.browser.posts(&page.path, &page.csrf(), &fields).await
    }

    /// Presses Cancel.
    pub async fn refuses(&self, page: &ConsentPage) -> Answer {
        self.browser.posts(&format!("{}/deny", page.path), &page.csrf(), &[]).await
    }

    /// Connects the app: the code that its callback gets.
    pub async fn approves(&self, app: &ClientApp<'_>) -> String {
        self.approves_with(app, &YES).await
    }

    pub async fn approves_with(&self, app: &ClientApp<'_>, choice: &[(&str, &str)]) -> String {
        let page = self.follows(&app.authorize_url()).await;
        let answer = self.answers(&page, choice).await.is(200);
        sent_to(&answer).remove("code").unwrap_or_else(|| panic!("no code in {answer}"))
    }
}

/// The address to which a "Returning you" page sends the browser.
#[track_caller]
pub fn return_url(answer: &Answer) -> String {
    let refresh = answer.body.split("content=\"0; url=").nth(1).and_then(|rest| rest.split('"').next());
    let url = refresh.unwrap_or_else(|| panic!("nobody is sent anywhere by {answer}"));
    assert!(answer.body.contains(&format!("href=\"{url}\"")), "no visible link in {answer}");
    url.replace("&#38;", "&")
}

/// What the app reads from that address.
#[track_caller]
pub fn sent_to(answer: &Answer) -> BTreeMap<String, String> {
    url::Url::parse(&return_url(answer)).expect("a URL").query_pairs().into_owned().collect()
}
