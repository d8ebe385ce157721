-- Posts of channels. What was once known of a post stays when it is deleted.
create table posts (
    channel_id bigint not null references channels on delete cascade,
    -- The first message's id. An album is one post; a giveaway's announcement is a service message and no part of it.
    id integer not null,
    message_ids integer[] not null,
    -- The message that carries the counters.
    counted_id integer not null,
    grouped_id bigint,
    posted_at timestamptz not null,
    kind text not null,
    author text,
    -- The channel's own words; empty without any.
    text text not null,
    forwarded_channel_id bigint,
    forwarded_message_id integer,
    forwarded_name text,
    edited_at timestamptz,
    -- First found missing then; deleted some time before.
    deleted_seen_at timestamptz,
    first_seen_at timestamptz not null,
    layer integer not null,
    -- Its messages, in the order of message_ids, as Telegram said them when something but the counters last changed.
    raw bytea[] not null,
    primary key (channel_id, id),
    constraint posts_raw_check check (cardinality(raw) = cardinality(message_ids))
);
create index posts_posted_at_idx on posts (channel_id, posted_at);

-- The newest counters of each post: narrow rows, for they change at every look.
create table post_counters (
    channel_id bigint not null,
    post_id integer not null,
    -- Last seen, with these counters.
    seen_at timestamptz not null,
    views integer,
    forwards integer,
    replies integer,
    -- Without paid ones.
    reactions integer,
    -- By emoji; `paid` counts Stars. Null: none.
    reactions_by jsonb,
    -- The age of the newest row in post_samples, seconds.
    sampled_age integer not null,
    -- When the next age comes that is sampled; null: none any more.
    sample_due_at timestamptz,
    primary key (channel_id, post_id),
    constraint post_counters_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade
) with (fillfactor = 80);
create index post_counters_sample_due_at_idx on post_counters (channel_id, sample_due_at) where sample_due_at is not null;

-- What was counted at an age: taken at posted_at + age_seconds.
create table post_samples (
    channel_id bigint not null,
    post_id integer not null,
    age_seconds integer not null,
    views integer,
    forwards integer,
    replies integer,
    reactions integer,
    origin text not null default 'counter' constraint post_samples_origin_check check (origin in ('counter', 'views_graph')),
    reactions_by jsonb,
    primary key (channel_id, post_id, age_seconds, origin),
    constraint post_samples_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade
);
