-- Schedules at times of the day, beside those at intervals.
alter table schedules
    -- Five fields, as in a crontab; where there is one, it decides and every_seconds does not.
    add column cron text constraint schedules_cron_check check (length(cron) between 9 and 200),
    -- The IANA time zone that the expression is read in.
    add column time_zone text constraint schedules_time_zone_check check (length(time_zone) between 1 and 64),
    -- When it last went well, at least in part.
    add column last_good_at timestamptz,
    add constraint schedules_cron_time_zone_check check ((cron is null) = (time_zone is null));

update schedules
set last_good_at = (
    select max(finished_at) from runs
    where runs.channel_id = schedules.channel_id and runs.collector = schedules.collector
      and state in ('done', 'partial'));

-- What holds for all collecting: one row.
create table collecting (
    is_only boolean primary key default true constraint collecting_is_only_check check (is_only),
    -- From then, until then, every day in that zone, nothing is collected by schedule. `until` before `from`: over
    -- midnight.
    quiet_from time,
    quiet_until time,
    quiet_time_zone text,
    constraint collecting_quiet_check check (
        (quiet_from is null) = (quiet_until is null) and (quiet_from is null) = (quiet_time_zone is null)
        and quiet_from is distinct from quiet_until or quiet_from is null and quiet_until is null and quiet_time_zone is null)
);
insert into collecting default values;
