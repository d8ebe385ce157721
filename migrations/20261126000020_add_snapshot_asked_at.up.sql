-- When asking began, the last time this was said: what was not over by then is not known from it. Null where it was not
-- kept.
alter table snapshots add column asked_at timestamptz;
