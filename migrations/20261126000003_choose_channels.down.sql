alter table channels drop column is_collected;
