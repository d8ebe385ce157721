alter table post_versions drop column told_at;
alter table posts drop column told_at;
