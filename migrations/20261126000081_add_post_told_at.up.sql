-- When Telegram told what raw is: what it counts is then the sample of that age. Null: told before this was kept.
alter table posts add column told_at timestamptz;
alter table post_versions add column told_at timestamptz;
