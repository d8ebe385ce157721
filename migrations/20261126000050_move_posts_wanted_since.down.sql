alter table post_history add column wanted_since timestamptz;
update post_history set wanted_since = posts_wanted_since from channels where channels.id = channel_id;
alter table channels drop column posts_wanted_since;
