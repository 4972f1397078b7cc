//! What senders hear of their messages.

use std::collections::BTreeSet;

use whatsapp_rust::wacore::types::presence::ReceiptType;

use super::client::{Client, text};
use super::world::World;

const ANN: &str = "15550600001";
const BEN: &str = "15550600002";

/// One receipt each, in either order: the client handles every receipt in a task of its own.
async fn are_delivered(client: &mut Client, ids: &[String]) {
    let mut delivered = BTreeSet::new();
    for _ in ids {
        delivered.extend(client.hears_receipt(ReceiptType::Delivered).await.message_ids);
    }
    assert_eq!(delivered, BTreeSet::from_iter(ids.iter().cloned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_receives_and_reads() {
    let world = World::new().await;
    let (_ann, mut client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    let ids = [client.sends(&ben, text("one")).await, client.sends(&ben, text("two")).await];
    are_delivered(&mut client, &ids).await;
    ben.mark_read(ANN).expect("there is a chat");
    let read = client.hears_receipt(ReceiptType::Read).await;
    assert_eq!(read.source.chat.user.as_str(), BEN);
    assert_eq!(BTreeSet::from_iter(read.message_ids), BTreeSet::from(ids), "one receipt for both");
    ben.mark_read(ANN).expect("there is a chat");
    client.catches_up().await;
    assert_eq!(client.receipts_left(), 0, "nothing is read twice");
    ben.mark_read("15550699999").expect_err("there is no such chat");
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offline_phone_receives_when_it_comes_back() {
    let world = World::new().await;
    let (_ann, mut client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    ben.set_online(false).await;
    let ids = [client.sends(&ben, text("one")).await, client.sends(&ben, text("two")).await];
    client.catches_up().await;
    assert_eq!((ben.texts().len(), client.receipts_left()), (0, 0));
    ben.mark_read(ANN).expect_err("it is offline");
    ben.set_online(true).await;
    are_delivered(&mut client, &ids).await;
    assert_eq!(ben.texts().iter().map(|text| text.body.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_may_keep_to_itself_what_it_reads() {
    let world = World::new().await;
    let (_ann, mut client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    ben.read_receipts(false);
    client.sends(&ben, text("one")).await;
    client.hears_receipt(ReceiptType::Delivered).await;
    ben.mark_read(ANN).expect("there is a chat");
    ben.read_receipts(true);
    ben.mark_read(ANN).expect("there is a chat");
    client.catches_up().await;
    assert_eq!(client.receipts_left(), 0, "what was read in secret stays so");
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_wait_for_a_client_that_is_away() {
    let world = World::new().await;
    let (ann, mut client, device) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    ben.set_online(false).await;
    let id = client.sends(&ben, text("one")).await;
    client.catches_up().await;
    let keys = client.stops().await;
    ben.set_online(true).await;
    ben.mark_read(ANN).expect("there is a chat");
    let mut client = world.again(keys).await;
    let delivered = client.hears_receipt(ReceiptType::Delivered).await;
    assert_eq!((delivered.message_ids, delivered.offline), (vec![id.clone()], true));
    assert_eq!(client.hears_receipt(ReceiptType::Read).await.message_ids, [id]);
    client.catches_up_until("acknowledged", || ann.unacknowledged(device) == 0).await;
    let mut client = world.again(client.stops().await).await;
    client.is_connected().await;
    client.catches_up().await;
    assert_eq!(client.receipts_left(), 0, "what was acknowledged does not come again");
    client.stops().await;
}
