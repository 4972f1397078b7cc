//! Messages in groups.

use grantline_whatsapp::{Chat, Group};

use super::House;
use super::actors::{Came, Gateway, Phone, named, ours, text};

const ANN: &str = "491701234567";
const BEN: &str = "4915112345678";
const CARL: &str = "447700900123";

/// A gateway of one, the phones of three, and the group that the second of them made.
async fn in_a_group(house: &House) -> (Gateway, [Phone; 3], Chat) {
    let (gateway, ann) = house.linked(ANN).await;
    let (ben, carl) = (house.phone(BEN).await, house.phone(CARL).await);
    let choir = ben.makes_group("Choir", &[&ann, &carl]).await;
    (gateway, [ann, ben, carl], choir)
}

fn id_of(chat: &Chat) -> String {
    let Chat::Group(id) = chat else { panic!("{chat} is no group") };
    id.clone()
}

pub async fn groups_are_listed(house: House) {
    let (gateway, ann) = house.linked(ANN).await;
    let (ben, carl) = (house.phone(BEN).await, house.phone(CARL).await);
    assert_eq!(gateway.session.groups().await, Ok(Vec::new()));
    let choir = ben.makes_group("Choir", &[&ann, &carl]).await;
    let garden = ann.makes_group("Garden", &[&ben]).await;
    ben.makes_group("Others", &[&carl]).await;
    let mut listed = gateway.session.groups().await.expect("the groups are listed");
    listed.sort_by(|one, other| one.subject.cmp(&other.subject));
    let group = |chat, subject: &str, members| Group { id: id_of(chat), subject: subject.to_owned(), members };
    assert_eq!(listed, [group(&choir, "Choir", 3), group(&garden, "Garden", 2)]);
}

pub async fn what_members_write_is_received(house: House) {
    let (mut gateway, [ann, ben, carl], choir) = in_a_group(&house).await;
    for (phone, body) in [(&ben, "Tonight?"), (&carl, "Tonight!")] {
        let id = phone.sends(&choir, text(body), b"").await;
        let came = gateway.hears_from(phone).await;
        assert_eq!(came, Came { id, chat: choir.clone(), content: text(body), reply_to: None });
        let shown = ann.shows_text(body).await;
        assert_eq!((shown.chat, shown.from), (choir.clone(), phone.number.clone()));
    }
    // Beside the group there is the person.
    ben.writes(ANN, "Between us").await;
    assert_eq!(gateway.hears_from(&ben).await.chat, ben.chat());
    gateway.hears_nothing().await;
}

pub async fn what_we_write_reaches_every_member(house: House) {
    let (mut gateway, phones, choir) = in_a_group(&house).await;
    gateway.gives("m1", &choir, text("Tonight"), b"").await.expect("the text is taken");
    gateway.hears_delivered_in_group("m1").await;
    for phone in &phones {
        let shown = phone.shows_text("Tonight").await;
        assert_eq!((shown.chat, shown.from.as_str()), (choir.clone(), ANN));
        assert_eq!(phone.messages().await.len(), 1);
    }
    gateway.hears_nothing().await;
}

pub async fn our_own_phone_writes_in_a_group(house: House) {
    let (mut gateway, [ann, ben, _carl], choir) = in_a_group(&house).await;
    let id = ann.sends(&choir, text("From my phone"), b"").await;
    let content = text("From my phone");
    assert_eq!(gateway.hears_own().await, Came { id, chat: choir.clone(), content, reply_to: None });
    assert_eq!(ben.shows_text("From my phone").await.chat, choir);
    gateway.hears_nothing().await;
}

pub async fn answers_in_a_group(house: House) {
    let (mut gateway, [_ann, ben, carl], choir) = in_a_group(&house).await;
    let question = carl.sends(&choir, text("Tonight?"), b"").await;
    gateway.hears_from(&carl).await;
    gateway.answers("m1", &choir, named(&question), Some(&carl), "Tonight!").await;
    gateway.hears_delivered_in_group("m1").await;
    let answer = ben.shows_text("Tonight!").await;
    assert_eq!(answer.reply_to, Some(question.clone()));
    ben.answers(&choir, &answer.wa_id, "Good").await;
    assert_eq!(gateway.hears_from(&ben).await.reply_to, Some(ours("m1")));
    ben.answers(&choir, &question, "At eight").await;
    assert_eq!(gateway.hears_from(&ben).await.reply_to, Some(named(&question)));
    gateway.hears_nothing().await;
}

pub async fn changes_in_a_group(house: House) {
    let (mut gateway, [ann, ben, carl], choir) = in_a_group(&house).await;
    let theirs = ben.sends(&choir, text("Tonght"), b"").await;
    gateway.hears_from(&ben).await;
    ben.edits(&theirs, "Tonight").await;
    gateway.hears_edited(named(&theirs), "Tonight").await;
    ben.deletes(&theirs).await;
    gateway.hears_deleted(named(&theirs)).await;
    gateway.gives("m1", &choir, text("At eigt"), b"").await.expect("the text is taken");
    gateway.hears_delivered_in_group("m1").await;
    gateway.session.edit(&choir, "m1", "At eight").await.expect("it is ours to edit");
    for phone in [&ann, &ben, &carl] {
        phone.shows(|shown| shown.is_deleted && shown.wa_id == theirs).await;
        assert!(phone.shows_text("At eight").await.is_edited);
    }
    gateway.session.delete(&choir, "m1").await.expect("it is ours to delete");
    for phone in [&ann, &ben, &carl] {
        phone.shows(|shown| shown.is_deleted && shown.from == ANN).await;
    }
    gateway.hears_nothing().await;
}

pub async fn what_we_read_in_a_group_is_shown_to_its_writer(house: House) {
    let (mut gateway, ann) = house.linked(ANN).await;
    let ben = house.phone(BEN).await;
    let two = ben.makes_group("The two of us", &[&ann]).await;
    let id = ben.sends(&two, text("Tonight?"), b"").await;
    gateway.hears_from(&ben).await;
    assert!(!ben.shows_text("Tonight?").await.is_read);
    gateway.session.mark_read(&two, BEN, std::slice::from_ref(&id)).await.expect("it is marked");
    ben.shows(|shown| shown.wa_id == id && shown.is_read).await;
    gateway.hears_nothing().await;
}
