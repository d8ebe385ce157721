alter table transactions drop column told_sha256;
