-- When the keys of a session may be swept away: seconds since 1970, or nothing for those that stay.
alter table number_key add column moment_s bigint;
create index number_key_moment on number_key (number_id, kind, moment_s);

-- A wrong code is dead and another one comes: there is no count of tries that are left.
alter table link_attempt drop column attempts_left;
alter table link_attempt add column was_wrong boolean not null default false;

-- WhatsApp tells less of an attempt that failed than was believed.
update link_attempt set reason = 'expired' where reason in ('refused_on_phone', 'device_limit');
update link_attempt set reason = 'code_refused' where reason = 'not_on_whatsapp';
