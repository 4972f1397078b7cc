//! The ground floor, as those who stand at the door meet it.

mod mails;
mod unstorable;
