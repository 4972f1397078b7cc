//! Messages that are more than text, media, and profile pictures.

use grantline_standin::Phone;
use whatsapp_rust::wacore::download::MediaType;
use whatsapp_rust::waproto::buffa::MessageField;
use whatsapp_rust::waproto::whatsapp as wa;

use super::world::World;

const ANN: &str = "15550700001";
const BEN: &str = "15550700002";

async fn next(phone: &Phone) -> wa::Message {
    phone.next_message().await.expect("a message").message
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_a_contact_and_a_poll() {
    let world = World::new().await;
    let (_ann, client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    let place = wa::message::LocationMessage {
        degrees_latitude: Some(-23.5),
        degrees_longitude: Some(-46.6),
        ..Default::default()
    };
    client.sends(&ben, wa::Message { location_message: MessageField::some(place), ..Default::default() }).await;
    assert_eq!(next(&ben).await.location_message.as_option().and_then(|place| place.degrees_latitude), Some(-23.5));

    let contact = wa::message::ContactMessage {
        display_name: Some("Cleo".to_owned()),
        vcard: Some("BEGIN:VCARD\nVERSION:3.0\nFN:Cleo\nEND:VCARD".to_owned()),
        ..Default::default()
    };
    client.sends(&ben, wa::Message { contact_message: MessageField::some(contact), ..Default::default() }).await;
    assert!(next(&ben).await.contact_message.is_set());

    let answers = ["yes".to_owned(), "no".to_owned()];
    client.client.polls().create(&ben.pn(0), "Tea?", &answers, 1).await.expect("the poll is sent");
    let poll = next(&ben).await.poll_creation_message_v3;
    assert_eq!(poll.as_option().and_then(|poll| poll.name.as_deref()), Some("Tea?"));
    assert!(ben.texts().is_empty(), "none of them is a text");
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_goes_by_way_of_the_media_host() {
    let world = World::new().await;
    let (_ann, client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    let pixels = vec![7; 5_000];
    let upload = client.client.upload(pixels.clone(), MediaType::Image, Default::default()).await.expect("an upload");
    let picture = wa::message::ImageMessage {
        url: Some(upload.url.clone()),
        direct_path: Some(upload.direct_path.clone()),
        media_key: Some(upload.media_key.to_vec()),
        file_enc_sha256: Some(upload.file_enc_sha256.to_vec()),
        file_sha256: Some(upload.file_sha256.to_vec()),
        file_length: Some(upload.file_length),
        mimetype: Some("image/jpeg".to_owned()),
        ..Default::default()
    };
    client.sends(&ben, wa::Message { image_message: MessageField::some(picture), ..Default::default() }).await;
    let got = next(&ben).await;
    let picture = got.image_message.as_option().expect("a picture");
    assert_eq!(client.client.download(picture).await.expect("a download"), pixels);
    client.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_picture() {
    let world = World::new().await;
    let (_ann, client, _) = world.linked(ANN).await;
    let ben = world.phone(BEN);
    let contacts = client.client.contacts();
    assert!(contacts.get_profile_picture(&ben.pn(0), false).await.expect("an answer").is_none());
    let url = world.media.put("/pictures/ben.jpg", vec![1; 100]);
    ben.set_picture(Some(&url));
    let picture = contacts.get_profile_picture(&ben.pn(0), false).await.expect("an answer").expect("a picture");
    assert_eq!(picture.url, url);
    client.stops().await;
}
