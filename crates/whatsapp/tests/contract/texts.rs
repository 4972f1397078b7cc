//! Texts and receipts.

use std::sync::Arc;

use grantline_whatsapp::{Content, Event, SendFailure};

use super::House;
use super::actors::Gateway;
use super::surroundings::MemoryKeys;

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";

pub async fn sent_delivered_read(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "Hello").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    gateway.hears_nothing().await;
    assert_eq!(ben.bodies().await, ["Hello"]);
    assert_eq!(ann.bodies().await, ["Hello"], "the account's own phone shows it too");
    ben.reads(&ann).await;
    gateway.hears_read("m1").await;
    ben.reads(&ann).await;
    gateway.hears_nothing().await;
}

pub async fn an_offline_recipient_gets_it_later(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    ben.goes_online(false).await;
    gateway.sends("m1", &ben, "one").await.expect("the text is taken");
    gateway.sends("m2", &ben, "two").await.expect("the text is taken");
    gateway.hears_nothing().await;
    assert!(ben.bodies().await.is_empty());
    ben.goes_online(true).await;
    gateway.hears_delivered("m1").await;
    gateway.hears_delivered("m2").await;
    gateway.hears_nothing().await;
    assert_eq!(ben.bodies().await, ["one", "two"]);
}

pub async fn the_same_text_twice_is_one_message(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    for _ in 0..2 {
        gateway.sends("m1", &ben, "Hello").await.expect("the text is taken");
    }
    gateway.hears_delivered("m1").await;
    gateway.hears_nothing().await;
    assert_eq!(ben.bodies().await, ["Hello"]);
}

pub async fn a_text_from_a_phone_is_received(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    ben.writes(ANN, "Hello").await;
    gateway.hears_text(&ben, "Hello").await;
    gateway.hears_nothing().await;
    assert_eq!(ann.bodies().await, ["Hello"]);
}

pub async fn what_came_while_closed_is_told_after_opening(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    gateway.sends("m1", &ben, "Hello").await.expect("the text is taken");
    gateway.hears_delivered("m1").await;
    let (session_id, keys) = gateway.closes().await;
    ben.reads(&ann).await;
    ben.writes(ANN, "Hello yourself").await;
    let mut gateway = house.gateway_with(&session_id, keys).await;
    gateway.connects().await;
    // Messages keep their order, and so do receipts; which of the two comes first is not said.
    let told = [gateway.hears().await, gateway.hears().await];
    let is_read = |event: &Event| matches!(event, Event::Read { id, .. } if id == "m1");
    let is_text = |event: &Event| matches!(event, Event::Received { content: Content::Text(body), .. } if body == "Hello yourself");
    assert!(told.iter().any(is_read) && told.iter().any(is_text), "{told:?}");
    gateway.hears_nothing().await;
}

pub async fn what_was_not_saved_before_closing_is_told_after_opening(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    for body in ["one", "two", "three"] {
        ben.writes(ANN, body).await;
    }
    gateway.hears_text(&ben, "one").await;
    let unsaved = gateway.is_told().await;
    assert!(
        matches!(&unsaved.event, Event::Received { content: Content::Text(body), .. } if body == "two"),
        "{unsaved:?}"
    );
    let (session_id, keys) = gateway.closes().await;
    drop(unsaved);
    let mut gateway = house.gateway_with(&session_id, keys).await;
    gateway.connects().await;
    gateway.hears_text(&ben, "two").await;
    gateway.hears_text(&ben, "three").await;
    gateway.hears_nothing().await;
}

pub async fn without_a_link_nothing_is_sent(house: House) {
    let gateway = house.gateway("ann").await;
    let ben = house.phone(BEN).await;
    assert_eq!(gateway.sends("m1", &ben, "Hello").await, Err(SendFailure::NotLinked));
    gateway.session.close().await;
    assert_eq!(gateway.sends("m1", &ben, "Hello").await, Err(SendFailure::Network));
}

pub async fn order_is_kept_when_nobody_reads(house: House) {
    let ann = house.phone(ANN).await;
    let ben = house.phone(BEN).await;
    let mut gateway = Gateway::open_with_room(&house, "ann", Arc::new(MemoryKeys::default()), 1).await;
    gateway.links(&ann).await;
    for n in 0..100 {
        ben.writes(ANN, &n.to_string()).await;
    }
    house.breathes().await;
    for n in 0..100 {
        gateway.hears_text(&ben, &n.to_string()).await;
    }
    gateway.hears_nothing().await;
}
