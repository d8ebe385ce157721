-- When a channel's snapshots were last looked through for what need not be kept, up to when they were judged, and what
-- went so far.
create table snapshot_thinnings (
    channel_id bigint primary key references channels on delete cascade,
    looked_at timestamptz not null,
    -- Those last said before this moment were judged.
    judged_until timestamptz,
    thinned bigint not null default 0,
    thinned_bytes bigint not null default 0
);
