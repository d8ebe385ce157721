use sqlx::PgPool;

use super::*;
use crate::store::accounts;
use crate::store::accounts::AccountState;
use crate::store::testing::{account, at, channel, connection, flood_wait};

const NOW: &str = "2026-03-01T00:00:00Z";

fn good(channel: Option<ChannelId>) -> ErrandAnswer {
    ErrandAnswer { is_good: true, text: "It is there.".to_owned(), channel }
}

#[sqlx::test(migrations = "../migrations")]
async fn an_errand_is_asked_once_answered_once_and_forgets_the_question(pool: PgPool) {
    let (account, channel) = (account(&pool, 7).await, channel(&pool, 5).await);
    let mut db = connection(&pool).await;
    let link = Question::Resolve("https://t.me/somebody".parse().unwrap());
    let first = open(&mut db, account, &link, at(NOW)).await.unwrap();
    assert_eq!(open(&mut db, account, &link, at(NOW)).await.unwrap(), first);
    let other = open(&mut db, account, &Question::Refresh, at(NOW)).await.unwrap();
    assert_ne!(other, first);
    assert_eq!(question(&pool, first).await.unwrap(), Some(link.clone()));
    assert_eq!(question(&pool, other).await.unwrap(), Some(Question::Refresh));
    assert_eq!(find(&pool, first).await.unwrap().unwrap().answer, None);

    let answer = good(Some(channel));
    finish(&pool, first, &answer, at(NOW)).await.unwrap();
    finish(&pool, first, &ErrandAnswer { is_good: false, ..answer.clone() }, at(NOW)).await.unwrap();
    assert_eq!(find(&pool, first).await.unwrap().unwrap().answer, Some(answer));
    assert_eq!(question(&pool, first).await.unwrap(), None);
    let kept: Option<String> = sqlx::query_scalar("select link from errands where id = $1")
        .bind(first.0)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(kept, None, "it may have led to a person");

    let later = at("2026-03-09T00:00:00Z");
    assert_ne!(open(&mut db, account, &link, later).await.unwrap(), first);
    assert_eq!(find(&pool, first).await.unwrap(), None, "forgotten after a week");
    assert!(find(&pool, other).await.unwrap().is_some(), "it is still open");
}

#[sqlx::test(migrations = "../migrations")]
async fn who_has_to_be_linked_again_asks_nothing(pool: PgPool) {
    let (first, second) = (account(&pool, 7).await, account(&pool, 8).await);
    let mut db = connection(&pool).await;
    let errand = open(&mut db, first, &Question::Refresh, at(NOW)).await.unwrap();
    assert_eq!(askable(&pool, at(NOW)).await.unwrap(), [first, second]);
    flood_wait(&pool, first, "contacts.resolveUsername", at("2026-03-01T01:00:00Z")).await;
    assert_eq!(askable(&pool, at(NOW)).await.unwrap(), [second, first]);
    accounts::set_state(&mut db, first, AccountState::NeedsLinking, at(NOW)).await.unwrap();
    assert_eq!(askable(&pool, at(NOW)).await.unwrap(), [second]);
    let answer = find(&pool, errand).await.unwrap().unwrap().answer.unwrap();
    assert!(!answer.is_good && answer.text.contains("linked again"), "{answer:?}");
    let error = open(&mut db, first, &Question::Refresh, at(NOW)).await.unwrap_err();
    assert!(error.to_string().contains("linked again"), "{error}");
}

#[sqlx::test(migrations = "../migrations")]
async fn accounts_look_once_a_day_and_sooner_when_it_went_wrong(pool: PgPool) {
    // Linked at the beginning of January.
    let account = account(&pool, 7).await;
    let mut db = connection(&pool).await;
    let due = async |moment| !refresh_due(&pool, false, at(moment)).await.unwrap().is_empty();
    assert!(!due("2026-01-01T23:00:00Z").await, "linking has looked");
    assert!(due("2026-01-02T00:00:00Z").await);
    assert!(refresh_due(&pool, true, at("2026-01-02T00:00:00Z")).await.unwrap().is_empty());
    let moment = at("2026-01-02T00:00:00Z");
    let errand = open(&mut db, account, &Question::Refresh, moment).await.unwrap();
    assert!(!due("2026-01-02T23:00:00Z").await, "it is under way");
    assert!(due("2026-01-03T00:00:00Z").await, "it was lost");
    assert_eq!(open(&mut db, account, &Question::Refresh, at("2026-01-03T00:00:00Z")).await.unwrap(), errand);
    finish(&pool, errand, &ErrandAnswer { is_good: false, ..good(None) }, moment).await.unwrap();
    assert!(!due("2026-01-02T00:30:00Z").await);
    assert!(due("2026-01-02T01:00:00Z").await);
    let moment = at("2026-01-02T01:00:00Z");
    let errand = open(&mut db, account, &Question::Refresh, moment).await.unwrap();
    finish(&pool, errand, &good(None), moment).await.unwrap();
    assert!(!due("2026-01-03T00:59:00Z").await);
    assert!(due("2026-01-03T01:00:00Z").await);
    flood_wait(&pool, account, "stats.loadAsyncGraph", at("2026-01-04T00:00:00Z")).await;
    assert!(due("2026-01-03T01:00:00Z").await, "that is not asked");
    flood_wait(&pool, account, "messages.getDialogs", at("2026-01-04T00:00:00Z")).await;
    assert!(!due("2026-01-03T01:00:00Z").await, "Telegram wants quiet");
}
