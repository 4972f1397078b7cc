use std::time::Duration;

use grantline::numbers::LinkState;

use super::{Link, Member, PHONE, attempt_of, code_on, mails_to, qr_on};
use crate::both_databases;

both_databases! {
    async fn a_code_typed_on_the_phone_links_the_number(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking("0044 7700-900123").await;
        let page = link.page().await.is(200);
        assert!(page.words().contains("Link +44 7700 900123"), "{page}");
        assert!(page.words().contains("Only continue if you opened this page yourself."), "{page}");
        assert!(page.words().contains("Valid for about 2 minutes"), "{page}");
        let code = link.code().await;
        assert_eq!((code.len(), code.chars().nth(4)), (9, Some('-')), "{code}");

        let phone = link.phone();
        phone.types(&code).await.is(303);
        phone.opens("").await.is(200).says("Link this device?").says("Harbour");
        phone.presses_link().await.is(303);
        link.until_ended().await;

        link.page().await.is(200).says("+44 7700 900123 is linked").says("Look for Harbour in Linked devices");
        assert_eq!(phone.devices(), ["Harbour"]);
        ann.opens("").await.is(200).says("Online").says("Phone 0123").says("+44 7700 900123");
        ann.opens(&format!("/{}", link.number)).await.is(200).says("Simulated").says("Unlink").says("Remove");
    }

    async fn what_happened_is_told_recorded_and_mailed_without_the_code(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let code = link.code().await.replace('-', "");
        let phone = link.phone();
        phone.types(&code).await.is(303);
        phone.presses_link().await.is(303);
        link.until_ended().await;

        let facts = ann.facts().await;
        let kinds: Vec<&str> = facts.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["number.link_code_issued", "number.linked", "number.state_changed"]);
        assert_eq!(facts[0].1["attempt_id"], link.id);
        assert_eq!((&facts[1].1["phone"], &facts[1].1["state"]), (&"+447700900123".into(), &"linked".into()));
        let record = ann.record().await;
        let actions: Vec<(&str, &str)> = record.iter().map(|(action, actor, _)| (action.as_str(), actor.as_str())).collect();
        assert_eq!(actions, [("number.link_started", "person"), ("number.linked", "system")]);
        assert!(record[0].2.contains("+44 •••• ••0123"), "{record:?}");
        let mails = mails_to(world, "ann@example.com").await;
        let subjects: Vec<&str> = mails.iter().map(|(subject, _)| subject.as_str()).collect();
        assert_eq!(subjects, ["Harbour: somebody is linking +44 7700 900123", "Harbour: +44 7700 900123 is linked"]);
        assert!(mails[1].1.contains(&format!("https://grantline.test/w/{}/numbers", ann.workspace)), "{mails:?}");
        assert!(!format!("{facts:?}{record:?}{mails:?}").contains(&code));
    }

    async fn whoever_links_for_an_app_goes_on_to_its_request(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let start = format!("{}?request=gl_ar_1", ann.at("/link"));
        let request = ann.person.browser.opens(&start).await.is(200).input("request");
        assert_eq!(request, "gl_ar_1");
        let fields = [("phone", PHONE), ("request", &request)];
        let answer = ann.person.browser.fills(&start, &ann.at("/link"), &fields).await.is(303);
        let link = Link::of(&ann, attempt_of(&answer)).await;
        assert_eq!(answer.location(), ann.at(&format!("{}?request=gl_ar_1", link.path())));
        let page = ann.person.browser.opens(answer.location()).await.is(200);
        for kept in ["?method=qr&#38;request=gl_ar_1", "?method=code&#38;request=gl_ar_1", "/stream?request=gl_ar_1"] {
            assert!(page.body.contains(kept), "{kept} in {page}");
        }
        let checked = link.posts("check?method=qr&request=gl_ar_1").await.is(303);
        let qr_page = ann.person.browser.opens(checked.location()).await.is(200);
        assert!(qr_page.body.contains("?method=code&#38;request=gl_ar_1"), "{qr_page}");

        let phone = link.phone();
        phone.types(&link.code().await).await.is(303);
        phone.presses_link().await.is(303);
        link.until_ended().await;
        let done = ann.person.browser.opens(answer.location()).await.is(200).says("Go on to the app’s request");
        assert!(done.body.contains("href=\"/oauth/consent/gl_ar_1\""), "{done}");
        // Nothing but a handle leads anywhere.
        let foreign = format!("{}?request=//evil.example", link.path());
        let page = ann.opens(&foreign).await.is(200);
        assert!(!page.body.contains("evil") && !page.words().contains("Go on to"), "{page}");
    }

    async fn a_code_lies_sealed_in_its_row_and_is_gone_when_the_attempt_ends(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let (code, qr) = (link.code().await.replace('-', ""), link.qr().await);
        let rows = ann.attempt_rows().await;
        assert!(rows.contains("waiting") && !rows.contains(&code) && !rows.contains(&qr), "{rows}");
        link.posts("cancel").await.is(303);
        assert_eq!(ann.attempt_rows().await, r#"[("failed", None, None, None, None)]"#);
    }

    async fn a_new_code_kills_the_old_one(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let old = link.code().await;
        link.posts("code").await.is(303);
        let new = link.code().await;
        assert_ne!(old, new);
        link.phone().types(&old).await.is(422);
        link.until(|attempt| matches!(&attempt.state, LinkState::Waiting(waiting) if waiting.was_wrong && waiting.code.is_some())).await;
        link.phone().types(&link.code().await).await.is(303);
        link.phone().presses_link().await.is(303);
        link.until_ended().await;
        assert_eq!(link.state().await, LinkState::Linked);
    }

    async fn a_new_qr_code_leaves_the_code_alone(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let (code, qr) = (link.code().await, link.qr().await);
        world.passes(Duration::from_secs(20));
        let now = world.env().now();
        link.until(|attempt| matches!(&attempt.state, LinkState::Waiting(waiting) if waiting.live_qr(now).is_some())).await;
        assert_ne!(link.qr().await, qr);
        assert_eq!(link.code().await, code);
    }

    async fn a_scanned_qr_code_links_the_number(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let page = link.qr_page().await.is(200);
        assert!(page.body.contains("role=\"img\" aria-label=\"QR code to link +44 7700 900123."), "{page}");
        assert_eq!(code_on(&page.body), None, "one way at a time");
        let phone = link.phone();
        phone.scans(&link.qr().await).await.is(303);
        phone.presses_link().await.is(303);
        link.until_ended().await;
        assert_eq!(link.state().await, LinkState::Linked);
    }

    async fn until_somebody_chooses_a_way_both_are_on_the_page(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let page = link.page().await.is(200).says("How to type it on your phone").says("How to scan it with your phone");
        assert_eq!((code_on(&page.body).is_some(), qr_on(&page.body).is_some()), (true, true), "{page}");
        for method in ["code", "qr"] {
            let page = ann.opens(&format!("{}?method={method}", link.path())).await.is(200);
            assert_eq!((code_on(&page.body).is_some(), qr_on(&page.body).is_some()), (method == "code", method == "qr"));
            // Whoever has chosen is asked no more.
            let again = link.posts(&format!("code?method={method}")).await.is(303);
            assert_eq!(again.location(), ann.at(&format!("{}?method={method}", link.path())));
        }
    }

    async fn a_name_that_the_team_chose_stays(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let fields = [("phone", PHONE), ("label", "  Front   desk ")];
        let page = ann.at("/link");
        let answer = ann.person.browser.fills(&page, &page, &fields).await.is(303);
        let link = Link::of(&ann, attempt_of(&answer)).await;
        link.phone().types(&link.code().await).await.is(303);
        link.phone().presses_link().await.is(303);
        link.until_ended().await;
        assert_eq!(ann.number(&link.number).await.name, "Front desk");
    }

    async fn linking_the_same_number_twice_leads_to_the_same_attempt(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let first = ann.starts_linking(PHONE).await;
        let second = ann.starts_linking("+44 (0)7700 900 123").await;
        assert_eq!(first.id, second.id);
        ann.opens("").await.is(200).says("Waiting for the phone").says("Go on");
    }

    async fn a_check_without_a_script_looks_again(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let answer = link.posts("check?method=qr").await.is(303);
        assert_eq!(answer.location(), ann.at(&format!("{}?method=qr", link.path())));
    }

    async fn stopping_makes_the_code_worthless(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let code = link.code().await;
        assert_eq!(link.posts("cancel").await.is(303).location(), ann.at("?done=stopped"));
        ann.opens("?done=stopped").await.is(200).says("Linking was stopped.").says("Not linked");
        link.page().await.is(200).says("Linking was stopped here").says("start again whenever you like.");
        link.phone().types(&code).await.is(422).says("This code has run out.");
    }

    async fn a_number_that_is_none_is_asked_for_again_with_what_was_typed(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        for (typed, answer) in [
            ("07700 900123", "The country code is missing. Choose the country, or begin with + and the country code, such as +44."),
            ("+1 202 555 01", "This number is too short for its country."),
            ("+44 7700 900123 99", "This number is too long for its country."),
            ("my phone", "A phone number has digits, spaces, dashes, dots and brackets only."),
            ("", "Write the phone number."),
        ] {
            let page = ann.asks_to_link(typed).await.is(422).says(answer).says("Linking was not started");
            assert_eq!(page.input("phone"), typed);
        }
        ann.opens("").await.is(200).says("No numbers yet");
    }
}
