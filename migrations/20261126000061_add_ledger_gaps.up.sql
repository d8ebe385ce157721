-- Ledgers of which a row was shown that could not be kept: they are read whole until it can.
create table ledger_gaps (
    channel_id bigint not null references channels on delete cascade,
    unit_code text not null,
    seen_at timestamptz not null,
    primary key (channel_id, unit_code)
);

-- Until now the last run said so, of both currencies.
insert into ledger_gaps (channel_id, unit_code, seen_at)
select channel_id, unit_code, finished_at
from (
    select distinct on (channel_id) channel_id, state, finished_at from runs
    where collector = 'ledger' and state in ('done', 'partial')
    order by channel_id, id desc
) as last
cross join (values ('TON'), ('XTR')) as units (unit_code)
where state = 'partial';

-- The layer that reading began again for, because the one before could not read all of it.
alter table post_history add column layer integer not null default 0;

-- Few rows of long ledgers are open.
create index transactions_pending_idx on transactions (channel_id, unit_code, booked_at) where state = 'pending';
