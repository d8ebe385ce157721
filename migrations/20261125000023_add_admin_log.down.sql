drop table admin_log_gaps;
drop table admin_log_looks;
drop table admin_events;
