-- Invite links as last told. Whoever has a link may come in: it is kept, and never logged.
create table invite_links (
    channel_id bigint not null references channels on delete cascade,
    -- The last part of the link.
    hash text not null,
    link text not null,
    admin_id bigint not null,
    title text,
    created_at timestamptz not null,
    starts_at timestamptz,
    expires_at timestamptz,
    usage_limit integer,
    is_permanent boolean not null,
    request_needed boolean not null,
    is_revoked boolean not null,
    price_stars bigint,
    price_period_seconds integer,
    -- A person marked it: who came through it is collected.
    track_importers boolean not null default false,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    -- The first look without it.
    gone_seen_at timestamptz,
    primary key (channel_id, hash)
);

-- The last counts seen on a UTC day; what came on a day is the difference to the day before. None for a day on which
-- nobody looked. A link that cannot be used any more has a row only where something changed.
create table invite_usage (
    channel_id bigint not null references channels on delete cascade,
    hash text not null,
    day date not null,
    seen_at timestamptz not null,
    usage integer not null,
    requested integer not null,
    subscription_expired integer not null,
    primary key (channel_id, hash, day)
);

-- How many wait to be let in, through whichever link: one row as long as the number stays the same.
create table join_requests (
    channel_id bigint not null references channels on delete cascade,
    observed_at timestamptz not null,
    seen_at timestamptz not null,
    pending integer not null,
    primary key (channel_id, observed_at)
);

-- Who came through a link that is marked.
create table invite_importers (
    channel_id bigint not null references channels on delete cascade,
    hash text not null,
    user_id bigint not null,
    joined_at timestamptz not null,
    approved_by bigint,
    first_seen_at timestamptz not null,
    primary key (channel_id, hash, user_id, joined_at)
);
