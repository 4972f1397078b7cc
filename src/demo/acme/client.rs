//! Acme CRM's side of OAuth: a published client library and plain HTTP, through public endpoints alone.

use anyhow::{Context as _, anyhow, bail};
use oauth2::basic::{BasicClient, BasicTokenType};
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope,
    StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use serde_json::Value;
use url::Url;

/// What Acme asks for: the optional ones may be left out by whoever approves.
const SCOPES: [&str; 4] = ["account:read", "messages:send", "messages:read", "numbers:read"];

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;
type Tokens = StandardTokenResponse<EmptyExtraTokenFields, BasicTokenType>;

/// Where the browser is sent, and what must be remembered until it comes back.
pub struct Asked {
    pub url: Url,
    pub state: String,
    verifier: PkceCodeVerifier,
}

/// What a grant gives.
#[derive(Clone)]
pub struct Access {
    pub access_token: String,
    pub refresh_token: String,
    pub scope: String,
}

/// An answer of the API.
pub struct ApiAnswer {
    /// Such as `POST /v1/messages`.
    pub request: String,
    pub status: u16,
    pub challenge: String,
    pub body: Value,
}

/// Acme's OAuth client. It knows its own id and secret and the address of a Grantline server.
pub struct AcmeClient {
    base_url: String,
    client_id: String,
    client_secret: String,
    /// Where it is told of events.
    webhook_url: String,
    oauth: Client,
    http: reqwest::Client,
}

impl AcmeClient {
    pub fn new(base_url: &str, client_id: String, client_secret: String, redirect_uri: String) -> anyhow::Result<Self> {
        let webhook_url = Url::parse(&redirect_uri)?.join("/webhooks")?.into();
        let oauth = BasicClient::new(ClientId::new(client_id.clone()))
            .set_client_secret(ClientSecret::new(client_secret.clone()))
            .set_auth_uri(AuthUrl::new(format!("{base_url}/oauth/authorize"))?)
            .set_token_uri(TokenUrl::new(format!("{base_url}/oauth/token"))?)
            .set_redirect_uri(RedirectUrl::new(redirect_uri)?);
        // A client that follows redirects from the token endpoint could be led to give its secret away.
        #[expect(clippy::disallowed_methods, reason = "the demo's app calls the demo's server, on this machine")]
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { base_url: base_url.to_owned(), client_id, client_secret, webhook_url, oauth, http })
    }

    /// A fresh authorization link with PKCE and a state.
    pub fn ask(&self) -> Asked {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let request = self.oauth.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge);
        let scopes = SCOPES.map(|scope| Scope::new(scope.to_owned()));
        let (url, state) = request.add_scopes(scopes).url();
        Asked { url, state: state.secret().clone(), verifier }
    }

    /// The browser came back: checks `state` and `iss`, and trades the code for tokens.
    pub async fn came_back(&self, asked: Asked, address: &Url) -> anyhow::Result<Access> {
        let parameter =
            |name: &str| address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        if parameter("state").as_deref() != Some(asked.state.as_str()) {
            bail!("the state that came back is not the one that was sent");
        }
        // RFC 9207 §2.4: an answer of another server must not be mixed up with this one's.
        if parameter("iss").as_deref() != Some(self.base_url.as_str()) {
            bail!("iss does not name the server that was asked");
        }
        if let Some(error) = parameter("error") {
            bail!("refused: {error}");
        }
        let code = parameter("code").context("no code came back")?;
        let request = self.oauth.exchange_code(AuthorizationCode::new(code)).set_pkce_verifier(asked.verifier);
        let http = self.http.clone();
        let tokens = request.request_async(&move |request| send(http.clone(), request)).await.map_err(told)?;
        access(&tokens)
    }

    /// Trades the refresh token for a new pair.
    pub async fn refresh(&self, access_now: &Access) -> anyhow::Result<Access> {
        let refresh_token = RefreshToken::new(access_now.refresh_token.clone());
        let request = self.oauth.exchange_refresh_token(&refresh_token);
        let http = self.http.clone();
        let tokens = request.request_async(&move |request| send(http.clone(), request)).await;
        access(&tokens.map_err(told)?)
    }

    /// Asks to be told of events, and learns the secret with which they are signed.
    pub async fn listen(&self, events: &[&str]) -> anyhow::Result<String> {
        let wish = serde_json::json!({ "url": self.webhook_url, "description": "Acme CRM", "events": events });
        let call = self.http.post(format!("{}/v1/webhooks", self.base_url));
        let call = call.basic_auth(&self.client_id, Some(&self.client_secret)).json(&wish);
        let answer = call.send().await.context("POST /v1/webhooks")?;
        let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap_or(Value::Null));
        body["secret"].as_str().map(ToOwned::to_owned).with_context(|| format!("POST /v1/webhooks: {status} {body}"))
    }

    /// A call to the API with the access token.
    pub async fn call(
        &self,
        access: &Access,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<ApiAnswer> {
        let request = format!("{method} {path}");
        let mut call = self.http.request(method, format!("{}{path}", self.base_url)).bearer_auth(&access.access_token);
        if let Some(body) = body {
            call = call.json(&body);
        }
        let answer = call.send().await.with_context(|| request.clone())?;
        let challenge = answer.headers().get("www-authenticate").and_then(|value| value.to_str().ok());
        let (status, challenge) = (answer.status().as_u16(), challenge.unwrap_or_default().to_owned());
        Ok(ApiAnswer { request, status, challenge, body: answer.json().await.unwrap_or(Value::Null) })
    }
}

/// How the library's requests go out.
async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let answer = http.execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

fn access(tokens: &Tokens) -> anyhow::Result<Access> {
    let scopes = tokens.scopes().map(|scopes| scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "));
    Ok(Access {
        access_token: tokens.access_token().secret().clone(),
        refresh_token: tokens.refresh_token().context("no refresh token came")?.secret().clone(),
        scope: scopes.unwrap_or_default(),
    })
}

/// The library's error with what the server answered.
fn told<E: std::error::Error + 'static>(
    error: oauth2::RequestTokenError<E, oauth2::basic::BasicErrorResponse>,
) -> anyhow::Error {
    match error {
        oauth2::RequestTokenError::ServerResponse(answer) => anyhow!("{answer}"),
        other => anyhow!("{other}"),
    }
}
