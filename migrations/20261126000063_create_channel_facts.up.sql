-- What a channel is, as it was said: a row when it differs from the last. Flags and names are kept in one order.
create table channel_facts (
    channel_id bigint not null references channels on delete cascade,
    observed_at timestamptz not null,
    seen_at timestamptz not null,
    title text not null,
    -- Active ones, the main one first, without @.
    usernames text[] not null,
    -- TL names of the flags that were set: verified, scam, signatures, …
    flags text[] not null,
    subscribers bigint,
    online integer,
    -- Telegram's number of the photo, which changes with it.
    photo_id bigint,
    -- The discussion group of a channel, the channel of a group.
    linked_channel_id bigint,
    -- By its boosts.
    level integer,
    primary key (channel_id, observed_at)
);
