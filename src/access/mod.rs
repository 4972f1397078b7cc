//! What a call may do: the table of scopes, the table of API operations, and the authority that a token carries.
//!
//! Rules only. Apps declare scopes, the consent page asks for them, grants hold them and the API checks them; because all
//! of them speak these words, they stand beside the rooms and not in one of them.

mod api;
mod authority;
mod operation;
mod scope;

pub use authority::{AppCaller, Authority, Bearer};
pub use operation::{OPERATIONS, Operation, operation};
pub use scope::{GROUPS, Group, Risk, Scope, ScopeError, ScopeSet};
