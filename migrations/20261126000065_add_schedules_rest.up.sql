-- Where no account may see all that a collector collects, the rest of a round is collected through another one.
alter table schedules add column rest_account_id bigint references accounts on delete set null;
-- Whether nothing was missing of what the first one collected.
alter table schedules add column rest_after_good boolean not null default true;
