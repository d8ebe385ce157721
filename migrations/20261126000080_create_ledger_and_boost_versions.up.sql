-- What ledger rows were before Telegram revised them (pending, then done or failed): one row for each time that was seen.
-- What a row is now is in transactions; a file that moved makes no version.
create table transaction_versions (
    channel_id bigint not null,
    unit_code text not null,
    id text not null,
    is_refund boolean not null,
    is_outgoing boolean not null,
    -- First seen otherwise then; revised some time before.
    replaced_at timestamptz not null,
    -- First seen like this then.
    changed_at timestamptz not null,
    kind text not null,
    state text not null
        constraint transaction_versions_state_check check (state in ('pending', 'done', 'failed')),
    amount_nano numeric(38, 0) not null,
    booked_at timestamptz not null,
    period_start timestamptz,
    period_end timestamptz,
    settled_at timestamptz,
    url text,
    layer integer not null,
    raw bytea not null,
    primary key (channel_id, unit_code, id, is_refund, is_outgoing, replaced_at),
    constraint transaction_versions_transactions_fkey
        foreign key (channel_id, unit_code, id, is_refund, is_outgoing) references transactions on delete cascade
);

-- What boosts were before they were told otherwise, or came back after they had ended.
create table boost_versions (
    channel_id bigint not null,
    id text not null,
    -- First seen otherwise, or back, then.
    replaced_at timestamptz not null,
    source text not null constraint boost_versions_source_check check (source in ('premium', 'gift', 'giveaway')),
    user_id bigint,
    multiplier integer not null constraint boost_versions_multiplier_check check (multiplier > 0),
    stars bigint,
    giveaway_msg_id integer,
    is_unclaimed boolean not null,
    applied_at timestamptz not null,
    expires_at timestamptz not null,
    -- The first look without it, if it was missing before it came back.
    ended_seen_at timestamptz,
    layer integer not null,
    raw bytea not null,
    primary key (channel_id, id, replaced_at),
    constraint boost_versions_boosts_fkey foreign key (channel_id, id) references boosts on delete cascade
);
