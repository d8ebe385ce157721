alter table channel_accounts drop column can_edit_stories;
