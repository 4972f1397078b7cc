//! The whole server, driven by actors, on both databases.
//!
//! `TEST_POSTGRES_URL` names a PostgreSQL server on which databases may be made; `scripts/test` starts one.

mod accounts;
mod actors;
mod apps;
mod audit;
mod breaking;
mod events;
mod messages;
mod numbers;
mod oauth;
mod platform;
mod routes;
mod world;
