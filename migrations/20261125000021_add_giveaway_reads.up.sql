-- Up to which message a channel's history was searched for giveaways.
create table giveaway_reads (
    channel_id bigint primary key references channels on delete cascade,
    newest_msg_id integer not null
);
