//! The list of countries beside the phone number.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;

use super::{Link, Member, PHONE, attempt_of};
use crate::actors::Answer;
use crate::both_databases;

/// The country that the form has chosen; empty for none.
fn chosen(page: &Answer) -> String {
    let option = page.body.split("<option ").find(|option| option.contains(" selected>"));
    let value = option.and_then(|option| option.split('"').nth(1));
    value.unwrap_or_default().to_owned()
}

/// What the list says, in its order.
fn countries(page: &Answer) -> Vec<String> {
    let options = page.body.split("<option ").skip(1);
    let text = |option: &str| option.split(['>', '<']).nth(1).unwrap_or_default().to_owned();
    options.map(text).collect()
}

async fn opens_with_languages(ann: &Member<'_>, languages: &str) -> Answer {
    let request = Request::get(ann.at("/link"))
        .header(header::COOKIE, ann.person.browser.cookie_header())
        .header(header::ACCEPT_LANGUAGE, languages)
        .body(Body::empty())
        .expect("a request");
    ann.world.sends(request).await.is(200)
}

async fn asks(ann: &Member<'_>, country: &str, phone: &str) -> Answer {
    let page = ann.at("/link");
    ann.person.browser.fills(&page, &page, &[("country", country), ("phone", phone)]).await
}

both_databases! {
    async fn every_country_is_in_the_list_in_the_order_of_the_alphabet(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let list = countries(&ann.opens("/link").await.is(200));
        assert_eq!(list[..3], ["None: the number begins with +", "Afghanistan +93", "Åland Islands +358"]);
        assert_eq!(list.last().map(String::as_str), Some("Zimbabwe +263"));
        let place = |name: &str| list.iter().position(|country| country == name).expect(name);
        assert!(place("Costa Rica +506") < place("Côte d’Ivoire +225") && place("Côte d’Ivoire +225") < place("Croatia +385"));
        assert!(place("Dominican Republic +1") < place("United Kingdom +44"));
    }

    async fn a_number_as_it_is_dialled_at_home_is_read_in_the_country_that_was_chosen(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let answer = asks(&ann, "GB", "07700 900123").await.is(303);
        let link = Link::of(&ann, attempt_of(&answer)).await;
        assert_eq!(link.digits, "447700900123");
        link.page().await.is(200).says("Link +44 7700 900123");
    }

    async fn a_number_with_a_plus_wins_over_the_country(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let answer = asks(&ann, "DE", PHONE).await.is(303);
        assert_eq!(Link::of(&ann, attempt_of(&answer)).await.digits, "447700900123");
    }

    async fn what_was_chosen_stays_when_the_number_is_wrong(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let page = asks(&ann, "US", "202 555 01").await.is(422).says("This number is too short for its country.");
        assert_eq!((chosen(&page).as_str(), page.input("phone").as_str()), ("US", "202 555 01"));
        // What is no country is none.
        for made_up in ["", "ZZ", "001", "\"><script>"] {
            let page = asks(&ann, made_up, "07700 900123").await.is(422).says("The country code is missing.");
            assert_eq!(chosen(&page), "", "{made_up}");
        }
    }

    async fn the_country_is_that_of_the_last_number_or_of_the_reader(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        assert_eq!(chosen(&ann.opens("/link").await.is(200)), "");
        assert_eq!(chosen(&opens_with_languages(&ann, "de, en-IE;q=0.8").await), "IE");
        assert_eq!(chosen(&opens_with_languages(&ann, "en").await), "");
        let linked = ann.links(PHONE).await;
        world.passes(std::time::Duration::from_secs(1));
        let newer = ann.links("+49 1512 3456789").await;
        ann.starts_linking("+33 6 12 34 56 78").await;
        assert_eq!(chosen(&opens_with_languages(&ann, "en-IE").await), "DE", "the last one that was linked");
        // The same number once more comes whole, with its own country.
        newer.phone().unlinks().await.is(303);
        linked.phone().unlinks().await.is(303);
        let again = ann.opens(&format!("/link?number={}", linked.number)).await.is(200);
        assert_eq!((chosen(&again).as_str(), again.input("phone").as_str()), ("GB", "+44 7700 900123"));
    }
}
