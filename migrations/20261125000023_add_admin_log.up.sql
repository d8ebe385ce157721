-- The admin log, which Telegram keeps for 48 hours. raw is the event as Telegram sent it; kind is in Telegram's words.
create table admin_events (
    channel_id bigint not null references channels on delete cascade,
    id bigint not null,
    at timestamptz not null,
    user_id bigint not null,
    kind text not null,
    layer integer not null,
    raw bytea not null,
    first_seen_at timestamptz not null,
    primary key (channel_id, id)
);

-- When the log was last looked at.
create table admin_log_looks (
    channel_id bigint primary key references channels on delete cascade,
    looked_at timestamptz not null
);

-- Nobody looked in time: what happened meanwhile is not known.
create table admin_log_gaps (
    channel_id bigint not null references channels on delete cascade,
    from_at timestamptz not null,
    to_at timestamptz not null,
    primary key (channel_id, from_at)
);
