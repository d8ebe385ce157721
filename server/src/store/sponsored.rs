//! Ads that Telegram offered to the account that looked: not what readers saw.

use app::model::ChannelId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgExecutor};

use super::Counts;
use super::channels::Writing;
use super::error::Result;

/// An ad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ad {
    /// Where it leads to.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its words.
    pub message: String,
    /// What its button says.
    pub button_text: String,
    /// Who pays for it.
    pub sponsor_info: Option<String>,
    /// What else is said of it.
    pub additional_info: Option<String>,
    /// Telegram wants it called recommended instead of sponsored.
    pub recommended: bool,
}

impl Ad {
    /// What tells it from others: Telegram gives each offer another number.
    fn sha256(&self) -> Vec<u8> {
        let texts = [
            Some(&self.url),
            Some(&self.title),
            Some(&self.message),
            Some(&self.button_text),
            self.sponsor_info.as_ref(),
            self.additional_info.as_ref(),
        ];
        let mut hash = Sha256::new();
        for text in texts {
            // The length first, so that no two ads run into each other.
            hash.update(text.map_or(usize::MAX, |text| text.len()).to_be_bytes());
            hash.update(text.map_or("", |text| text.as_str()));
        }
        hash.update([u8::from(self.recommended)]);
        hash.finalize().to_vec()
    }
}

/// An ad, and when it was offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Which.
    pub ad: Ad,
    /// At the first look that met it.
    pub first_seen_at: Timestamp,
    /// At the last one.
    pub seen_at: Timestamp,
    /// At so many looks.
    pub looks: i32,
}

/// Records the ads of a look. The same look again changes nothing.
///
/// # Errors
/// `NotFound` without such a channel.
pub async fn record(db: &mut PgConnection, channel: ChannelId, ads: &[Ad], now: Timestamp) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;
    let rows = sqlx::query!(
        r#"insert into sponsored_messages as kept
               (channel_id, content_sha256, url, title, message, button_text, sponsor_info, additional_info, recommended,
                first_seen_at, seen_at, looks)
           select distinct on (told.content_sha256) $1, told.*, $2, $2, 1
           from unnest($3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::boolean[])
               as told (content_sha256, url, title, message, button_text, sponsor_info, additional_info, recommended)
           on conflict (channel_id, content_sha256) do update
           set seen_at = excluded.seen_at, looks = kept.looks + 1
           where kept.seen_at < excluded.seen_at
           returning looks = 1 as "is_new!""#,
        channel.0,
        now.to_sqlx(),
        &ads.iter().map(Ad::sha256).collect::<Vec<_>>(),
        &ads.iter().map(|ad| ad.url.clone()).collect::<Vec<_>>(),
        &ads.iter().map(|ad| ad.title.clone()).collect::<Vec<_>>(),
        &ads.iter().map(|ad| ad.message.clone()).collect::<Vec<_>>(),
        &ads.iter().map(|ad| ad.button_text.clone()).collect::<Vec<_>>(),
        &ads.iter().map(|ad| ad.sponsor_info.clone()).collect::<Vec<_>>() as _,
        &ads.iter().map(|ad| ad.additional_info.clone()).collect::<Vec<_>>() as _,
        &ads.iter().map(|ad| ad.recommended).collect::<Vec<_>>(),
    )
    .fetch_all(&mut *writing)
    .await?;
    writing.commit().await?;
    let new = rows.iter().filter(|row| row.is_new).count();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(Counts { new: count(new), unchanged: count(ads.len().saturating_sub(new)), ..Counts::default() })
}

/// Every ad that was ever offered, the newest first.
pub async fn list(db: impl PgExecutor<'_>, channel: ChannelId) -> Result<Vec<Offered>> {
    let rows = sqlx::query!(
        "select url, title, message, button_text, sponsor_info, additional_info, recommended, first_seen_at, seen_at, looks
         from sponsored_messages where channel_id = $1 order by seen_at desc, first_seen_at desc, content_sha256",
        channel.0,
    )
    .fetch_all(db)
    .await?;
    let offered = rows.into_iter().map(|row| Offered {
        ad: Ad {
            url: row.url,
            title: row.title,
            message: row.message,
            button_text: row.button_text,
            sponsor_info: row.sponsor_info,
            additional_info: row.additional_info,
            recommended: row.recommended,
        },
        first_seen_at: row.first_seen_at.to_jiff(),
        seen_at: row.seen_at.to_jiff(),
        looks: row.looks,
    });
    Ok(offered.collect())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::store::testing::{at, channel, connection};

    fn ad(title: &str, sponsor_info: Option<&str>) -> Ad {
        Ad {
            url: "https://t.me/elsewhere".to_owned(),
            title: title.to_owned(),
            message: "words".to_owned(),
            button_text: "VIEW CHANNEL".to_owned(),
            sponsor_info: sponsor_info.map(str::to_owned),
            additional_info: None,
            recommended: false,
        }
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn an_ad_is_known_by_what_it_says(pool: PgPool) {
        let five = channel(&pool, 5).await;
        let mut db = connection(&pool).await;
        let (first, second) = (at("2026-03-01T00:00:00Z"), at("2026-03-02T00:00:00Z"));
        let two = [ad("one", None), ad("one", Some("")), ad("one", None)];
        assert_eq!(record(&mut db, five, &two, first).await.unwrap().new, 2);
        let again = record(&mut db, five, &two, first).await.unwrap();
        assert_eq!((again.new, again.changed), (0, 0), "the same look again");
        assert_eq!(record(&mut db, five, &[ad("one", None)], second).await.unwrap().unchanged, 1);
        let offered = |ad, seen_at, looks| Offered { ad, first_seen_at: first, seen_at, looks };
        let expected = [offered(ad("one", None), second, 2), offered(ad("one", Some("")), first, 1)];
        assert_eq!(list(&pool, five).await.unwrap(), expected);
    }
}
