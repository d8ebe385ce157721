alter table schedules drop column rest_account_id;
