//! Messages and the lanes of their numbers in the database.

mod changes;
mod lanes;
mod media;
mod messages;
mod pages;

pub(super) use changes::{
    begin_hand_over, delete, delete_queued, edit, edit_queued, mark_read, undo_hand_over, unread_up_to,
};
pub(super) use lanes::{Lane, a_lane_is_due, hold_lane, lease_lane, postpone_lane, rest_lane, wake_lane};
pub(super) use media::{
    Piece, add_piece, begin_media, chunk, delete_media, delete_old_media, finish_media, media, media_of_grant,
};
pub(super) use messages::{
    Change, Once, advance, by_key, count_waiting, find, find_named, insert, more_wait_than, next_place, wa_id_of,
};
pub(super) use pages::{Wanted, newest_of_numbers, newest_of_workspace, place_of};
