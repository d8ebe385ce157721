-- What was asked about single posts: one row a post, of the last time.
create table post_statistics (
    channel_id bigint not null,
    post_id integer not null,
    asked_at timestamptz not null,
    -- The post's age then, seconds: it says when the post is asked for again.
    asked_age integer not null,
    -- What came in place of a graph; null: the graph came, or there is none of the kind.
    views_error text,
    reactions_error text,
    votes_error text,
    -- How many public forwards Telegram counts, those in places without a public name among them; null: not asked.
    public_forwards integer,
    primary key (channel_id, post_id),
    constraint post_statistics_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade
);

-- Graphs of single posts, by the width of their points: young posts are drawn by hours, older ones by days.
-- offsets: seconds from posted_at to the beginning of the point, ascending; the first point may begin before the post.
create table post_graphs (
    channel_id bigint not null,
    post_id integer not null,
    graph text not null constraint post_graphs_graph_check check (graph in ('views', 'shares', 'reactions', 'votes')),
    -- The mood of a reaction, the column of votes; empty without any.
    dimension text not null,
    step_seconds integer not null constraint post_graphs_step_seconds_check check (step_seconds > 0),
    offsets integer[] not null,
    values bigint[] not null,
    changed_at timestamptz not null,
    primary key (channel_id, post_id, graph, dimension, step_seconds),
    constraint post_graphs_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade,
    constraint post_graphs_same_length_check check (cardinality(offsets) = cardinality(values))
);
