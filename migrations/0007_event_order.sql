-- The events of a workspace have places, given in the order of their commits; those that concern none share an order.
create table event_head (
    workspace_id  text primary key,                 -- "system" for what concerns none
    seq           bigint not null
);
alter table event add column seq bigint not null default 0;
update event set seq = placed.place
    from (select id, row_number() over (partition by coalesce(workspace_id, 'system') order by created_at, id) as place
          from event) as placed
    where placed.id = event.id;
insert into event_head (workspace_id, seq)
    select coalesce(workspace_id, 'system'), max(seq) from event group by coalesce(workspace_id, 'system');
drop index event_of;
create unique index event_place on event (workspace_id, seq);
create index event_age on event (created_at);
