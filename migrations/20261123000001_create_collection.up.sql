-- What is collected, and from whom. Every table that grows begins its primary key with the channel's id, so that
-- it can be distributed or partitioned by channel later. Times are UTC. Amounts are integers of nanos.

create table accounts (
    id bigint generated always as identity primary key,
    telegram_user_id bigint not null,
    display_name text not null,
    -- Collected from a simulated data centre (TELEGRAM_DC_FILE): said on every page and file.
    simulated boolean not null,
    state text not null default 'active'
        constraint accounts_state_check check (state in ('active', 'needs_linking')),
    state_since timestamptz not null,
    -- No request may be sent before this moment (flood wait).
    quiet_until timestamptz,
    linked_at timestamptz not null,
    constraint accounts_telegram_user_id_key unique (telegram_user_id)
);

-- The Telegram session, sealed. The crown jewel: nothing here is readable without the key file.
create table account_sessions (
    account_id bigint primary key references accounts on delete cascade,
    sealed bytea not null,
    key_id text not null,
    updated_at timestamptz not null
);

-- Exactly one process holds an account's connection: Telegram kills a key that is used from two places at once.
create table account_leases (
    account_id bigint primary key references accounts on delete cascade,
    holder uuid not null,
    expires_at timestamptz not null
);

create table channels (
    id bigint primary key,
    title text not null,
    username text,
    is_group boolean not null,
    simulated boolean not null,
    subscribers bigint,
    added_at timestamptz not null,
    facts_as_of timestamptz
);

-- What an account may see of a channel. Access hashes belong to the account, not to the channel.
create table channel_accounts (
    channel_id bigint not null references channels on delete cascade,
    account_id bigint not null references accounts on delete cascade,
    access_hash bigint not null,
    is_creator boolean not null,
    can_view_stats boolean not null,
    can_view_revenue boolean not null,
    can_view_stars_revenue boolean not null,
    stats_dc integer,
    seen_at timestamptz not null,
    primary key (channel_id, account_id)
);
create index channel_accounts_account_id_idx on channel_accounts (account_id);

-- What Telegram said, as it said it. Append-only: an answer equal to the newest of its kind only moves seen_at.
-- taken_at ascends in the order of recording.
create table snapshots (
    channel_id bigint not null references channels on delete cascade,
    kind text not null,
    taken_at timestamptz not null,
    seen_at timestamptz not null,
    layer integer not null,
    body_sha256 bytea not null,
    body bytea not null,
    primary key (channel_id, kind, taken_at)
);

-- A series is a metric and, where it has them, one of its dimensions (a source, a language, an emotion).
create table series (
    id integer generated always as identity primary key,
    metric text not null,
    dimension text not null,
    resolution text not null constraint series_resolution_check check (resolution in ('day', 'hour_of_day')),
    constraint series_metric_dimension_resolution_key unique (metric, dimension, resolution)
);

-- Samples in chunks of a UTC month, upserted whole: 16.9 bytes a sample with index where one row each takes 122.
-- offsets: seconds from the month's first instant, ascending; values: the metric's integer unit. For hour_of_day
-- the month is 1970-01-01 and the offset is hour * 3600.
create table sample_chunks (
    channel_id bigint not null references channels on delete cascade,
    series_id integer not null references series,
    month date not null,
    offsets integer[] not null,
    values bigint[] not null,
    primary key (channel_id, series_id, month),
    constraint sample_chunks_same_length_check check (cardinality(offsets) = cardinality(values))
);

-- Since when a metric is known, and when Telegram last answered for it.
create table metric_states (
    channel_id bigint not null references channels on delete cascade,
    metric text not null,
    known_since date,
    -- Null: asked for, never answered with numbers.
    as_of timestamptz,
    -- What Telegram said instead of numbers the last time, if it did, and when.
    error text,
    error_at timestamptz,
    primary key (channel_id, metric)
);

-- USD a unit, at each observation. Past values are priced with these, never with today's. A simulated data centre's
-- rates never price real rows, nor real ones simulated rows.
create table rates (
    unit_code text not null constraint rates_unit_code_check check (unit_code in ('TON', 'XTR')),
    source text not null constraint rates_source_check check (source in ('telegram', 'simulated')),
    observed_at timestamptz not null,
    usd_rate numeric not null constraint rates_usd_rate_check check (usd_rate > 0),
    primary key (unit_code, source, observed_at)
);

-- One row as long as the numbers stay the same: said at observed_at, said again last at seen_at.

create table balances (
    channel_id bigint not null references channels on delete cascade,
    unit_code text not null constraint balances_unit_code_check check (unit_code in ('TON', 'XTR')),
    observed_at timestamptz not null,
    seen_at timestamptz not null,
    available_nano numeric(38, 0) not null,
    current_nano numeric(38, 0) not null,
    overall_nano numeric(38, 0) not null,
    withdrawal_enabled boolean not null,
    next_withdrawal_at timestamptz,
    primary key (channel_id, unit_code, observed_at)
);

-- A refund reuses the id of what it refunds, hence the wide key. raw is the newest TL row as Telegram sent it.
create table transactions (
    channel_id bigint not null references channels on delete cascade,
    unit_code text not null constraint transactions_unit_code_check check (unit_code in ('TON', 'XTR')),
    id text not null,
    is_refund boolean not null,
    is_outgoing boolean not null,
    kind text not null,
    state text not null constraint transactions_state_check check (state in ('pending', 'done', 'failed')),
    amount_nano numeric(38, 0) not null,
    booked_at timestamptz not null,
    period_start timestamptz,
    period_end timestamptz,
    settled_at timestamptz,
    url text,
    layer integer not null,
    raw bytea not null,
    raw_sha256 bytea not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (channel_id, unit_code, id, is_refund, is_outgoing)
);
create index transactions_booked_at_idx on transactions (channel_id, unit_code, booked_at);

-- The schedule lives here; the job queue only runs what is due now.
create table schedules (
    channel_id bigint not null references channels on delete cascade,
    collector text not null,
    every_seconds integer not null constraint schedules_every_seconds_check check (every_seconds between 60 and 31536000),
    enabled boolean not null default true,
    next_due_at timestamptz not null,
    parked_reason text,
    failures integer not null default 0,
    primary key (channel_id, collector)
);
create index schedules_next_due_at_idx on schedules (next_due_at) where enabled and parked_reason is null;

create table runs (
    id bigint generated always as identity,
    channel_id bigint not null references channels on delete cascade,
    collector text not null,
    -- The account it runs with, once it runs.
    account_id bigint references accounts on delete set null,
    trigger text not null constraint runs_trigger_check check (trigger in ('schedule', 'manual')),
    state text not null default 'queued'
        constraint runs_state_check check (state in ('queued', 'running', 'waiting', 'done', 'partial', 'failed')),
    queued_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    requests integer not null default 0,
    values_new integer not null default 0,
    values_changed integer not null default 0,
    values_unchanged integer not null default 0,
    error text,
    primary key (channel_id, id)
);
create index runs_id_idx on runs (id);
create index runs_account_id_idx on runs (account_id) where state in ('running', 'waiting');
create index runs_channel_id_collector_idx on runs (channel_id, collector, id desc);
-- At most one open run for each channel and collector: asking twice joins the first.
create unique index runs_open_key on runs (channel_id, collector) where state in ('queued', 'running', 'waiting');
