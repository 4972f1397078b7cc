//! `grantline listen`: brings the events of a running server to a program that it cannot call: the one that a developer is
//! writing, on their own machine. It is a client of `GET /v1/events` and opens no database.

use std::convert::Infallible;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use super::serve::stop_signal;
use crate::events::{Filter, Kind, SigningSecret, webhook_headers};
use crate::platform::clock::WallClock;
use crate::platform::outbound::{Answer, Headers, Outbound, OutboundSettings, OutboundUrl, Reach, UrlRefusal};
use crate::platform::random::SystemRandom;
use crate::platform::secret::PlainSecret;
use crate::platform::{Clock, Random, Timestamp};

/// Pauses before an event is brought again, or the server asked again; the last one repeats.
const PAUSES_S: [i64; 4] = [1, 2, 5, 10];

/// How long the server may wait for news before it answers that there are none.
const WAIT_S: &str = "30";
/// The server is asked no more often than this, should it not wait at all.
const ROUND_S: i64 = 1;

/// Events of a page. After a crash those of one page come again.
const PAGE: &str = "20";
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Longer than the server waits, and time enough to look at a receiver in a debugger.
const TIMEOUT_MS: u64 = 60_000;
const CONNECT_TIMEOUT_MS: u64 = 5000;

/// The place behind which nothing has happened yet.
const NOW: &str = "now";

/// It is the developer's own machine and network. Without TLS nothing leaves the machine all the same.
const REACH: Reach = Reach { private: true, loopback: true };

/// Characters that are shown of a text from elsewhere.
const SHOWN_MAX: usize = 300;

const HELP: &str = "\
The token is one that your app got at POST /oauth/token. It needs the scope account:read, and for each kind of event the
scope that {server}/developers/events names. It brings what happens in the workspace that granted it.

    export GRANTLINE_TOKEN=gl_at_...
    grantline listen --forward http://localhost:3000/hook --events message.received,message.sent

Each event is posted as a webhook would be, with the headers webhook-id, webhook-timestamp and webhook-signature (Standard
Webhooks). An answer that is not 2xx is shown, and the event comes again after 1, 2, 5 and then every 10 seconds; those behind
it wait. Ctrl-C ends it, and it says how to go on from there.";

#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Arguments {
    /// Where each event is posted to: http on this machine, https anywhere
    #[arg(long, value_name = "URL")]
    pub forward: String,
    /// The address of the server whose events they are
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// An access token of your app. Give it in the environment: every program on the machine can read what stands here
    #[arg(long, env = "GRANTLINE_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Only these kinds, with commas between them; all that the token may hear of when left out
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub events: Vec<String>,
    /// Begin behind this place (`next` of a page of /v1/events, or what an earlier run said at its end) instead of now
    #[arg(long, value_name = "PLACE")]
    pub after: Option<String>,
    /// The secret to sign with, `whsec_...`; a fresh one when left out. Give it in the environment, too
    #[arg(long, env = "GRANTLINE_WEBHOOK_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut courier = Courier::new(arguments, Arc::new(WallClock), &SystemRandom, |line| super::tell(&line))?;
    courier.work_until(stop_signal()).await
}

/// Who brings events from the server to the receiver, one after the other, and tells of each in a line.
pub struct Courier<T> {
    server: OutboundUrl,
    token: PlainSecret,
    forward: OutboundUrl,
    filter: Filter,
    secret: SigningSecret,
    /// All before it has been brought. `now` until the server has said where that is.
    place: String,
    clock: Arc<dyn Clock>,
    outbound: Outbound,
    tell: T,
}

/// A page of `GET /v1/events`. Events stay in the bytes that the server made: what is posted is what a webhook would hold.
#[derive(Deserialize)]
struct Page {
    data: Vec<Box<RawValue>>,
    next: String,
}

/// What has to be known of an event to bring it.
#[derive(Deserialize)]
struct Label {
    id: String,
    #[serde(rename = "type")]
    kind: String,
}

/// What the server says of a call that it refused (RFC 9457).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: String,
    detail: String,
}

/// Why there is no page.
enum Trouble {
    /// It may be over soon, and not before this many seconds.
    Passing(String, i64),
    /// Somebody has to do something.
    Lasting(anyhow::Error),
}

impl<T: FnMut(String) + Send> Courier<T> {
    /// Judges all that was given before anybody is called.
    pub fn new(arguments: Arguments, clock: Arc<dyn Clock>, random: &dyn Random, tell: T) -> anyhow::Result<Self> {
        let settings = OutboundSettings {
            allow_private_addresses: REACH.private,
            allow_loopback: REACH.loopback,
            connect_timeout_ms: CONNECT_TIMEOUT_MS,
            timeout_ms: TIMEOUT_MS,
        };
        let address = |option: &str, text: &str| {
            OutboundUrl::check(text, REACH).map_err(|refusal| match refusal {
                UrlRefusal::NotHttps => anyhow!("{option} {text}: http is for this machine alone; use https elsewhere"),
                refusal => anyhow!("{option} {text}: {refusal}"),
            })
        };
        let token = arguments.token.as_deref().map(str::trim).filter(|token| !token.is_empty()).context(
            "there is no access token: put one into GRANTLINE_TOKEN; your app gets it at POST /oauth/token when somebody connects it",
        )?;
        let secret = match arguments.secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty()) {
            Some(text) => text.parse().context("--secret (or GRANTLINE_WEBHOOK_SECRET) cannot be used")?,
            None => SigningSecret::of(random.bytes()),
        };
        let kinds = arguments.events.iter().map(|kind| kind.trim()).filter(|kind| !kind.is_empty());
        let filter = Filter::named(kinds)
            .map_err(|unknown| anyhow!("--events: {unknown}; there are: {}", Kind::ALL.map(Kind::name).join(", ")))?;
        Ok(Self {
            server: address("--server", &arguments.server)?,
            token: PlainSecret::received(token),
            forward: address("--forward", &arguments.forward)?,
            filter,
            secret,
            place: arguments.after.unwrap_or_else(|| String::from(NOW)),
            outbound: Outbound::new(&settings, Arc::clone(&clock))?,
            clock,
            tell,
        })
    }

    /// Works until `stop`, or until somebody has to do something. Says in either case how to go on.
    pub async fn work_until(&mut self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let ended = tokio::select! {
            Err(error) = self.work() => Err(error),
            () = stop => Ok(()),
        };
        if self.place != NOW {
            (self.tell)(format!("To miss nothing, go on with --after {}", self.place));
        }
        ended
    }

    async fn work(&mut self) -> anyhow::Result<Infallible> {
        let mut page = match self.ask("0").await {
            Ok(page) => page,
            Err(Trouble::Passing(what, _)) => bail!("{what}. Does the server run, and is --server its address?"),
            Err(Trouble::Lasting(error)) => return Err(error),
        };
        self.greet();
        loop {
            for event in &page.data {
                self.bring(event).await?;
            }
            self.place = page.next;
            page = self.wait().await?;
        }
    }

    fn greet(&mut self) {
        let kinds = self.filter.kinds().iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
        let what = if kinds.is_empty() { String::from("every kind of event") } else { kinds };
        let lines = [
            format!("From      {} ({what})", self.server.as_str()),
            format!("To        {}", self.forward.as_str()),
            format!("Secret    {}", self.secret.reveal()),
            String::from("Give the secret to your receiver. Ctrl-C ends this."),
        ];
        lines.into_iter().for_each(&mut self.tell);
    }

    /// The next page with something in it, or an empty one now and then.
    async fn wait(&mut self) -> anyhow::Result<Page> {
        let mut pauses = pauses();
        loop {
            let again_at = self.clock.now().plus_s(ROUND_S);
            match self.ask(WAIT_S).await {
                Ok(page) => {
                    if page.data.is_empty() {
                        self.clock.sleep_until(again_at).await;
                    }
                    return Ok(page);
                }
                Err(Trouble::Passing(what, asked_s)) => {
                    self.pause(what, pauses.next().unwrap_or_default().max(asked_s)).await;
                }
                Err(Trouble::Lasting(error)) => return Err(error),
            }
        }
    }

    async fn ask(&self, wait_s: &str) -> Result<Page, Trouble> {
        let url = self.feed(wait_s).map_err(Trouble::Lasting)?;
        let headers = Headers::default()
            .with("accept", "application/json")
            .with("authorization", &format!("Bearer {}", self.token.reveal()));
        match self.outbound.get(&url, headers, PAGE_BYTES_MAX).await {
            Ok(answer) if answer.status == 200 => serde_json::from_str(&answer.body).map_err(|_| {
                let what = "what it answers is no page of events: is --server the address of a Grantline?";
                Trouble::Lasting(anyhow!("{}: {what}", self.server.as_str()))
            }),
            Ok(answer) => Err(self.trouble(&answer)),
            Err(failure) => Err(Trouble::Passing(format!("{}: {failure}", self.server.as_str()), 0)),
        }
    }

    fn feed(&self, wait_s: &str) -> anyhow::Result<OutboundUrl> {
        let path = format!("{}/v1/events", self.server.as_str().trim_end_matches('/'));
        let url = Url::parse_with_params(&path, [("after", &*self.place), ("limit", PAGE), ("wait", wait_s)])?;
        Ok(OutboundUrl::check(url.as_str(), REACH)?)
    }

    fn trouble(&self, answer: &Answer) -> Trouble {
        let refusal: Refusal = serde_json::from_str(&answer.body).unwrap_or_default();
        let said = shown(&refusal.detail);
        let advice = match (answer.status, &*refusal.code) {
            (429 | 500.., _) => {
                let what = format!("{} answers {}. {said}", self.server.as_str(), answer.status);
                return Trouble::Passing(what.trim_end().to_owned(), answer.retry_after_s.unwrap_or(0));
            }
            (401, _) => {
                "The token has expired, or the access has ended: refresh the token, or ask for access again, and start anew \
                 with GRANTLINE_TOKEN set to the new one."
            }
            (403, "insufficient_scope") => {
                "The token lacks the scope account:read: let your app ask for it, and connect it again."
            }
            (410, _) => "Leave --after out to begin with what happens from now on.",
            (400, _) => "Is --after a place that this server gave?",
            (403, _) => "",
            _ => "Is --server the address of a Grantline, without a path?",
        };
        let what = format!("{} answers {}. {said} {advice}", self.server.as_str(), answer.status);
        Trouble::Lasting(anyhow!("{}", what.trim_end().replace("  ", " ")))
    }

    /// Brings one event, again and again until it is taken: those behind it must not overtake it.
    async fn bring(&mut self, event: &RawValue) -> anyhow::Result<()> {
        let label: Label =
            serde_json::from_str(event.get()).context("the server told an event without an id or a type")?;
        if !self.wants(&label.kind) {
            return Ok(());
        }
        let mut pauses = pauses();
        loop {
            let at = self.clock.now();
            let body = event.get().as_bytes().to_vec();
            let headers = webhook_headers(std::slice::from_ref(&self.secret), &label.id, at, &body);
            let result = self.outbound.post(&self.forward, headers, body).await;
            let outcome = match &result {
                Ok(answer) => format!("{} in {} ms", answer.status, answer.took_ms),
                Err(failure) => failure.to_string(),
            };
            let line = format!("{}  {}  {}  {outcome}", at.rfc3339(), shown(&label.kind), shown(&label.id));
            if result.is_ok_and(|answer| answer.is_success()) {
                (self.tell)(line);
                return Ok(());
            }
            self.pause(line, pauses.next().unwrap_or_default()).await;
        }
    }

    /// A kind that this version does not know is wanted where every kind is.
    fn wants(&self, kind: &str) -> bool {
        Kind::named(kind).map_or(self.filter == Filter::Every, |kind| self.filter.lets_through(kind))
    }

    async fn pause(&mut self, what: String, seconds: i64) {
        let at: Timestamp = self.clock.now().plus_s(seconds);
        (self.tell)(format!("{what}; again in {seconds} s"));
        self.clock.sleep_until(at).await;
    }
}

fn pauses() -> impl Iterator<Item = i64> {
    PAUSES_S.into_iter().chain(std::iter::repeat(PAUSES_S[PAUSES_S.len() - 1]))
}

/// Nothing that a terminal would obey.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SHOWN_MAX).collect()
}
