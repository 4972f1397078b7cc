//! The pages of this room.

mod account;
mod carry;
mod invitations;
mod members;
mod onlooker;
mod signing;
mod start;
mod visitor;
mod wanted;
mod workspaces;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;

use super::Destination;
use crate::platform::Env;
use crate::platform::web::{Notice, Tone};

pub use visitor::{InWorkspace, SignedIn, Visitor};

/// The pages of this room. `destination` tells which app waits behind a sign-in.
pub fn routes(env: Env, destination: Arc<dyn Destination>) -> Router {
    Router::new()
        .merge(start::routes())
        .merge(signing::routes())
        .merge(account::routes())
        .merge(workspaces::routes())
        .merge(members::routes())
        .merge(invitations::routes())
        .with_state(Room { env, destination })
}

#[derive(Clone, FromRef)]
struct Room {
    env: Env,
    destination: Arc<dyn Destination>,
}

/// The word for what somebody else had done already.
const GONE: &str = "gone";

/// `?done=renamed`: what was just done, as a word that the page knows. Any other word says nothing.
#[derive(Clone, Default, serde::Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    /// `known`: a word and the key of its sentence each.
    fn notice(&self, known: &[(&str, &'static str)]) -> Option<Notice> {
        let (word, words) = known.iter().find(|(word, _)| *word == self.done)?;
        let tone = if *word == GONE { Tone::Warning } else { Tone::Done };
        Some(Notice { tone, words })
    }
}
