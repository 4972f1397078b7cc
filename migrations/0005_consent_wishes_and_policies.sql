-- What an app wishes of how the person is asked.
alter table authorization_request add column sign_in_anew boolean not null default false;
alter table authorization_request add column login_hint text;
alter table authorization_request add column workspace_hint text;

-- An app that its developer alone can connect.
alter table app add column in_development boolean not null default false;

-- What a workspace decided about apps in general. No row: nothing.
create table app_policy (
    workspace_id   text primary key references workspace (id) on delete cascade,
    owners_only    boolean not null,
    reviewed_only  boolean not null,
    longest        text not null,                   -- until-disconnected, 90d, 30d, 24h
    changed_at     bigint not null
);

-- What it holds of one app, apart from its grants.
create table app_stance (
    workspace_id  text not null references workspace (id) on delete cascade,
    app_id        text not null references app (id) on delete cascade,
    refused_at    bigint,                           -- since the last approval
    refused_by    text references person (id),
    blocked_at    bigint,
    blocked_by    text references person (id),
    block_reason  text not null default '',
    primary key (workspace_id, app_id)
);
create index app_stance_app on app_stance (app_id);

-- What one person stands behind.
create index oauth_grant_approver on oauth_grant (approved_by) where state = 'active';
