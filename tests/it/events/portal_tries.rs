//! What came of each try, on the page of an endpoint: tests, sending again, and what the other side said.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use grantline::events::Kind;
use tokio::net::TcpListener;

use super::portal::Portal;
use super::receiver::{Receiver, Reply};
use super::telling::happens;
use crate::actors::Answer;
use crate::both_databases;
use crate::oauth::surroundings::workspace_of;
use crate::world::World;

/// Somebody's server that answers everything with the same text: its address.
async fn answers(text: String) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let router = Router::new().route("/", post(move || async move { text }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://127.0.0.1:{port}/")
}

/// An address on this machine at which nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    format!("http://{}/", listener.local_addr().expect("an address"))
}

/// The ids of the tries that a page offers to send again, as they stand there.
fn tries(page: &Answer) -> Vec<String> {
    let ends = page.body.split("/again\"").filter_map(|part| part.rsplit_once("/tries/")).map(|(_, id)| id.to_owned());
    ends.filter(|id| id.starts_with("try_") && !id.contains('<')).collect()
}

/// Where a page leads under a label.
fn link(page: &Answer, label: &str) -> String {
    let before = page.body.split_once(&format!(">{label}</a>")).unwrap_or_else(|| panic!("no {label} in {page}")).0;
    let href = before.rsplit_once("href=\"").expect("a link").1;
    href.split('"').next().expect("an address").split('#').next().expect("a page").replace("&#38;", "&")
}

/// Something happens to which nobody wants to listen, until it is given up.
async fn is_given_up(world: &World, workspace: &str) {
    happens(world, Kind::MessageReceived, workspace, None, "hopeless").await;
    world.works().await;
    for pause_s in [5, 300, 1800, 7200, 18_000, 36_000, 36_000] {
        world.passes(Duration::from_millis(pause_s * 1100));
        world.works().await;
    }
}

both_databases! {
    async fn a_test_is_sent_at_once_and_only_once(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_workspace(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        let page = portal.adds(&[("url", &receiver.url), ("events", "message.read")]).await;
        let sent = portal.sends(&format!("{page}/test"), &[("kind", "number.linked")]).await.is(303);
        let heard = receiver.heard();
        assert_eq!((heard.len(), heard[0].kind(), &heard[0].body["test"]), (1, "number.linked", &true.into()));
        for _ in 0..2 {
            let shown = portal.opens(sent.location().trim_end_matches("#test")).await.is(200).says("The test arrived");
            shown.says("<code>204</code>").says("The answer was empty.").says("Test").says(&heard[0].id);
        }
        assert!(receiver.heard().is_empty(), "looking sends nothing");
        portal.presses(&page, "pause").await;
        receiver.answers([Reply::Status(500)]);
        let sent = portal.sends(&format!("{page}/test"), &[("kind", "message.read")]).await.is(303);
        let shown = portal.opens(sent.location().trim_end_matches("#test")).await.is(200).says("The test was not taken");
        shown.says("<code>500</code>");
        portal.sends(&format!("{page}/test"), &[("kind", "message.invented")]).await.is(400);
        for _ in 0..8 {
            portal.sends(&format!("{page}/test"), &[("kind", "message.read")]).await.is(303);
        }
        let refused = portal.sends(&format!("{page}/test"), &[("kind", "message.read")]).await.is(429);
        refused.says("Those were many tests in a short time. Wait 6 seconds");
        assert_eq!(receiver.heard().len(), 9);
    }

    async fn an_answer_is_somebody_elses_text_and_shown_to_its_first_kilobyte(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_app(world, &ann).await;
        let url = answers(format!("<script>alert(1)</script>{}END", "x".repeat(2000))).await;
        let page = portal.adds(&[("url", &url)]).await;
        let sent = portal.sends(&format!("{page}/test"), &[("kind", "message.read")]).await.is(303);
        let shown = portal.opens(sent.location().trim_end_matches("#test")).await.is(200).says("The test arrived");
        assert!(!shown.body.contains("<script>alert"), "{shown}");
        let begin = format!("&#60;script&#62;alert(1)&#60;/script&#62;{}<", "x".repeat(1024 - 25));
        assert_eq!(shown.body.matches(&begin).count(), 2, "beside the test and in the list: {shown}");
        let moved = [("url", nobody().await)];
        portal.sends(&format!("{page}/edit"), &moved.each_ref().map(|(name, url)| (*name, url.as_str()))).await.is(303);
        let sent = portal.sends(&format!("{page}/test"), &[("kind", "message.read")]).await.is(303);
        let shown = portal.opens(sent.location().trim_end_matches("#test")).await.is(200).says("The test was not taken");
        shown.says("The host does not take connections.");
    }

    async fn what_was_told_can_be_told_again(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_workspace(world, &ann).await;
        let workspace = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        let page = portal.adds(&[("url", &receiver.url)]).await;
        receiver.answers([Reply::Status(503)]);
        happens(world, Kind::MessageReceived, &workspace, None, "first").await;
        world.works().await;
        let shown = portal.opens(&page).await.is(200).says("message.received").says("<code>503</code>").says("Try 1");
        let shown = shown.says("Failed, will be tried again").says("next try").says("Failing").says(&workspace);
        world.passes(Duration::from_secs(6));
        world.works().await;
        let failed = tries(&shown).pop().expect("one try");
        let shown = portal.opens(&page).await.is(200).says("Delivered").says("Try 2").says("Active");
        assert!(!shown.words().contains("next try"), "that moment is over: {shown}");
        assert_eq!(receiver.told(), ["first", "first"]);
        let again = format!("tries/{failed}/again");
        portal.presses(&page, &again).await.says("The event is sent again now.");
        world.works().await;
        assert_eq!(receiver.told(), ["first"]);
        portal.sends(&format!("{page}/tries/try_0/again"), &[]).await.is(422).says("This try is no longer kept.");
        let sent = portal.sends(&format!("{page}/test"), &[("kind", "message.read")]).await.is(303);
        let test = sent.location().split(['=', '#']).nth(1).expect("its id").to_owned();
        let shown = portal.opens(&page).await.is(200);
        assert!(tries(&shown).len() == 3 && !tries(&shown).contains(&test), "a test has no button: {shown}");
        portal.sends(&format!("{page}/tries/{test}/again"), &[]).await.is(422).says("A test cannot be sent again.");
        let paused = portal.presses(&page, "pause").await;
        assert!(tries(&paused).is_empty(), "{paused}");
        portal.sends(&format!("{page}/{again}"), &[]).await.is(422).says("Let it go on first.");
        portal.sends(&format!("{page}/recover"), &[("since", "all")]).await.is(422).says("Let it go on first.");
    }

    async fn all_that_was_given_up_since_a_moment_is_told_again(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_workspace(world, &ann).await;
        let workspace = workspace_of(world, &ann).await;
        let mut receiver = Receiver::starts().await;
        receiver.usually(Reply::Status(500));
        let page = portal.adds(&[("url", &receiver.url)]).await;
        is_given_up(world, &workspace).await;
        happens(world, Kind::MessageReceived, &workspace, None, "still tried").await;
        world.works().await;
        let failed = format!("{page}?failed=yes");
        let shown = portal.opens(&failed).await.is(200).says("Given up").says("Try 8");
        assert_eq!((tries(&shown).len(), tries(&portal.opens(&page).await).len()), (1, 9));
        world.passes(Duration::from_secs(2 * 3600));
        let asked = async |since| {
            let done = portal.sends(&format!("{page}/recover"), &[("since", since)]).await.is(303);
            portal.opens(done.location()).await.is(200)
        };
        asked("hour").await.says("Nothing of that time is waiting to be sent again.");
        portal.sends(&format!("{page}/recover"), &[("since", "ever")]).await.is(400);
        receiver.usually(Reply::Status(200));
        receiver.heard();
        asked("day").await.says("One event is sent again now.");
        world.works().await;
        let mut told = receiver.told();
        told.sort();
        assert_eq!(told, ["hopeless", "still tried"]);
        portal.opens(&page).await.is(200).says("Given up, arrived later");
        portal.opens(&failed).await.is(200).says("Nothing was given up.");
        asked("all").await.says("Nothing of that time is waiting to be sent again.");
    }

    async fn tries_stand_twenty_on_a_page(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_workspace(world, &ann).await;
        let workspace = workspace_of(world, &ann).await;
        let receiver = Receiver::starts().await;
        let page = portal.adds(&[("url", &receiver.url)]).await;
        for _ in 0..45 {
            happens(world, Kind::MessageReceived, &workspace, None, "one of many").await;
        }
        world.works().await;
        let (mut seen, mut sizes) = (BTreeSet::new(), Vec::new());
        let mut shown = portal.opens(&page).await.is(200);
        loop {
            let ids = tries(&shown);
            sizes.push(ids.len());
            seen.extend(ids);
            if !shown.body.contains("rel=\"next\"") {
                break;
            }
            shown = portal.opens(&link(&shown, "Older")).await.is(200);
        }
        assert_eq!((sizes, seen.len()), (vec![20, 20, 5], 45));
        assert_eq!(link(&shown, "Newest"), page);
    }

    async fn an_endpoint_that_wants_no_more_says_so_on_its_page(world: &World) {
        let ann = world.person("Ann").await;
        let portal = Portal::of_app(world, &ann).await;
        let own = Portal::of_workspace(world, &ann).await;
        let receiver = Receiver::starts().await;
        receiver.answers([Reply::Status(410)]);
        let page = own.adds(&[("url", &receiver.url)]).await;
        happens(world, Kind::MessageReceived, &workspace_of(world, &ann).await, None, "unwanted").await;
        world.works().await;
        own.opens(&page).await.is(200).says("Disabled").says("It answered 410: it wants no more.").says("Go on");
        own.opens(&own.list).await.is(200).says("Disabled");
        own.opens(&own.list.replace("/webhooks", "/audit")).await.is(200).says("A webhook endpoint was disabled");
        own.presses(&page, "resume").await.says("The endpoint goes on.").says("Active");
        portal.opens(&portal.list).await.is(200).says("Be told what happens");
    }
}
