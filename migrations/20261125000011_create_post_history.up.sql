-- How far back the posts of a channel are read.
create table post_history (
    channel_id bigint primary key references channels on delete cascade,
    -- Every message from this one to the newest known was read.
    oldest_id integer not null,
    -- There is nothing older, or nothing older is wanted.
    complete boolean not null,
    -- Posts before this moment are not wanted; null: all are.
    wanted_since timestamptz
);
