-- A grant ends by itself: when its time is over, or when nobody used it for long. `idle_since` is its last approval or use.
alter table oauth_grant add column idle_since bigint not null default 0;
update oauth_grant set idle_since = case when last_used_at > changed_at then last_used_at else changed_at end;
create index oauth_grant_idle on oauth_grant (idle_since) where state = 'active';
create index oauth_grant_expiry on oauth_grant (expires_at) where state = 'active' and expires_at is not null;
