-- What Telegram says of single posts it says of stories too: both are items.
alter table post_statistics rename to item_statistics;
alter table item_statistics rename column post_id to item_id;
alter table item_statistics
    add column item text not null default 'post' constraint item_statistics_item_check check (item in ('post', 'story')),
    drop constraint post_statistics_posts_fkey,
    drop constraint post_statistics_pkey,
    add constraint item_statistics_pkey primary key (channel_id, item, item_id),
    add constraint item_statistics_channel_id_fkey foreign key (channel_id) references channels on delete cascade;
alter table item_statistics alter column item drop default;

alter table post_graphs rename to item_graphs;
alter table item_graphs rename column post_id to item_id;
alter table item_graphs rename constraint post_graphs_graph_check to item_graphs_graph_check;
alter table item_graphs rename constraint post_graphs_step_seconds_check to item_graphs_step_seconds_check;
alter table item_graphs rename constraint post_graphs_same_length_check to item_graphs_same_length_check;
alter table item_graphs
    add column item text not null default 'post' constraint item_graphs_item_check check (item in ('post', 'story')),
    drop constraint post_graphs_posts_fkey,
    drop constraint post_graphs_pkey,
    add constraint item_graphs_pkey primary key (channel_id, item, item_id, graph, dimension, step_seconds),
    add constraint item_graphs_channel_id_fkey foreign key (channel_id) references channels on delete cascade;
alter table item_graphs alter column item drop default;

-- item, item_id: what was forwarded; peer_item, peer_item_id: what it became there.
alter table post_forwards rename to item_forwards;
alter table item_forwards rename column item_id to peer_item_id;
alter table item_forwards rename column post_id to item_id;
alter table item_forwards rename column kind to peer_item;
alter table item_forwards
    add column item text not null default 'post' constraint item_forwards_item_check check (item in ('post', 'story')),
    drop constraint post_forwards_kind_check,
    drop constraint post_forwards_posts_fkey,
    drop constraint post_forwards_pkey;
update item_forwards set peer_item = 'post' where peer_item = 'message';
alter table item_forwards
    alter column item drop default,
    add constraint item_forwards_peer_item_check check (peer_item in ('post', 'story')),
    add constraint item_forwards_pkey primary key (channel_id, item, item_id, peer_id, peer_item, peer_item_id),
    add constraint item_forwards_channel_id_fkey foreign key (channel_id) references channels on delete cascade;

-- counted_id: what Telegram is asked for. is_own: not a forward, whose counters are somebody else's.
create view items as
select channel_id, 'post' as item, id, counted_id, posted_at, deleted_seen_at, kind <> 'forward' as is_own from posts
union all
select channel_id, 'story', id, id, posted_at, deleted_seen_at, true from stories;

-- Channels whose stories are collected already get their statistics as well, where Telegram gives any; what a person
-- switched off stays off.
insert into schedules (channel_id, collector, every_seconds, enabled, next_due_at)
select stories.channel_id, 'story_statistics', 43200, stories.enabled, stories.next_due_at
from schedules as stories
join schedules as statistics
  on statistics.channel_id = stories.channel_id and statistics.collector = 'post_statistics'
where stories.collector = 'stories' and statistics.parked_reason is null
on conflict do nothing;
