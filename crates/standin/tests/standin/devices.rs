//! What a phone lists under "Linked devices", and how a link ends.

use grantline_standin::{Pattern, PhoneError};

use whatsapp_rust::wacore::types::events::Event;

use super::client::DEVICE;
use super::world::World;

const ANN: &str = "15550200001";

#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_device_is_too_many() {
    let world = World::new().await;
    let ann = world.phone(ANN);
    let mut clients = Vec::new();
    for _ in 0..4 {
        let mut client = world.client().await;
        client.links_by_qr(&ann).await;
        clients.push(client);
    }
    let mut fifth = world.client().await;
    let qr = fifth.shows_qr().await;
    ann.scan_qr(&qr).await.expect("the QR code is shown");
    assert!(matches!(ann.confirm_link().await, Err(PhoneError::DeviceLimit)));
    assert_eq!(ann.devices().len(), 4);
    ann.unlink_named(DEVICE).expect("it is listed");
    assert!(!clients.remove(0).is_logged_out().await, "it was logged in before");
    ann.scan_qr(&qr).await.expect("the QR code is shown");
    ann.confirm_link().await.expect("there is room again");
    fifth.is_connected().await;
    fifth.stops().await;
    for client in clients {
        client.stops().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_learns_its_accounts_name() {
    let world = World::new().await;
    let (ann, mut client, _) = world.linked(ANN).await;
    let name = client.hears("name", |event| match event {
        Event::SelfPushNameUpdated(update) => Some(update.new_name.clone()),
        _ => None,
    });
    assert_eq!(name.await, ann.name());
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_unlinks_a_device_that_is_connected() {
    let world = World::new().await;
    let (ann, mut client, device) = world.linked(ANN).await;
    assert!(ann.devices()[0].is_connected);
    ann.unlink(device).expect("it is listed");
    assert!(!client.is_logged_out().await, "it was logged in before");
    assert!(ann.devices().is_empty());
    assert!(matches!(ann.unlink(device), Err(PhoneError::NoSuchDevice)));
    assert!(matches!(ann.unlink_named(DEVICE), Err(PhoneError::NoSuchDevice)));
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_resumes_and_a_device_that_was_unlinked_meanwhile_is_turned_away() {
    let world = World::new().await;
    let (ann, client, device) = world.linked(ANN).await;
    let keys = client.stops().await;
    let mut client = world.again(keys).await;
    client.is_connected().await;
    assert_eq!(world.standin.handshakes(), [Pattern::Xx, Pattern::Xx, Pattern::Ik]);
    let keys = client.stops().await;
    ann.unlink(device).expect("it is listed");
    let mut client = world.again(keys).await;
    assert!(client.is_logged_out().await, "at its login");
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_logs_out_leaves_the_list() {
    let world = World::new().await;
    let (ann, mut client, _) = world.linked(ANN).await;
    client.client.logout().await;
    client.is_logged_out().await;
    assert!(ann.devices().is_empty());
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offline_phone_links_and_unlinks_nothing() {
    let world = World::new().await;
    let (ann, client, device) = world.linked(ANN).await;
    ann.set_online(false).await;
    assert!(matches!(ann.unlink(device), Err(PhoneError::Offline)));
    assert!(matches!(ann.type_code("ABCDEFGH").await, Err(PhoneError::Offline)));
    assert!(matches!(ann.scan_qr("2@x,y,z,1").await, Err(PhoneError::Offline)));
    assert!(matches!(ann.confirm_link().await, Err(PhoneError::Offline)));
    ann.set_online(true).await;
    ann.unlink(device).expect("it is listed");
    client.stops().await;
}
