use app::model::InviteImporter;
use sqlx::PgPool;

use super::*;
use crate::store::testing::{at, channel, connection};

fn link(hash: &str, usage: i32, is_revoked: bool) -> InviteLink {
    InviteLink {
        hash: hash.to_owned(),
        link: format!("https://t.me/+{hash}"),
        admin_id: TelegramUserId(7),
        title: None,
        created_at: at("2026-02-01T00:00:00Z"),
        starts_at: None,
        expires_at: None,
        usage_limit: None,
        is_permanent: false,
        request_needed: false,
        is_revoked,
        price_stars: None,
        price_period_seconds: None,
        usage,
        requested: 0,
        subscription_expired: 0,
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_day_has_the_counts_of_its_last_look(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let looks = [
        ("2026-03-01T09:00:00Z", 3, 1),
        ("2026-03-01T21:00:00Z", 5, 1),
        ("2026-03-02T21:00:00Z", 5, 1),
        ("2026-03-04T21:00:00Z", 9, 1),
    ];
    for (moment, usage, revoked) in looks {
        let links = [link("good", usage, false), link("revoked", revoked, true)];
        record(&mut db, five, &links, true, at(moment)).await.unwrap();
    }
    let counts = |usage: Vec<Usage>| -> Vec<(String, i32)> {
        usage.into_iter().map(|one| (one.day.to_string(), one.usage)).collect()
    };
    let good = counts(usage(&pool, five, "good").await.unwrap());
    let told = |day: &str, usage| (day.to_owned(), usage);
    // Nobody looked on the third: that is a gap.
    assert_eq!(good, [told("2026-03-01", 5), told("2026-03-02", 5), told("2026-03-04", 9)]);
    assert_eq!(counts(usage(&pool, five, "revoked").await.unwrap()), [told("2026-03-01", 1)]);
    let links = [link("good", 9, false), link("revoked", 1, true)];
    let again = record(&mut db, five, &links, true, at("2026-03-04T22:00:00Z")).await.unwrap();
    assert_eq!(again, Counts { unchanged: 2, ..Counts::default() });
    let gone = record(&mut db, five, &[link("good", 9, false)], true, at("2026-03-04T23:00:00Z")).await;
    assert_eq!(gone.unwrap(), Counts { unchanged: 1, changed: 1, ..Counts::default() });
    assert_eq!(list(&pool, five).await.unwrap().len(), 2, "what is gone is kept");
}

#[sqlx::test(migrations = "../migrations")]
async fn importers_are_for_links_that_are_marked(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    let now = at("2026-03-01T09:00:00Z");
    record(&mut db, five, &[link("good", 1, false)], true, now).await.unwrap();
    assert!(tracked(&pool, five).await.unwrap().is_empty());
    track(&pool, five, "good", true).await.unwrap();
    record(&mut db, five, &[link("good", 2, false)], true, now).await.unwrap();
    assert_eq!(tracked(&pool, five).await.unwrap().len(), 1, "a look keeps the mark");
    let importer = InviteImporter { user_id: TelegramUserId(9), joined_at: now, approved_by: None };
    for new in [1, 0] {
        let counts = record_importers(&mut db, five, "good", std::slice::from_ref(&importer), now).await;
        assert_eq!(counts.unwrap().new, new);
    }
    assert_eq!(importers(&pool, five, "good").await.unwrap(), [importer]);
    assert_eq!(
        track(&pool, five, "unknown", true).await.unwrap_err().to_string(),
        "The invite link was not found"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn requests_are_one_row_as_long_as_as_many_wait(pool: PgPool) {
    let five = channel(&pool, 5).await;
    let mut db = connection(&pool).await;
    assert_eq!(requests(&pool, five).await.unwrap(), None);
    let moments = ["2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"];
    for (moment, pending, new) in [(moments[0], 4, 1), (moments[1], 4, 0), (moments[2], 0, 1)] {
        assert_eq!(record_requests(&mut db, five, pending, at(moment)).await.unwrap().new, new);
        assert_eq!(requests(&pool, five).await.unwrap(), Some(pending));
    }
}
