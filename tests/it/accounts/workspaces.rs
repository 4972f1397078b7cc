use super::{joins, workspace_of};
use crate::both_databases;

both_databases! {
    async fn the_start_page_leads_on(world: &World) {
        assert_eq!(world.browser().opens("/").await.is(303).location(), "/sign-in");
        let ann = world.person("Ann").await;
        let workspace = workspace_of(&ann).await;
        assert_eq!(ann.browser.opens("/").await.location(), format!("/w/{workspace}/numbers"));
    }

    async fn a_person_may_have_several_workspaces_but_not_any_number(world: &World) {
        let ann = world.person("Ann").await;
        let wrong = [("name", "x".repeat(81))];
        let wrong = [("name", wrong[0].1.as_str())];
        let answer = ann.browser.fills("/workspaces/new", "/workspaces/new", &wrong).await.is(422);
        assert_eq!(answer.says("Write a name, in at most 80 characters.").input("name"), wrong[0].1);
        for number in 2..=20 {
            let name = format!("Shop {number}");
            let answer = ann.browser.fills("/workspaces/new", "/workspaces/new", &[("name", &name)]).await.is(303);
            let settings = answer.location().replace("/numbers", "/settings");
            assert_eq!(ann.browser.opens(&settings).await.is(200).input("name"), name);
        }
        let answer = ann.browser.fills("/workspaces/new", "/workspaces/new", &[("name", "One more")]).await;
        answer.is(422).says("as many as one person may");
    }

    async fn an_owner_renames_a_workspace_and_nobody_else_does(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "admin").await;
        let settings = format!("/w/{workspace}/settings");
        let bobs = bob.browser.opens(&settings).await.is(200).says("Only an owner can change it.").says("Admin");
        bob.browser.posts(&settings, &bobs.input("csrf"), &[("name", "Mine")]).await.is(403);
        ann.browser.fills(&settings, &settings, &[("name", " ")]).await.is(422).says("Write a name");
        let answer = ann.browser.fills(&settings, &settings, &[("name", "Bakery")]).await.is(303);
        let page = ann.browser.opens(answer.location()).await.is(200).says("Saved. The workspace has its new name.");
        assert_eq!(page.input("name"), "Bakery");
        world.person("Eve").await.browser.opens(&settings).await.is(404);
    }

    async fn the_right_is_looked_at_again_when_it_counts(world: &World) {
        use grantline::accounts::{WorkspaceError, WorkspaceRefusal, rename_workspace};
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        let bob = super::account_of(world, &bob).await;
        let who = grantline::audit::Who::system();
        let refused = rename_workspace(world.env(), &who, &bob, &workspace, "Mine").await;
        assert!(matches!(refused, Err(WorkspaceError::Refused(WorkspaceRefusal::NotAllowed))), "{refused:?}");
    }

    async fn a_member_leaves_and_the_last_owner_stays(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "viewer").await;
        let leave = format!("/w/{workspace}/leave");
        let page = ann.browser.opens(&leave).await.is(200).says("You no longer see its numbers, apps and messages.");
        ann.browser.posts(&leave, &page.input("csrf"), &[]).await.is(422).says("You are the only owner.");
        ann.browser.opens(&leave).await.is(200);
        let answer = bob.browser.fills(&leave, &leave, &[]).await.is(303);
        assert_eq!(answer.location(), "/");
        bob.browser.opens(&leave).await.is(404);
        assert_ne!(workspace_of(&bob).await, workspace, "the own one is left");
    }

    async fn who_is_in_no_workspace_is_told_what_to_do(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "owner").await;
        let leave = format!("/w/{workspace}/leave");
        ann.browser.fills(&leave, &leave, &[]).await.is(303);
        let start = ann.browser.opens("/").await.is(200).says("You are in no workspace yet");
        assert!(start.body.contains("href=\"/workspaces/new\""), "{start}");
        let answer = ann.browser.fills("/workspaces/new", "/workspaces/new", &[("name", "Again")]).await.is(303);
        assert_eq!(ann.browser.opens("/").await.is(303).location(), answer.location());
    }
}
