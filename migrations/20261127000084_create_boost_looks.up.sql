-- The list of a channel's boosts as it was recorded last, as a hash: the same list need not be compared with the boosts.
create table boost_looks (
    channel_id bigint primary key references channels on delete cascade,
    sha256 bytea not null
);
