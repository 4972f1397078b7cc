//! The ground floor, as those who stand at the door meet it.

mod alone;
mod bare;
mod connections;
mod database;
mod doctor;
mod mails;
mod metrics;
mod outbound;
mod starting;
mod unstorable;
