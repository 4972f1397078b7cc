use std::sync::Arc;
use std::time::Duration;

use grantline::audit::Who;
use grantline::numbers::{self, LinkFailure, LinkState, PasskeyError, PasskeyRefusal};
use grantline_whatsapp::{Event, LinkFailure as WhyNot};

use super::rights::becomes;
use super::scripted::Scripted;
use super::streaming::News;
use super::told::starts_linking;
use super::{Link, Member, PHONE};
use crate::actors::Answer;
use crate::both_databases;
use crate::messages::privacy::Logs;

/// Links an account that has a passkey, up to the moment when WhatsApp asks for it.
async fn is_asked<'m, 'w>(member: &'m Member<'w>) -> Link<'m, 'w> {
    let link = member.starts_linking(PHONE).await;
    link.phone().gets_a_passkey().await.is(303);
    link.phone().opens("").await.is(200).says("This account has a passkey");
    link.phone().types(&link.code().await).await.is(303);
    link.phone().presses_link().await.is(303);
    link.until(|attempt| matches!(attempt.state, LinkState::PasskeyAsked(_))).await;
    link
}

impl Link<'_, '_> {
    async fn gives(&self, answer: &str) -> Answer {
        self.fills("passkey", &[("answer", answer)]).await
    }

    async fn says_that_codes_are(&self, how: &str) -> Answer {
        self.fills("compare", &[("codes", how)]).await
    }

    async fn fills(&self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let (page, action) = (self.member.at(&self.path()), self.member.at(&format!("{}/{action}", self.path())));
        self.member.person.browser.fills(&page, &action, fields).await
    }

    /// Gives the right answer, and gets to the code.
    async fn gives_the_passkey(&self) {
        self.gives(&self.phone().passkey_answer().await).await.is(303);
        self.until(|attempt| matches!(attempt.state, LinkState::Comparing(_))).await;
    }

    async fn failed_with(&self, reason: LinkFailure) {
        self.until_ended().await;
        assert_eq!(self.state().await, LinkState::Failed(reason));
        assert!(self.phone().devices().is_empty());
        assert!(self.member.attempt_rows().await.contains("(\"failed\", None, None, None, None)"), "all is wiped");
    }
}

fn compared_on(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("id=\"compare-code\"").expect("the page shows a code");
    let visible =
        rest.split("aria-hidden=\"true\">").skip(1).take(3).map(|piece| piece.split('<').next().unwrap_or_default());
    visible.collect()
}

/// An answer of the right shape, signed by another passkey.
fn of_another_passkey(answer: &str) -> String {
    let mut answer: serde_json::Value = serde_json::from_str(answer).expect("JSON");
    answer["response"]["signature"] = "c29tZWJvZHkgZWxzZQ".into();
    answer.to_string()
}

both_databases! {
    async fn a_passkey_is_given_and_the_codes_are_compared(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = is_asked(&ann).await;
        let page = link.page().await.is(200).says("Use this account’s passkey").says("WhatsApp asks for this account’s passkey");
        let page = page.says("Open web.whatsapp.com in a browser").says("Paste only what this page shows you");
        assert!(page.body.contains("navigator.credentials.get") && page.body.contains("rpId&#34;:&#34;whatsapp.com"), "{page}");
        assert!(!page.words().contains("Get a new code") && !page.words().contains("Waiting for your phone"), "{page}");
        ann.opens("").await.is(200).says("Go on");
        let rows = ann.attempt_rows().await;
        assert!(rows.contains("passkey_asked") && !rows.contains("challenge"), "what is asked lies sealed: {rows}");

        let given = link.gives(&link.phone().passkey_answer().await).await.is(303);
        assert_eq!(given.location(), ann.at(&link.path()));
        let page = link.page().await.is(200).says("Compare this code with the one on your phone").says("Compare the two codes");
        let code = compared_on(&page);
        assert_eq!((code.len(), &code), (9, &link.phone().code_to_compare().await));
        assert!(link.phone().devices().is_empty(), "nothing is linked yet");
        let rows = ann.attempt_rows().await;
        assert!(rows.contains("comparing") && !rows.contains(&code.replace('-', "")), "{rows}");

        link.says_that_codes_are("same").await.is(303);
        link.until_ended().await;
        link.page().await.is(200).says("+44 7700 900123 is linked");
        assert_eq!(link.phone().devices(), ["Harbour"]);
        let record = ann.record().await;
        let actions: Vec<(&str, &str)> = record.iter().map(|(action, actor, _)| (action.as_str(), actor.as_str())).collect();
        let compared = ("number.codes_compared", "person");
        assert_eq!(actions, [("number.link_started", "person"), compared, ("number.linked", "system")]);
        assert!(!format!("{record:?}{:?}", ann.facts().await).contains(&code.replace('-', "")));
    }

    async fn an_account_without_a_passkey_is_asked_for_none(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        link.phone().gets_a_passkey().await.is(303);
        link.phone().loses_its_passkey().await.is(303);
        link.phone().opens("").await.is(200).says("This account has no passkey.");
        link.phone().types(&link.code().await).await.is(303);
        link.phone().presses_link().await.is(303);
        link.until_ended().await;
        assert_eq!(link.state().await, LinkState::Linked);
    }

    async fn a_wrong_answer_is_refused_and_the_right_one_then_works(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = is_asked(&ann).await;
        let right = link.phone().passkey_answer().await;
        for garbled in ["", "ABCD-EFGH", "{}", &right[..right.len() / 2]] {
            let page = link.gives(garbled).await.is(422).says("This is not the answer of a passkey.");
            assert!(page.says("The passkey was not given").body.contains("aria-invalid=\"true\""));
        }
        let sandbox = world.app.sandbox.as_ref().expect("a simulated WhatsApp");
        let elsewhere = r#"{"challenge":"c29tZXRoaW5nIGVsc2U"}"#;
        let other = sandbox.passkey_answer(&link.digits, elsewhere).expect("an answer");
        link.gives(&other).await.is(422).says("This answers another question than the one that WhatsApp asks now.");
        link.gives(&of_another_passkey(&right)).await.is(422).says("WhatsApp did not take this answer.");
        link.gives(&right).await.is(303);
        link.until(|attempt| matches!(attempt.state, LinkState::Comparing(_))).await;
    }

    async fn steps_out_of_order_say_so(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        link.gives("{}").await.is(409).says("WhatsApp does not wait for this now.");
        link.says_that_codes_are("same").await.is(409).says("WhatsApp does not wait for this now.");
        link.posts("cancel").await.is(303);
        let link = is_asked(&ann).await;
        for how in ["same", "different"] {
            link.says_that_codes_are(how).await.is(409).says("WhatsApp does not wait for this now.");
        }
        link.says_that_codes_are("perhaps").await.is(400);
        link.posts("code").await.is(409);
        link.gives_the_passkey().await;
        link.gives("{}").await.is(409);
        link.posts("cancel").await.is(303);
        link.failed_with(LinkFailure::Cancelled).await;
        // Too late: its page says how it ended.
        assert_eq!(link.gives("{}").await.is(303).location(), ann.at(&link.path()));
        assert_eq!(link.says_that_codes_are("same").await.is(303).location(), ann.at(&link.path()));
    }

    async fn codes_that_differ_end_it(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = is_asked(&ann).await;
        link.gives_the_passkey().await;
        link.says_that_codes_are("different").await.is(303);
        link.failed_with(LinkFailure::CodesDiffer).await;
        let page = link.page().await.is(200).says("The codes were different, so nothing was linked");
        page.says("remove what you do not know").says("Try again");
        let (action, actor, detail) = ann.record().await.pop().expect("an entry");
        assert_eq!((action.as_str(), actor.as_str()), ("number.link_failed", "person"));
        assert!(detail.contains("codes_differ"), "{detail}");
        link.posts("again").await.is(303);
    }

    async fn a_passkey_that_nobody_gives_in_time_ends_it(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = is_asked(&ann).await;
        world.passes(Duration::from_secs(599));
        assert!(link.state().await.is_open());
        world.passes(Duration::from_secs(1));
        link.failed_with(LinkFailure::PasskeyNeeded).await;
        link.page().await.is(200).says("The passkey was not given in time").says("get ready to use the passkey").says("Try again");
        let again = is_asked(&ann).await;
        again.gives_the_passkey().await;
        world.passes(Duration::from_secs(180));
        again.failed_with(LinkFailure::PasskeyNeeded).await;
    }

    async fn an_attempt_at_the_passkey_that_whatsapp_forgot_is_ended_by_a_job(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = is_asked(&ann).await;
        // As if WhatsApp never told the end.
        world.app.sessions.shutdown().await;
        world.passes(Duration::from_secs(700));
        world.works().await;
        assert!(link.state().await.is_open());
        world.passes(Duration::from_secs(60));
        world.works().await;
        assert_eq!(link.state().await, LinkState::Failed(LinkFailure::PasskeyNeeded));
    }

    async fn a_link_page_hears_of_each_step_at_the_passkey(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = is_asked(&ann).await;
        let mut news = News::of(&link, "").await;
        let asked = news.view().await;
        assert!(asked.contains("id=\"link-view\"") && asked.contains("name=\"answer\""), "{asked}");
        assert!(asked.contains("<p id=\"link-tabs\" hidden></p>"), "{asked}");
        link.gives_the_passkey().await;
        let comparing = news.view().await;
        assert!(comparing.contains("id=\"compare-code\"") && !comparing.contains("name=\"answer\""), "{comparing}");
        link.says_that_codes_are("same").await.is(303);
        let mut last = news.view().await;
        if last.contains("Finishing the link") {
            assert!(last.contains("id=\"link-view\"") && !last.contains("compare-code"), "{last}");
            last = news.view().await;
        }
        assert!(last.contains("Look for <bdi>Harbour</bdi>"), "{last}");
    }

    async fn only_those_who_manage_numbers_give_a_passkey(world: &World) {
        let (ann, bob) = (Member::owns_a_workspace(world, "Ann").await, Member::owns_a_workspace(world, "Bob").await);
        let link = is_asked(&ann).await;
        let answer = link.phone().passkey_answer().await;
        let csrf = bob.opens("").await.is(200).input("csrf");
        for (action, field) in [("passkey", ("answer", answer.as_str())), ("compare", ("codes", "different"))] {
            let path = format!("{}/{action}", link.path());
            bob.person.browser.posts(&bob.at(&path), &csrf, &[field]).await.is(404);
            bob.person.browser.posts(&ann.at(&path), &csrf, &[field]).await.is(404);
        }
        let phone = format!("/sandbox/phones/{}/passkey", link.digits);
        bob.person.browser.posts(&phone, &csrf, &[("passkey", "not needed")]).await.is(404);
        let csrf = ann.opens("").await.is(200).input("csrf");
        becomes(world, &ann, "viewer").await;
        for (action, field) in [("passkey", ("answer", answer.as_str())), ("compare", ("codes", "different"))] {
            let path = ann.at(&format!("{}/{action}", link.path()));
            ann.person.browser.posts(&path, &csrf, &[field]).await.is(403);
        }
        assert!(matches!(link.state().await, LinkState::PasskeyAsked(_)));
    }

    async fn what_a_passkey_answers_and_the_codes_are_in_no_log(world: &World) {
        let logs = Logs::default();
        let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(logs.clone()).finish();
        let _listening = tracing::subscriber::set_default(everything);
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = is_asked(&ann).await;
        let answer = link.phone().passkey_answer().await;
        let client_data = serde_json::from_str::<serde_json::Value>(&answer).expect("JSON")["response"]["clientDataJSON"].clone();
        link.gives(&of_another_passkey(&answer)).await.is(422);
        link.gives_the_passkey().await;
        let code = compared_on(&link.page().await.is(200));
        link.says_that_codes_are("same").await.is(303);
        link.until_ended().await;
        let logged = String::from_utf8_lossy(&logs.0.lock().expect("whole")).into_owned();
        assert!(logged.contains("sandbox: opening a session"), "the log is listened to");
        for secret in [code.as_str(), &code.replace('-', ""), client_data.as_str().expect("a text")] {
            assert!(!logged.contains(secret), "{secret} is in the log");
            assert!(!format!("{:?}", ann.record().await).contains(secret), "{secret} is in the record");
        }
    }

    async fn an_attempt_with_which_whatsapp_does_not_go_on_ends(world: &World) {
        let (ann, whatsapp) = (Member::owns_a_workspace(world, "Ann").await, Arc::new(Scripted::default()));
        let sessions = whatsapp.sessions(world);
        let link = starts_linking(&sessions, &ann).await;
        whatsapp.says(Event::PasskeyAsked { options_json: String::from("{}"), valid_until_ms: i64::MAX }).await;
        happens_to(&sessions, &link, |state| matches!(state, LinkState::PasskeyAsked(_))).await;
        let given = numbers::give_passkey(&sessions, &ann.workspace, &link.id, String::from("{}")).await;
        assert!(matches!(given, Err(PasskeyError::Refused(PasskeyRefusal::NotTaken))), "{given:?}");
        assert!(matches!(link.state().await, LinkState::PasskeyAsked(_)), "nothing is lost");
        whatsapp.says(Event::PasskeyCode { code: String::from("ABCDEFGH"), valid_until_ms: i64::MAX }).await;
        happens_to(&sessions, &link, |state| matches!(state, LinkState::Comparing(_))).await;
        numbers::codes_are_same(&sessions, &Who::system(), &ann.workspace, &link.id).await.expect("it was said");
        assert_eq!(link.state().await, LinkState::Failed(LinkFailure::PasskeyFailed));
        link.page().await.is(200).says("WhatsApp did not go on after the passkey").says("check that the passkey is the one of this account");

        let link = starts_linking(&sessions, &ann).await;
        whatsapp.says(Event::LinkFailed { reason: WhyNot::PasskeyFailed }).await;
        happens_to(&sessions, &link, |state| !state.is_open()).await;
        assert_eq!(link.state().await, LinkState::Failed(LinkFailure::PasskeyFailed));
        sessions.shutdown().await;
    }
}

/// Waits for a state of an attempt that goes through other sessions than the world's.
async fn happens_to(sessions: &numbers::Sessions, link: &Link<'_, '_>, holds: impl Fn(&LinkState) -> bool) {
    let mut news = sessions.watch(&link.number);
    let seen = async {
        loop {
            news.borrow_and_update();
            if holds(&link.state().await) {
                return;
            }
            news.changed().await.expect("the sessions are open");
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it happens");
}
