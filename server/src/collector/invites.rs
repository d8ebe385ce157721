//! Invite links of every administrator, those that were revoked included, and who waits to be let in. Who came through
//! a link is only asked for links that a person has marked.
//!
//! What is told of links is kept as snapshots. Those about who came through one are not: they are of people, with their
//! names and words, of whom nothing more is wanted than that and when they came.

use std::collections::HashSet;

use app::model::{ChannelId, InviteImporter, InviteLink, TelegramUserId};
use futures::future::BoxFuture;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use super::CollectError;
use super::asker::Asker;
use super::harvest::{Harvest, Record, Times};
use crate::store::{self, Counts, invites};
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::invites::InvitingAdmin;
use crate::telegram::convert::salvage::Unread;
use crate::telegram::fault::Fault;

/// Links or importers a page: the most that Telegram gives.
const PAGE: i32 = 100;
/// Nobody makes a million links.
const MOST_PAGES: usize = 10_000;

pub(super) async fn gather(asker: &Asker<'_>, channel: ChannelRef) -> Result<Harvest, CollectError> {
    let client = &asker.context.client;
    let mut harvest = Harvest::default();
    // Only the owner sees everybody's links; others at least their own.
    let (admins, all) = match asker.ask(|| client.admins_with_invites(channel)).await {
        Ok(answer) => {
            harvest.snapshots.push(("messages.getAdminsWithInvites".to_owned(), answer.body));
            (answer.value, true)
        }
        Err(CollectError::Fault(Fault::RightLost { .. })) => (vec![InvitingAdmin::itself()], false),
        Err(error) => return Err(error),
    };
    let (mut links, mut unread) = (Vec::new(), Unread::default());
    for admin in &admins {
        for revoked in [false, true] {
            let count = if revoked { admin.revoked_links } else { admin.links };
            if count > 0 {
                links.extend(links_of(asker, channel, admin, revoked, &mut harvest, &mut unread).await?);
            }
        }
    }
    let requests = match asker.ask(|| client.join_requests(channel)).await {
        Ok(answer) => Some(answer.value),
        Err(CollectError::Fault(fault @ (Fault::Rpc { .. } | Fault::RightLost { .. }))) => {
            harvest.problems.push(format!("Who waits to be let in could not be read: {fault}."));
            None
        }
        Err(error) => return Err(error),
    };
    let mut importers = Vec::new();
    for tracked in invites::tracked(&asker.context.pool, channel.id).await? {
        let (found, unread) = importers_of(asker, channel, &tracked).await?;
        if unread > 0 {
            harvest.problems.push(format!(
                "{unread} of those who came through a link were refused: Telegram's answer cannot be read."
            ));
        }
        importers.push((tracked.hash.clone(), found));
    }
    // A link that cannot be read is not one that is gone.
    let all = all && unread.is_empty();
    harvest.add_unread("invite links", "messages.getExportedChatInvites", unread);
    harvest.records.push(Box::new(Gathered { links, all, requests, importers }));
    Ok(harvest)
}

async fn links_of(
    asker: &Asker<'_>,
    channel: ChannelRef,
    admin: &InvitingAdmin,
    revoked: bool,
    harvest: &mut Harvest,
    unread: &mut Unread,
) -> Result<Vec<InviteLink>, CollectError> {
    let client = &asker.context.client;
    let mut links: Vec<InviteLink> = Vec::new();
    let mut seen = HashSet::new();
    for _ in 0..MOST_PAGES {
        let page = asker.ask(|| client.exported_invites(channel, admin, revoked, links.last(), PAGE)).await?;
        let page = page.value;
        unread.add(page.unread);
        let total = usize::try_from(page.total).unwrap_or(0);
        let known = links.len();
        for (link, raw) in page.links {
            if seen.insert(link.hash.clone()) {
                harvest.snapshots.push((kind(&link), raw));
                links.push(link);
            }
        }
        if links.len() == known {
            break;
        }
        if links.len() >= total {
            break;
        }
    }
    Ok(links)
}

/// Each link by itself: a page would be another one whenever anybody came through any of them. A kind is no secret, so
/// it does not say which link it is.
fn kind(link: &InviteLink) -> String {
    let hash = Sha256::digest(link.hash.as_bytes());
    let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("messages.getExportedChatInvites/{hash}")
}

/// Who came through a link since the last look; all, the first time. And how many cannot be read.
async fn importers_of(
    asker: &Asker<'_>,
    channel: ChannelRef,
    tracked: &invites::Tracked,
) -> Result<(Vec<InviteImporter>, usize), CollectError> {
    let client = &asker.context.client;
    let known: HashSet<(TelegramUserId, Timestamp)> =
        invites::importers(&asker.context.pool, channel.id, &tracked.hash)
            .await?
            .into_iter()
            .map(|one| (one.user_id, one.joined_at))
            .collect();
    let mut importers = Vec::new();
    let mut seen = HashSet::new();
    let (mut offset, mut unread) = (None, Unread::default());
    loop {
        let page =
            asker.ask(|| client.invite_importers(channel, &tracked.link, offset.as_ref(), PAGE)).await?.value;
        let is_news = |one: &InviteImporter| !known.contains(&(one.user_id, one.joined_at));
        let end = page.importers.iter().any(|one| !is_news(one));
        unread.add(page.unread);
        let before = importers.len();
        importers.extend(
            page.importers
                .into_iter()
                .filter(is_news)
                .filter(|one| seen.insert((one.user_id, one.joined_at))),
        );
        if end || importers.len() == before || page.next.is_none() {
            return Ok((importers, unread.count));
        }
        offset = page.next;
    }
}

#[derive(Debug)]
struct Gathered {
    links: Vec<InviteLink>,
    /// Everybody's links were listed.
    all: bool,
    requests: Option<i32>,
    importers: Vec<(String, Vec<InviteImporter>)>,
}

impl Record for Gathered {
    fn record<'a>(
        &'a self,
        db: &'a mut PgConnection,
        channel: ChannelId,
        times: Times,
    ) -> BoxFuture<'a, store::Result<Counts>> {
        Box::pin(async move {
            let mut counts =
                invites::record(&mut *db, channel, &self.links, self.all, times.asked_at).await?;
            if let Some(requests) = self.requests {
                counts += invites::record_requests(&mut *db, channel, requests, times.now).await?;
            }
            for (hash, importers) in &self.importers {
                counts += invites::record_importers(&mut *db, channel, hash, importers, times.now).await?;
            }
            Ok(counts)
        })
    }
}
