use std::time::Duration;

use crate::actors::PASSWORD;
use crate::both_databases;

both_databases! {
    async fn a_person_signs_up_out_and_in_again(world: &World) {
        let ann = world.person("Ann").await;
        let csrf = ann.browser.opens("/no-such-page").await.is(404);
        assert!(csrf.words().contains("There is nothing here"), "{csrf}");
    }

    async fn a_wrong_password_and_an_unknown_address_get_one_text(world: &World) {
        world.person("Ann").await;
        let browser = world.browser();
        let wrong = [("email", "ann@example.com"), ("password", "not this one")];
        let unknown = [("email", "bob@example.com"), ("password", PASSWORD)];
        for fields in [wrong, unknown] {
            let answer = browser.fills("/sign-in", "/sign-in", &fields).await.is(422);
            assert!(answer.words().contains("The e-mail address or the password is wrong."), "{answer}");
        }
    }

    async fn guessing_at_one_account_is_slowed_down_and_a_pause_helps(world: &World) {
        world.person("Ann").await;
        let browser = world.browser();
        let wrong = [("email", "ann@example.com"), ("password", "not this one")];
        for _ in 0..7 {
            browser.fills("/sign-in", "/sign-in", &wrong).await.is(422);
        }
        let right = [("email", "ann@example.com"), ("password", PASSWORD)];
        browser.fills("/sign-in", "/sign-in", &right).await.is(429).says("Wait 60 seconds and try again.");
        world.passes(Duration::from_secs(60));
        browser.fills("/sign-in", "/sign-in", &right).await.is(303);
    }

    async fn a_form_from_elsewhere_is_refused(world: &World) {
        let browser = world.browser();
        browser.opens("/sign-in").await.is(200);
        let fields = [("email", "ann@example.com"), ("password", PASSWORD)];
        browser.posts("/sign-in", "made-up", &fields).await.is(403).says("This form is too old");
    }
}
