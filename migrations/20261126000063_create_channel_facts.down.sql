drop table channel_facts;
