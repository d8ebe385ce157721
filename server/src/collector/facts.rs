//! `channels.getFullChannel`: what the channel is, and what the account may see of it.

use super::CollectError;
use super::asker::Asker;
use super::harvest::Harvest;
use crate::store::channels::{Access, ChannelFacts};
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
    Ok(Harvest {
        facts: Some((facts, access)),
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

pub(super) fn facts(full: &FullChannel, simulated: bool) -> ChannelFacts {
    ChannelFacts {
        id: full.listed.channel.id,
        title: full.listed.title.chars().take(MAX_TITLE_CHARS).collect(),
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
            subscribers: Some(9),
        };
        FullChannel {
            listed,
            can_view_stats: true,
            can_view_revenue: false,
            can_view_stars_revenue: false,
            stats_dc: None,
        }
    }

    #[test]
    fn a_title_of_four_kilobytes_is_cut_and_said() {
        let title = "я".repeat(2_048);
        assert_eq!(facts(&full(title.clone()), false).title, "я".repeat(MAX_TITLE_CHARS));
        let said = "The title has 2048 characters: the first 255 of them were kept.";
        assert_eq!(long_title(&title).as_deref(), Some(said));
        let title = "Кофе".to_owned();
        assert_eq!((facts(&full(title.clone()), false).title, long_title(&title)), (title, None));
    }
}
