//! The file of a message that came in.

use grantline_whatsapp::{Content, DownloadFailure, File, FileKind, SendFailure};

use super::actors::{ANNS_PHONE, App, Office, Queue, bob, refusal};
use crate::both_databases;
use crate::world::World;

fn page_of_a_stranger() -> Content {
    let (name, caption) = (Some(String::from("päge.html")), None);
    Content::File(File { kind: FileKind::Document, mime_type: String::from("text/html"), name, caption, size: 24 })
}

/// The address of the file of the newest message.
async fn newest(app: &App<'_>) -> String {
    let list = app.gets("/v1/messages?limit=1").await.is(200).json();
    format!("/v1/messages/{}/media", list["data"][0]["id"].as_str().expect("a message"))
}

/// A document came in; who asks for it, and where it is.
async fn received<'w>(world: &'w World, office: &Office<'w>, wa_id: &str) -> (App<'w>, Queue, String, String) {
    let desk = office.number(ANNS_PHONE, "linked").await;
    let queue = Queue::of(world);
    let app = office.app("gr_acme").over(&queue.carrier);
    office.receives_from(&desk, wa_id, bob(), page_of_a_stranger(), None).await;
    let path = newest(&app).await;
    (app, queue, desk, path)
}

both_databases! {
    async fn a_file_that_came_in_is_fetched_and_cannot_be_run(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (app, queue, desk, path) = received(world, &office, "wa-1").await;
        let script = "<script>alert(1)</script".repeat(5_000);
        queue.carrier.has(&desk, "wa-1", Ok(&script));
        let got = app.gets(&path).await.is(200);
        assert!(got.body == script, "what comes is not what WhatsApp has");
        let headers = ["content-type", "content-length", "content-disposition", "content-security-policy", "x-content-type-options"];
        assert_eq!(headers.map(|name| got.header(name)), [
            "text/html",
            "120000",
            "attachment; filename*=UTF-8''p%C3%A4ge.html",
            "default-src 'none'; frame-ancestors 'none'; sandbox",
            "nosniff",
        ]);
    }

    async fn what_cannot_be_had_is_told_why(world: &World) {
        let small = world.beside(|config| config.messages.media_bytes_max = 30).await;
        let office = Office::opens(&small, "Ann").await;
        let (app, queue, desk, path) = received(&small, &office, "wa-1").await;
        let gone = "410 media_gone: This file is no longer there: WhatsApp keeps files for some weeks, and this server those that \
            apps sent for a time. The phone may still show it.";
        let unreachable = "503 whatsapp_unreachable: WhatsApp cannot be reached at the moment. Ask again in a while.";
        for (failure, expected) in [
            (DownloadFailure::Gone, gone),
            (SendFailure::Unsupported.into(), gone),
            (SendFailure::Refused.into(), gone),
            (SendFailure::Network.into(), unreachable),
            (SendFailure::Throttled.into(), unreachable),
            (SendFailure::NotLinked.into(), "409 number_not_linked: The number is not linked to WhatsApp, and the file is there. \
                Ask the workspace to link it again."),
        ] {
            queue.carrier.has(&desk, "wa-1", Err(failure));
            let answer = app.gets(&path).await;
            assert_eq!(refusal(&answer), expected);
            assert_eq!(answer.header("retry-after"), if answer.status == 503 { "30" } else { "" });
        }
        let too_large = "413 media_too_large: This file is larger than 30 bytes, which is the most that this server fetches. The phone shows it.";
        queue.carrier.has(&desk, "wa-1", Ok(&"x".repeat(31)));
        assert_eq!(refusal(&app.gets(&path).await), too_large, "its sender said something else");
        let Content::File(file) = page_of_a_stranger() else { unreachable!() };
        office.receives_from(&desk, "wa-2", bob(), Content::File(File { size: 31, ..file }), None).await;
        assert_eq!(refusal(&app.gets(&newest(&app).await).await), too_large, "it is not even asked for");
        office.receives(&desk, "wa-3", "hello").await;
        let none = "404 media_not_found: This message carries no file; its `type` says what it is.";
        assert_eq!(refusal(&app.gets(&newest(&app).await).await), none);
        small.ends().await;
    }

    async fn a_file_is_for_those_whose_grant_covers_its_number(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (app, queue, desk, path) = received(world, &office, "wa-1").await;
        queue.carrier.has(&desk, "wa-1", Ok("<b>"));
        app.gets(&path).await.is(200);
        let kitchen = office.number("447700900222", "linked").await;
        let elsewhere = Office::opens(world, "Bob").await;
        let unknown = "404 message_not_found: There is no such message, or this grant does not cover its number.";
        for other in [office.app_for("gr_kitchen", Some(&[&kitchen])), elsewhere.app("gr_bob")] {
            assert_eq!(refusal(&other.over(&queue.carrier).gets(&path).await), unknown);
        }
    }

    async fn a_member_saves_it_from_the_page(world: &World) {
        let office = Office::opens(world, "Ann").await;
        office.number(ANNS_PHONE, "linked").await;
        let app = office.app("gr_acme");
        let id = app.holds("image/png", "12345").await;
        let asked = serde_json::json!({ "to": "+447700900456", "type": "image", "image": { "media_id": id } });
        app.sends(&asked).await.is(202);
        let path = format!("/w/{}/messages", office.id);
        let page = office.owner.browser.opens(&path).await.is(200);
        let link = page.body.split('"').find(|part| part.ends_with("/media")).expect("a link").to_owned();
        let got = office.owner.browser.opens(&link).await.is(200);
        assert_eq!((got.body.as_str(), got.header("content-type")), ("12345", "image/png"));
        assert_eq!(got.header("content-disposition"), "attachment");
        let bob = world.person("Bob").await;
        bob.browser.opens(&link).await.is(404);
        assert!(world.browser().opens(&link).await.is(303).location().starts_with("/sign-in"));
    }

    async fn a_member_is_told_why_it_cannot_be_saved(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (_, _, desk, path) = received(world, &office, "wa-1").await;
        let id = path.split('/').nth(3).expect("an id");
        let at = format!("/w/{}/messages/{id}/media", office.id);
        // The number has no session: nobody linked it in this test.
        office.owner.browser.opens(&at).await.is(409).says("The number is not linked").says("Link the number again");
        office.receives(&desk, "wa-2", "hello").await;
        office.owner.browser.opens(&format!("/w/{}/messages/msg_0/media", office.id)).await.is(404);
    }
}
