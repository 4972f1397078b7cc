//! Somebody who registers apps, and what the tests look up behind their back.

use axum::body::Body;
use axum::http::Method;
use grantline::accounts;
use grantline::on;

use crate::actors::{Answer, Browser, Person};
use crate::world::World;

/// A form that is right in every field. `with` replaces and adds fields.
pub fn acme() -> Vec<(&'static str, &'static str)> {
    vec![
        ("name", "Acme CRM"),
        ("publisher", "Acme Software Ltd"),
        ("homepage", "https://acme.example"),
        ("privacy", "https://acme.example/privacy"),
        ("terms", ""),
        ("redirects", "https://acme.example/callback\r\nhttp://127.0.0.1:8080/callback\r\n"),
        ("kind", "confidential"),
        ("ask-messages-send", "required"),
        ("reason-messages-send", "We send order updates."),
        ("ask-contacts-read", "optional"),
        ("ask-numbers-read", "off"),
    ]
}

pub fn with<'f>(changes: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields: Vec<(&str, &str)> =
        acme().into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name)).collect();
    fields.extend_from_slice(changes);
    fields
}

pub struct Developer<'w> {
    pub person: Person<'w>,
}

impl<'w> Developer<'w> {
    pub async fn signs_up(world: &'w World, name: &str) -> Self {
        Self { person: world.person(name).await }
    }

    pub fn browser(&self) -> &Browser<'w> {
        &self.person.browser
    }

    pub fn world(&self) -> &'w World {
        self.browser().world()
    }

    pub async fn opens(&self, path: &str) -> Answer {
        self.browser().opens(path).await
    }

    pub async fn csrf(&self) -> String {
        self.opens("/developers/apps/new").await.is(200).input("csrf")
    }

    pub async fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.browser().posts(path, &self.csrf().await, fields).await
    }

    pub async fn registers(&self, fields: &[(&str, &str)]) -> Answer {
        self.posts("/developers/apps/new", fields).await
    }

    /// Registers Acme CRM; its client id and its secret.
    pub async fn registers_acme(&self) -> (String, String) {
        let page = self.registers(&acme()).await.is(200);
        (code_on(&page, "client-id"), code_on(&page, "secret"))
    }

    pub async fn id(&self) -> String {
        let person =
            accounts::person_by_email(self.world().env(), &self.person.email).await.expect("the database answers");
        person.expect("somebody who signed up").id
    }

    /// Sends a file with the form of the app's page.
    pub async fn uploads(&self, app: &str, file: &[u8]) -> Answer {
        let body = multipart(&[("csrf", self.csrf().await.as_bytes()), ("file", file)]);
        self.sends_multipart(app, body).await
    }

    pub async fn sends_multipart(&self, app: &str, body: Vec<u8>) -> Answer {
        let path = format!("/developers/apps/{app}/logo");
        self.browser().sends(Method::POST, &path, Body::from(body), Some("multipart/form-data; boundary=XX")).await
    }
}

/// A form as browsers send it when it holds a file.
pub fn multipart(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let file = if *name == "file" { "; filename=\"logo.png\"\r\nContent-Type: image/png" } else { "" };
        body.extend_from_slice(
            format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--XX--\r\n");
    body
}

/// The text of a `<code>` with an id.
#[track_caller]
pub fn code_on(page: &Answer, id: &str) -> String {
    let marked = format!("<code id=\"{id}\">");
    let rest = page.body.split_once(&marked).unwrap_or_else(|| panic!("no {id} in {page}")).1;
    rest.split('<').next().expect("text").to_owned()
}

/// Every audit entry about apps: who, what, and the detail, oldest first.
pub async fn audit(world: &World) -> Vec<(String, String, serde_json::Value)> {
    let mut tx = world.env().db.read().await.expect("a connection");
    let rows: Vec<(String, String, String, String)> = on!(&mut tx, connection => sqlx::query_as(
        "select actor_kind, actor_name, action, detail from audit_entry
         where target_kind in ('app', 'partner') and workspace_id = 'system' order by seq limit 1000")
        .fetch_all(connection).await)
    .expect("the audit log can be read");
    let told = |(kind, name, action, detail): (String, String, String, String)| {
        (format!("{kind} {name}").trim().to_owned(), action, serde_json::from_str(&detail).expect("JSON"))
    };
    rows.into_iter().map(told).collect()
}

pub async fn actions(world: &World) -> Vec<String> {
    audit(world).await.into_iter().map(|(who, action, _)| format!("{who}: {action}")).collect()
}
