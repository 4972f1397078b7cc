//! What a demo starts with: an owner, a developer's app, and two simulated phones.

use anyhow::Context as _;
use grantline_whatsapp::sandbox::Sandbox;

use crate::access::Scope;
use crate::accounts::{self, NewPerson};
use crate::apps::{self, DeclaredScope, Details, Kind, NewApp};
use crate::audit::Who;
use crate::platform::Env;
use crate::platform::secret::PlainSecret;

/// The owner of the workspace. The address and the password stand on the demo's first page.
pub const OWNER_EMAIL: &str = "owner@bluebird.example";
pub const OWNER_PASSWORD: &str = "bluebird demo password";
const OWNER_NAME: &str = "Bakery owner";
pub const WORKSPACE: &str = "Bluebird Bakery";
/// The third-party app.
pub const ACME: &str = "Acme CRM";

/// The number that the story links. From the range that Ofcom keeps for drama.
pub const OWNER_PHONE: &str = "447700900123";
pub const OWNER_PROFILE: &str = "Bluebird Bakery";
/// The customer who gets the message.
pub const CUSTOMER_PHONE: &str = "447700900456";
pub const CUSTOMER_PROFILE: &str = "A customer";

const ACME_LOGO: &[u8] = include_bytes!("acme-logo.png");

/// What Acme CRM was told when it was registered.
pub struct Acme {
    pub client_id: String,
    pub client_secret: PlainSecret,
}

/// Makes the owner's account. Gives the id of its workspace.
pub async fn owner(env: &Env) -> anyhow::Result<String> {
    let new = NewPerson {
        email: OWNER_EMAIL.to_owned(),
        name: OWNER_NAME.to_owned(),
        password: OWNER_PASSWORD.to_owned(),
        workspace: WORKSPACE.to_owned(),
    };
    let owner = accounts::sign_up(env, &Who::operator(), new).await.context("the owner's account")?;
    let memberships = accounts::memberships(env, &owner.id).await?;
    Ok(memberships.first().context("the owner's workspace")?.workspace.id.clone())
}

/// The two simulated phones of the story.
pub fn phones(sandbox: &Sandbox) -> anyhow::Result<()> {
    sandbox.add_phone(OWNER_PHONE, OWNER_PROFILE)?;
    sandbox.add_phone(CUSTOMER_PHONE, CUSTOMER_PROFILE)?;
    Ok(())
}

/// Registers Acme CRM as its developer would.
pub async fn acme(env: &Env, redirect_uri: &str) -> anyhow::Result<Acme> {
    let developer = NewPerson {
        email: String::from("developer@acme-crm.example"),
        name: String::from("Acme developer"),
        password: PlainSecret::generate("", &*env.random).reveal().to_owned(),
        workspace: String::new(),
    };
    let developer = accounts::sign_up(env, &Who::operator(), developer).await.context("the developer's account")?;
    let details = Details {
        name: ACME.to_owned(),
        publisher: String::from("Acme Software Ltd"),
        homepage_url: String::from("https://acme-crm.example/"),
        privacy_url: String::from("https://acme-crm.example/privacy"),
        terms_url: String::from("https://acme-crm.example/terms"),
        in_development: false,
        redirect_uris: vec![redirect_uri.to_owned()],
        scopes: vec![
            scope(Scope::AccountRead, true, "To show which workspace you connected."),
            scope(Scope::MessagesSend, true, "To tell your customers when their order is ready."),
            scope(Scope::MessagesRead, true, "To show whether a message has arrived."),
            scope(Scope::NumbersRead, false, "To let you choose the number that we send from."),
        ],
    };
    let new = NewApp { owner_id: developer.id, kind: Kind::Confidential, details };
    let (app, secret) = apps::register(env, &Who::operator(), new).await.context("Acme CRM")?;
    apps::set_logo(env, &Who::operator(), &app, ACME_LOGO.to_vec()).await.context("Acme CRM's logo")?;
    Ok(Acme { client_id: app.id, client_secret: secret.context("a confidential app has a secret")? })
}

fn scope(scope: Scope, required: bool, reason: &str) -> DeclaredScope {
    DeclaredScope { scope, required, reason: reason.to_owned() }
}
