//! Invite links and importers.

use app::model::{InviteImporter, InviteLink, TelegramUserId};
use grammers_tl_types::{Deserializable as _, Serializable as _, enums as e, types as t};

use super::salvage::{Salvaged, Unread};
use super::{moment, text};

/// An administrator who made links.
#[derive(Clone, Debug, PartialEq)]
pub struct InvitingAdmin {
    /// How requests name them; the hash belongs to the account.
    pub(in crate::telegram) user: e::InputUser,
    /// Links that are good, or only ended by themselves.
    pub links: i32,
    /// Links that were revoked.
    pub revoked_links: i32,
}

impl InvitingAdmin {
    /// The account itself: all that an administrator who may not see the others can ask about.
    pub const fn itself() -> Self {
        Self { user: e::InputUser::UserSelf, links: 1, revoked_links: 1 }
    }
}

/// A page of an administrator's links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitePage {
    /// How many there are.
    pub total: i32,
    /// Newest first, each with its TL bytes.
    pub links: Vec<(InviteLink, Vec<u8>)>,
    /// Links that cannot be read.
    pub unread: Unread,
}

/// Where the next page of importers begins.
#[derive(Clone, Debug, PartialEq)]
pub struct ImporterOffset {
    pub(in crate::telegram) date: i32,
    pub(in crate::telegram) user: e::InputUser,
}

/// A page of importers.
#[derive(Clone, Debug, PartialEq)]
pub struct ImporterPage {
    /// How many there are.
    pub total: i32,
    /// Newest first.
    pub importers: Vec<InviteImporter>,
    /// Where the next page begins; `None` after an empty one.
    pub next: Option<ImporterOffset>,
    /// Those of the page who cannot be read. They are only counted, not kept.
    pub unread: Unread,
}

/// What is kept of the answer about who made links: all but their names and when they were last seen. No number comes of
/// those, and they would make every answer a new one.
pub(in crate::telegram) fn admins_kept(answer: &e::messages::ChatAdminsWithInvites) -> Vec<u8> {
    let e::messages::ChatAdminsWithInvites::Invites(answer) = answer;
    let kept = t::messages::ChatAdminsWithInvites { users: Vec::new(), ..answer.clone() };
    e::messages::ChatAdminsWithInvites::from(kept).to_bytes()
}

/// Administrators whom the answer does not describe are left out: nothing can be asked about them.
pub(in crate::telegram) fn admins(answer: e::messages::ChatAdminsWithInvites) -> Vec<InvitingAdmin> {
    let e::messages::ChatAdminsWithInvites::Invites(answer) = answer;
    let admins = answer.admins.into_iter().filter_map(|admin| {
        let e::ChatAdminWithInvites::Invites(admin) = admin;
        let user = input_user(&answer.users, admin.admin_id)?;
        Some(InvitingAdmin { user, links: admin.invites_count, revoked_links: admin.revoked_invites_count })
    });
    admins.collect()
}

fn input_user(users: &[e::User], id: i64) -> Option<e::InputUser> {
    users.iter().find_map(|user| match user {
        e::User::User(user) if user.id == id && user.is_self => Some(e::InputUser::UserSelf),
        e::User::User(user) if user.id == id => {
            let access_hash = user.access_hash?;
            Some(t::InputUser { user_id: id, access_hash }.into())
        }
        _ => None,
    })
}

pub(in crate::telegram) fn page(answer: Salvaged<e::messages::ExportedChatInvites>) -> InvitePage {
    let Salvaged { answer: e::messages::ExportedChatInvites::Invites(answer), unread } = answer;
    let links = answer.invites.into_iter().filter_map(|invite| {
        let raw = invite.to_bytes();
        match invite {
            e::ExportedChatInvite::ChatInviteExported(invite) => Some((link(invite), raw)),
            // Not a link: who asks to come in by the public name.
            e::ExportedChatInvite::ChatInvitePublicJoinRequests => None,
        }
    });
    InvitePage { total: answer.count, links: links.collect(), unread }
}

/// Reads what was kept of a link again.
///
/// # Errors
/// Why it cannot be read.
pub fn reread(raw: &[u8]) -> Result<InviteLink, String> {
    match e::ExportedChatInvite::from_bytes(raw).map_err(|error| error.to_string())? {
        e::ExportedChatInvite::ChatInviteExported(invite) => Ok(link(invite)),
        e::ExportedChatInvite::ChatInvitePublicJoinRequests => Err("it is no link in its bytes".to_owned()),
    }
}

/// Counts that are left out are zero here: Telegram only sends those that are not.
fn link(told: t::ChatInviteExported) -> InviteLink {
    let pricing = told.subscription_pricing.map(|e::StarsSubscriptionPricing::Pricing(pricing)| pricing);
    InviteLink {
        hash: text(told.link.rsplit(['/', '+', '=']).next().unwrap_or_default()),
        link: told.link,
        admin_id: TelegramUserId(told.admin_id),
        title: told.title.map(text),
        created_at: moment(told.date),
        starts_at: told.start_date.map(moment),
        expires_at: told.expire_date.map(moment),
        usage_limit: told.usage_limit,
        is_permanent: told.permanent,
        request_needed: told.request_needed,
        is_revoked: told.revoked,
        price_stars: pricing.as_ref().map(|pricing| pricing.amount),
        price_period_seconds: pricing.map(|pricing| pricing.period),
        usage: told.usage.unwrap_or(0),
        requested: told.requested.unwrap_or(0),
        subscription_expired: told.subscription_expired.unwrap_or(0),
    }
}

pub(in crate::telegram) fn importers(answer: Salvaged<e::messages::ChatInviteImporters>) -> ImporterPage {
    let Salvaged { answer: e::messages::ChatInviteImporters::Importers(answer), unread } = answer;
    let last = answer.importers.last().map(|e::ChatInviteImporter::Importer(last)| last);
    let next = last.map(|last| ImporterOffset {
        date: last.date,
        user: input_user(&answer.users, last.user_id).unwrap_or(e::InputUser::Empty),
    });
    let importers =
        answer.importers.into_iter().map(|e::ChatInviteImporter::Importer(told)| InviteImporter {
            user_id: TelegramUserId(told.user_id),
            joined_at: moment(told.date),
            approved_by: told.approved_by.map(TelegramUserId),
        });
    ImporterPage { total: answer.count, importers: importers.collect(), next, unread }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_kept_but_not_shown() {
        let told = t::ChatInviteExported {
            revoked: false,
            permanent: true,
            request_needed: false,
            link: "https://t.me/+s3cretHash".to_owned(),
            admin_id: 7,
            date: 1_700_000_000,
            start_date: None,
            expire_date: None,
            usage_limit: None,
            usage: None,
            requested: None,
            subscription_expired: None,
            title: Some("Ads".to_owned()),
            subscription_pricing: Some(t::StarsSubscriptionPricing { period: 2_592_000, amount: 50 }.into()),
        };
        let link = link(told);
        assert_eq!((link.hash.as_str(), link.usage, link.price_stars), ("s3cretHash", 0, Some(50)));
        assert!(!format!("{link:?}").contains("s3cret"));
    }
}
