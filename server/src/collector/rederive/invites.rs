//! Invite links, and how they stood on each day on which somebody looked.

use std::collections::BTreeMap;

use app::model::{ChannelId, InviteLink};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sqlx::PgConnection;

use super::KindComparison;
use super::rows::Tally;
use crate::store;
use crate::store::invites::{Usage, list, whole};
use crate::store::snapshots::Kept;
use crate::telegram::convert::invites::reread;

/// A link as it was told, from when on, and when asking began the last time it was told so.
#[derive(Debug)]
struct Told {
    link: InviteLink,
    taken_at: Timestamp,
    asked_at: Option<Timestamp>,
}

impl Told {
    const fn usage(&self, day: Date, seen_at: Timestamp) -> Usage {
        let InviteLink { usage, requested, subscription_expired, .. } = self.link;
        Usage { day, seen_at, usage, requested, subscription_expired }
    }
}

/// What the answers say of each link, by its hash, in their order.
#[derive(Debug, Default)]
pub(super) struct Invites(BTreeMap<String, Vec<Told>>);

/// What differs.
#[derive(Debug, Default)]
pub(super) struct Wanting {
    links: Vec<(InviteLink, Timestamp)>,
    usage: Vec<(String, Usage)>,
}

impl Invites {
    pub(super) fn add(&mut self, kept: &Kept) -> Result<(), String> {
        let link = reread(&kept.body)?;
        let (taken_at, asked_at) = (kept.taken_at, kept.asked_at);
        self.0.entry(link.hash.clone()).or_default().push(Told { link, taken_at, asked_at });
        Ok(())
    }

    pub(super) async fn compare(
        self,
        db: &mut PgConnection,
        channel: ChannelId,
        tally: &mut Tally,
    ) -> store::Result<Wanting> {
        let mut wanting = Wanting::default();
        let mut counts = KindComparison::new("invite_links");
        let rows = list(&mut *db, channel).await?;
        let mut kept: BTreeMap<String, InviteLink> =
            rows.into_iter().map(|link| (link.hash.clone(), without_counts(link))).collect();
        for (hash, told) in &self.0 {
            let (Some(first), Some(last)) = (told.first(), told.last()) else { continue };
            let said = without_counts(last.link.clone());
            if counts.count(kept.remove(hash).as_ref(), &said) {
                wanting.links.push((said, first.taken_at));
            }
        }
        counts.add_extra(kept.len());
        tally.add(counts);

        let mut counts = KindComparison::new("invite_usage");
        let mut kept: BTreeMap<String, Vec<Usage>> = BTreeMap::new();
        for (hash, usage) in whole::usage(db, channel).await? {
            kept.entry(hash).or_default().push(usage);
        }
        for (hash, told) in self.0 {
            let rows = kept.remove(&hash).unwrap_or_default();
            let days = days(&told, &rows);
            counts.add_extra(rows.iter().filter(|row| !days.contains_key(&row.day)).count());
            for said in days.into_values() {
                if counts.count(rows.iter().find(|row| row.day == said.day), &said) {
                    wanting.usage.push((hash.clone(), said));
                }
            }
        }
        counts.add_extra(kept.values().map(Vec::len).sum());
        tally.add(counts);
        Ok(wanting)
    }
}

impl Wanting {
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        for (link, first) in &self.links {
            whole::restore(&mut *db, channel, link, *first).await?;
        }
        for (hash, usage) in &self.usage {
            whole::restore_usage(&mut *db, channel, hash, usage).await?;
        }
        Ok(())
    }
}

fn without_counts(link: InviteLink) -> InviteLink {
    InviteLink { usage: 0, requested: 0, subscription_expired: 0, ..link }
}

/// How a link stood on the days of rows, and on those of the last look at each version of it. One that cannot be used any
/// more may have no row: only a change makes one.
fn days(told: &[Told], rows: &[Usage]) -> BTreeMap<Date, Usage> {
    let mut days = BTreeMap::new();
    for row in rows {
        // Looks follow each other, so it is the first version that was still told after the look began.
        let version = told.iter().find(|one| one.asked_at.is_none_or(|at| at >= row.seen_at));
        // Where it was not kept when one was told last, which one it was is not known.
        if let Some(version) = version.filter(|one| one.asked_at.is_some()) {
            days.insert(row.day, version.usage(row.day, row.seen_at));
        }
    }
    for version in told.iter().filter(|one| !one.link.is_revoked) {
        let Some(asked_at) = version.asked_at else { continue };
        let day = asked_at.to_zoned(TimeZone::UTC).date();
        if rows.iter().all(|row| row.day != day) {
            days.insert(day, version.usage(day, asked_at));
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use app::model::TelegramUserId;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_800_057_600 + hour * 3_600).unwrap()
    }

    fn told(usage: i32, is_revoked: bool, asked_at: Option<i64>) -> Told {
        let link = InviteLink {
            hash: "a".to_owned(),
            link: "https://t.me/+a".to_owned(),
            admin_id: TelegramUserId(7),
            title: None,
            created_at: at(0),
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
        };
        Told { link, taken_at: at(0), asked_at: asked_at.map(at) }
    }

    /// The day and the count, and when that was seen.
    fn derived(told: &[Told], rows: &[i64]) -> Vec<(i8, i32, Timestamp)> {
        let row = |hour: &i64| {
            let day = at(*hour).to_zoned(TimeZone::UTC).date();
            Usage { day, seen_at: at(*hour), usage: -1, requested: 0, subscription_expired: 0 }
        };
        let rows: Vec<Usage> = rows.iter().map(row).collect();
        days(told, &rows).into_values().map(|one| (one.day.day(), one.usage, one.seen_at)).collect()
    }

    #[test]
    fn a_day_has_the_version_that_was_told_at_its_last_look() {
        // Told at hours 1 to 30, then at 40, then, revoked, from 50 on.
        let versions = [told(1, false, Some(30)), told(2, false, Some(40)), told(3, true, Some(100))];
        let first = at(0).to_zoned(TimeZone::UTC).date().day();
        let rows = [20, 40, 50];
        let expected = [(first, 1, at(20)), (first + 1, 2, at(40)), (first + 2, 3, at(50))];
        assert_eq!(derived(&versions, &rows), expected);
        // The day of the last look at a version has a row, and that of one which is revoked need not.
        assert_eq!(derived(&versions, &[]), [(first + 1, 2, at(40))]);
        assert_eq!(derived(&versions, &[101]), [(first + 1, 2, at(40))], "of which no answer is kept");
        let old = [told(1, false, None), told(2, false, Some(40))];
        assert_eq!(derived(&old, &[20, 40]), [], "which version it was is not known");
    }
}
