//! What is true of this house: its rooms, who may call whom, and the few exceptions, each with its reason.
//! An exception list may get shorter; a longer one needs a better reason than haste.

pub const FILE_LINES: usize = 500;
pub const FUNCTION_LINES: usize = 60;

/// Each room and the rooms it may call, besides those of [`EVERYONE_MAY_CALL`]. An arrow goes down, never back.
pub const ROOMS: &[(&str, &[&str])] = &[
    ("access", &[]),
    ("events", &[]),
    ("audit", &[]),
    ("accounts", &[]),
    ("apps", &["accounts"]),
    ("numbers", &["accounts"]),
    ("oauth", &["apps", "accounts", "numbers"]),
    ("messages", &["numbers", "accounts"]),
    ("contacts", &["accounts"]),
    ("templates", &["numbers", "accounts"]),
];

/// The rooms that every room may call: permissions, news and the record.
pub const EVERYONE_MAY_CALL: &[&str] = &["access", "events", "audit"];

/// Folders of `src` that are no rooms, and have rules of their own in `layers.rs` and `arrows.rs`.
pub const OTHER_FOLDERS: &[&str] = &["platform", "doors", "commands", "demo", "app"];

/// Who joins the rooms, and so may name all of them. Nobody else may name these.
pub const JOINERS: &[&str] = &["app", "main", "lib", "commands", "demo"];

/// Somebody else's program in our process: it knows us by HTTP alone.
pub const STRANGERS: &[&str] = &["src/demo/acme"];

/// The layers inside a room that nobody outside it may name. A room shows its face in `mod.rs`.
pub const PRIVATE_LAYERS: &[&str] = &["store", "api", "pages", "jobs"];

/// `unwrap()` and `expect(..)` outside tests, in all of the server, each under an `#[expect(.., reason = "..")]` that says
/// why no input, disk or peer can reach it.
pub const UNWRAPS_AT_MOST: usize = 12;

/// Settings that no source names, because something other than the program reads them: key, reason.
pub const SETTINGS_READ_ELSEWHERE: &[(&str, &str)] = &[];

/// Static files that are served under a name made at run time: path or folder, reason.
pub const NAMED_AT_RUN_TIME: &[(&str, &str)] = &[];

/// Templates whose words are not ours to translate: file, reason.
pub const NOT_OUR_WORDS: &[(&str, &str)] =
    &[("templates/demo/acme.html", "the page of another company's app, in its own language")];

/// Words that a template may hold itself because they are the same in every language.
pub const SAME_IN_EVERY_LANGUAGE: &[&str] = &["Grantline", "WhatsApp", "QR", "OAuth", "API", "PKCE", "ID"];
