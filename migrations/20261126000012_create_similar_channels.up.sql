-- Channels that Telegram finds similar, as far as it shows them to the account: one row for each time that one is shown
-- without a break.
create table similar_channels (
    channel_id bigint not null references channels on delete cascade,
    similar_id bigint not null,
    -- First shown then; it may have been similar before.
    appeared_at timestamptz not null,
    -- First missing then; null: shown at the last look. Without Premium only some are shown, so one that others have
    -- pushed out is missing too.
    gone_at timestamptz,
    seen_at timestamptz not null,
    -- Its place in the list when it was last seen, the most similar first, from 1.
    place integer not null,
    title text not null,
    username text,
    subscribers bigint,
    primary key (channel_id, similar_id, appeared_at)
);

-- How many there are, more than are shown to accounts without Premium; one row as long as the number stays the same.
create table similar_totals (
    channel_id bigint not null references channels on delete cascade,
    observed_at timestamptz not null,
    seen_at timestamptz not null,
    total integer not null,
    primary key (channel_id, observed_at)
);
