-- What a message says beside its words. Everything from before is a text to or from one person.
alter table message add column kind text not null default 'text';
alter table message add column content text;        -- JSON: of a file its type, name and size, a place, contacts, a poll
alter table message add column media_id text;       -- the file of ours that it carries; it may be swept away meanwhile
alter table message add column reply_to text;       -- the message of ours that it answers
alter table message add column chat text;           -- the group that it stands in, such as 1203630@g.us; null between two
create index message_media on message (media_id) where media_id is not null;

-- Files that apps handed in, to be sent.
create table media (
    id            text primary key,
    workspace_id  text not null references workspace (id) on delete cascade,
    grant_id      text not null,                    -- whose app may send it
    mime_type     text not null,
    name          text,
    bytes         bigint not null,                  -- how many have come in so far
    created_at    bigint not null,
    finished_at   bigint                            -- null until all of it is there
);
create index media_age on media (created_at);
create index media_unfinished on media (created_at) where finished_at is null;

create table media_chunk (
    media_id  text not null references media (id) on delete cascade,
    seq       bigint not null,                      -- 0, 1, 2 ...
    bytes     text not null,                        -- base64
    primary key (media_id, seq)
);

-- What the files of a workspace take up.
create table media_total (
    workspace_id  text primary key references workspace (id) on delete cascade,
    bytes         bigint not null
);
