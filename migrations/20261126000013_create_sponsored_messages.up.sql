-- Ads that Telegram offered to the account that looked. What readers see is chosen for each of them.
create table sponsored_messages (
    channel_id bigint not null references channels on delete cascade,
    -- Of everything that is said below, for Telegram gives each offer another number.
    content_sha256 bytea not null,
    url text not null,
    title text not null,
    message text not null,
    button_text text not null,
    sponsor_info text,
    additional_info text,
    -- Telegram wants it called recommended instead of sponsored.
    recommended boolean not null,
    first_seen_at timestamptz not null,
    seen_at timestamptz not null,
    -- At so many looks.
    looks integer not null,
    primary key (channel_id, content_sha256)
);
