-- An event is about a workspace or about an app as a whole; each of these has an order of its own.
alter table event rename column workspace_id to subject;
alter table event_head rename column workspace_id to subject;
-- A lane reads the facts of one number, and those that are about none.
create index event_thread on event (subject, coalesce(number_id, ''), seq);

-- Which apps may hear of a workspace: one row a live grant.
create table event_hearer (
    grant_id      text primary key references oauth_grant (id) on delete cascade,
    workspace_id  text not null,
    app_id        text not null
);
create index event_hearer_of on event_hearer (workspace_id);
insert into event_hearer (grant_id, workspace_id, app_id)
    select id, workspace_id, app_id from oauth_grant where state = 'active';

-- Where somebody wants to be told. It belongs to an app, or to a workspace for its own use.
create table webhook_endpoint (
    id                text primary key,
    app_id            text references app (id) on delete cascade,
    workspace_id      text references workspace (id) on delete cascade,
    url               text not null,
    description       text not null,
    kinds             text not null,                -- names with a blank before and after each; empty for every kind
    state             text not null,                -- active, paused, disabled
    reason            text,                         -- why it was disabled: failing, gone
    secret            text not null,                -- sealed, signs
    old_secret        text,                         -- sealed, signs beside it until ...
    old_secret_until  bigint,
    failing_since     bigint,                       -- since when nothing arrived
    created_at        bigint not null,
    changed_at        bigint not null,
    check ((app_id is null) <> (workspace_id is null))
);
create index webhook_endpoint_of_app on webhook_endpoint (app_id) where app_id is not null;
create index webhook_endpoint_of_workspace on webhook_endpoint (workspace_id) where workspace_id is not null;

-- What an endpoint has yet to be told, a row for all that is about one number: there only while there is something. `due_at` is
-- also the lease of whoever works on it.
create table webhook_lane (
    endpoint_id  text not null references webhook_endpoint (id) on delete cascade,
    grant_id     text not null default '',          -- the grant by which an app hears; none for a workspace or app itself
    number_id    text not null default '',          -- none for what is about no number
    event_id     text not null default '',          -- a single fact that is to be told again
    subject      text not null,
    place        bigint not null,                   -- up to here it was told
    due_at       bigint not null,
    leased       boolean not null default false,
    attempts     bigint not null default 0,         -- tries of the next fact that failed, one after the other
    primary key (endpoint_id, grant_id, number_id, event_id)
);
create index webhook_lane_due on webhook_lane (due_at, endpoint_id);

-- What came of each try. Rows go by age, whether or not the endpoint is still there.
create table webhook_attempt (
    id           text primary key,
    endpoint_id  text not null,
    event_id     text not null,
    kind         text not null,
    subject      text not null,
    grant_id     text not null,
    attempt      bigint not null,                   -- 1 for the first
    outcome      text not null,                     -- delivered, again, failed, recovered, test
    status       bigint,                            -- what the receiver answered ...
    failure      text,                              -- ... or why there was no answer
    answer       text not null,                     -- its beginning
    took_ms      bigint not null,
    at           bigint not null,
    next_at      bigint
);
create index webhook_attempt_of on webhook_attempt (endpoint_id, id);
-- Few fail: whoever looks for them passes over none that arrived.
create index webhook_attempt_failed on webhook_attempt (endpoint_id, event_id) where outcome = 'failed';
create index webhook_attempt_given_up on webhook_attempt (endpoint_id, id) where outcome = 'failed';
create index webhook_attempt_age on webhook_attempt (at);
