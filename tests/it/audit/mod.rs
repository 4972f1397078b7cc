//! The record of every decision.

mod chain;
mod page;
mod words;
