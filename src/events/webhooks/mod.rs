//! Webhooks: endpoints, what they have yet to be told, and what came of each try.
//!
//! `endpoint` (rules) and `endpoints` (what owners do with them); `dispatch` gives lanes to workers, `deliver` tells what is in one, `call`
//! makes one signed request (`signature`), `schedule` says when it is tried again, `disable` when it is not; `again` and `test_event`
//! are what an owner has sent by hand.

mod again;
mod attempt_api;
mod call;
mod endpoint_api;
mod endpoints;
mod schedule;
mod signature;
mod test_event;
mod view;

pub(super) mod attempt;
pub(super) mod deliver;
pub(super) mod disable;
pub(super) mod dispatch;
pub(super) mod endpoint;

pub use again::{AgainError, AgainRefusal, Wanted, attempts, recover, resend};
pub use attempt::{Attempt, Outcome};
pub use call::webhook_headers;
pub use endpoint::{Endpoint, EndpointState, Filter, Owner, Wish, WishRefusal};
pub use endpoint_api::app_api_routes;
pub use endpoints::{
    Deed, EndpointError, EndpointRefusal, Secrets, change_endpoint, create_endpoint, endpoint_secrets, find_endpoint,
    list_endpoints, seal_secrets_anew,
};
pub use signature::{NoSigningSecret, SigningSecret};
pub use test_event::{SampleError, send_sample};
