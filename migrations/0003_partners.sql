-- Developers whom the operator lets act for many customers.
create table partner (
    id          text primary key,
    person_id   text not null unique references person (id),
    name        text not null,
    state       text not null default 'active',     -- active, suspended
    created_at  bigint not null,
    changed_at  bigint not null
);
