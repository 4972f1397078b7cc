use std::time::Duration;

use super::rights::becomes;
use super::{DIGITS, Member, PHONE, SandboxPhone};
use crate::both_databases;

both_databases! {
    async fn a_phone_is_added_and_says_that_it_is_simulated(world: &World) {
        // On a machine of one's own, where nobody has to sign in.
        let demo = world.beside(|config| config.server.base_url = String::from("http://127.0.0.1:8080")).await;
        let browser = demo.browser();
        let fields = [("number", PHONE), ("name", "Tomasz Kowal")];
        let answer = browser.fills("/sandbox/phones", "/sandbox/phones", &fields).await.is(303);
        assert_eq!(answer.location(), format!("/sandbox/phones/{DIGITS}"));
        let page = browser.opens(answer.location()).await.is(200).says("SIMULATED").says("Link a device");
        assert!(page.body.contains("This phone exists on this page only."), "{page}");
        browser.opens("/sandbox/phones").await.is(200).says("Tomasz Kowal").says("+44 7700 900123");
        let fields = [("number", "12"), ("name", "")];
        let answer = browser.fills("/sandbox/phones", "/sandbox/phones", &fields).await;
        answer.is(422).says("Enter a number with its country code: 7 to 15 digits.");
        browser.opens("/sandbox/phones/447700900999").await.is(404);
        demo.ends().await;
    }

    async fn elsewhere_a_phone_is_held_by_those_who_may_manage_its_number(world: &World) {
        let (ann, bob) = (Member::owns_a_workspace(world, "Ann").await, Member::owns_a_workspace(world, "Bob").await);
        // Bob asks for Ann's number, too, before she has linked it.
        let linking = ann.starts_linking(PHONE).await;
        world.passes(Duration::from_secs(1));
        bob.starts_linking(PHONE).await;
        bob.starts_linking("+44 7700 900456").await;
        linking.phone().opens("/code").await.is(200);
        ann.person.browser.opens("/sandbox/phones").await.is(200).says("+44 7700 900123");
        let list = bob.person.browser.opens("/sandbox/phones").await.is(200).says("+44 7700 900456");
        assert!(!list.body.contains(DIGITS), "{list}");
        let (csrf, phone) = (list.input("csrf"), format!("/sandbox/phones/{DIGITS}"));
        for path in ["", "/link", "/code", "/chats", "/chats/447700900456"] {
            bob.person.browser.opens(&format!("{phone}{path}")).await.is(404);
        }
        for path in ["/scan", "/code", "/confirm", "/devices/1/unlink", "/chats", "/chats/447700900456", "/chats/447700900456/read"] {
            bob.person.browser.posts(&format!("{phone}{path}"), &csrf, &[]).await.is(404);
        }
        for spelling in ["+447700900123", "4477009-00123", "%2B44%207700%20900123"] {
            bob.person.browser.opens(&format!("/sandbox/phones/{spelling}")).await.is(404);
        }
        // Nobody takes another's phone by naming it anew.
        assert!(!list.body.contains("Add a phone"), "{list}");
        bob.person.browser.posts("/sandbox/phones", &csrf, &[("number", PHONE), ("name", "Mine")]).await.is(403);
        becomes(world, &bob, "editor").await;
        bob.person.browser.opens("/sandbox/phones/447700900456").await.is(404);
        bob.person.browser.opens("/sandbox/phones").await.is(200).says("No phones yet");
    }

    async fn two_phones_chat(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let sandbox = world.app.sandbox.as_ref().expect("a simulated WhatsApp");
        for (phone, holder) in [(DIGITS, "Tomasz"), ("447700900777", "Leyla")] {
            ann.starts_linking(&format!("+{phone}")).await;
            sandbox.add_phone(phone, holder).expect("a phone");
        }
        let tomasz = SandboxPhone::new(&ann.person.browser, DIGITS);
        let leyla = SandboxPhone::new(&ann.person.browser, "447700900777");
        let answer = tomasz.writes("+44 7700 900777", "Is my <b>cake</b> ready?").await.is(303);
        assert_eq!(answer.location(), format!("/sandbox/phones/{DIGITS}/chats/447700900777"));
        tomasz.opens("/chats/447700900777").await.is(200).says("· delivered");
        leyla.opens("/chats").await.is(200).says("Tomasz").says("one new").says("Is my &#60;b&#62;cake");
        leyla.reads(DIGITS).await.is(303);
        tomasz.opens("/chats/447700900777").await.is(200).says("· read");
        let chat = format!("/sandbox/phones/447700900777/chats/{DIGITS}");
        ann.person.browser.fills(&chat, &chat, &[("text", "Yes!")]).await.is(303);
        tomasz.opens("/chats/447700900777").await.is(200).says("Leyla").says("Yes!");
        ann.person.browser.fills(&chat, &chat, &[("text", " ")]).await.is(422).says("Write 1 to 4,096 characters.");
        tomasz.writes("+44 7700 900000", "Hello?").await.is(422).says("This number has no WhatsApp account in the sandbox.");
    }

    async fn a_question_that_nobody_asked_cannot_be_answered(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        link.phone().presses_link().await.is(422).says("This phone is not being asked to link a device.");
        link.phone().types("12").await.is(422).says("A code has 8 letters and digits.");
        link.phone().scans("made up").await.is(422).says("This is not a QR code for linking a device.");
    }
}
