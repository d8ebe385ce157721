-- All that Telegram said of a ledger row and how it was read, as a hash: a row with the same one need not be compared.
-- Null: unknown.
alter table transactions add column told_sha256 bytea;
