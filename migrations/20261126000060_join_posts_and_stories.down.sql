delete from schedules where collector = 'story_statistics';
delete from runs where collector = 'story_statistics';
drop view items;

delete from item_forwards where item = 'story';
alter table item_forwards
    drop constraint item_forwards_pkey,
    drop constraint item_forwards_peer_item_check,
    drop constraint item_forwards_channel_id_fkey,
    drop column item;
update item_forwards set peer_item = 'message' where peer_item = 'post';
alter table item_forwards rename column peer_item to kind;
alter table item_forwards rename column item_id to post_id;
alter table item_forwards rename column peer_item_id to item_id;
alter table item_forwards rename to post_forwards;
alter table post_forwards
    add constraint post_forwards_kind_check check (kind in ('message', 'story')),
    add constraint post_forwards_pkey primary key (channel_id, post_id, peer_id, kind, item_id),
    add constraint post_forwards_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade;

delete from item_graphs where item = 'story';
alter table item_graphs
    drop constraint item_graphs_pkey,
    drop constraint item_graphs_channel_id_fkey,
    drop column item;
alter table item_graphs rename column item_id to post_id;
alter table item_graphs rename to post_graphs;
alter table post_graphs rename constraint item_graphs_graph_check to post_graphs_graph_check;
alter table post_graphs rename constraint item_graphs_step_seconds_check to post_graphs_step_seconds_check;
alter table post_graphs rename constraint item_graphs_same_length_check to post_graphs_same_length_check;
alter table post_graphs
    add constraint post_graphs_pkey primary key (channel_id, post_id, graph, dimension, step_seconds),
    add constraint post_graphs_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade;

delete from item_statistics where item = 'story';
alter table item_statistics
    drop constraint item_statistics_pkey,
    drop constraint item_statistics_channel_id_fkey,
    drop column item;
alter table item_statistics rename column item_id to post_id;
alter table item_statistics rename to post_statistics;
alter table post_statistics
    add constraint post_statistics_pkey primary key (channel_id, post_id),
    add constraint post_statistics_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade;
