drop table post_samples;
drop table post_counters;
drop table posts;
