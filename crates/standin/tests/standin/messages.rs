//! Texts between phones and clients.

use grantline_standin::{PhoneError, ShownText};
use whatsapp_rust::send::SendOptions;
use whatsapp_rust::wacore::types::events::Event;

use super::client::text;
use super::world::World;

const ANN: &str = "15550500001";
const BEN: &str = "15550500002";

fn shown(chat: &str, body: &str, outgoing: bool) -> ShownText {
    ShownText { chat: chat.to_owned(), body: body.to_owned(), outgoing }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_go_both_ways() {
    let world = World::new().await;
    let ann = world.phone(ANN);
    let ben = world.phone(BEN);
    let mut client = world.client_for(ANN).await;
    client.links_by_code(&ann).await;

    let id = client.sends(&ben, text("hello")).await;
    let got = ben.next_message().await.expect("a message");
    assert_eq!((got.id, got.message.conversation.as_deref()), (id.clone(), Some("hello")));
    let acked = client.hears("ack", |event| match event {
        Event::ServerAck(ack) if ack.class.as_deref() == Some("message") => Some(ack.id.clone()),
        _ => None,
    });
    assert_eq!(acked.await, id);

    // The first starts a session, the second uses it.
    for body in ["hello yourself", "and again"] {
        ben.send_text(ANN, body).await.expect("it is sent");
        assert_eq!(client.hears_text().await, (body.to_owned(), false));
    }
    let both = |chat: &str, is_ann: bool| {
        [shown(chat, "hello", is_ann), shown(chat, "hello yourself", !is_ann), shown(chat, "and again", !is_ann)]
    };
    assert_eq!(ann.texts(), both(BEN, true), "the account's own phone shows what its device wrote");
    assert_eq!(ben.texts(), both(ANN, false));
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_own_phone_writes_comes_as_a_copy() {
    let world = World::new().await;
    let (ann, mut client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    ann.send_text(BEN, "from my phone").await.expect("it is sent");
    assert_eq!(client.hears_text().await, ("from my phone".to_owned(), true));
    assert_eq!(ben.texts(), [shown(ANN, "from my phone", false)]);
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_write_to_each_other_without_any_client() {
    let world = World::new().await;
    let (ann, ben) = (world.phone(ANN), world.phone(BEN));
    ann.send_text(BEN, "one").await.expect("it is sent");
    ben.send_text(ANN, "two").await.expect("it is sent");
    assert_eq!(ann.texts(), [shown(BEN, "one", true), shown(BEN, "two", false)]);
    assert_eq!(ben.texts(), [shown(ANN, "one", false), shown(ANN, "two", true)]);
    assert!(matches!(ann.send_text("15550599999", "three").await, Err(PhoneError::NoSuchNumber)));
    ben.set_online(false).await;
    assert!(matches!(ben.send_text(ANN, "four").await, Err(PhoneError::Offline)));
    ann.send_text(BEN, "five").await.expect("it is sent");
    assert_eq!(ben.texts().len(), 2);
    ben.set_online(true).await;
    assert_eq!(ben.texts().last(), Some(&shown(ANN, "five", false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_of_one_account_and_one_of_another() {
    let world = World::new().await;
    let (ann, mut first, _) = world.linked(ANN).await;
    let mut second = world.client().await;
    second.links_by_qr(&ann).await;
    let (ben, mut bens, _) = world.linked(BEN).await;
    second.sends(&ben, text("to all")).await;
    assert_eq!(bens.hears_text().await, ("to all".to_owned(), false));
    assert_eq!(first.hears_text().await, ("to all".to_owned(), true));
    assert_eq!(ben.texts(), [shown(ANN, "to all", false)]);
    assert_eq!(ann.texts(), [shown(BEN, "to all", true)]);
    for client in [first, second, bens] {
        client.stops().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_away_comes_in_order_until_it_is_acknowledged() {
    let world = World::new().await;
    let (ann, client, device) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    let keys = client.stops().await;
    let before = ann.unacknowledged(device);
    for body in ["one", "two", "three"] {
        ben.send_text(ANN, body).await.expect("it is sent");
    }
    assert_eq!(ann.unacknowledged(device), before + 3);
    let mut client = world.again(keys).await;
    let mut got = Vec::new();
    while got.len() < 3 {
        let batch = client.hears("texts", |event| match event {
            Event::Messages(batch) => {
                let bodies = batch.iter().filter_map(|inbound| inbound.message.conversation.clone());
                Some(bodies.collect::<Vec<_>>()).filter(|bodies| !bodies.is_empty())
            }
            _ => None,
        });
        got.extend(batch.await);
    }
    assert_eq!(got, ["one", "two", "three"]);
    client.catches_up_until("acknowledged", || ann.unacknowledged(device) == 0).await;
    let mut client = world.again(client.stops().await).await;
    client.is_connected().await;
    client.catches_up().await;
    let is_text = |event: &Event| match event {
        Event::Messages(batch) => batch.iter().any(|inbound| inbound.message.conversation.is_some()),
        _ => false,
    };
    assert!(!client.has_heard(is_text), "nothing comes twice");
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_message_twice_is_shown_once() {
    let world = World::new().await;
    let (ann, mut client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    for _ in 0..2 {
        let options = SendOptions::default().with_message_id("3EB0AAAAAAAAAAAAAAAAAA");
        client.client.send_message_with_options(ben.pn(0), text("once"), options).await.expect("it is taken");
    }
    ann.send_text(BEN, "then").await.expect("it is sent");
    client.catches_up_until("both texts are there", || ben.texts().len() == 2).await;
    assert_eq!(ben.texts().iter().filter(|text| text.body == "once").count(), 1);
    assert_eq!(ann.texts().iter().filter(|text| text.body == "once").count(), 1);
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_whatsapp() {
    let world = World::new().await;
    let (_, client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    let asked = [ben.pn(0), whatsapp_rust::Jid::pn("15550599999")];
    let known = client.client.contacts().is_on_whatsapp(&asked).await.expect("an answer");
    assert_eq!(known.iter().map(|one| one.is_registered).collect::<Vec<_>>(), [true, false]);
    client.stops().await;
}
