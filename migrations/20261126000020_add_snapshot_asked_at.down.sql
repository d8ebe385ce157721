alter table snapshots drop column asked_at;
