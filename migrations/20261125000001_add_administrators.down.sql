alter table channel_accounts drop column is_admin;
