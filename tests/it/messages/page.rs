use std::sync::Arc;
use std::time::Duration;

use grantline_whatsapp::SendFailure;

use super::actors::{ANNS_PHONE, Office, Queue};
use crate::both_databases;

both_databases! {
    async fn the_page_says_so_when_there_is_nothing(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let path = format!("/w/{}/messages", office.id);
        office.owner.browser.opens(&path).await.is(200).says("No messages yet").says("it appears here");
        let desk = office.number(ANNS_PHONE, "linked").await;
        office.number("447700900222", "linked").await;
        let one = format!("{path}?number={desk}");
        office.owner.browser.opens(&one).await.is(200).says("This number has not sent or received anything yet.");
    }

    async fn the_page_shows_the_newest_first_with_what_became_of_it(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        let (app, queue) = (office.app("gr_acme"), Queue::of(world));
        queue.carrier.refuses(&desk, &[SendFailure::NotOnWhatsapp]);
        app.texts(&desk, "<b>hello</b>").await;
        queue.works().await;
        office.receives(&desk, "wa-1", &"long ".repeat(100)).await;
        let page = office.owner.browser.opens(&format!("/w/{}/messages", office.id)).await.is(200);
        let words = page.words();
        let rows: Vec<&str> = words.split("1 January 2026, 00:00 UTC").skip(1).collect();
        assert!(rows[0].starts_with(" Desk 123 From +44 7700 900456 long long"), "{words}");
        assert!(rows[0].contains("long … None Received"), "{words}");
        assert_eq!(
            rows[1].trim(),
            "Desk 123 To +44 7700 900456 &#60;b&#62;hello&#60;/b&#62; An app that was removed Failed This number has no WhatsApp account."
        );
        assert!(page.body.contains("<td data-label=\"Message\"><span><bdi>&#60;b&#62;"), "{page}");
        // A long word can be broken, else it pushes the other columns off the page.
        office.receives(&desk, "wa-2", &"w".repeat(30)).await;
        let page = office.owner.browser.opens(&format!("/w/{}/messages", office.id)).await.is(200);
        assert!(page.body.contains(&format!("{}\u{200b}{}<", "w".repeat(20), "w".repeat(10))), "{page}");
    }

    async fn the_page_has_pages_and_a_filter(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let (desk, kitchen) = (office.number(ANNS_PHONE, "linked").await, office.number("447700900222", "linked").await);
        let app = office.app("gr_acme");
        for index in 0..51 {
            app.texts(&desk, &format!("desk {index}.")).await;
        }
        world.passes(Duration::from_secs(1));
        app.texts(&kitchen, "kitchen.").await;
        let path = format!("/w/{}/messages", office.id);
        let browser = &office.owner.browser;
        let first = browser.opens(&path).await.is(200).says("kitchen.").says("desk 50.").says("Older");
        assert!(!first.words().contains("desk 1."), "{first}");
        let older = first.body.split("href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.contains("after=")).expect("a link");
        let second = browser.opens(&older.replace("&amp;", "&")).await.is(200).says("desk 1.").says("desk 0.").says("Newest");
        assert!(!second.words().contains("Older"), "{second}");
        let live = format!("data-live=\"/w/{}/events\"", office.id);
        assert!(first.body.contains(&live) && !second.body.contains(&live), "what is older does not change by itself");
        let filtered = browser.opens(&format!("{path}?number={kitchen}")).await.is(200).says("kitchen.");
        assert!(!filtered.words().contains("desk 50."), "{filtered}");
        for wrong in ["?number=num_0", "?after=msg_0"] {
            browser.opens(&format!("{path}{wrong}")).await.is(404);
        }
    }

    async fn the_page_is_for_members(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let path = format!("/w/{}/messages", office.id);
        let bob = world.person("Bob").await;
        bob.browser.opens(&path).await.is(404);
        let stranger = world.browser().opens(&path).await.is(303);
        assert!(stranger.location().starts_with("/sign-in"), "{stranger}");
    }

    async fn the_page_names_the_app_that_sent(world: &World) {
        let office = Office::opens(world, "Ann").await;
        let desk = office.number(ANNS_PHONE, "linked").await;
        office.app("gr_acme").texts(&desk, "hello").await;
        let queue = Queue::of(world);
        let files = grantline::messages::Files::new(Arc::clone(&queue.carrier) as _);
        let page = grantline::messages::routes(world.env().clone(), Arc::clone(&queue.ledger) as _, files);
        let page = page.layer(axum::middleware::from_fn_with_state(world.env().clone(), grantline::platform::web::remember_browser));
        let request = axum::extract::Request::get(format!("/w/{}/messages", office.id))
            .header("cookie", office.owner.browser.cookie_header())
            .body(axum::body::Body::empty())
            .expect("a request");
        let response = tower::ServiceExt::oneshot(page, request).await.expect("the router answers");
        let body = http_body_util::BodyExt::collect(response.into_body()).await.expect("a body").to_bytes();
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("<bdi>Acme &#60;CRM&#62;</bdi>"), "{body}");
    }
}
