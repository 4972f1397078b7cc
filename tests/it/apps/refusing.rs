//! Everything that can be wrong with an app, each in its own words.

use super::developer::{Developer, actions, with};
use crate::both_databases;

/// A field, what somebody typed into it, and what they are told.
const WRONG: &[(&str, &str, &str)] = &[
    ("name", "", "Give the app a name"),
    ("name", "Acme CRM for everybody who has more than one shop!!", "The name may have at most 50 characters."),
    ("name", "Acme\u{202e}MRC", "The name holds an invisible character."),
    ("name", "Ａｃｍｅ", "The name holds stylised letters."),
    ("name", "Acme ✓", "The name may not contain “✓”."),
    ("name", "<b>Acme</b>", "The name may not contain “&#60;”."),
    ("name", "Ạ\u{331}\u{331}cme", "The name holds a letter with too many marks."),
    ("name", "Аcme", "The name mixes letters of several scripts"),
    ("name", "Whats-App Helper", "The name may not contain “WhatsApp”"),
    ("name", "Meta Business", "The name may not contain the word “Meta”"),
    ("name", "Harb0ur Login", "The name may not contain the name of this server"),
    ("publisher", "", "Say who makes the app"),
    ("publisher", "WhatsApp LLC", "Who makes it may not contain “WhatsApp”"),
    ("homepage", "acme.example", "The home page is not a whole address."),
    ("privacy", "http://acme.example/", "The link to the privacy policy must use https"),
    ("terms", "https://a:b@acme.example/", "The link to the terms of service has a user name before its host."),
    ("terms", "javascript:alert(1)", "The link to the terms of service must use https"),
    ("redirects", "", "Add at least one redirect address."),
    ("redirects", "https://a.example/a b", "Line 1: the address holds a blank"),
    ("redirects", "https://*.a.example/cb", "Line 1: there are no wildcards."),
    ("redirects", "https://a.example/cb#x", "Line 1: leave out the #"),
    ("redirects", "https://a.example\\cb", "Line 1: the address holds a backslash."),
    ("redirects", "https://a.example/a%2fb", "Line 1: the address holds an encoded slash"),
    ("redirects", "https://a.example/a/../b", "Line 1: leave out . and .. as parts of the path."),
    ("redirects", "a.example/cb", "Line 1: this is not a whole address."),
    ("redirects", "https://a.example@b.example/", "Line 1: leave out the user name before the host."),
    ("redirects", "http://localhost:8080/cb", "Line 1: localhost may lead elsewhere."),
    ("redirects", "http://a.example/cb", "Line 1: the address must use https."),
    ("redirects", "https://a.example./cb", "Line 1: leave out the dot at the end of the host."),
    ("redirects", "javascript:alert(1)", "Line 1: the address must begin with https"),
    ("redirects", "com.example.a:/cb", "Line 1: such an address is for apps that run on a device."),
    ("redirects", "https://A.example/cb", "Line 1: browsers send this address as https://a.example/cb."),
    ("redirects", "https://a.example/1\r\n\r\nhttp://a.example/3", "Line 3: the address must use https."),
    ("reason-messages-send", "\u{200b}", "The reason for messages:send holds an invisible character."),
];

both_databases! {
    async fn each_mistake_is_named_and_nothing_typed_is_lost(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        for (field, typed, sentence) in WRONG {
            let page = dev.registers(&with(&[(*field, *typed)])).await.is(422).says("The app was not registered");
            let page = page.says(sentence);
            let place = if field.starts_with("reason") { "scopes" } else { field };
            assert!(page.body.contains(&format!("<a href=\"#{place}\">")), "the summary leads to {field}: {page}");
            assert!(page.body.contains(&format!("id=\"{place}\"")), "{place} can be jumped to: {page}");
            let kept = ["We send order updates.", "Acme Software Ltd", "https://acme.example/privacy"];
            let others = ["reason-messages-send", "publisher", "privacy"];
            for (text, _) in kept.iter().zip(others).filter(|(_, other)| other != field) {
                assert!(page.body.contains(text), "{text} is kept: {page}");
            }
        }
        assert!(actions(world).await.is_empty(), "nothing was registered");
    }

    async fn a_word_that_is_none_of_the_choices_asks_for_nothing(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let none = with(&[("ask-messages-send", "all"), ("ask-contacts-read", "whatever")]);
        dev.registers(&none).await.is(422).says("Choose at least one permission");
        dev.registers(&with(&[("kind", "both")])).await.is(400).says("This form could not be read");
    }

    async fn long_lists_and_texts_get_one_sentence(world: &World) {
        let dev = Developer::signs_up(world, "Dev").await;
        let many = (0..21).map(|number| format!("https://a.example/{number}")).collect::<Vec<_>>().join("\n");
        dev.registers(&with(&[("redirects", &many)])).await.is(422).says("at most 20 redirect addresses");
        let long = format!("https://a.example/{}", "x".repeat(500));
        dev.registers(&with(&[("redirects", &long)])).await.is(422).says("Line 1: the address is longer than 500");
        dev.registers(&with(&[("homepage", &long)])).await.is(422).says("The address of the home page is longer than 500");
        let reason = "x".repeat(201);
        let page = dev.registers(&with(&[("reason-messages-send", &reason)])).await.is(422);
        page.says("The reason for messages:send is longer than 200 characters.").says("reason-messages-send-error");
        let device = with(&[("kind", "public"), ("redirects", "com.example.a://cb")]);
        dev.registers(&device).await.is(422).says("Line 1: write exactly one slash after the colon");
        let huge = "x".repeat(70_000);
        dev.registers(&with(&[("redirects", &huge)])).await.is(413).says("This form is too large");
    }
}
