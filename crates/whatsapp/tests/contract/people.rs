//! Who is there, and how they show themselves.

use grantline_whatsapp::Event;

use super::House;

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";
/// As in linking: a number that has no account.
const NOBODY: &str = "491701230000";

pub async fn who_is_on_whatsapp(house: House) {
    let (mut gateway, _ann) = house.linked(ANN).await;
    house.phone(BEN).await;
    let asked = [NOBODY, BEN, ANN, NOBODY, BEN].map(str::to_owned);
    assert_eq!(gateway.session.are_on_whatsapp(&asked).await, Ok(vec![false, true, true, false, true]));
    assert_eq!(gateway.session.are_on_whatsapp(&[]).await, Ok(Vec::new()));
    gateway.hears_nothing().await;
}

pub async fn a_picture_comes_and_goes(house: House) {
    let (gateway, _ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    assert_eq!(gateway.session.picture(&ben.chat()).await, Ok(None));
    ben.face.set_picture(BEN, Some("https://pictures.example/first.jpg")).await;
    let first = gateway.session.picture(&ben.chat()).await.expect("an answer").expect("a picture");
    assert_eq!(first.url, "https://pictures.example/first.jpg");
    let again = gateway.session.picture(&ben.chat()).await.expect("an answer").expect("a picture");
    assert_eq!(again, first);
    ben.face.set_picture(BEN, Some("https://pictures.example/second.jpg")).await;
    let second = gateway.session.picture(&ben.chat()).await.expect("an answer").expect("a picture");
    assert_eq!(second.url, "https://pictures.example/second.jpg");
    assert_ne!(second.id, first.id);
    ben.face.set_picture(BEN, None).await;
    assert_eq!(gateway.session.picture(&ben.chat()).await, Ok(None));
}

pub async fn a_new_name_is_told(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    ann.face.rename(ANN, "Ann of the garden").await;
    assert_eq!(gateway.hears().await, Event::Renamed { profile_name: "Ann of the garden".to_owned() });
    ben.face.rename(BEN, "Ben of the gate").await;
    gateway.hears_nothing().await;
}
