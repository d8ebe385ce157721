-- How a channel stands: one row as long as the numbers stay the same, said at observed_at, said again last at seen_at.
create table boost_statuses (
    channel_id bigint not null references channels on delete cascade,
    observed_at timestamptz not null,
    seen_at timestamptz not null,
    level integer not null,
    current_level_boosts integer not null,
    boosts integer not null,
    gift_boosts integer,
    next_level_boosts integer,
    -- About how many of the subscribers have Premium.
    premium_subscribers bigint,
    subscribers bigint,
    primary key (channel_id, observed_at)
);

-- Every boost that was ever seen. raw is the newest TL row as Telegram sent it.
create table boosts (
    channel_id bigint not null references channels on delete cascade,
    id text not null,
    source text not null constraint boosts_source_check check (source in ('premium', 'gift', 'giveaway')),
    -- Whose it is: Telegram's list to administrators, kept to tell a renewal from somebody new. Not in the API.
    user_id bigint,
    multiplier integer not null constraint boosts_multiplier_check check (multiplier > 0),
    stars bigint,
    giveaway_msg_id integer,
    is_unclaimed boolean not null,
    applied_at timestamptz not null,
    expires_at timestamptz not null,
    layer integer not null,
    raw bytea not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    -- The first look without it; when between the two looks it ended is not known.
    ended_seen_at timestamptz,
    primary key (channel_id, id)
);
create index boosts_applied_at_idx on boosts (channel_id, applied_at);

-- One row a giveaway. A prepaid one has Telegram's id of it, a launched one that of the message people take part with.
-- What is null is unknown, or does not apply.
create table giveaways (
    channel_id bigint not null references channels on delete cascade,
    is_prepaid boolean not null,
    id bigint not null,
    state text not null
        constraint giveaways_state_check check (state in ('prepaid', 'launched', 'running', 'preparing', 'finished')),
    months integer,
    stars bigint,
    quantity integer,
    boosts integer,
    paid_at timestamptz,
    started_at timestamptz,
    until_at timestamptz,
    finished_at timestamptz,
    winners integer,
    activated integer,
    is_refunded boolean,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (channel_id, is_prepaid, id)
);
