//! Messages and the lanes of their numbers in the database.

mod lanes;
mod messages;
mod pages;

pub(super) use lanes::{Lane, a_lane_is_due, hold_lane, lease_lane, postpone_lane, rest_lane, wake_lane};
pub(super) use messages::{
    Change, Once, advance, by_key, count_waiting, find, insert, more_wait_than, next_place, oldest_queued,
};
pub(super) use pages::{Wanted, newest_of_numbers, newest_of_workspace, place_of};
