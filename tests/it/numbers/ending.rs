use super::{Member, PHONE};
use crate::both_databases;

both_databases! {
    async fn a_number_unlinked_on_the_phone_needs_attention_and_can_be_linked_again(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        link.phone().unlinks().await.is(303);
        link.until_number("needs_attention").await;
        let number = ann.number(&link.number).await;
        assert_eq!(number.reason.as_deref(), Some("unlinked_on_phone"));
        ann.opens("").await.is(200).says("Signed out").says("Unlinked on the phone").says("Link again");
        ann.opens(&format!("/{}", link.number)).await.is(200).says("Unlinked on the phone").says("Link again");
        let page = ann.opens(&format!("/link?number={}", link.number)).await.is(200);
        assert_eq!(page.input("phone"), "+44 7700 900123");

        let again = ann.links(PHONE).await;
        assert_eq!(again.number, link.number);
        again.until_number("linked").await;
        assert_eq!(ann.number(&link.number).await.reason, None);
        let kinds = ann.kinds_of_facts().await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "number.unlinked").count(), 1, "{kinds:?}");
        let record = ann.record().await;
        let (_, actor, detail) = record.iter().find(|(action, ..)| action == "number.unlinked").expect("recorded");
        assert_eq!(actor, "system");
        assert!(detail.contains("unlinked_on_phone"), "{detail}");
    }

    async fn a_number_unlinked_on_the_phone_may_be_linked_by_another_workspace(world: &World) {
        let (ann, bob) = (Member::owns_a_workspace(world, "Ann").await, Member::owns_a_workspace(world, "Bob").await);
        let link = ann.links(PHONE).await;
        link.phone().unlinks().await.is(303);
        link.until_number("needs_attention").await;
        bob.links_held_by(PHONE, &ann.person.browser).await;
        let number = ann.number(&link.number).await;
        assert_eq!((number.state.name(), number.reason.as_deref()), ("not_linked", Some("linked_elsewhere")));
        ann.opens("").await.is(200).says("Linked by another workspace");
        ann.asks_to_link(PHONE).await.is(409);
    }

    async fn a_number_logged_out_from_here_leaves_the_phone(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        let path = format!("/{}/unlink", link.number);
        ann.opens(&path).await.is(200).says("Unlink +44 7700 900123").says("Messages that wait to be sent will not go out.");
        let answer = ann.person.browser.fills(&ann.at(&path), &ann.at(&path), &[]).await.is(303);
        ann.person.browser.opens(answer.location()).await.is(200).says("The number is unlinked.").says("Not linked");
        assert!(link.phone().devices().is_empty());
        let number = ann.number(&link.number).await;
        assert_eq!((number.state.name(), number.reason.as_deref()), ("not_linked", Some("logged_out_here")));
        assert_eq!(ann.record().await.pop().map(|(action, actor, _)| (action, actor)),
            Some((String::from("number.unlinked"), String::from("person"))));
        ann.links(PHONE).await;
    }

    async fn it_was_not_me_is_one_press_on_the_result_page(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        let (page, action) = (ann.at(&link.path()), ann.at(&format!("/{}/unlink", link.number)));
        link.page().await.is(200).says("This wasn’t me – unlink");
        ann.person.browser.fills(&page, &action, &[]).await.is(303);
        assert!(link.phone().devices().is_empty());
    }

    async fn unlinking_stops_an_attempt_that_is_under_way(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.starts_linking(PHONE).await;
        let code = link.code().await;
        let path = ann.at(&format!("/{}/unlink", link.number));
        ann.person.browser.fills(&path, &path, &[]).await.is(303);
        link.page().await.is(200).says("Linking was stopped here");
        link.phone().types(&code).await.is(422);
    }

    async fn a_removed_number_is_gone_with_all_that_belongs_to_it(world: &World) {
        let ann = Member::owns_a_workspace(world, "Ann").await;
        let link = ann.links(PHONE).await;
        let path = format!("/{}/remove", link.number);
        ann.opens(&path).await.is(200).says("Its messages here are deleted.");
        let answer = ann.person.browser.fills(&ann.at(&path), &ann.at(&path), &[]).await.is(303);
        ann.person.browser.opens(answer.location()).await.is(200).says("The number is removed.").says("No numbers yet");
        assert!(link.phone().devices().is_empty());
        link.page().await.is(404);
        assert_eq!(ann.attempt_rows().await, "[]");
        assert_eq!(ann.record().await.pop().map(|(action, ..)| action), Some(String::from("number.removed")));
    }
}
