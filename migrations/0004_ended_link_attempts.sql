-- Attempts that ended long ago are forgotten, a few at a time.
create index link_attempt_ended on link_attempt (ended_at) where ended_at is not null;
