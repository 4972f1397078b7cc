//! Grantline: a self-hosted authorization gateway for WhatsApp.
//!
//! This is the map of the house. ARCHITECTURE.md tells how the rooms work together.

/// What a call may do: scopes, API operations, and the authority that a token carries.
pub mod access;
/// People: users, workspaces, members, invitations, passwords and browser sessions.
pub mod accounts;
/// Joins the rooms: one router, one set of jobs; the only file that names every room.
pub mod app;
/// Who may ask: apps, secrets, redirect addresses, scopes, and the developer pages.
pub mod apps;
/// The append-only, hash-chained record of every decision.
pub mod audit;
/// The command line: serve, demo, init, and what an operator needs.
pub mod commands;
/// Settings: defaults, file, environment.
pub mod config;
/// The demo: everything outside simulated, and the story that shows what the product does.
pub mod demo;
/// Telling others: facts, saved with the change that made them.
pub mod events;
/// Messages of every kind, out and in, their files, receipts, and the send queue.
pub mod messages;
/// Linked numbers: link attempts, the state machine, the sessions.
pub mod numbers;
/// Permission: authorize, consent, grants, exchange, tokens, and their ends.
pub mod oauth;
/// The ground floor: clock, random, secrets, database, jobs, limits, mail and the web. It knows no room.
pub mod platform;
