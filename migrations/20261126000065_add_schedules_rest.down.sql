alter table schedules drop column rest_account_id, drop column rest_after_good;
