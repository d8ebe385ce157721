//! The price of the moment is kept with every observation: what is sold later is valued with it.

use app::model::{ChannelId, Collector};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgPool;

use crate::harness::{Harness, assert_done, manners};

#[sqlx::test(migrations = "../migrations")]
async fn a_rate_is_recorded_at_every_observation_though_nothing_else_changed(pool: PgPool) {
    let world = Harness::linked(pool.clone(), 60).await;
    let channel = ChannelId(world.richest().id);
    let context = world.connect(manners()).await;
    let mut looks = Vec::new();
    for _ in 0..4 {
        let before = world.clock.now();
        assert_done(&world.collect(&context, channel, Collector::Revenue).await);
        looks.push((before, world.clock.now()));
        world.advance(SignedDuration::from_mins(2)).await;
    }
    for unit in ["TON", "XTR"] {
        let said = "select count(*) from balances where channel_id = $1 and unit_code = $2";
        let balances: i64 =
            sqlx::query_scalar(said).bind(channel.0).bind(unit).fetch_one(&pool).await.unwrap();
        assert_eq!(balances, 1, "{unit}: the balance is the same all the while");
        for (from, to) in &looks {
            let said = "select count(*) from rates
                        where unit_code = $1 and source = 'simulated' and observed_at between $2 and $3";
            let rates: i64 = sqlx::query_scalar(said)
                .bind(unit)
                .bind(from.to_sqlx())
                .bind(to.to_sqlx())
                .fetch_one(&pool)
                .await
                .unwrap();
            assert_eq!(rates, 1, "{unit} between {from} and {to}");
        }
    }
}
