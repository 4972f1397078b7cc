-- An event is about a workspace or about an app as a whole; each of these has an order of its own.
alter table event rename column workspace_id to subject;
alter table event_head rename column workspace_id to subject;
