//! `channels.getFullChannel`: what the channel is, and what the account may see of it.

use app::model::ChannelId;
use futures::future::BoxFuture;
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::channel_facts::Facts;
use crate::store::channels::{Access, ChannelFacts};
use crate::store::{self, Counts, channel_facts};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::channel::FullChannel;

/// Telegram allows 128 characters; a longer title is no title, and would be on every page.
const MAX_TITLE_CHARS: usize = 255;

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let answer = asker.ask(|| client.full_channel(channel)).await?;
    let facts = facts(&answer.value, client.session().is_simulated());
    let access = access(&answer.value, asker.context.account);
    let problems = long_title(&answer.value.listed.title).into_iter().collect();
    let whole = whole(&answer.value);
    Ok(Harvest {
        facts: Some((facts, access)),
        records: vec![Box::new(Whole(whole))],
        snapshots: vec![("channels.getFullChannel".to_owned(), answer.body)],
        problems,
        ..Harvest::default()
    })
}

fn long_title(title: &str) -> Option<String> {
    let length = title.chars().count();
    (length > MAX_TITLE_CHARS)
        .then(|| format!("The title has {length} characters: the first {MAX_TITLE_CHARS} of them were kept."))
}

/// All it says of the channel, kept each time it differs.
#[derive(Debug)]
struct Whole(Facts);

impl Record for Whole {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(channel_facts::record(db, channel, &self.0, times.now))
    }
}

pub(super) fn whole(full: &FullChannel) -> Facts {
    Facts {
        title: title(full),
        usernames: full.usernames.clone(),
        flags: full.flags.iter().map(|flag| (*flag).to_owned()).collect(),
        subscribers: full.listed.subscribers,
        online: full.online,
        photo_id: full.photo_id,
        linked_channel_id: full.linked_channel_id,
        level: full.level,
    }
}

fn title(full: &FullChannel) -> String {
    full.listed.title.chars().take(MAX_TITLE_CHARS).collect()
}

pub(super) fn facts(full: &FullChannel, simulated: bool) -> ChannelFacts {
    ChannelFacts {
        id: full.listed.channel.id,
        title: title(full),
        username: full.listed.username.clone(),
        is_group: full.listed.is_group,
        simulated,
        subscribers: full.listed.subscribers,
    }
}

pub(super) fn access(full: &FullChannel, account: app::model::AccountId) -> Access {
    Access {
        account,
        access_hash: full.listed.channel.access_hash,
        is_creator: full.listed.is_creator,
        is_admin: full.listed.is_administrator,
        can_edit_stories: full.listed.can_edit_stories,
        can_view_stats: full.can_view_stats,
        can_view_revenue: full.can_view_revenue,
        can_view_stars_revenue: full.can_view_stars_revenue,
        stats_dc: full.stats_dc,
    }
}

#[cfg(test)]
mod tests {
    use app::model::ChannelId;

    use super::*;
    use crate::telegram::convert::channel::ListedChannel;

    fn full(title: String) -> FullChannel {
        let listed = ListedChannel {
            channel: ChannelRef { id: ChannelId(5), access_hash: 7 },
            title,
            username: None,
            is_group: false,
            is_creator: true,
            is_administrator: true,
            can_edit_stories: true,
            subscribers: Some(9),
        };
        FullChannel {
            listed,
            can_view_stats: true,
            can_view_revenue: false,
            can_view_stars_revenue: false,
            stats_dc: None,
            usernames: Vec::new(),
            flags: Vec::new(),
            online: None,
            photo_id: None,
            linked_channel_id: None,
            level: None,
        }
    }

    #[test]
    fn a_title_of_four_kilobytes_is_cut_and_said() {
        let title = "я".repeat(2_048);
        assert_eq!(facts(&full(title.clone()), false).title, "я".repeat(MAX_TITLE_CHARS));
        let said = "The title has 2048 characters: the first 255 of them were kept.";
        assert_eq!(long_title(&title).as_deref(), Some(said));
        assert_eq!(whole(&full(title)).title, "я".repeat(MAX_TITLE_CHARS));
        let title = "Кофе".to_owned();
        assert_eq!((facts(&full(title.clone()), false).title, long_title(&title)), (title, None));
    }
}
