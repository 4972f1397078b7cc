//! Numbers, their link attempts and their sessions' keys in the database.

mod attempts;
mod keys;
mod numbers;

pub(super) use attempts::{
    AttemptRow, NewAttempt, SealedState, attempt, attempts_from_before, attempts_past, forget_attempts, insert_attempt,
    open_attempt, open_attempts, save_attempt,
};
pub(super) use keys::{
    SealedChange, SealedKey, change_keys, forget_keys, has_keys, key, key_names, keys_of_kind, replace_sealed,
    sealed_keys, sweep_keys,
};
pub(super) use numbers::{
    NewNumber, delete_number, in_workspace, insert_number, linked, linked_elsewhere, number, of_phone, page, phones_of,
    save_linked, save_name, save_state, stale_elsewhere, with_leftover_keys,
};
