create table stories (
    channel_id bigint not null references channels on delete cascade,
    id integer not null,
    posted_at timestamptz not null,
    expires_at timestamptz not null,
    pinned boolean not null,
    caption text,
    -- Null: never seen deleted. What is known of it stays.
    deleted_seen_at timestamptz,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (channel_id, id)
);

-- Counters of a story at its true age. One row as long as the same is counted: at observed_at, last at seen_at.
create table story_samples (
    channel_id bigint not null,
    story_id integer not null,
    observed_at timestamptz not null,
    seen_at timestamptz not null,
    age_seconds integer not null,
    views integer not null,
    -- Null where Telegram did not say.
    forwards integer,
    reactions integer,
    primary key (channel_id, story_id, observed_at),
    constraint story_samples_story_fkey foreign key (channel_id, story_id) references stories on delete cascade
);
