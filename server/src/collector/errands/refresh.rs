//! Which channels the account administers by now: new ones appear, to be chosen; lost ones keep what was collected.

use app::model::{ChannelId, ErrandAnswer, Right};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::collector::discover::{self, Choice};
use crate::collector::record::follow_rights;
use crate::collector::{CollectError, Context};
use crate::store;
use crate::store::channels::{self, Access, Lost};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::channel::FullChannel;

/// What the account has now.
pub(super) struct Administered {
    /// What it created or administers.
    full: Vec<FullChannel>,
    /// What it administered before and may still look at.
    read: Vec<FullChannel>,
    /// What it administered before and does not get at any more.
    gone: Vec<(ChannelId, Access)>,
}

pub(super) async fn ask(context: &Context) -> Result<Administered, CollectError> {
    let client = &context.client;
    let full = discover::administered(client).await?;
    let (mut read, mut gone) = (Vec::new(), Vec::new());
    for (id, access) in channels::administered_by(&context.pool, context.account).await? {
        if full.iter().any(|one| one.listed.channel.id == id) {
            continue;
        }
        // That it is not in a list is no proof; Telegram is asked.
        match client.full_channel(ChannelRef { id, access_hash: access.access_hash }).await {
            Ok(answer) => read.push(answer.value),
            Err(fault) if fault.is_thrown_out() => gone.push((id, access)),
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(Administered { full, read, gone })
}

pub(super) async fn record(
    db: &mut PgConnection,
    context: &Context,
    administered: &Administered,
    now: Timestamp,
) -> store::Result<ErrandAnswer> {
    let Administered { full, read, gone } = administered;
    let simulated = context.client.session().is_simulated();
    let mut new = 0;
    for one in full {
        let is_known = channels::find(&mut *db, one.listed.channel.id).await?.is_some();
        new += usize::from(!is_known);
    }
    discover::add(db, now, context.account, simulated, full, Choice::Nothing).await?;
    for one in read {
        discover::add_one(db, now, context.account, simulated, one).await?;
    }
    for (channel, access) in gone {
        lose(db, *channel, access, now).await?;
    }
    let lost = gone.len() + read.iter().filter(|one| !one.listed.is_administrator).count();
    let text = said(full.len(), new, lost);
    Ok(ErrandAnswer { is_good: true, text, channel: None })
}

/// The account does not get at it any more: it has no right there, and what nobody else may see is parked.
async fn lose(
    db: &mut PgConnection,
    channel: ChannelId,
    access: &Access,
    now: Timestamp,
) -> store::Result<()> {
    let none = Access {
        is_creator: false,
        is_admin: false,
        can_edit_stories: false,
        can_view_stats: false,
        can_view_revenue: false,
        can_view_stars_revenue: false,
        ..access.clone()
    };
    let before = channels::rights(&mut *db, channel).await?;
    // Where another account may look at it, this one is not to be chosen for that.
    if !channels::pass_right_on(&mut *db, channel, access.account, Lost::Access(Right::Member)).await? {
        channels::record_access(&mut *db, channel, &none, now).await?;
    }
    let after = channels::rights(&mut *db, channel).await?;
    let (facts, _) = channels::facts(&mut *db, channel).await?;
    follow_rights(db, &facts, before, after, now).await
}

fn said(all: usize, new: usize, lost: usize) -> String {
    let mut text = format!("The account administers {all} channels and groups");
    match new {
        0 => text.push_str(", none of them new."),
        1 => text.push_str(", one of them new: tick it to have it collected."),
        new => text.push_str(&format!(", {new} of them new: tick those to be collected.")),
    }
    match lost {
        0 => {}
        1 => text.push_str(" One it administers no more; what was collected stays."),
        lost => text.push_str(&format!(" {lost} it administers no more; what was collected stays.")),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn it_is_said_what_is_new_and_what_is_lost() {
        assert_eq!(said(3, 0, 0), "The account administers 3 channels and groups, none of them new.");
        assert!(
            said(3, 1, 1).contains("one of them new") && said(3, 1, 1).contains("One it administers no more")
        );
        assert!(said(9, 2, 4).ends_with(
            "2 of them new: tick those to be collected. 4 it administers no more; what was collected stays."
        ));
    }
}
