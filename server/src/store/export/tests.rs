use std::collections::BTreeSet;

use futures::TryStreamExt as _;
use sqlx::PgPool;

use super::*;
use crate::store::testing::connection;

/// Tables that no export has, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("accounts", "of an account, not of a channel"),
    ("flood_waits", "of an account, not of a channel"),
    ("account_leases", "who holds a connection now"),
    ("account_sessions", "secret"),
    ("admin_log_looks", "how far collecting is"),
    ("api_tokens", "secret"),
    ("channel_accounts", "access hashes"),
    ("errands", "what was asked, forgotten after a week"),
    ("collecting", "a setting"),
    ("boost_looks", "what need not be compared again"),
    ("giveaway_reads", "how far collecting is"),
    ("ledger_gaps", "how far collecting is"),
    ("post_history", "how far collecting is"),
    ("seals", "secret"),
    ("snapshot_thinnings", "how far thinning is"),
    ("snapshots", "what Telegram said, as it said it: in a backup"),
    ("users", "secret"),
    ("web_sessions", "secret"),
];

/// Tables in files of another name, or together with another.
const ELSEWHERE: &[&str] = &["metric_states", "post_counters", "sample_chunks", "series", "transactions"];

#[sqlx::test(migrations = "../migrations")]
async fn every_table_is_exported_or_left_out_for_a_reason(pool: PgPool) {
    let tables = sqlx::query_scalar!(
        r#"select relname::text as "name!" from pg_class
           where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like '\_sqlx%'"#
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let known: BTreeSet<&str> = Kind::ALL
        .iter()
        .map(|kind| kind.name())
        .chain(ELSEWHERE.iter().copied())
        .chain(LEFT_OUT.iter().map(|(name, _)| *name))
        .collect();
    let unknown: Vec<_> = tables.iter().filter(|name| !known.contains(name.as_str())).collect();
    assert!(unknown.is_empty(), "say in store/export/kinds.rs how these are exported: {unknown:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn every_kind_can_be_read_and_begins_with_the_channel(pool: PgPool) {
    let mut db = connection(&pool).await;
    let mut reading = crate::store::begin_reading(&mut db).await.unwrap();
    for &kind in Kind::ALL {
        let all: Vec<Cells> = rows(&mut reading, kind).try_collect().await.unwrap();
        assert!(all.is_empty(), "{}", kind.name());
        assert_eq!(kind.columns()[0], Column { name: "channel_id", holds: Holds::Id }, "{}", kind.name());
    }
}
