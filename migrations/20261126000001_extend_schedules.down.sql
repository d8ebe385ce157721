drop table collecting;
alter table schedules drop column cron, drop column time_zone, drop column last_good_at;
