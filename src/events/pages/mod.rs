//! The pages of this room.

mod catalogue;
mod live;
mod webhooks;

pub use catalogue::{Passerby, catalogue_routes};
pub use live::{Live, Onlooker, live_routes};
pub use webhooks::{Keeper, app_webhook_routes, workspace_webhook_routes};
