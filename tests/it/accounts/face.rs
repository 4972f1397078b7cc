use grantline::accounts::{self, Role};

use super::{account_of, joins, workspace_of};
use crate::both_databases;

both_databases! {
    async fn other_rooms_learn_who_is_who(world: &World) {
        let (ann, bob) = (world.person("Ann").await, world.person("Bob").await);
        let workspace = workspace_of(&ann).await;
        joins(world, &ann, &workspace, &bob, "editor").await;
        let env = world.env();
        let (ann, bob) = (account_of(world, &ann).await, account_of(world, &bob).await);
        assert_eq!(accounts::person(env, &bob.id).await.expect("is read"), Some(bob.clone()));
        assert_eq!(accounts::person(env, "usr_nobody").await.expect("is read"), None);
        let membership = accounts::membership(env, &bob.id, &workspace).await.expect("is read").expect("a member");
        assert_eq!(membership.role, Role::Editor);
        assert!(membership.workspace.is_active());
        assert_eq!(accounts::membership(env, &bob.id, "ws_nowhere").await.expect("is read"), None);
        assert_eq!(accounts::memberships(env, &bob.id).await.expect("are read").len(), 2);
        assert_eq!(accounts::owners(env, &workspace).await.expect("are read"), [ann]);
        assert_eq!(accounts::members(env, &workspace).await.expect("are read").len(), 2);
        let member = accounts::member(env, &workspace, &bob.id).await.expect("is read").expect("a member");
        assert_eq!((member.person, member.role), (bob.clone(), Role::Editor));
        let held = env.db.write(move |tx| {
            Box::pin(async move { accounts::hold_membership(tx, &bob.id, &workspace).await })
        });
        assert_eq!(held.await.expect("is read"), Some(membership));
    }

    async fn a_suspended_workspace_is_not_where_one_starts(world: &World) {
        let ann = world.person("Ann").await;
        let first = workspace_of(&ann).await;
        let answer = ann.browser.fills("/workspaces/new", "/workspaces/new", &[("name", "Second")]).await.is(303);
        let id = first.clone();
        let suspend = "update workspace set state = 'suspended' where id = $1";
        world
            .env()
            .db
            .write(move |tx| Box::pin(async move {
                grantline::on!(tx, connection => sqlx::query(suspend).bind(&id).execute(connection).await.map(drop))
            }))
            .await
            .expect("is written");
        assert_eq!(ann.browser.opens("/").await.is(303).location(), answer.location());
        let person = account_of(world, &ann).await;
        let membership = accounts::membership(world.env(), &person.id, &first).await.expect("is read").expect("a member");
        assert!(!membership.workspace.is_active());
        ann.browser.opens(&format!("/w/{first}/settings")).await.is(200);
    }
}
