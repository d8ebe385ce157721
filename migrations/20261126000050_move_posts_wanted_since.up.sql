-- How far back posts are wanted is said of a channel, also before any were read.
alter table channels add column posts_wanted_since timestamptz;
update channels set posts_wanted_since = wanted_since from post_history where channel_id = channels.id;
alter table post_history drop column wanted_since;
