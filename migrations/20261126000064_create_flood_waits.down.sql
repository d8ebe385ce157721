alter table accounts add column quiet_until timestamptz;
update accounts set quiet_until = (select max(until) from flood_waits where account_id = accounts.id);
drop table flood_waits;
