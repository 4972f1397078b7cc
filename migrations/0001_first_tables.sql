-- One text for both engines: ids, hashes and JSON as text, times as integer milliseconds, truth as boolean.

-- platform -----------------------------------------------------------------------------------------------------------

create table mail (
    id          text primary key,
    recipient   text not null,
    subject     text not null,
    body        text not null,
    created_at  bigint not null,
    due_at      bigint not null,
    attempts    bigint not null default 0,
    sent_at     bigint
);
create index mail_due on mail (due_at) where sent_at is null;

-- accounts -----------------------------------------------------------------------------------------------------------

create table person (
    id             text primary key,
    email          text not null unique,            -- lower case
    name           text not null,
    password_hash  text not null,                   -- argon2id, PHC string
    created_at     bigint not null
);

create table browser_session (
    token_hash    text primary key,
    id            text not null unique,             -- names the session without telling its token
    person_id     text not null references person (id) on delete cascade,
    created_at    bigint not null,
    last_seen_at  bigint not null,
    expires_at    bigint not null,
    address       text not null,
    user_agent    text not null
);
create index browser_session_of on browser_session (person_id);
create index browser_session_expiry on browser_session (expires_at);

create table workspace (
    id          text primary key,
    name        text not null,
    state       text not null default 'active',     -- active, suspended
    created_by  text not null references person (id),
    created_at  bigint not null
);

create table member (
    workspace_id  text not null references workspace (id) on delete cascade,
    person_id     text not null references person (id) on delete cascade,
    role          text not null,                    -- owner, admin, editor, viewer
    created_at    bigint not null,
    primary key (workspace_id, person_id)
);
create index member_of on member (person_id);

create table invitation (
    id            text primary key,
    token_hash    text not null unique,
    workspace_id  text not null references workspace (id) on delete cascade,
    email         text not null,                    -- lower case
    role          text not null,
    invited_by    text not null references person (id),
    state         text not null default 'open',     -- open, accepted, withdrawn
    created_at    bigint not null,
    expires_at    bigint not null
);
create unique index invitation_open on invitation (workspace_id, email) where state = 'open';

-- numbers ------------------------------------------------------------------------------------------------------------

create table number (
    id            text primary key,
    workspace_id  text not null references workspace (id) on delete cascade,
    phone         text not null,                    -- digits with country code
    name          text not null,                    -- the profile's name, else what the member called it
    connector     text not null,                    -- sandbox, live, cloud
    state         text not null,                    -- not_linked, starting, linked, needs_attention, blocked
    reason        text,                             -- why it needs attention
    device_name   text not null default '',         -- as the phone lists it under "Linked devices"
    created_by    text not null references person (id),
    created_at    bigint not null,
    linked_at     bigint,
    changed_at    bigint not null,
    unique (workspace_id, phone)
);
-- A WhatsApp account is linked to one workspace at a time.
create unique index number_linked on number (phone) where state in ('starting', 'linked', 'needs_attention', 'blocked');

create table number_key (
    number_id  text not null references number (id) on delete cascade,
    kind       text not null,
    key        text not null,
    sealed     text not null,
    primary key (number_id, kind, key)
);

create table link_attempt (
    id               text primary key,
    number_id        text not null references number (id) on delete cascade,
    workspace_id     text not null references workspace (id) on delete cascade,
    phone            text not null,
    state            text not null,                 -- idle, requesting, waiting, confirming, linked, failed
    reason           text,                          -- why it failed
    code             text,                          -- sealed; gone when the attempt ends
    code_expires_at  bigint,
    qr               text,                          -- sealed; gone when the attempt ends
    qr_expires_at    bigint,
    attempts_left    bigint,                        -- wrong codes that the phone may still type
    started_by       text not null references person (id),
    started_at       bigint not null,
    ended_at         bigint
);
-- One attempt at a time for a number.
create unique index link_attempt_open on link_attempt (number_id) where ended_at is null;
create index link_attempt_of on link_attempt (workspace_id, started_at);

-- apps ---------------------------------------------------------------------------------------------------------------

create table app (
    id            text primary key,                 -- the client_id
    owner_id      text not null references person (id),
    name          text not null,
    publisher     text not null,
    kind          text not null,                    -- confidential, public
    homepage_url  text not null,
    privacy_url   text not null,
    terms_url     text not null,
    logo          text,                             -- PNG in base64, re-encoded by us
    logo_tag      text,                             -- changes with the logo, for caches
    state         text not null default 'active',   -- active, suspended
    reviewed_at   bigint,                           -- when an operator vouched for it
    created_at    bigint not null,
    changed_at    bigint not null
);
create index app_of on app (owner_id);

create table app_secret (
    id            text primary key,
    app_id        text not null references app (id) on delete cascade,
    secret_hash   text not null unique,
    hint          text not null,                    -- its last characters, to tell two apart
    created_at    bigint not null,
    last_used_at  bigint,
    revoked_at    bigint
);
create index app_secret_of on app_secret (app_id) where revoked_at is null;

create table app_redirect (
    app_id  text not null references app (id) on delete cascade,
    uri     text not null,
    primary key (app_id, uri)
);

create table app_scope (
    app_id    text not null references app (id) on delete cascade,
    scope     text not null,
    required  boolean not null,
    reason    text not null,                        -- the app's words, shown as "{App} says: ..."
    primary key (app_id, scope)
);

-- oauth --------------------------------------------------------------------------------------------------------------

create table authorization_request (
    id              text primary key,               -- SHA-256 of the handle in the address bar
    app_id          text not null references app (id) on delete cascade,
    redirect_uri    text not null,
    scopes          text not null,
    client_state    text,
    code_challenge  text not null,
    workspace_id    text references workspace (id) on delete cascade,
    person_id       text references person (id) on delete cascade,
    state           text not null,                  -- pending, approved, denied
    created_at      bigint not null,
    expires_at      bigint not null
);
create index authorization_request_expiry on authorization_request (expires_at);

create table oauth_grant (
    id            text primary key,
    workspace_id  text not null references workspace (id) on delete cascade,
    app_id        text not null references app (id) on delete cascade,
    approved_by   text not null references person (id),
    scopes        text not null,
    all_numbers   boolean not null,
    state         text not null,                    -- active, disconnected, deleted
    created_at    bigint not null,
    changed_at    bigint not null,
    expires_at    bigint,
    last_used_at  bigint,
    ended_at      bigint,
    ended_by      text,
    locale        text not null                     -- the language in which it was approved
);
create unique index oauth_grant_active on oauth_grant (workspace_id, app_id) where state = 'active';
create index oauth_grant_of on oauth_grant (workspace_id, created_at);
create index oauth_grant_app on oauth_grant (app_id);

create table grant_number (
    grant_id   text not null references oauth_grant (id) on delete cascade,
    number_id  text not null references number (id) on delete cascade,
    primary key (grant_id, number_id)
);

create table authorization_code (
    code_hash       text primary key,
    grant_id        text not null references oauth_grant (id) on delete cascade,
    app_id          text not null,
    redirect_uri    text not null,
    code_challenge  text not null,
    state           text not null,                  -- issued, exchanged, ended
    family_id       text,                           -- what it was exchanged for
    created_at      bigint not null,
    expires_at      bigint not null
);
create index authorization_code_of on authorization_code (grant_id);
create index authorization_code_expiry on authorization_code (expires_at);

create table token_family (
    id          text primary key,
    grant_id    text not null references oauth_grant (id) on delete cascade,
    app_id      text not null,
    state       text not null,                      -- active, ended
    created_at  bigint not null,
    expires_at  bigint not null,
    ended_at    bigint,
    reason      text                                -- why it ended
);
create index token_family_of on token_family (grant_id);
create index token_family_expiry on token_family (expires_at);

create table refresh_token (
    token_hash   text primary key,
    family_id    text not null references token_family (id) on delete cascade,
    parent_hash  text,                              -- the one it replaced
    state        text not null,                     -- current, rotated, ended
    used         boolean not null default false,    -- it, or the access token beside it, was used
    created_at   bigint not null,
    expires_at   bigint not null
);
create index refresh_token_of on refresh_token (family_id);
create index refresh_token_child on refresh_token (parent_hash);

create table access_token (
    token_hash    text primary key,
    family_id     text not null references token_family (id) on delete cascade,
    grant_id      text not null,
    refresh_hash  text,                             -- the refresh token issued beside it
    scopes        text not null,
    used          boolean not null default false,
    created_at    bigint not null,
    expires_at    bigint not null
);
create index access_token_of on access_token (family_id);
create index access_token_beside on access_token (refresh_hash);
create index access_token_expiry on access_token (expires_at);

-- messages -----------------------------------------------------------------------------------------------------------

create table message (
    id               text primary key,
    workspace_id     text not null references workspace (id) on delete cascade,
    number_id        text not null references number (id) on delete cascade,
    seq              bigint not null,               -- its place among the workspace's messages, as they were taken in
    grant_id         text,                          -- the app's grant; null for what came in
    direction        text not null,                 -- out, in
    peer             text not null,                 -- digits with country code
    body             text not null,
    state            text not null,                 -- queued, sent, delivered, read, failed, received
    reason           text,                          -- why it failed
    wa_id            text,                          -- WhatsApp's id of what came in
    idempotency_key  text,
    request_hash     text,                          -- what was asked under that key
    created_at       bigint not null,
    changed_at       bigint not null
);
create unique index message_place on message (workspace_id, seq);
create index message_of on message (workspace_id, number_id, seq);
create index message_waiting on message (number_id, seq) where state = 'queued';
create unique index message_once on message (grant_id, idempotency_key) where idempotency_key is not null;
create unique index message_received_once on message (number_id, wa_id) where wa_id is not null;

-- The last place given to a message of a workspace. Who takes the next one holds the row until the commit, so that the
-- order of places is the order of commits.
create table message_head (
    workspace_id  text primary key references workspace (id) on delete cascade,
    seq           bigint not null
);

-- A number's messages leave one after the other: workers lease the number's lane, not its messages.
create table message_lane (
    number_id  text primary key references number (id) on delete cascade,
    due_at     bigint,                              -- when a worker may look (again); null when nothing is queued
    attempts   bigint not null default 0            -- tries of its first message that failed, one after the other
);
create index message_lane_due on message_lane (due_at) where due_at is not null;

-- events -------------------------------------------------------------------------------------------------------------

create table event (
    id            text primary key,
    kind          text not null,
    workspace_id  text,
    number_id     text,
    grant_id      text,
    data          text not null,
    created_at    bigint not null
);
create index event_of on event (workspace_id, id);

-- audit --------------------------------------------------------------------------------------------------------------

create table audit_head (
    workspace_id  text primary key,
    seq           bigint not null,
    hash          text not null
);

create table audit_entry (
    workspace_id   text not null,                   -- "system" for what concerns none
    seq            bigint not null,
    at             bigint not null,
    actor_kind     text not null,                   -- person, app, operator, system, stranger
    actor_id       text not null,
    actor_name     text not null,
    address        text not null,
    request_id     text not null,
    action         text not null,
    target_kind    text not null,
    target_id      text not null,
    detail         text not null,
    previous_hash  text not null,
    hash           text not null,
    primary key (workspace_id, seq)
);
-- The filters of the log.
create index audit_entry_action on audit_entry (workspace_id, action, seq);
create index audit_entry_actor on audit_entry (workspace_id, actor_id, seq);
