-- What notebooks, BI tools and Grafana may rely on: names and meanings of columns stay, new ones come last. Moments and
-- days are UTC. migrations/README.md says what the columns are.
create schema reporting;

create view reporting.channels as
select id as channel_id, title, username, is_group, simulated, subscribers, added_at, facts_as_of
from channels;

-- One row a day, week or hour of a series.
create view reporting.series as
select chunk.channel_id, series.metric, series.dimension, series.resolution,
       (chunk.month::timestamp + make_interval(secs => point."offset")) at time zone 'UTC' as at, point.value
from sample_chunks as chunk
join series on series.id = chunk.series_id
cross join lateral unnest(chunk.offsets, chunk.values) as point ("offset", value)
where series.resolution <> 'hour_of_day';

create view reporting.daily as
select chunk.channel_id, series.metric, series.dimension,
       chunk.month + point."offset" / 86400 as day, point.value
from sample_chunks as chunk
join series on series.id = chunk.series_id
cross join lateral unnest(chunk.offsets, chunk.values) as point ("offset", value)
where series.resolution = 'day';

create view reporting.hours_of_day as
select chunk.channel_id, series.metric, series.dimension, point."offset" / 3600 as hour, point.value
from sample_chunks as chunk
join series on series.id = chunk.series_id
cross join lateral unnest(chunk.offsets, chunk.values) as point ("offset", value)
where series.resolution = 'hour_of_day';

create view reporting.freshness as
select channel_id, metric, known_since, as_of, error, error_at from metric_states;

create view reporting.posts as
select posts.channel_id, posts.id as post_id, posts.posted_at, posts.kind, posts.author, posts.text, posts.edited_at,
       posts.deleted_seen_at, counters.views, counters.forwards, counters.replies, counters.reactions,
       counters.seen_at as counted_at
from posts
left join post_counters as counters on counters.channel_id = posts.channel_id and counters.post_id = posts.id;

create view reporting.post_samples as
select channel_id, post_id, age_seconds, origin, views, forwards, replies, reactions from post_samples;

create view reporting.stories as
select stories.channel_id, stories.id as story_id, stories.posted_at, stories.expires_at, stories.pinned,
       stories.deleted_seen_at, newest.views, newest.forwards, newest.reactions, newest.seen_at as counted_at
from stories
left join lateral (
    select views, forwards, reactions, seen_at from story_samples
    where channel_id = stories.channel_id and story_id = stories.id
    order by observed_at desc limit 1
) as newest on true;

create view reporting.ledger as
select channel_id, unit_code, id as transaction_id, is_refund, is_outgoing, kind, state, amount_nano,
       amount_nano * 0.000000001 as amount, booked_at, period_start, period_end, settled_at, url
from transactions;

create view reporting.balances as
select channel_id, unit_code, observed_at, seen_at, available_nano, current_nano, overall_nano, withdrawal_enabled,
       next_withdrawal_at
from balances;

create view reporting.rates as
select unit_code, source, observed_at, usd_rate from rates;

-- Whose a boost is, is left out.
create view reporting.boosts as
select channel_id, id as boost_id, source, multiplier, stars, giveaway_msg_id, is_unclaimed, applied_at, expires_at,
       first_seen_at, last_seen_at, ended_seen_at
from boosts;

create view reporting.giveaways as
select channel_id, is_prepaid, id as giveaway_id, state, months, stars, quantity, boosts, paid_at, started_at, until_at,
       finished_at, winners, activated, is_refunded, first_seen_at, last_seen_at
from giveaways;

create view reporting.runs as
select channel_id, id as run_id, collector, trigger, state, queued_at, started_at, finished_at, requests, values_new,
       values_changed, values_unchanged, error
from runs;

-- Roles belong to the whole cluster: another database may have made it, and it stays when this one goes. Whoever may not
-- make roles does without; the views are there all the same.
do $$
begin
    if not exists (select from pg_roles where rolname = 'channelscope_reader') then
        create role channelscope_reader nologin;
    end if;
exception
    when insufficient_privilege or duplicate_object or unique_violation then null;
end
$$;

do $$
begin
    if exists (select from pg_roles where rolname = 'channelscope_reader') then
        grant usage on schema reporting to channelscope_reader;
        grant select on all tables in schema reporting to channelscope_reader;
    end if;
end
$$;
