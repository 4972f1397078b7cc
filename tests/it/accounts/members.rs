use grantline::accounts::{self, ChangeRefusal, MemberError, MemberRefusal, Role, change_role, remove_member};
use grantline::audit::{self, Filter, Place, Who};

use super::{account_of, invitation_mailed_to, invites, joins, presses, workspace_of};
use crate::both_databases;
use crate::world::World;

async fn role_of(world: &World, person: &accounts::Person, workspace: &str) -> Option<Role> {
    accounts::membership(world.env(), &person.id, workspace).await.expect("is read").map(|membership| membership.role)
}

fn is_not_allowed(error: &MemberError) -> bool {
    matches!(error, MemberError::Refused(MemberRefusal::Change(ChangeRefusal::NotAllowed)))
}

both_databases! {
    async fn members_see_each_other_and_only_managers_see_buttons(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "viewer").await;
        let members = format!("/w/{workspace}/members");
        let page = ann.browser.opens(&members).await.is(200);
        let page = page.says("ann@example.com").says("bob@example.com").says("Send the invitation");
        let buttons = page.body.matches("/remove\"").count();
        assert_eq!(buttons, 1, "one for Bob, none for herself: {page}");
        let page = bob.browser.opens(&members).await.is(200).says("ann@example.com").says("(you)");
        assert!(!page.body.contains("/invitations") && !page.body.contains("/remove"), "{page}");
        world.person("Eve").await.browser.opens(&members).await.is(404);
    }

    async fn a_role_is_changed_and_counts_at_once(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "viewer").await;
        let id = account_of(world, &bob).await.id;
        let page = format!("/w/{workspace}/members/{id}");
        ann.browser.opens(&page).await.is(200).says("bob@example.com").says("Also links numbers");
        ann.browser.fills(&page, &page, &[("role", "emperor")]).await.is(422).says("Choose a role.");
        let answer = ann.browser.fills(&page, &page, &[("role", "admin")]).await.is(303);
        ann.browser.opens(answer.location()).await.is(200).says("The new role counts from now on.");
        bob.browser.opens(&format!("/w/{workspace}/members")).await.is(200).says("Send the invitation");
        let filter = Filter { action: "member.role_changed".into(), ..Filter::default() };
        let log = audit::read(world.env(), &workspace, &filter, Place::Newest).await.expect("is read");
        assert_eq!(log.entries.len(), 1);
        assert_eq!((log.entries[0].actor_name.as_str(), log.entries[0].target_id.as_str()), ("Ann", id.as_str()));
        assert_eq!(log.entries[0].detail, r#"{"before":"viewer","email":"bob@example.com","name":"Bob","role":"admin"}"#);
        // To give somebody the role that they have is no decision.
        ann.browser.fills(&page, &page, &[("role", "admin")]).await.is(303);
        let log = audit::read(world.env(), &workspace, &filter, Place::Newest).await.expect("is read");
        assert_eq!(log.entries.len(), 1);
    }

    async fn nobody_touches_a_role_above_their_own(world: &World) {
        let (ann, bob, eve) = (world.person("Ann").await, world.person("Bob").await, world.person("Eve").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "admin").await;
        joins(world, &ann, &workspace, &eve, "editor").await;
        let (owner, editor) = (account_of(world, &ann).await.id, account_of(world, &eve).await.id);
        let members = format!("/w/{workspace}/members");
        let bobs = bob.browser.opens(&members).await.is(200);
        assert!(!bobs.body.contains(&format!("/members/{owner}")) && !bobs.body.contains("value=\"owner\""), "{bobs}");
        let csrf = bobs.input("csrf");
        for page in [format!("{members}/{owner}"), format!("{members}/{owner}/remove")] {
            bob.browser.opens(&page).await.is(403);
            bob.browser.posts(&page, &csrf, &[("role", "viewer")]).await.is(403);
        }
        bob.browser.posts(&format!("{members}/{editor}"), &csrf, &[("role", "owner")]).await.is(403);
        bob.browser.posts(&format!("/w/{workspace}/invitations"), &csrf, &[("email", "x@example.com"), ("role", "owner")]).await.is(403);
        let csrf = eve.browser.opens("/account").await.is(200).input("csrf");
        for page in [format!("{members}/{editor}"), format!("{members}/{owner}/remove")] {
            eve.browser.opens(&page).await.is(403);
            eve.browser.posts(&page, &csrf, &[("role", "admin")]).await.is(403);
        }
        eve.browser.posts(&format!("/w/{workspace}/invitations"), &csrf, &[("email", "x@example.com"), ("role", "viewer")]).await.is(403);
        ann.browser.opens(&format!("{members}/usr_nobody")).await.is(404);
        ann.browser.opens(&format!("{members}/usr_nobody/remove")).await.is(404);
    }

    async fn the_right_counts_that_one_has_when_the_change_is_made(world: &World) {
        let (ann, bob, eve) = (world.person("Ann").await, world.person("Bob").await, world.person("Eve").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "viewer").await;
        let (ann, bob, eve) = (account_of(world, &ann).await, account_of(world, &bob).await, account_of(world, &eve).await);
        let (env, who) = (world.env(), Who::system());
        let up = change_role(env, &who, &bob, &workspace, &bob.id, Role::Admin).await;
        assert!(is_not_allowed(&up.expect_err("a viewer makes no admin")));
        let stranger = remove_member(env, &who, &eve, &workspace, &bob.id).await;
        assert!(is_not_allowed(&stranger.expect_err("a stranger removes nobody")));
        let gone = remove_member(env, &who, &ann, &workspace, &eve.id).await.expect_err("Eve is no member");
        assert!(matches!(gone, MemberError::Refused(MemberRefusal::Gone)), "{gone:?}");
    }

    async fn who_is_removed_is_out_at_once(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "admin").await;
        invites(&bob, &workspace, "friend@example.com", "admin").await.is(303);
        let link = invitation_mailed_to(world, "friend@example.com").await;
        let id = account_of(world, &bob).await.id;
        let page = format!("/w/{workspace}/members/{id}/remove");
        ann.browser.opens(&page).await.is(200).says("What happens").says("that").says("withdrawn");
        let answer = presses(&ann, &page, &page).await.is(303);
        ann.browser.opens(answer.location()).await.is(200).says("They are no longer a member.");
        bob.browser.opens(&format!("/w/{workspace}/members")).await.is(404);
        world.browser().opens(&link).await.is(410).says("It was withdrawn.");
        let log = audit::read(world.env(), &workspace, &Filter::default(), Place::Newest).await.expect("is read");
        assert_eq!(log.entries[0].action, "member.removed");
        assert!(log.entries[0].detail.contains(r#""invitations_withdrawn":1"#), "{:?}", log.entries[0]);
    }

    async fn who_is_made_less_keeps_only_invitations_that_they_may_still_send(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "owner").await;
        invites(&bob, &workspace, "high@example.com", "owner").await.is(303);
        invites(&bob, &workspace, "low@example.com", "viewer").await.is(303);
        invites(&ann, &workspace, "other@example.com", "owner").await.is(303);
        let (high, low) = (invitation_mailed_to(world, "high@example.com").await, invitation_mailed_to(world, "low@example.com").await);
        let id = account_of(world, &bob).await.id;
        let page = format!("/w/{workspace}/members/{id}");
        ann.browser.fills(&page, &page, &[("role", "admin")]).await.is(303);
        world.browser().opens(&high).await.is(410);
        world.browser().opens(&low).await.is(200);
        let other = invitation_mailed_to(world, "other@example.com").await;
        world.browser().opens(&other).await.is(200);
    }

    async fn the_last_owner_is_neither_demoted_nor_removed(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "admin").await;
        let id = account_of(world, &ann).await.id;
        let page = format!("/w/{workspace}/members/{id}");
        ann.browser.fills(&page, &page, &[("role", "viewer")]).await.is(422).says("This is the only owner.");
        let remove = format!("{page}/remove");
        presses(&ann, &remove, &remove).await.is(422).says("This is the only owner.");
        let person = account_of(world, &ann).await;
        assert_eq!(role_of(world, &person, &workspace).await, Some(Role::Owner));
    }

    async fn two_owners_who_demote_each_other_at_once_leave_one(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "owner").await;
        let (ann, bob) = (account_of(world, &ann).await, account_of(world, &bob).await);
        let (env, who) = (world.env(), Who::system());
        for round in 0..8 {
            let (one, two) = if round % 2 == 0 {
                tokio::join!(
                    change_role(env, &who, &ann, &workspace, &bob.id, Role::Admin),
                    change_role(env, &who, &bob, &workspace, &ann.id, Role::Admin),
                )
            } else {
                tokio::join!(
                    change_role(env, &who, &ann, &workspace, &ann.id, Role::Viewer),
                    change_role(env, &who, &bob, &workspace, &bob.id, Role::Viewer),
                )
            };
            assert_eq!(u32::from(one.is_ok()) + u32::from(two.is_ok()), 1, "round {round}: {one:?} {two:?}");
            let owners = accounts::owners(env, &workspace).await.expect("are listed");
            let [owner] = &owners[..] else { panic!("one owner is left in round {round}: {owners:?}") };
            let other = if owner.id == ann.id { &bob } else { &ann };
            change_role(env, &who, owner, &workspace, &other.id, Role::Owner).await.expect("an owner makes owners");
        }
    }

    async fn two_owners_who_leave_at_once_leave_one(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "owner").await;
        let (ann, bob) = (account_of(world, &ann).await, account_of(world, &bob).await);
        let (env, who) = (world.env(), Who::system());
        let (one, two) = tokio::join!(
            remove_member(env, &who, &ann, &workspace, &ann.id),
            remove_member(env, &who, &bob, &workspace, &bob.id),
        );
        assert_eq!(u32::from(one.is_ok()) + u32::from(two.is_ok()), 1, "{one:?} {two:?}");
        assert_eq!(accounts::owners(env, &workspace).await.expect("are listed").len(), 1);
    }
}
