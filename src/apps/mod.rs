//! Who may ask: apps, their secrets, redirect addresses and scopes, and the developer pages.

mod pages;

pub use pages::routes;
