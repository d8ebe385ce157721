drop index transactions_pending_idx;
alter table post_history drop column layer;
drop table ledger_gaps;
