use grantline::audit::{self, Entry, Fault, Verdict, Who};
use grantline::on;

use crate::both_databases;
use crate::world::World;

/// Writes `many` decisions into a chain.
async fn decides(world: &World, chain: &'static str, many: u32) {
    for number in 0..many {
        let env = world.env().clone();
        let entry = Entry {
            workspace_id: Some(chain.to_owned()),
            action: "workspace.renamed",
            target_kind: "workspace",
            target_id: chain.to_owned(),
            detail: serde_json::json!({ "name": number }),
        };
        let done = world
            .env()
            .db
            .write(move |tx| Box::pin(async move { audit::record(tx, &env, &Who::operator(), entry).await }));
        done.await.expect("is recorded");
    }
}

/// Somebody gets at the database itself.
async fn tampers(world: &World, sql: &'static str) {
    let done = world.env().db.write(move |tx| {
        Box::pin(async move { on!(tx, connection => sqlx::query(sql).execute(connection).await.map(drop)) })
    });
    done.await.expect("is written");
}

async fn verdict(world: &World, chain: &str) -> Verdict {
    audit::verify(world.env(), chain).await.expect("is read")
}

both_databases! {
    async fn what_was_written_is_found_intact(world: &World) {
        assert_eq!(verdict(world, "ws_none").await, Verdict::Intact { entries: 0 });
        decides(world, "ws_a", 1203).await;
        assert_eq!(verdict(world, "ws_a").await, Verdict::Intact { entries: 1203 });
        decides(world, "ws_b", 1).await;
        assert_eq!(audit::chains_after(world.env(), "").await.expect("are read"), ["ws_a", "ws_b"]);
        assert_eq!(audit::chains_after(world.env(), "ws_a").await.expect("are read"), ["ws_b"]);
    }

    async fn a_changed_entry_is_found(world: &World) {
        decides(world, "ws_a", 5).await;
        tampers(world, "update audit_entry set actor_name = 'Eve' where seq = 3").await;
        assert_eq!(verdict(world, "ws_a").await, Verdict::Broken { seq: 3, fault: Fault::Changed });
    }

    async fn a_removed_entry_is_found_wherever_it_stood(world: &World) {
        for chain in ["ws_a", "ws_b", "ws_c", "ws_d"] {
            decides(world, chain, 5).await;
        }
        tampers(world, "delete from audit_entry where workspace_id = 'ws_a' and seq = 1").await;
        tampers(world, "delete from audit_entry where workspace_id = 'ws_b' and seq = 3").await;
        tampers(world, "delete from audit_entry where workspace_id = 'ws_c' and seq = 5").await;
        tampers(world, "delete from audit_entry where workspace_id = 'ws_d'").await;
        for (chain, seq) in [("ws_a", 1), ("ws_b", 3), ("ws_c", 5), ("ws_d", 1)] {
            assert_eq!(verdict(world, chain).await, Verdict::Broken { seq, fault: Fault::Missing }, "{chain}");
        }
    }

    async fn a_shortened_chain_is_found_even_if_its_head_counts_anew(world: &World) {
        decides(world, "ws_a", 5).await;
        tampers(world, "delete from audit_entry where seq = 5").await;
        tampers(world, "update audit_head set seq = 4").await;
        assert_eq!(verdict(world, "ws_a").await, Verdict::Broken { seq: 4, fault: Fault::OutOfOrder });
    }

    async fn reordered_entries_are_found(world: &World) {
        decides(world, "ws_a", 5).await;
        for swap in [
            "update audit_entry set seq = 99 where seq = 2",
            "update audit_entry set seq = 2 where seq = 3",
            "update audit_entry set seq = 3 where seq = 99",
        ] {
            tampers(world, swap).await;
        }
        assert_eq!(verdict(world, "ws_a").await, Verdict::Broken { seq: 2, fault: Fault::Changed });
    }

    async fn an_entry_beyond_the_head_is_found(world: &World) {
        decides(world, "ws_a", 3).await;
        tampers(world, "update audit_head set seq = 2, hash = (select hash from audit_entry where seq = 2)").await;
        assert_eq!(verdict(world, "ws_a").await, Verdict::Broken { seq: 3, fault: Fault::OutOfOrder });
    }

    async fn decisions_at_once_take_different_places(world: &World) {
        let five = || decides(world, "ws_a", 5);
        tokio::join!(five(), five(), five(), five());
        assert_eq!(verdict(world, "ws_a").await, Verdict::Intact { entries: 20 });
    }
}
