//! People, their sessions, their workspaces, and who is in them.

mod account;
mod commands;
mod face;
mod invitations;
mod joining;
mod leaving_by_itself;
mod members;
mod sessions;
mod signing_in;
mod signing_up;
mod wanted;
mod workspaces;

use grantline::accounts;
use grantline::platform::mail;

use crate::actors::{Answer, Person};
use crate::world::World;

/// The account of somebody, as the rooms know it.
pub async fn account_of(world: &World, person: &Person<'_>) -> accounts::Person {
    let people = accounts::people_after(world.env(), "", 100).await.expect("people are listed");
    people.into_iter().find(|known| known.email == person.email).expect("they have an account")
}

/// The id of somebody's first workspace.
pub async fn workspace_of(person: &Person<'_>) -> String {
    let start = person.browser.opens("/").await.is(303);
    start.location().split('/').nth(2).expect("/w/{workspace}/numbers").to_owned()
}

/// Somebody invites an address in a role: what came back.
pub async fn invites(host: &Person<'_>, workspace: &str, email: &str, role: &str) -> Answer {
    let members = format!("/w/{workspace}/members");
    let fields = [("email", email), ("role", role)];
    host.browser.fills(&members, &format!("/w/{workspace}/invitations"), &fields).await
}

/// The path in the newest invitation that was mailed to an address.
pub async fn invitation_mailed_to(world: &World, email: &str) -> String {
    let mut tx = world.env().db.read().await.expect("a connection");
    let mails = mail::newest(&mut tx, 100).await.expect("mails are listed");
    let body = mails.into_iter().find(|mail| mail.recipient == email).expect("a mail to them").body;
    let link = body.split_whitespace().find(|word| word.contains("/invitations/")).expect("a link in the mail");
    link.strip_prefix(world.env().config.server.base_url.as_str()).expect("a link to this server").to_owned()
}

/// Brings somebody into a workspace.
pub async fn joins(world: &World, host: &Person<'_>, workspace: &str, guest: &Person<'_>, role: &str) {
    invites(host, workspace, &guest.email, role).await.is(303);
    let path = invitation_mailed_to(world, &guest.email).await;
    guest.browser.fills(&path, &path, &[]).await.is(303);
}

/// Presses a button that stands on `page` and leads to `action`.
pub async fn presses(person: &Person<'_>, page: &str, action: &str) -> Answer {
    person.browser.fills(page, action, &[]).await
}

/// Somebody signs in on one more browser.
pub async fn signs_in_again<'w>(world: &'w World, person: &Person<'w>, password: &str) -> Person<'w> {
    let browser = world.browser();
    browser.fills("/sign-in", "/sign-in", &[("email", &person.email), ("password", password)]).await.is(303);
    Person { browser, name: person.name.clone(), email: person.email.clone() }
}
