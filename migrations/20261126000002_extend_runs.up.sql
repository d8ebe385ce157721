-- What a run is doing, and how long Telegram let it wait.
alter table runs
    -- In words, while it runs.
    add column step text,
    -- Seconds of the product's clock.
    add column waited_seconds integer not null default 0 constraint runs_waited_seconds_check check (waited_seconds >= 0);
