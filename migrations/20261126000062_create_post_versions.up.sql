-- What posts were before they were edited, or lost one of their messages: one row for each time that was seen. What a
-- post is now is in posts; counters make no version.
create table post_versions (
    channel_id bigint not null,
    post_id integer not null,
    -- First seen otherwise then; edited some time before.
    replaced_at timestamptz not null,
    -- When this version was made by an edit, if it was.
    edited_at timestamptz,
    message_ids integer[] not null,
    text text not null,
    layer integer not null,
    -- Its messages, in the order of message_ids, as posts had them.
    raw bytea[] not null,
    primary key (channel_id, post_id, replaced_at),
    constraint post_versions_raw_check check (cardinality(raw) = cardinality(message_ids)),
    constraint post_versions_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade
);
