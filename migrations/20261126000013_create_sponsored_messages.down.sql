drop table sponsored_messages;
