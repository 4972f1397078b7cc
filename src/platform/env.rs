//! What an action may use: the database, time, chance, the settings and the sealing keys.

use std::sync::Arc;

use super::computing::Computing;
use super::db::Db;
use super::id::id;
use super::jobs::Bell;
use super::limits::Limits;
use super::outbound::Outbound;
use super::seal::Sealer;
use super::{Clock, Random, Timestamp};
use crate::config::Config;

/// Cheap to clone; every clone is the same environment.
#[derive(Clone)]
pub struct Env {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub config: Arc<Config>,
    pub sealer: Arc<Sealer>,
    pub limits: Arc<Limits>,
    /// Where password hashes and pictures are computed.
    pub computing: Arc<Computing>,
    /// The one way to other people's servers.
    pub outbound: Outbound,
    /// What wakes the background jobs; units of work ring it with [`Tx::ring`](super::db::Tx::ring).
    pub bell: Bell,
}

impl Env {
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh identifier such as `msg_019a…`.
    #[must_use]
    pub fn id(&self, prefix: &str) -> String {
        id(prefix, self.now(), &*self.random)
    }
}
