//! What every connector promises, told by actors: a [`Gateway`] (our side of a number) and [`Phone`]s (their holders).
//!
//! A connector is put to the test by making a [`House`] of it and naming that in [`every_promise!`], and in
//! [`every_kind_promise!`] and [`every_group_promise!`] if it does more than texts. Promises about time need a connector that
//! lives by the hand clock: [`every_timed_promise!`].

pub mod actors;
pub mod changes;
pub mod groups;
pub mod kinds;
pub mod linking;
pub mod people;
pub mod surroundings;
pub mod texts;
pub mod timing;

use std::sync::Arc;

use async_trait::async_trait;
use grantline_whatsapp::{Activity, Chat, Connector, Content};

use actors::{Gateway, Phone};
use surroundings::{MemoryKeys, TestClock};

/// The other face of a connector under test: phones and their holders. Errors are sentences for the holder.
#[async_trait]
pub trait PhoneFace: Send + Sync {
    async fn add(&self, number: &str, profile_name: &str);
    async fn type_code(&self, number: &str, code: &str) -> Result<(), String>;
    async fn scan_qr(&self, number: &str, payload: &str) -> Result<(), String>;
    async fn confirm(&self, number: &str) -> Result<(), String>;
    async fn refuse(&self, number: &str) -> Result<(), String>;
    async fn unlink(&self, number: &str, device_name: &str) -> Result<(), String>;
    async fn send_text(&self, number: &str, to: &str, body: &str) -> Result<(), String>;
    /// Writes a message of any kind, as an answer to another one if one is named by WhatsApp's id. WhatsApp's id of it.
    async fn send(
        &self,
        number: &str,
        to: &Chat,
        content: Content,
        file: Vec<u8>,
        reply_to: Option<&str>,
    ) -> Result<String, String>;
    async fn edit(&self, number: &str, wa_id: &str, body: &str) -> Result<(), String>;
    async fn delete(&self, number: &str, wa_id: &str) -> Result<(), String>;
    async fn vote(&self, number: &str, poll: &str, options: &[String]) -> Result<(), String>;
    async fn mark_read(&self, number: &str, from: &str) -> Result<(), String>;
    async fn set_online(&self, number: &str, online: bool);
    /// Names of the linked devices.
    async fn devices(&self, number: &str) -> Vec<String>;
    /// `(chat, body)` of the messages that the phone shows.
    async fn texts(&self, number: &str) -> Vec<(String, String)>;
    /// What the phone shows, oldest first.
    async fn messages(&self, number: &str) -> Vec<Shown>;
    /// The bytes behind a file that the phone shows.
    async fn file(&self, number: &str, wa_id: &str) -> Vec<u8>;
    /// What the phone shows in a chat of the other side.
    async fn activity(&self, number: &str, chat: &Chat) -> Option<Activity>;
    async fn rename(&self, number: &str, profile_name: &str);
    async fn set_picture(&self, number: &str, picture_url: Option<&str>);
    /// Makes a group of this phone and the members. Its id.
    async fn make_group(&self, number: &str, subject: &str, members: &[String]) -> String;
    /// Lets the connector's tasks run for a moment.
    async fn breathe(&self);
    /// Breaths after which nothing is awaited any more.
    fn patience(&self) -> u32 {
        1_000_000
    }
}

/// A message as a phone shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub wa_id: String,
    pub chat: Chat,
    /// Digits.
    pub from: String,
    pub content: Content,
    /// WhatsApp's id.
    pub reply_to: Option<String>,
    pub is_edited: bool,
    pub is_deleted: bool,
    /// Of what this phone's account wrote: whether the other side has read it.
    pub is_read: bool,
}

/// A connector, its phones and its time.
#[derive(Clone)]
pub struct House {
    pub connector: Arc<dyn Connector>,
    pub phones: Arc<dyn PhoneFace>,
    pub clock: Arc<dyn TestClock>,
}

impl House {
    pub async fn phone(&self, number: &str) -> Phone {
        self.phones.add(number, &format!("Holder of {number}")).await;
        Phone { number: number.to_owned(), face: Arc::clone(&self.phones) }
    }

    /// An open session with an empty key store.
    pub async fn gateway(&self, session_id: &str) -> Gateway {
        self.gateway_with(session_id, Arc::new(MemoryKeys::default())).await
    }

    pub async fn gateway_with(&self, session_id: &str, keys: Arc<MemoryKeys>) -> Gateway {
        Gateway::open(self, session_id, keys).await
    }

    /// A gateway and the phone it is linked to.
    pub async fn linked(&self, number: &str) -> (Gateway, Phone) {
        let phone = self.phone(number).await;
        let mut gateway = self.gateway(number).await;
        gateway.links(&phone).await;
        (gateway, phone)
    }

    /// Moves time, and lets everybody notice.
    pub async fn later(&self, ms: i64) {
        self.clock.move_by(ms);
        self.breathes().await;
    }

    pub async fn breathes(&self) {
        for _ in 0..50 {
            self.phones.breathe().await;
        }
    }
}

/// Runs promises as tests against the house that `$house` makes.
#[macro_export]
macro_rules! promises {
    ($house:path: $($module:ident { $($promise:ident)* })*) => {
        $(mod $module {
            $(#[tokio::test]
            async fn $promise() {
                $crate::contract::$module::$promise($house().await).await;
            })*
        })*
    };
}

/// A promise that is missing here is dead code, which clippy reports.
#[macro_export]
macro_rules! every_promise {
    ($house:path) => {
        $crate::promises! { $house:
            linking {
                the_right_code_links
                a_code_may_be_typed_in_lower_case_with_a_dash
                a_qr_code_links
                a_wrong_code_is_answered_with_a_new_one
                three_wrong_codes_end_it
                a_new_code_kills_the_old_one
                the_holder_refuses
                another_phone_confirms
                a_fifth_device_is_too_many
                a_linked_number_cannot_be_linked_again
                a_number_without_account
                without_linking_there_is_no_code
                logging_out_stops_linking_in_silence
                unlinked_while_open
                unlinked_while_closed
                logged_out
                a_restart_finds_the_link
                the_same_keys_opened_twice
                after_an_end_it_can_be_linked_again
            }
            texts {
                sent_delivered_read
                an_offline_recipient_gets_it_later
                the_same_text_twice_is_one_message
                a_text_from_a_phone_is_received
                what_came_while_closed_is_told_after_opening
                what_was_not_saved_before_closing_is_told_after_opening
                without_a_link_nothing_is_sent
                order_is_kept_when_nobody_reads
            }
        }
    };
}

/// Whatever else than a text can be sent, done or asked.
#[macro_export]
macro_rules! every_kind_promise {
    ($house:path) => {
        $crate::promises! { $house:
            kinds {
                files_of_every_kind_arrive
                files_of_every_kind_are_received
                places_go_both_ways
                contacts_go_both_ways
                polls_go_both_ways
                a_file_that_nobody_sent_is_gone
                we_answer_them_and_ourselves
                they_answer_us_and_themselves
                what_our_own_phone_writes_is_told
                what_we_send_is_not_told_back
                nonsense_is_refused
                without_a_link_no_call_is_carried_out
            }
            changes {
                we_edit_a_text
                we_edit_a_caption
                they_edit
                we_delete
                they_delete
                our_own_phone_edits
                our_own_phone_deletes
                what_nobody_knows_is_not_changed
                what_we_read_is_shown_to_its_writer
                what_we_are_doing_is_shown
                votes_are_told
                news_that_was_not_saved_before_closing_is_told_after_opening
            }
            people {
                who_is_on_whatsapp
                a_picture_comes_and_goes
                a_new_name_is_told
            }
        }
    };
}

/// For connectors that know groups.
#[macro_export]
macro_rules! every_group_promise {
    ($house:path) => {
        $crate::promises! { $house:
            groups {
                groups_are_listed
                what_members_write_is_received
                what_we_write_reaches_every_member
                our_own_phone_writes_in_a_group
                answers_in_a_group
                changes_in_a_group
                what_we_read_in_a_group_is_shown_to_its_writer
            }
        }
    };
}

#[macro_export]
macro_rules! every_timed_promise {
    ($house:path) => {
        $crate::promises! { $house:
            timing {
                qr_codes_follow_each_other_and_leave_the_code_alone
                an_expired_code
                linking_ends_when_nothing_is_left
                a_new_code_prolongs_linking
                qr_codes_begin_again_with_a_new_code
                a_question_keeps_linking_alive_until_it_lapses
                too_many_codes
            }
        }
    };
}
