//! What only one collector gathers, from the answers that were kept of it.

use std::collections::HashMap;

use app::model::{ChannelId, Item};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::rows::Tally;
use super::{KindComparison, boosts, forwards, giveaways, invites, similar, stories};
use crate::store;
use crate::store::snapshots::Kept;

/// What the answers say together, the later instead of the earlier.
#[derive(Debug, Default)]
pub(super) struct Answers {
    statuses: boosts::Statuses,
    stories: stories::Stories,
    giveaways: giveaways::Giveaways,
    similar: similar::Similar,
    forwards: forwards::Forwards,
    invites: invites::Invites,
}

/// What differs.
#[derive(Debug)]
pub(super) struct Wanting {
    statuses: boosts::WantingStatuses,
    stories: stories::Wanting,
    giveaways: giveaways::Wanting,
    similar: similar::Wanting,
    forwards: forwards::Wanting,
    invites: invites::Wanting,
}

impl Answers {
    /// Adds what an answer says. `items`: which item was asked for by the number of a message or story.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn add(
        &mut self,
        kept: &Kept,
        items: &HashMap<Item, (Item, Timestamp)>,
    ) -> Result<(), String> {
        let parts: Vec<&str> = kept.kind.split('/').collect();
        match parts[..] {
            ["premium.getBoostsStatus"] => {
                self.statuses.add(kept)?;
                self.giveaways.add_prepaid(kept)
            }
            ["storyItem", id] => self.stories.add(number(id)?, kept),
            ["storyViews", id] => self.stories.add_counters(number(id)?, kept),
            ["messageMediaGiveaway", id] => self.giveaways.add_message(number(id)?, kept),
            ["payments.getGiveawayInfo", id] => self.giveaways.add_info(number(id)?, kept),
            ["channels.getChannelRecommendations"] => self.similar.add(kept),
            ["stats.getMessagePublicForwards", id, _] => {
                self.forwards.add(items.get(&Item::post(number(id)?)), kept)
            }
            ["stats.getStoryPublicForwards", id, _] => {
                self.forwards.add(items.get(&Item::story(number(id)?)), kept)
            }
            ["messages.getExportedChatInvites", _] => self.invites.add(kept),
            _ => Ok(()),
        }
    }

    /// Compares with what is kept: one count a kind, those of which nothing is said or kept left out.
    pub(super) async fn compare(
        self,
        db: &mut PgConnection,
        channel: ChannelId,
    ) -> store::Result<(Vec<KindComparison>, Wanting)> {
        let mut tally = Tally::default();
        let wanting = Wanting {
            statuses: self.statuses.compare(&mut *db, channel, &mut tally).await?,
            stories: self.stories.compare(&mut *db, channel, &mut tally).await?,
            giveaways: self.giveaways.compare(&mut *db, channel, &mut tally).await?,
            similar: self.similar.compare(&mut *db, channel, &mut tally).await?,
            forwards: self.forwards.compare(&mut *db, channel, &mut tally).await?,
            invites: self.invites.compare(&mut *db, channel, &mut tally).await?,
        };
        Ok((tally.counts(), wanting))
    }
}

impl Wanting {
    /// Puts it in its place, inside the caller's transaction.
    pub(super) async fn restore(self, db: &mut PgConnection, channel: ChannelId) -> store::Result<()> {
        self.statuses.restore(&mut *db, channel).await?;
        self.stories.restore(&mut *db, channel).await?;
        self.giveaways.restore(&mut *db, channel).await?;
        self.similar.restore(&mut *db, channel).await?;
        self.forwards.restore(&mut *db, channel).await?;
        self.invites.restore(db, channel).await
    }
}

fn number(text: &str) -> Result<i32, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}
