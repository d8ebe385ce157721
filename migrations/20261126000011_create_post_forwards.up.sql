-- Who took a post over in public: channels and groups with a public name, and no others.
create table post_forwards (
    channel_id bigint not null,
    post_id integer not null,
    -- Where it was forwarded to.
    peer_id bigint not null,
    kind text not null constraint post_forwards_kind_check check (kind in ('message', 'story')),
    -- Of the message or story there.
    item_id integer not null,
    title text not null,
    username text not null,
    forwarded_at timestamptz not null,
    -- Views there; null where Telegram did not say.
    views integer,
    first_seen_at timestamptz not null,
    -- Last seen, with these views.
    seen_at timestamptz not null,
    primary key (channel_id, post_id, peer_id, kind, item_id),
    constraint post_forwards_posts_fkey foreign key (channel_id, post_id) references posts on delete cascade
);
