use std::time::Duration;

use grantline::accounts::{self, AcceptError, AcceptRefusal, accept_invitation};
use grantline::audit::{self, Filter, Place, Who};
use grantline::platform::mail;
use grantline::platform::secret::PlainSecret;

use super::{account_of, invitation_mailed_to, invites, joins, presses, workspace_of};
use crate::actors::PASSWORD;
use crate::both_databases;

const DAY: Duration = Duration::from_secs(24 * 3600);

both_databases! {
    async fn the_mail_says_who_invites_where_to_and_as_what(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(&ann).await;
        let answer = invites(&ann, &workspace, " Sam@Example.com ", "editor").await.is(303);
        let page = ann.browser.opens(answer.location()).await.is(200).says("The invitation is on its way.");
        page.says("Open invitations").says("sam@example.com").says("Editor");
        let mails = mail::newest(&mut world.env().db.read().await.expect("a connection"), 10).await.expect("are listed");
        let [mail] = &mails[..] else { panic!("one mail: {mails:?}") };
        assert_eq!((mail.recipient.as_str(), mail.subject.as_str()), ("sam@example.com", "Ann invites you to Ann"));
        let path = invitation_mailed_to(world, "sam@example.com").await;
        let expected = format!(
            "Hello,\n\nAnn invites you to work in Ann on Harbour.\nYour role there will be: Editor.\n\n\
             To see the invitation and answer it, open:\nhttps://grantline.test{path}\n\n\
             It is open until 8 January 2026, 00:00 UTC and works once, for this address only.\n\
             If you do not know who this is, do nothing: nobody gets in without this link.\n\nHarbour, grantline.test"
        );
        assert_eq!(mail.body, expected);
        world.works().await;
    }

    async fn a_wrong_invitation_is_refused_beside_its_field(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "viewer").await;
        let bad = invites(&ann, &workspace, "no address", "editor").await.is(422).says("This is not an e-mail address.");
        assert_eq!(bad.input("email"), "no address");
        invites(&ann, &workspace, "sam@example.com", "").await.is(422).says("Choose a role.");
        invites(&ann, &workspace, "bob@example.com", "admin").await.is(422).says("This person is a member already.");
        invites(&ann, &workspace, "sam@example.com", "editor").await.is(303);
        invites(&ann, &workspace, "SAM@example.com", "viewer").await.is(422).says("has an open invitation already");
    }

    async fn a_workspace_sends_only_so_many_mails(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(&ann).await;
        for number in 0..20 {
            invites(&ann, &workspace, &format!("sam{number}@example.com"), "viewer").await.is(303);
        }
        invites(&ann, &workspace, "one-more@example.com", "viewer").await.is(429).says("Wait 300 seconds");
    }

    async fn a_withdrawn_invitation_is_worth_nothing(world: &World) {
        let (ann, bob, eve) = (world.person("Ann").await, world.person("Bob").await, world.person("Eve").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "viewer").await;
        joins(world, &ann, &workspace, &eve, "admin").await;
        invites(&ann, &workspace, "sam@example.com", "owner").await.is(303);
        let link = invitation_mailed_to(world, "sam@example.com").await;
        let members = format!("/w/{workspace}/members");
        let page = ann.browser.opens(&members).await.is(200);
        let withdraw = page.body.split('"').find(|part| part.ends_with("/withdraw")).expect("a button").to_owned();
        presses(&bob, &members, &withdraw).await.is(403);
        presses(&eve, &members, &withdraw).await.is(403);
        let done = presses(&ann, &members, &withdraw).await.is(303);
        ann.browser.opens(done.location()).await.is(200).says("Its link no longer works.");
        world.browser().opens(&link).await.is(410).says("It was withdrawn.");
        let again = presses(&ann, &members, &withdraw).await.is(303);
        ann.browser.opens(again.location()).await.is(200).says("That invitation was no longer open");
        invites(&ann, &workspace, "sam@example.com", "viewer").await.is(303);
        assert_ne!(invitation_mailed_to(world, "sam@example.com").await, link);
    }

    async fn an_invitation_of_another_workspace_cannot_be_withdrawn_from_here(world: &World) {
        let (ann, eve) = (world.person("Ann").await, world.person("Eve").await);
        let (workspace, other) = (workspace_of(&ann).await, workspace_of(&eve).await);
        invites(&ann, &workspace, "sam@example.com", "viewer").await.is(303);
        let page = ann.browser.opens(&format!("/w/{workspace}/members")).await.is(200);
        let withdraw = page.body.split('"').find(|part| part.ends_with("/withdraw")).expect("a button");
        let from_here = withdraw.replace(&workspace, &other);
        let answer = presses(&eve, &format!("/w/{other}/members"), &from_here).await.is(303);
        assert!(answer.location().ends_with("?done=gone"), "{answer}");
        assert_eq!(accounts::open_invitations(world.env(), &workspace).await.expect("are listed").len(), 1);
    }

    async fn an_old_invitation_says_so_and_makes_place_for_a_new_one(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(&ann).await;
        invites(&ann, &workspace, "sam@example.com", "viewer").await.is(303);
        let old = invitation_mailed_to(world, "sam@example.com").await;
        world.passes(DAY * 7 - Duration::from_secs(1));
        world.browser().opens(&old).await.is(200);
        world.passes(Duration::from_secs(1));
        world.browser().opens(&old).await.is(410).says("It is too old.");
        let ann = super::signs_in_again(world, &ann, PASSWORD).await;
        let page = ann.browser.opens(&format!("/w/{workspace}/members")).await.is(200);
        assert!(!page.body.contains("sam@example.com"), "{page}");
        invites(&ann, &workspace, "sam@example.com", "viewer").await.is(303);
        world.browser().opens(&old).await.is(410).says("It is too old.");
        let new = invitation_mailed_to(world, "sam@example.com").await;
        world.browser().opens(&new).await.is(200);
    }

    async fn twenty_tabs_that_accept_at_once_join_once(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        invites(&ann, &workspace, &bob.email, "editor").await.is(303);
        let link = invitation_mailed_to(world, &bob.email).await;
        let token = PlainSecret::received(link.rsplit('/').next().expect("a token"));
        let bob = account_of(world, &bob).await;
        let who = Who::system();
        let tabs = (0..20).map(|_| accept_invitation(world.env(), &who, &bob, &token));
        let outcomes = futures_util::future::join_all(tabs).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        let refused = |error: &AcceptError| matches!(error, AcceptError::Refused(AcceptRefusal::NotOpen));
        assert!(outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).all(refused), "{outcomes:?}");
        let filter = Filter { action: "member.joined".into(), ..Filter::default() };
        let log = audit::read(world.env(), &workspace, &filter, Place::Newest).await.expect("is read");
        assert_eq!(log.entries.len(), 1);
    }
}
