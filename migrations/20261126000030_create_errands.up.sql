-- Questions to Telegram that are no run of a collector. Whoever holds the account's connection asks them.
create table errands (
    id bigint generated always as identity primary key,
    account_id bigint not null references accounts on delete cascade,
    kind text not null constraint errands_kind_check check (kind in ('resolve', 'refresh')),
    -- The link that is to be resolved. Forgotten with the answer: it may lead to a person.
    link text,
    asked_at timestamptz not null,
    ended_at timestamptz,
    -- Did it get what it asked for? With it a sentence that says what came of it.
    is_good boolean,
    answer text,
    channel_id bigint references channels on delete set null,
    constraint errands_ended_check check (
        (ended_at is null) = (is_good is null) and (ended_at is null) = (answer is null)
        and (ended_at is null or link is null)
    )
);
-- Asking for the same twice joins the first.
create unique index errands_open_key on errands (account_id, kind, coalesce(link, '')) where ended_at is null;
create index errands_account_id_idx on errands (account_id, kind, ended_at);
