//! The room's scenarios.
