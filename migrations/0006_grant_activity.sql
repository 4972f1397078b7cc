-- What apps do with their access: written every few seconds for many calls, and bounded for each grant by its shape.

-- Calls of a grant by day and by the permission that they needed, for 30 days.
create table grant_use (
    grant_id  text not null references oauth_grant (id) on delete cascade,
    day       bigint not null,                      -- days since 1970-01-01, in UTC
    scope     text not null,
    calls     bigint not null,
    primary key (grant_id, day, scope)
);

-- The last calls of a grant, at most 50, in one row: written together and read together.
create table grant_last_calls (
    grant_id  text primary key references oauth_grant (id) on delete cascade,
    calls     text not null                         -- JSON, the oldest first
);
