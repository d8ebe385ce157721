-- What Telegram revised of days, weeks and hours that were over. The first value of a sample is the oldest old_value, or
-- the sample itself.
create table revisions (
    channel_id bigint not null references channels on delete cascade,
    series_id integer not null references series,
    -- The first instant of the day, week or hour.
    at timestamptz not null,
    observed_at timestamptz not null,
    old_value bigint not null,
    new_value bigint not null,
    primary key (channel_id, series_id, at, observed_at)
);
