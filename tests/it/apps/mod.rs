//! The room's scenarios.

mod changing;
mod deleting;
mod developer;
mod logos;
mod operator;
mod owning;
mod partners;
mod refusing;
mod registering;
mod secrets;
