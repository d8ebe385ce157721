alter table post_history drop column layer;
drop table ledger_gaps;
