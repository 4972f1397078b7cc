//! Signing up, in and out.

mod signing_in;
