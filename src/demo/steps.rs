//! The five steps of the story: where each leads, and the request that it makes.

use super::seed::{CUSTOMER_PHONE, OWNER_PHONE};

/// Where the parts of the demo are.
#[derive(Debug, Clone)]
pub struct Where {
    pub workspace_id: String,
    pub acme_url: String,
    pub client_id: String,
}

/// A step as the page shows it.
#[derive(Debug, Clone)]
pub struct Step {
    pub number: usize,
    pub done: bool,
    /// Address and key of the label, the main one first.
    pub links: Vec<(String, &'static str)>,
    pub code: Vec<Line>,
}

/// A line of the request or its answer.
#[derive(Debug, Clone)]
pub struct Line {
    pub text: String,
    /// The request line.
    pub strong: bool,
    /// The answer.
    pub quiet: bool,
}

impl Step {
    #[must_use]
    pub fn title(&self) -> String {
        format!("demo-step-{}-title", self.number)
    }

    #[must_use]
    pub fn text(&self) -> String {
        format!("demo-step-{}-text", self.number)
    }

    #[must_use]
    pub fn caption(&self) -> String {
        format!("demo-step-{}-caption", self.number)
    }
}

/// All five, with what is done by now.
#[must_use]
pub fn steps(place: &Where, done: [bool; 5]) -> Vec<Step> {
    let all = [link(place), ask(place), approve(place), act(place), end(place)];
    let numbered = all.into_iter().zip(done).enumerate();
    numbered.map(|(index, ((links, code), done))| Step { number: index + 1, done, links, code: lines(&code) }).collect()
}

type Parts = (Vec<(String, &'static str)>, String);

fn link(place: &Where) -> Parts {
    let workspace = &place.workspace_id;
    let links = vec![
        (format!("/w/{workspace}/numbers/link"), "demo-link-number"),
        (format!("/sandbox/phones/{OWNER_PHONE}"), "demo-open-phone"),
    ];
    let code = format!(
        "! POST /w/{workspace}/numbers/link\nphone=%2B{OWNER_PHONE}\n\n? 303 See Other: the page with the code"
    );
    (links, code)
}

fn ask(place: &Where) -> Parts {
    let code = format!(
        "! GET /oauth/authorize\n  ?response_type=code\n  &client_id={}\n  &redirect_uri={}/callback\n  \
         &scope=account:read messages:send messages:read numbers:read\n  &state=...\n  &code_challenge=...\n  \
         &code_challenge_method=S256",
        place.client_id, place.acme_url
    );
    (vec![(place.acme_url.clone(), "demo-open-acme")], code)
}

fn approve(place: &Where) -> Parts {
    let code = format!(
        "! POST /oauth/token\nAuthorization: Basic ...\ngrant_type=authorization_code&code=gl_ac_...\n\
         &redirect_uri={}/callback&code_verifier=...\n\n? 200 OK\n? {{ \"access_token\": \"gl_at_...\", \
         \"token_type\": \"Bearer\",\n?   \"expires_in\": 3600, \"refresh_token\": \"gl_rt_...\",\n?   \
         \"scope\": \"account:read messages:send messages:read\" }}",
        place.acme_url
    );
    (vec![(place.acme_url.clone(), "demo-open-acme")], code)
}

fn act(place: &Where) -> Parts {
    let links =
        vec![(place.acme_url.clone(), "demo-send"), (format!("/sandbox/phones/{CUSTOMER_PHONE}"), "demo-see-arrive")];
    let code = format!(
        "! POST /v1/messages\nAuthorization: Bearer gl_at_...\n{{ \"to\": \"+{CUSTOMER_PHONE}\", \"type\": \"text\",\n  \
         \"text\": {{ \"body\": \"Your cake is ready.\" }} }}\n? 202 Accepted\n\n! GET /v1/numbers\n\
         Authorization: Bearer gl_at_...\n? 403 Forbidden: you left it out"
    );
    (links, code)
}

fn end(place: &Where) -> Parts {
    let links = vec![
        (format!("/w/{}/apps", place.workspace_id), "demo-open-apps"),
        (format!("/w/{}/audit", place.workspace_id), "demo-open-audit"),
    ];
    let code = String::from(
        "! POST /v1/messages\nAuthorization: Bearer gl_at_...\n\n? 401 Unauthorized\n\
         ? WWW-Authenticate: Bearer error=\"invalid_token\"",
    );
    (links, code)
}

/// `! ` marks a request line, `? ` a line of the answer.
fn lines(code: &str) -> Vec<Line> {
    code.lines()
        .map(|line| {
            let (strong, quiet) = (line.starts_with("! "), line.starts_with("? "));
            let text = if strong || quiet { &line[2..] } else { line };
            Line { text: text.to_owned(), strong, quiet }
        })
        .collect()
}
