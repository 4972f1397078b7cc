//! The unmodified client against the stand-in: it links, logs in, writes and reads, while people use their phones.

mod client;
mod connection;
mod devices;
mod kinds;
mod linking;
mod messages;
mod passkey;
mod receipts;
mod world;
