use std::time::Duration;

use super::{invitation_mailed_to, invites, workspace_of};
use crate::both_databases;
use crate::world::World;

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn count(world: &World, sql: &'static str) -> i64 {
    let mut tx = world.env().db.read().await.expect("a connection");
    grantline::on!(&mut tx, connection => sqlx::query_scalar(sql).fetch_one(connection).await).expect("is counted")
}

const SESSIONS: &str = "select count(id) from browser_session";
const INVITATIONS: &str = "select count(id) from invitation";

both_databases! {
    async fn sessions_that_ended_or_were_idle_are_forgotten(world: &World) {
        let (ann, _bob) = (world.person("Ann").await, world.person("Bob").await);
        world.passes(DAY * 6);
        ann.browser.opens("/account").await.is(200);
        world.works().await;
        assert_eq!(count(world, SESSIONS).await, 2);
        world.passes(DAY);
        world.works().await;
        assert_eq!(count(world, SESSIONS).await, 1, "nobody used Bob's for seven days");
        ann.browser.opens("/account").await.is(200);
        for _ in 0..4 {
            world.passes(DAY * 6);
            ann.browser.opens("/account").await;
        }
        world.works().await;
        assert_eq!(count(world, SESSIONS).await, 0, "thirty days are over");
    }

    async fn invitations_are_remembered_for_a_while_and_then_forgotten(world: &World) {
        let ann = world.person("Ann").await;
        let workspace = workspace_of(&ann).await;
        invites(&ann, &workspace, "sam@example.com", "viewer").await.is(303);
        let link = invitation_mailed_to(world, "sam@example.com").await;
        world.passes(DAY * 36);
        world.works().await;
        world.browser().opens(&link).await.is(410).says("It is too old.");
        world.passes(DAY);
        world.works().await;
        assert_eq!(count(world, INVITATIONS).await, 0);
        world.browser().opens(&link).await.is(404);
    }

    async fn many_leave_in_small_batches(world: &World) {
        let ann = super::account_of(world, &world.person("Ann").await).await;
        let who = grantline::audit::Who::system();
        for _ in 0..401 {
            grantline::accounts::open_session(world.env(), &who, &ann, "").await.expect("is opened");
        }
        world.passes(DAY * 7);
        world.works().await;
        assert_eq!(count(world, SESSIONS).await, 0);
    }
}
