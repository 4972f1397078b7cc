//! What a session finds again: sealed, of its number alone, and swept when its time has come.

use clap::Parser as _;
use grantline::audit::Who;
use grantline::commands::keys::Arguments;
use grantline::events::{self, Owner, Wish};
use grantline::numbers::NumberKeys;
use grantline::platform::Env;
use grantline::{app, config, on};
use grantline_whatsapp::{KeyChange, KeyStore as _, SessionError};

use super::{Member, PHONE};
use crate::both_databases;
use crate::world::World;

fn put(kind: &'static str, key: &str, value: &[u8], moment_s: Option<i64>) -> KeyChange {
    KeyChange::Put { kind, key: key.to_owned(), value: value.to_vec(), moment_s }
}

fn delete(kind: &'static str, key: &str) -> KeyChange {
    KeyChange::Delete { kind, key: key.to_owned() }
}

/// The keys of a number that the simulated WhatsApp has not touched yet.
async fn keys_of(world: &World, name: &str, phone: &str) -> NumberKeys {
    let member = Member::owns_a_workspace(world, name).await;
    let link = member.starts_linking(phone).await;
    NumberKeys::new(world.env(), &link.number)
}

/// Everything that the database holds of keys, as whoever steals it reads it.
async fn stored(world: &World) -> Vec<(String, String, String)> {
    let mut tx = world.env().db.read().await.expect("the database is read");
    on!(&mut tx, connection => sqlx::query_as("select kind, key, sealed from number_key order by kind, key")
        .fetch_all(connection).await)
    .expect("the keys are there")
}

both_databases! {
    async fn what_was_put_is_found_by_kind_by_key_and_by_prefix(world: &World) {
        let keys = keys_of(world, "Ann", PHONE).await;
        let changes = vec![
            put("session", "a|1", b"one", None),
            put("session", "a|2", b"two", None),
            put("session", "b%|_", b"three", None),
            put("device", "", b"\0\xff", None),
        ];
        keys.apply(changes).await.expect("they are put");
        assert_eq!(keys.get("device", "").await.expect("read"), Some(b"\0\xff".to_vec()));
        assert_eq!(keys.get("session", "").await.expect("read"), None);
        let all = [("a|1", b"one".to_vec()), ("a|2", b"two".to_vec()), ("b%|_", b"three".to_vec())];
        assert_eq!(keys.all("session").await.expect("read"), all.map(|(key, value)| (key.to_owned(), value)));
        assert_eq!(keys.keys("session", "a|").await.expect("read"), ["a|1", "a|2"]);
        // A prefix is taken as it is written.
        assert_eq!(keys.keys("session", "b%").await.expect("read"), ["b%|_"]);
        assert_eq!(keys.keys("session", "%").await.expect("read"), [""; 0]);
        keys.apply(vec![put("session", "a|1", b"new", None), delete("session", "a|2")]).await.expect("changed");
        assert_eq!(keys.get("session", "a|1").await.expect("read"), Some(b"new".to_vec()));
        assert_eq!(keys.get("session", "a|2").await.expect("read"), None);
        let text = format!("{:?}", stored(world).await);
        assert!(text.contains("a|1") && !text.contains("new") && !text.contains("three"), "{text}");
    }

    async fn what_has_had_its_time_is_swept_and_nothing_else(world: &World) {
        let keys = keys_of(world, "Ann", PHONE).await;
        let changes = vec![
            put("sent", "old", b"1", Some(10)),
            put("sent", "due", b"2", Some(20)),
            put("sent", "young", b"3", Some(21)),
            put("sent", "for ever", b"4", None),
            put("other", "old", b"5", Some(10)),
        ];
        keys.apply(changes).await.expect("they are put");
        assert_eq!(keys.sweep("sent", 20).await.expect("swept"), 2);
        assert_eq!(keys.keys("sent", "").await.expect("read"), ["for ever", "young"]);
        assert_eq!(keys.keys("other", "").await.expect("read"), ["old"]);
        // What is put anew has the time it was put with.
        keys.apply(vec![put("sent", "young", b"3", None)]).await.expect("put");
        assert_eq!(keys.sweep("sent", i64::MAX).await.expect("swept"), 0);
    }

    async fn each_number_has_its_own(world: &World) {
        let (anns, bobs) = (keys_of(world, "Ann", PHONE).await, keys_of(world, "Bob", "+44 7700 900124").await);
        anns.apply(vec![put("device", "", b"ann", None)]).await.expect("put");
        bobs.apply(vec![put("device", "", b"bob", Some(1))]).await.expect("put");
        assert_eq!(anns.get("device", "").await.expect("read"), Some(b"ann".to_vec()));
        assert_eq!(anns.sweep("device", i64::MAX).await.expect("swept"), 0);
        anns.forget().await.expect("forgotten");
        assert_eq!(anns.all("device").await.expect("read"), []);
        assert_eq!(bobs.get("device", "").await.expect("read"), Some(b"bob".to_vec()));
    }

    async fn a_value_that_was_moved_is_damaged(world: &World) {
        let keys = keys_of(world, "Ann", PHONE).await;
        keys.apply(vec![put("session", "a", b"one", None)]).await.expect("put");
        let moving = world.env().db.write(|tx| Box::pin(async move {
            on!(tx, connection => sqlx::query("update number_key set key = 'b' where key = 'a'")
                .execute(connection).await.map(drop))
        }));
        moving.await.unwrap_or_else(|error: sqlx::Error| panic!("{error}"));
        assert!(matches!(keys.get("session", "b").await, Err(SessionError::Damaged(_))));
        assert!(matches!(keys.all("session").await, Err(SessionError::Damaged(_))));
        assert_eq!(keys.keys("session", "").await.expect("names are not sealed"), ["b"]);
    }
}

const NEW: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// The same server with other master keys.
async fn with_keys(world: &World, master: &str) -> Env {
    let named = std::iter::once((String::from("GRANTLINE__KEYS__MASTER"), master.to_owned()));
    let settings = format!("[database]\nurl = \"{}\"", world.env().config.database.url.reveal());
    let config = config::load(Some(&settings), named).expect("the settings are right");
    app::open_env(config).await.expect("a command runs beside the server")
}

both_databases! {
    async fn after_a_rotation_the_new_master_key_opens_everything_alone(world: &World) {
        let old = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let keys = NumberKeys::new(world.env(), &link.number);
        // More than fit into one page.
        let changes = (0..450).map(|n| put("session", &n.to_string(), &[n as u8], Some(n)));
        keys.apply(changes.collect()).await.expect("put");
        let owner = Owner::Workspace(ann.workspace.clone());
        let reach = world.env().config.outbound.reach();
        let wish = Wish::check("https://hooks.example/ann", "", [], reach).expect("fine");
        let endpoint = events::create_endpoint(world.env(), &Who::operator(), &owner, wish).await.expect("added");
        let secret = events::endpoint_secrets(world.env(), &owner, &endpoint.id).await.expect("readable").newest;

        let both = with_keys(world, &format!("{NEW},{old}")).await;
        let rotates = async || {
            let arguments = Arguments::try_parse_from(["keys", "rotate"]).expect("it is understood");
            arguments.perform(&both).await.expect("rotated")
        };
        assert_eq!(rotates().await, "Sealed anew: 450 keys of numbers, the secrets of 1 webhook endpoints.");
        assert_eq!(rotates().await, "Sealed anew: 0 keys of numbers, the secrets of 0 webhook endpoints.");
        both.db.close().await;

        let alone = with_keys(world, NEW).await;
        let moved = NumberKeys::new(&alone, &link.number);
        assert_eq!(moved.all("session").await.expect("they open").len(), 450);
        assert_eq!(moved.sweep("session", 448).await.expect("moments stay"), 449);
        let kept = events::endpoint_secrets(&alone, &owner, &endpoint.id).await.expect("it opens").newest;
        assert_eq!(kept.bytes(), secret.bytes());
        alone.db.close().await;
    }
}
