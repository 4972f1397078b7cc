//! A person's browser over HTTP: keeps cookies, fills forms in, follows redirects on our origin.

use anyhow::Context as _;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};

use super::page::{PageForm, forms, words};

/// A page that came.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub status: u16,
    /// Path and query of the page.
    pub path: String,
    pub body: String,
}

impl Seen {
    #[must_use]
    pub fn words(&self) -> String {
        words(&self.body)
    }

    /// The form whose action ends in `action`.
    pub fn form(&self, action: &str) -> anyhow::Result<PageForm> {
        let found = self
            .forms()
            .into_iter()
            .find(|form| form.action.split('?').next().is_some_and(|path| path.ends_with(action)));
        found.with_context(|| format!("the page has no form for {action}"))
    }

    #[must_use]
    pub fn forms(&self) -> Vec<PageForm> {
        forms(&self.body)
    }

    /// The form that has a field of this name.
    pub fn form_with(&self, field: &str) -> anyhow::Result<PageForm> {
        let found = self.forms().into_iter().find(|form| form.fields.iter().any(|(name, _)| name == field));
        found.with_context(|| format!("the page has no form with {field}"))
    }

    /// Fails unless the page says `text`.
    pub fn must_say(&self, text: &str) -> anyhow::Result<()> {
        anyhow::ensure!(self.words().contains(text), "the page does not say {text:?}");
        Ok(())
    }
}

pub struct Browser {
    base_url: String,
    http: Client,
    /// The last request and its answer, for a failure's report.
    pub last: (String, String),
}

impl Browser {
    pub fn new(base_url: &str) -> anyhow::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "the story looks at the demo's server, on this machine")]
        let http = Client::builder().cookie_store(true).redirect(Policy::none()).build()?;
        Ok(Self { base_url: base_url.to_owned(), http, last: Default::default() })
    }

    pub async fn open(&mut self, path: &str) -> anyhow::Result<Seen> {
        self.go(Method::GET, path, Vec::new()).await
    }

    /// Fills in a form of a page that was seen, and sends it. A change replaces the fields of its name, or adds one.
    pub async fn send(&mut self, mut form: PageForm, changes: &[(&str, &str)]) -> anyhow::Result<Seen> {
        for (name, _) in changes {
            form.fields.retain(|(field, _)| field != name);
        }
        form.fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.go(Method::POST, &form.action, form.fields).await
    }

    /// Follows redirects as long as they stay with us.
    async fn go(&mut self, method: Method, path: &str, fields: Vec<(String, String)>) -> anyhow::Result<Seen> {
        let (mut method, mut path, mut fields) = (method, path.to_owned(), fields);
        for _ in 0..10 {
            let (seen, location) = self.once(&method, &path, &fields).await?;
            let Some(location) = location else { return Ok(seen) };
            let next = location.strip_prefix(&self.base_url).unwrap_or(&location);
            if !next.starts_with('/') {
                return Ok(Seen { path: location, ..seen });
            }
            (method, path, fields) = (Method::GET, next.to_owned(), Vec::new());
        }
        anyhow::bail!("redirected in circles at {path}")
    }

    async fn once(
        &mut self,
        method: &Method,
        path: &str,
        fields: &[(String, String)],
    ) -> anyhow::Result<(Seen, Option<String>)> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base_url));
        if method == Method::POST {
            request = request.form(fields);
        }
        let shown: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.last = (format!("{method} {path}\n{}", shown.join("\n")), String::from("none"));
        let answer = request.send().await.with_context(|| format!("{method} {path}"))?;
        let status = answer.status().as_u16();
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = answer.text().await?;
        self.last.1 = format!("{status}\n{body}");
        Ok((Seen { status, path: path.to_owned(), body }, location.filter(|_| (300..400).contains(&status))))
    }
}
