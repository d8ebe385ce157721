-- The numbers above the graphs, with Telegram's own period. One row as long as the same is said: said at observed_at,
-- said again last at seen_at. Exact: the shortest decimal form of the number on the wire.
create table cards (
    channel_id bigint not null references channels on delete cascade,
    card text not null,
    observed_at timestamptz not null,
    seen_at timestamptz not null,
    period_start timestamptz not null,
    period_end timestamptz not null,
    current numeric not null,
    -- Null where Telegram does not compare.
    previous numeric,
    -- Of how many, where Telegram states a part.
    total numeric,
    primary key (channel_id, card, observed_at)
);

-- Who did most in a supergroup in Telegram's own period. A list fills the columns that are its own.
create table group_tops (
    channel_id bigint not null references channels on delete cascade,
    period_start timestamptz not null,
    period_end timestamptz not null,
    list text not null constraint group_tops_list_check check (list in ('posters', 'admins', 'inviters')),
    user_id bigint not null,
    -- As the answer names the user; null when it does not.
    name text,
    messages integer,
    average_characters integer,
    deleted integer,
    kicked integer,
    banned integer,
    invitations integer,
    observed_at timestamptz not null,
    primary key (channel_id, period_start, period_end, list, user_id)
);

-- Weeks, on their Monday, and single hours, kept beside the days of the same metric.
alter table series drop constraint series_resolution_check;
alter table series add constraint series_resolution_check
    check (resolution in ('day', 'hour_of_day', 'week', 'hour'));
