-- Whoever may edit stories sees their archive. Until Telegram is asked again, it is asked for as before.
alter table channel_accounts add column can_edit_stories boolean not null default true;
