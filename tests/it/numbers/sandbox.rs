use super::{DIGITS, Member, PHONE, SandboxPhone};
use crate::both_databases;

both_databases! {
    async fn a_phone_is_added_and_says_that_it_is_simulated(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let fields = [("number", PHONE), ("name", "Tomasz Kowal")];
        let answer = ann.person.browser.fills("/sandbox/phones", "/sandbox/phones", &fields).await.is(303);
        assert_eq!(answer.location(), format!("/sandbox/phones/{DIGITS}"));
        let page = ann.person.browser.opens(answer.location()).await.is(200).says("SIMULATED").says("Link a device");
        assert!(page.body.contains("This phone exists on this page only."), "{page}");
        ann.person.browser.opens("/sandbox/phones").await.is(200).says("Tomasz Kowal").says("+44 7700 900123");
        let fields = [("number", "12"), ("name", "")];
        let answer = ann.person.browser.fills("/sandbox/phones", "/sandbox/phones", &fields).await;
        answer.is(422).says("Enter a number with its country code: 7 to 15 digits.");
        ann.person.browser.opens("/sandbox/phones/447700900999").await.is(404);
    }

    async fn two_phones_chat(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let sandbox = world.app.sandbox.as_ref().expect("a simulated WhatsApp");
        sandbox.add_phone(DIGITS, "Tomasz").expect("a phone");
        sandbox.add_phone("447700900777", "Leyla").expect("a phone");
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
