//! The main story: link a number, grant an app access, act with its token, end it.

use anyhow::{Context as _, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use super::browser::{Browser, Seen};
use super::page::{PageForm, link, value_of};
use super::phones::Phones;
use super::report::Report;
use crate::demo::Demo;
use crate::demo::acme::{Access, ApiAnswer, Asked, EVENTS, Taken};
use crate::demo::seed::{CUSTOMER_PHONE, OWNER_EMAIL, OWNER_PASSWORD, OWNER_PHONE, WORKSPACE};
use crate::platform::Clock as _;
use crate::platform::clock::WallClock;

pub const STEPS: usize = 19;

/// What the customer writes back.
const REPLY: &str = "Thank you. I am on my way!";

const TEXT: &str = "Your cake is ready. Pick it up until 18:30 today.";

/// How often a state that is on its way is looked at again, and how long between two looks.
const LOOKS_MAX: usize = 200;
const LOOK_AGAIN_MS: i64 = 50;

struct Story<'d> {
    demo: &'d Demo,
    phones: &'d mut dyn Phones,
    /// The owner's browser.
    owner: Browser,
    /// The question that is on its way, and the page that shows it.
    asked: Option<(Asked, Seen)>,
    access: Option<Access>,
    message_id: String,
    /// The last call that was not a page: what it was and what came back.
    last_call: Option<(String, String)>,
}

/// Plays it to the end, or to the first step that does not hold.
pub async fn play(demo: &Demo, phones: &mut dyn Phones, mut report: Report) -> anyhow::Result<bool> {
    let owner = Browser::new(&demo.url)?;
    let mut story =
        Story { demo, phones, owner, asked: None, access: None, message_id: String::new(), last_call: None };
    for number in 0..STEPS {
        let (name, outcome) = story.step(number).await;
        match outcome {
            Ok(seen) => report.ok(name, &seen),
            Err(error) => {
                let (request, answer) = story.last_call.as_ref().unwrap_or(&story.owner.last);
                report.failed(name, &error, request, answer);
                break;
            }
        }
    }
    Ok(report.end())
}

type Outcome = anyhow::Result<String>;

impl Story<'_> {
    async fn step(&mut self, number: usize) -> (&'static str, Outcome) {
        match number {
            0 => ("sign in", self.signs_in().await),
            1 => ("link a number", self.links_a_number().await),
            2 => ("be asked", self.is_asked().await),
            3 => ("approve", self.approves().await),
            4 => ("account", self.reads_the_account().await),
            5 => ("send", self.sends().await),
            6 => ("arrive", self.sees_it_arrive().await),
            7 => ("receipt", self.gets_the_receipt().await),
            8 => ("too far", self.goes_too_far().await),
            9 => ("refresh", self.refreshes().await),
            10 => ("listen", self.listens().await),
            11 => ("be written to", self.is_written_to().await),
            12 => ("webhook", self.hears_once().await),
            13 => ("inbox", self.finds_it_in_the_inbox().await),
            14 => ("disconnect", self.disconnects().await),
            15 => ("access token ended", self.access_token_fails().await),
            16 => ("refresh token ended", self.refresh_token_fails().await),
            17 => ("last webhook", self.hears_of_the_end().await),
            _ => ("audit log", self.reads_the_audit_log().await),
        }
    }

    async fn signs_in(&mut self) -> Outcome {
        let page = self.owner.open("/sign-in").await?;
        let fields = [("email", OWNER_EMAIL), ("password", OWNER_PASSWORD)];
        self.owner.send(page.form("/sign-in")?, &fields).await?;
        let numbers = self.owner.open(&self.in_workspace("/numbers")).await?;
        ensure!(numbers.status == 200, "the workspace's numbers answered {}", numbers.status);
        Ok(format!("{OWNER_EMAIL}, owner of {WORKSPACE}"))
    }

    fn in_workspace(&self, path: &str) -> String {
        format!("/w/{}{path}", self.demo.place.workspace_id)
    }

    async fn links_a_number(&mut self) -> Outcome {
        let page = self.owner.open(&self.in_workspace("/numbers/link")).await?;
        let phone = format!("+{OWNER_PHONE}");
        let started = self.owner.send(page.form("/numbers/link")?, &[("phone", &phone)]).await?;
        let attempt = self.look_until(&started.path, "a code", |seen| code_on(seen).is_some()).await?;
        let code = code_on(&attempt).context("the link page shows no code")?;
        self.phones.links(&code).await?;
        let numbers = self.in_workspace("/numbers");
        self.look_until(&numbers, "the linked number", |seen| seen.words().contains("Online")).await?;
        Ok(format!("code {code} typed on the phone; +{OWNER_PHONE} is linked"))
    }

    async fn is_asked(&mut self) -> Outcome {
        let asked = self.demo.acme.ask();
        let path = asked.url.as_str().strip_prefix(&self.demo.url).context("the link leads elsewhere")?.to_owned();
        let page = self.owner.open(&path).await?;
        page.must_say("Authorize API Access")?;
        page.must_say("Acme CRM")?;
        self.asked = Some((asked, page));
        Ok(String::from("\"Authorize API Access\" for Acme CRM"))
    }

    async fn approves(&mut self) -> Outcome {
        let (asked, page) = self.asked.take().context("nobody has asked")?;
        let form = page.form_with("seen")?;
        let returning = self.owner.send(form, &[("understood", "yes"), ("numbers", "all")]).await?;
        returning.must_say("Returning you to")?;
        let back = link(&returning.body, "code=").context("the page leads nowhere with a code")?;
        let access = self.demo.acme.came_back(asked, &Url::parse(&back)?).await?;
        let scope = access.scope.clone();
        self.access = Some(access);
        Ok(format!("code traded with PKCE for: {scope}"))
    }

    async fn reads_the_account(&mut self) -> Outcome {
        let answer = self.call(Method::GET, "/v1/account", None).await?;
        ensure!(answer.status == 200, "answered {}", answer.status);
        let name = answer.body["workspace_name"].as_str().unwrap_or_default().to_owned();
        ensure!(name == WORKSPACE, "it is the account of {name:?}");
        Ok(format!("GET /v1/account is {name}"))
    }

    async fn sends(&mut self) -> Outcome {
        let body = json!({ "to": format!("+{CUSTOMER_PHONE}"), "type": "text", "text": { "body": TEXT } });
        let answer = self.call(Method::POST, "/v1/messages", Some(body)).await?;
        ensure!(answer.status == 202, "answered {}", answer.status);
        self.message_id = answer.body["id"].as_str().context("the message has no id")?.to_owned();
        Ok(format!("{} to +{CUSTOMER_PHONE} is {}", self.message_id, answer.body["state"]))
    }

    async fn sees_it_arrive(&mut self) -> Outcome {
        for _ in 0..LOOKS_MAX {
            if self.phones.customer_sees(TEXT).await? {
                return Ok(format!("+{CUSTOMER_PHONE} shows \"{TEXT}\""));
            }
            wait_a_moment().await;
        }
        bail!("the message never came to the phone")
    }

    async fn gets_the_receipt(&mut self) -> Outcome {
        let path = format!("/v1/messages/{}", self.message_id);
        for _ in 0..LOOKS_MAX {
            let answer = self.call(Method::GET, &path, None).await?;
            let state = answer.body["state"].as_str().unwrap_or_default().to_owned();
            if matches!(state.as_str(), "delivered" | "read") {
                return Ok(format!("the message is {state}"));
            }
            wait_a_moment().await;
        }
        bail!("no receipt came")
    }

    async fn goes_too_far(&mut self) -> Outcome {
        let answer = self.call(Method::GET, "/v1/numbers", None).await?;
        ensure!(answer.status == 403, "answered {}", answer.status);
        ensure!(answer.challenge.contains("insufficient_scope"), "the challenge is {:?}", answer.challenge);
        Ok(String::from("GET /v1/numbers, which was left out, is refused with 403"))
    }

    async fn refreshes(&mut self) -> Outcome {
        let old = self.access.clone().context("there is no access yet")?;
        let fresh = self.demo.acme.refresh(&old).await?;
        ensure!(fresh.refresh_token != old.refresh_token, "the refresh token did not change");
        self.access = Some(fresh);
        let answer = self.call(Method::GET, "/v1/account", None).await?;
        ensure!(answer.status == 200, "the new access token answered {}", answer.status);
        Ok(String::from("a new pair of tokens, and the new one works"))
    }

    async fn listens(&mut self) -> Outcome {
        let secret = self.demo.acme.listen(&EVENTS).await?;
        self.demo.inbox.expects(secret);
        self.demo.inbox.is_busy_once();
        Ok(format!("Acme CRM is told of {}, signed; its server is too busy for the first try", EVENTS.join(" and ")))
    }

    async fn is_written_to(&mut self) -> Outcome {
        self.phones.customer_writes(REPLY).await?;
        Ok(format!("+{CUSTOMER_PHONE} writes \"{REPLY}\""))
    }

    async fn hears_once(&mut self) -> Outcome {
        let taken = self.hear("message.received").await?;
        ensure!(taken.text() == REPLY, "it says {:?}", taken.text());
        let refused = self.demo.inbox.turned_away();
        ensure!(refused.len() == 1 && refused[0] == taken.id, "the first try was of {refused:?}");
        Ok(format!("{} came again after 503, its signature is right, and it was taken once", taken.id))
    }

    /// The one event of its kind that Acme has taken, when it comes.
    async fn hear(&self, kind: &str) -> anyhow::Result<Taken> {
        for _ in 0..LOOKS_MAX {
            let all = self.demo.inbox.taken();
            let mut heard = all.iter().filter(|taken| taken.kind() == kind);
            if let Some(first) = heard.next() {
                ensure!(heard.next().is_none(), "{kind} was told more than once");
                ensure!(all.last().is_some_and(|last| last.id == first.id), "{kind} is not the last that was told");
                return Ok(first.clone());
            }
            wait_a_moment().await;
        }
        bail!("no {kind} came")
    }

    async fn finds_it_in_the_inbox(&mut self) -> Outcome {
        let answer = self.call(Method::GET, "/v1/messages?direction=in", None).await?;
        let messages = answer.body["data"].as_array().context("a list of messages")?;
        let found = messages.iter().filter(|message| message["text"]["body"] == REPLY).count();
        ensure!(found == 1, "GET /v1/messages has it {found} times");
        Ok(String::from("GET /v1/messages has it once"))
    }

    async fn hears_of_the_end(&mut self) -> Outcome {
        let taken = self.hear("grant.revoked").await?;
        Ok(format!("{} tells that the access has ended, and nothing follows it", taken.id))
    }

    async fn disconnects(&mut self) -> Outcome {
        self.last_call = None;
        let apps = self.owner.open(&self.in_workspace("/apps")).await?;
        apps.must_say("Acme CRM")?;
        let page = link(&apps.body, "/disconnect").context("the list offers no way to disconnect")?;
        let question = self.owner.open(&page).await?;
        let form = question.forms().pop().context("the page has no form")?;
        let form = PageForm { action: page, ..form };
        let done = self.owner.send(form, &[]).await?;
        done.must_say("The app is disconnected.")?;
        Ok(String::from("Acme CRM is disconnected"))
    }

    async fn access_token_fails(&mut self) -> Outcome {
        let answer = self.call(Method::GET, "/v1/account", None).await?;
        ensure!(answer.status == 401, "the access token still answers {}", answer.status);
        ensure!(answer.challenge.contains("invalid_token"), "the challenge is {:?}", answer.challenge);
        Ok(format!("401 {}", answer.challenge))
    }

    async fn refresh_token_fails(&mut self) -> Outcome {
        let access = self.access.clone().context("there is no access")?;
        match self.demo.acme.refresh(&access).await {
            Ok(_) => bail!("the refresh token still works"),
            Err(error) => {
                let told = format!("{error:#}");
                ensure!(told.contains("invalid_grant"), "refused otherwise: {told}");
                Ok(told)
            }
        }
    }

    async fn reads_the_audit_log(&mut self) -> Outcome {
        self.last_call = None;
        let log = self.owner.open(&self.in_workspace("/audit")).await?;
        ensure!(log.status == 200, "answered {}", log.status);
        log.must_say("Disconnected an app")?;
        Ok(String::from("every decision is on record"))
    }

    /// Acme CRM calls the API.
    async fn call(&mut self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<ApiAnswer> {
        let access = self.access.clone().context("there is no access yet")?;
        let shown = body.as_ref().map(Value::to_string).unwrap_or_default();
        let answer = self.demo.acme.call(&access, method, path, body).await?;
        let answered = format!("{}\n{}\n{}", answer.status, answer.challenge, answer.body);
        self.last_call = Some((format!("{}\n{shown}", answer.request), answered));
        Ok(answer)
    }

    /// Opens a page again and again until it shows what is on its way.
    async fn look_until(&mut self, path: &str, what: &str, arrived: impl Fn(&Seen) -> bool) -> anyhow::Result<Seen> {
        self.last_call = None;
        for _ in 0..LOOKS_MAX {
            let seen = self.owner.open(path).await?;
            if arrived(&seen) {
                return Ok(seen);
            }
            wait_a_moment().await;
        }
        bail!("{path} never showed {what}")
    }
}

async fn wait_a_moment() {
    WallClock.sleep_until(WallClock.now().plus_ms(LOOK_AGAIN_MS)).await;
}

/// The code that the link page shows, as its "Copy" button would copy it.
fn code_on(seen: &Seen) -> Option<String> {
    value_of(&seen.body, "pair-code")
}
