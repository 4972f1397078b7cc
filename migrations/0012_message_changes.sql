-- Messages are edited and taken back after they were taken in, and the account's holder writes on the phone too.
alter table message add column origin text;         -- of what went out: api, phone
alter table message add column edited_at bigint;    -- when its words were changed last
alter table message add column deleted_at bigint;   -- when it was taken back; its words are gone since then
alter table message add column read_at bigint;      -- of what came in: when its writer was told that it was read
alter table message add column handed_at bigint;    -- of what is queued: since when WhatsApp may have it
update message set origin = 'api' where direction = 'out';
create index message_unread on message (number_id, peer, seq) where direction = 'in' and read_at is null;

-- The message whose words a fact holds: they go when it is deleted.
alter table event add column words_of text;
create index event_words on event (words_of) where words_of is not null;

-- As the account calls itself: a number that nobody gave another name follows it.
alter table number add column profile_name text not null default '';
