//! Files that apps hand in.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Method;
use futures_util::{StreamExt as _, stream};
use grantline::on;
use serde_json::{Value, json};

use super::actors::{ANNS_PHONE, BOBS_PHONE, Office, Queue, refusal};
use crate::both_databases;
use crate::world::World;

const DAY: Duration = Duration::from_secs(86_400);

fn image(media_id: &str) -> Value {
    json!({ "to": format!("+{BOBS_PHONE}"), "type": "image", "image": { "media_id": media_id } })
}

/// What one column of the tables of files says, all together.
async fn counted(world: &World, sql: &'static str) -> i64 {
    let mut tx = world.env().db.read().await.expect("a connection");
    on!(&mut tx, connection => sqlx::query_scalar(sql).fetch_one(connection).await).expect("a count")
}

/// Files, their pieces, and what they take up.
async fn holdings(world: &World) -> (i64, i64, i64) {
    (
        counted(world, "select count(*) from media").await,
        counted(world, "select count(*) from media_chunk").await,
        counted(world, "select cast(coalesce(sum(bytes), 0) as bigint) from media_total").await,
    )
}

/// Text that is different everywhere.
fn long(bytes: usize) -> String {
    (0..)
        .map(|line: u32| format!("line {line}\n"))
        .flat_map(|line| line.into_bytes())
        .take(bytes)
        .map(char::from)
        .collect()
}

both_databases! {
    async fn a_file_is_taken_in_pieces_and_handed_over_whole(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let (app, queue, whole) = (office.app("gr_acme"), Queue::of(world), long(600_000));
        let answer = app.hands_in("IMAGE/PNG", "?name=Men%C3%BC.png", whole.clone()).await.is(201).json();
        assert_eq!(answer, json!({
            "id": answer["id"], "mime_type": "image/png", "bytes": 600_000, "name": "Menü.png",
            "expires_at": "2026-01-31T00:00:00.000Z",
        }));
        assert_eq!(holdings(world).await, (1, 3, 600_000));
        let id = answer["id"].as_str().expect("an id");
        assert!(id.starts_with("med_"), "{id}");
        // As often as somebody likes.
        let mut sent = Vec::new();
        for _ in 0..2 {
            sent.push(app.sends(&image(id)).await.is(202).json());
        }
        queue.works().await;
        let taken = queue.carrier.taken.lock().expect("whole").clone();
        assert_eq!(taken.len(), 2);
        assert!(taken.iter().all(|(_, one)| one.file == whole.as_bytes()), "what was handed over is not what was handed in");
        let path = format!("/v1/messages/{}/media", sent[0]["id"].as_str().expect("an id"));
        let got = app.gets(&path).await.is(200);
        assert_eq!((got.header("content-type"), got.header("content-length")), ("image/png", "600000"));
        assert!(got.body == whole, "what comes back is not what was handed in");
    }

    async fn pieces_end_where_they_end(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let app = office.app("gr_acme");
        let exact = long(512 * 1024);
        app.hands_in("image/png", "", exact.clone()).await.is(201);
        assert_eq!(holdings(world).await, (1, 2, 512 * 1024));
        // The network cuts where it likes.
        let parts: Vec<Bytes> = exact.as_bytes().chunks(100_001).map(Bytes::copy_from_slice).collect();
        let parts = Body::from_stream(stream::iter(parts).map(Ok::<_, Infallible>));
        assert_eq!(app.hands_in("image/png", "", parts).await.is(201).json()["bytes"], 512 * 1024);
        assert_eq!(holdings(world).await, (2, 4, 1024 * 1024));
    }

    async fn what_is_no_file_is_refused_and_leaves_nothing(world: &World) {
        let small = world.beside(|config| {
            config.messages.media_bytes_max = 300_000;
            config.messages.media_total_bytes_max = 400_000;
        }).await;
        let office = Office::opens(&small, "Ann").await;
        let app = office.app("gr_acme");
        let refused = async |mime_type: &str, query: &str, body: Body| {
            refusal(&app.hands_in(mime_type, query, body).await)
        };
        let some = || Body::from("12345");
        assert_eq!(refused("image", "", some()).await, "400 invalid_request Content-Type: `Content-Type` must be the type of the file, such as image/jpeg.");
        assert_eq!(refused("image/png", "?name=a%0Ab", some()).await, "400 invalid_request name: `name` is wrong: a file's name has 1 to 255 characters, none of them a control character.");
        assert_eq!(refused("image/png", "?title=a", some()).await, "400 invalid_request title: There is no parameter `title`; expected `name`.");
        assert_eq!(refused("image/png", "", Body::empty()).await, "400 invalid_request: The body is empty: it must be the file.");
        let too_large = "413 body_too_large: The file is larger than 300000 bytes, which is the most that this server takes.";
        assert_eq!(refused("image/png", "", Body::from(long(300_001))).await, too_large);
        // Nobody said how much would come.
        let parts: Vec<Bytes> = (0..4).map(|_| Bytes::from(long(100_000))).collect();
        assert_eq!(refused("image/png", "", Body::from_stream(stream::iter(parts).map(Ok::<_, Infallible>))).await, too_large);
        let broken = stream::iter([Ok(Bytes::from(long(280_000))), Err(std::io::Error::other("the line is dead"))]);
        assert_eq!(refused("image/png", "", Body::from_stream(broken)).await, "400 invalid_request: The file did not come in whole. Send it again.");
        assert_eq!(holdings(world).await, (0, 0, 0));

        app.hands_in("image/png", "", long(300_000)).await.is(201);
        let full = refused("image/png", "", Body::from(long(100_001))).await;
        assert!(full.starts_with("507 media_storage_full: The files of this workspace take up as much as they may."), "{full}");
        app.hands_in("image/png", "", long(95_904)).await.is(201);
        // A small one takes up its row, too.
        app.hands_in("image/png", "", "1").await.is(201);
        assert!(refused("image/png", "", Body::from("1")).await.starts_with("507 media_storage_full"));
        assert_eq!(holdings(world).await, (3, 4, 400_000));
        // Everybody has a place of their own.
        let bobs = Office::opens(&small, "Bob").await;
        bobs.app("gr_bob").hands_in("image/png", "", long(200_000)).await.is(201);
        small.ends().await;
    }

    async fn only_the_app_that_handed_it_in_sends_it(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let id = app.holds("image/png", "12345").await;
        let elsewhere = Office::opens(world, "Bob").await;
        elsewhere.number("447700900333", "linked").await;
        let unknown = "404 media_not_found image.media_id: Your app handed in no such file, or it is no longer kept. \
            POST /v1/media takes it and answers its id.";
        assert_eq!(refusal(&office.app("gr_other").sends(&image(&id)).await), unknown);
        assert_eq!(refusal(&elsewhere.app("gr_acme").sends(&image(&id)).await), unknown);
        assert_eq!(refusal(&app.sends(&image("med_0")).await), unknown);
        assert_eq!(refusal(&app.sends(&image("no id; at all")).await), unknown);
        app.sends(&image(&id)).await.is(202);
    }

    async fn each_kind_carries_what_phones_show_of_it(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let pdf = app.holds("application/pdf", "12345").await;
        let with = |kind: &str| {
            let mut asked = json!({ "to": format!("+{BOBS_PHONE}"), "type": kind });
            asked[kind] = json!({ "media_id": pdf });
            asked
        };
        for (kind, taken) in [
            ("image", "image/jpeg, image/png, image/webp"),
            ("video", "video/mp4, video/3gpp"),
            ("audio", "audio/*"),
            ("voice", "audio/*"),
            ("sticker", "image/webp"),
        ] {
            let expected = format!("400 invalid_request {kind}.media_id: A message of the type `{kind}` carries {taken}; \
                this file was handed in with another Content-Type.");
            assert_eq!(refusal(&app.sends(&with(kind)).await), expected);
        }
        app.sends(&with("document")).await.is(202);
    }

    async fn a_document_has_a_name(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let id = app.hands_in("application/pdf", "?name=menu.pdf", "12345").await.is(201).json()["id"].clone();
        let document = |said: Value| json!({ "to": format!("+{BOBS_PHONE}"), "type": "document", "document": said });
        let sent = app.sends(&document(json!({ "media_id": id }))).await.is(202).json();
        assert_eq!(sent["document"]["name"], "menu.pdf");
        let renamed = app.sends(&document(json!({ "media_id": id, "name": "This week.pdf" }))).await.is(202).json();
        assert_eq!(renamed["document"]["name"], "This week.pdf");
        let path = format!("/v1/messages/{}/media", renamed["id"].as_str().expect("an id"));
        let got = app.gets(&path).await.is(200);
        assert_eq!(got.header("content-disposition"), "attachment; filename*=UTF-8''This%20week.pdf");
    }

    async fn a_file_is_forgotten_when_its_time_is_over_and_nothing_waits_for_it(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.holds("image/png", "12345").await;
        let sent = app.sends(&image(&id)).await.is(202).json()["id"].as_str().expect("an id").to_owned();
        queue.works().await;
        let path = format!("/v1/messages/{sent}/media");
        world.passes(DAY * 30);
        let waiting = app.sends(&image(&id)).await.is(202).json()["id"].as_str().expect("an id").to_owned();
        world.passes(Duration::from_secs(1));
        queue.workers.last().expect("it clears up").run_once().await.expect("it works");
        assert_eq!(holdings(world).await, (1, 1, 4096), "a message that waits still needs it");
        queue.works().await;
        assert_eq!(app.state_of(&waiting).await, "sent");
        assert_eq!(holdings(world).await, (0, 0, 0));
        assert!(refusal(&app.sends(&image(&id)).await).starts_with("404 media_not_found image.media_id: "));
        assert!(refusal(&app.gets(&path).await).starts_with("410 media_gone: This file is no longer there: "));
        app.gets(&format!("/v1/messages/{sent}")).await.is(200).says("\"bytes\":5");
    }

    async fn a_file_that_somebody_left_half_done_is_cleared_away(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        // The caller dies after some of it has come.
        let coming = stream::once(async { Ok::<_, Infallible>(Bytes::from(long(300_000))) }).chain(stream::pending());
        let call = app.hands_in("image/png", "", Body::from_stream(coming));
        let began = async { while holdings(world).await.1 == 0 { tokio::task::yield_now().await } };
        tokio::select! {
            _ = call => panic!("it has no end"),
            () = began => {}
        }
        assert_eq!(holdings(world).await, (1, 1, 256 * 1024));
        let half: String = {
            let mut tx = world.env().db.read().await.expect("a connection");
            on!(&mut tx, connection => sqlx::query_scalar("select id from media").fetch_one(connection).await).expect("an id")
        };
        office.number(ANNS_PHONE, "linked").await;
        assert!(refusal(&app.sends(&image(&half)).await).starts_with("404 media_not_found"), "half a file is none");
        queue.works().await;
        assert_eq!(holdings(world).await.0, 1, "it may still be coming");
        world.passes(Duration::from_secs(3601));
        queue.works().await;
        assert_eq!(holdings(world).await, (0, 0, 0));
    }

    async fn a_message_whose_file_is_gone_fails(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        let id = app.holds("image/png", "12345").await;
        let sent = app.sends(&image(&id)).await.is(202).json()["id"].as_str().expect("an id").to_owned();
        let unit = world.env().db.write(|tx| {
            Box::pin(async move { on!(tx, connection => sqlx::query("delete from media").execute(connection).await.map(drop)) })
        });
        unit.await.map_err(|error: sqlx::Error| error).expect("deleted");
        queue.works().await;
        assert_eq!((app.state_of(&sent).await.as_str(), queue.carrier.tries()), ("failed expired", 0));
    }

    async fn a_stranger_hands_in_nothing(world: &World) {
        let request = axum::extract::Request::builder().method(Method::POST).uri("/v1/media").header("content-type", "image/png");
        world.sends(request.body(Body::from("12345")).expect("a request")).await.is(401);
        assert_eq!(holdings(world).await, (0, 0, 0));
    }
}
