delete from sample_chunks using series
where series.id = series_id and series.resolution not in ('day', 'hour_of_day');
delete from series where resolution not in ('day', 'hour_of_day');
alter table series drop constraint series_resolution_check;
alter table series add constraint series_resolution_check check (resolution in ('day', 'hour_of_day'));
drop table group_tops;
drop table cards;
