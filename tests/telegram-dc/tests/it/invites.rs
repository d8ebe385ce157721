//! Invite links and who came through them.

use std::collections::{BTreeMap, HashSet};

use grammers_tl_types::{enums as e, functions as f, types as t};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use telegram_dc::{DataCentre, HOME_DC, TruthInvite};

use crate::client::*;

fn links(centre: &DataCentre, id: i64, admin_id: e::InputUser) -> f::messages::GetExportedChatInvites {
    f::messages::GetExportedChatInvites {
        revoked: false,
        peer: input_peer(centre, id),
        admin_id,
        offset_date: None,
        offset_link: None,
        limit: 100,
    }
}

fn link(invite: e::ExportedChatInvite) -> t::ChatInviteExported {
    let e::ExportedChatInvite::ChatInviteExported(link) = invite else { panic!("{invite:?}") };
    link
}

async fn all(
    client: &Client,
    mut request: f::messages::GetExportedChatInvites,
) -> Vec<t::ChatInviteExported> {
    let mut found: Vec<t::ChatInviteExported> = Vec::new();
    loop {
        let e::messages::ExportedChatInvites::Invites(page) = client.home(&request).await;
        if page.invites.is_empty() {
            assert_eq!(usize::try_from(page.count), Ok(found.len()));
            return found;
        }
        assert_eq!(page.users.len(), 1);
        found.extend(page.invites.into_iter().map(link));
        let last = found.last().unwrap();
        (request.offset_date, request.offset_link) = (Some(last.date), Some(last.link.clone()));
    }
}

fn importers(
    centre: &DataCentre,
    id: i64,
    link: Option<&str>,
    limit: i32,
) -> f::messages::GetChatInviteImporters {
    f::messages::GetChatInviteImporters {
        requested: false,
        subscription_expired: false,
        peer: input_peer(centre, id),
        link: link.map(str::to_owned),
        q: None,
        offset_date: 0,
        offset_user: e::InputUser::Empty,
        limit,
    }
}

/// All pages, newest first, and the count that each of them has.
async fn everybody(
    client: &Client,
    mut request: f::messages::GetChatInviteImporters,
) -> (Vec<t::ChatInviteImporter>, i32) {
    let mut found: Vec<t::ChatInviteImporter> = Vec::new();
    loop {
        let e::messages::ChatInviteImporters::Importers(page) = client.home(&request).await;
        let hashes: BTreeMap<i64, i64> = page
            .users
            .iter()
            .filter_map(|user| match user {
                e::User::User(user) => Some((user.id, user.access_hash?)),
                e::User::Empty(_) => None,
            })
            .collect();
        if page.importers.is_empty() {
            return (found, page.count);
        }
        found.extend(page.importers.into_iter().map(|e::ChatInviteImporter::Importer(one)| one));
        let last = found.last().unwrap();
        request.offset_date = last.date;
        request.offset_user =
            t::InputUser { user_id: last.user_id, access_hash: hashes[&last.user_id] }.into();
    }
}

fn truth(centre: &DataCentre, id: i64, wanted: impl Fn(&TruthInvite) -> bool) -> TruthInvite {
    centre.truth().invites(id).into_iter().find(wanted).unwrap()
}

#[tokio::test]
async fn owners_see_the_links_of_all_administrators() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let asked = f::messages::GetAdminsWithInvites { peer: input_peer(&centre, BLOG) };
    let e::messages::ChatAdminsWithInvites::Invites(answer) = client.home(&asked).await;
    assert_eq!((answer.admins.len(), answer.users.len()), (2, 2));
    let hashes: BTreeMap<i64, i64> = answer
        .users
        .iter()
        .filter_map(|user| match user {
            e::User::User(user) => Some((user.id, user.access_hash?)),
            e::User::Empty(_) => None,
        })
        .collect();
    let mut told = Vec::new();
    for e::ChatAdminWithInvites::Invites(admin) in answer.admins {
        let input: e::InputUser =
            t::InputUser { user_id: admin.admin_id, access_hash: hashes[&admin.admin_id] }.into();
        let good = all(
            &client,
            f::messages::GetExportedChatInvites { limit: 2, ..links(&centre, BLOG, input.clone()) },
        );
        let good = good.await;
        let revoked = all(
            &client,
            f::messages::GetExportedChatInvites { revoked: true, ..links(&centre, BLOG, input) },
        );
        let revoked = revoked.await;
        assert_eq!(usize::try_from(admin.invites_count), Ok(good.len()));
        assert_eq!(usize::try_from(admin.revoked_invites_count), Ok(revoked.len()));
        assert!(good.iter().all(|link| !link.revoked) && revoked.iter().all(|link| link.revoked));
        assert_eq!(good.iter().filter(|link| link.permanent).count(), 1);
        told.extend(good);
        told.extend(revoked);
    }
    let truth = centre.truth().invites(BLOG);
    assert_eq!(told.len(), truth.len());
    for link in &told {
        let known = truth.iter().find(|known| known.link == link.link).unwrap();
        assert_eq!(u64::try_from(link.usage.unwrap_or(0)), Ok(known.usage));
        assert_eq!(usize::try_from(link.requested.unwrap_or(0)), Ok(known.requested));
        assert_eq!(usize::try_from(link.subscription_expired.unwrap_or(0)), Ok(known.subscription_expired));
        assert_eq!(
            (link.request_needed, link.subscription_pricing.is_some()),
            (known.request_needed, known.paid)
        );
        assert_eq!((link.admin_id, i64::from(link.date)), (known.admin_id, known.created));
    }
    assert!(told.iter().any(|link| link.revoked) && told.iter().any(|link| link.expire_date.is_some()));
}

#[tokio::test]
async fn administrators_see_their_own_and_members_nothing() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let asked = f::messages::GetAdminsWithInvites { peer: input_peer(&centre, ADMIN_ONLY) };
    let e::messages::ChatAdminsWithInvites::Invites(answer) = client.home(&asked).await;
    let [e::ChatAdminWithInvites::Invites(admin)] = &answer.admins[..] else { panic!("{:?}", answer.admins) };
    assert_eq!(admin.admin_id, centre.access().user.id);
    let own = all(&client, links(&centre, ADMIN_ONLY, e::InputUser::UserSelf)).await;
    assert!(own.len() == 1 && own[0].permanent);
    let owners = truth(&centre, ADMIN_ONLY, |link| !link.own);
    // Somebody whom a page of importers makes known stands in for the owner.
    let e::messages::ChatInviteImporters::Importers(page) =
        client.home(&importers(&centre, ADMIN_ONLY, Some(&own[0].link), 1)).await;
    let e::User::User(somebody) = &page.users[0] else { panic!("an empty user") };
    let other = t::InputUser { user_id: somebody.id, access_hash: somebody.access_hash.unwrap() };
    let refused = rpc_error(client.invoke(HOME_DC, &links(&centre, ADMIN_ONLY, other.into())).await);
    assert_eq!((refused.0, refused.1.as_str()), (400, "CHAT_ADMIN_REQUIRED"));
    let foreign = f::messages::GetExportedChatInvite {
        peer: input_peer(&centre, ADMIN_ONLY),
        link: owners.link.clone(),
    };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &foreign).await).1, "CHAT_ADMIN_REQUIRED");
    let foreign = importers(&centre, ADMIN_ONLY, Some(&owners.link), 10);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &foreign).await).1, "CHAT_ADMIN_REQUIRED");

    let member = f::messages::GetAdminsWithInvites { peer: input_peer(&centre, FOLLOWED) };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &member).await).1, "CHAT_ADMIN_REQUIRED");
    let member = links(&centre, FOLLOWED, e::InputUser::UserSelf);
    assert_eq!(rpc_error(client.invoke(HOME_DC, &member).await).1, "CHAT_ADMIN_REQUIRED");
    let stranger = t::InputUser { user_id: 5, access_hash: 5 };
    for nobody in [e::InputUser::Empty, stranger.into()] {
        let nobody = links(&centre, BLOG, nobody);
        assert_eq!(rpc_error(client.invoke(HOME_DC, &nobody).await).1, "ADMIN_ID_INVALID");
    }
}

#[tokio::test]
async fn a_link_is_told_alone_and_checked_by_its_hash() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let one = |link: &str| f::messages::GetExportedChatInvite {
        peer: input_peer(&centre, BLOG),
        link: link.to_owned(),
    };
    let check =
        |link: &str| f::messages::CheckChatInvite { hash: link.rsplit('+').next().unwrap().to_owned() };
    for known in centre.truth().invites(BLOG) {
        let e::messages::ExportedChatInvite::Invite(told) = client.home(&one(&known.link)).await else {
            panic!("replaced")
        };
        assert_eq!(link(told.invite).title, known.title);
        let answer = client.invoke(HOME_DC, &check(&known.link)).await;
        if known.revoked || known.title.as_deref() == Some("Stall at <the> fair") {
            assert_eq!(rpc_error(answer).1, "INVITE_HASH_EXPIRED");
        } else {
            let e::ChatInvite::Already(answer) = answer.unwrap() else { panic!("not a member") };
            assert_eq!(answer.chat.id(), BLOG);
        }
    }
    let elsewhere = truth(&centre, NEWS, |link| link.permanent).link;
    for wrong in [elsewhere.as_str(), "https://t.me/+nothing", ""] {
        assert_eq!(rpc_error(client.invoke(HOME_DC, &one(wrong)).await).1, "INVITE_HASH_EXPIRED");
    }
    let empty = f::messages::CheckChatInvite { hash: String::new() };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &empty).await).1, "INVITE_HASH_EMPTY");
    assert_eq!(rpc_error(client.invoke(HOME_DC, &check("+nothing")).await).1, "INVITE_HASH_INVALID");
}

#[tokio::test]
async fn a_closed_door_shows_little() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let request = f::messages::CheckChatInvite { hash: "Closed_doors_1".to_owned() };
    let e::ChatInvite::Invite(shown) = client.home(&request).await else { panic!("it is open") };
    assert!(shown.channel && shown.request_needed && !shown.public);
}

#[tokio::test]
async fn all_who_came_are_listed_once_and_on_their_day() {
    let centre = world().await;
    let client = Client::ready(&centre);
    for known in centre.truth().invites(BLOG) {
        let (found, count) = everybody(&client, importers(&centre, BLOG, Some(&known.link), 77)).await;
        assert_eq!(u64::try_from(count), Ok(known.usage));
        assert_eq!(u64::try_from(found.len()), Ok(known.usage), "{known:?}");
        assert!(found.windows(2).all(|pair| pair[0].date >= pair[1].date));
        let distinct: HashSet<i64> = found.iter().map(|one| one.user_id).collect();
        assert_eq!(distinct.len(), found.len());
        assert!(found.iter().all(|one| one.approved_by.is_some() == known.request_needed && !one.requested));
        let mut by_day = BTreeMap::new();
        for one in &found {
            let at = Timestamp::from_second(i64::from(one.date)).unwrap();
            assert!(at <= centre.clock().now() && i64::from(one.date) >= known.created);
            *by_day.entry(at.to_zoned(TimeZone::UTC).date()).or_insert(0_u64) += 1;
        }
        assert_eq!(by_day, known.joined_by_day);
    }
}

#[tokio::test]
async fn campaign_links_bring_whom_bought_ads_bring() {
    let centre = world().await;
    let mut growth: BTreeMap<_, u64> = BTreeMap::new();
    let is_campaign =
        |link: &&TruthInvite| link.title.as_ref().is_some_and(|title| title.starts_with("Ad in "));
    for link in centre.truth().invites(NEWS).iter().filter(is_campaign) {
        for (day, count) in &link.joined_by_day {
            *growth.entry(*day).or_default() += count;
        }
    }
    assert!(growth.len() > 4, "{growth:?}");
    for day in centre.truth().days(NEWS) {
        let came = growth.get(&day.date).copied().unwrap_or(0);
        // An ad brings half a per cent of the subscribers and more, all of them from other channels.
        assert!(came <= day.joined_by_source["Channels"]);
        assert!(came == 0 || came >= day.subscribers / 250);
    }
    // Even of very many the first page comes at once, and the next one follows it.
    let client = Client::ready(&centre);
    let link = centre
        .truth()
        .invites(NEWS)
        .into_iter()
        .filter(|link| is_campaign(&link))
        .max_by_key(|link| link.usage);
    let request = importers(&centre, NEWS, Some(&link.unwrap().link), 100);
    let e::messages::ChatInviteImporters::Importers(page) = client.home(&request).await;
    assert!(page.count > 10_000 && page.importers.len() == 100);
    let told = |page: &t::messages::ChatInviteImporters| -> Vec<(i32, i64)> {
        let one = |e::ChatInviteImporter::Importer(one): &e::ChatInviteImporter| (one.date, one.user_id);
        page.importers.iter().map(one).collect()
    };
    let (offset_date, user_id) = *told(&page).last().unwrap();
    let access_hash = page.users.iter().find_map(|user| match user {
        e::User::User(user) if user.id == user_id => user.access_hash,
        _ => None,
    });
    let offset_user = t::InputUser { user_id, access_hash: access_hash.unwrap() }.into();
    let next = f::messages::GetChatInviteImporters { offset_date, offset_user, ..request };
    let e::messages::ChatInviteImporters::Importers(next) = client.home(&next).await;
    assert!(told(&next)[0].0 <= offset_date);
    let both: HashSet<_> = told(&page).into_iter().chain(told(&next)).collect();
    assert_eq!(both.len(), 200);
}

#[tokio::test]
async fn requests_wait_until_they_are_decided() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let known = truth(&centre, BLOG, |link| link.request_needed);
    let waiting = f::messages::GetChatInviteImporters {
        requested: true,
        ..importers(&centre, BLOG, Some(&known.link), 2)
    };
    let (found, count) = everybody(&client, waiting.clone()).await;
    assert_eq!((found.len(), usize::try_from(count)), (known.requested, Ok(known.requested)));
    assert!(found.len() > 1 && found.iter().all(|one| one.requested && one.about.is_some()));
    let everywhere = f::messages::GetChatInviteImporters { link: None, ..waiting.clone() };
    assert_eq!(everybody(&client, everywhere.clone()).await.0, found);

    let full = f::channels::GetFullChannel { channel: input_channel(&centre, BLOG) };
    let e::messages::ChatFull::Full(full) = client.home(&full).await;
    let e::ChatFull::ChannelFull(told) = full.full_chat else { panic!("a chat") };
    assert_eq!(told.requests_pending, Some(count));
    let ids: Vec<i64> = found.iter().map(|one| one.user_id).collect();
    assert_eq!(told.recent_requesters, Some(ids.clone()));
    assert_eq!(full.users.len(), ids.len());
    let primary = link(told.exported_invite.unwrap());
    assert!(primary.permanent && primary.admin_id == centre.access().user.id);

    let named =
        f::messages::GetChatInviteImporters { q: Some("nobody is called this".to_owned()), ..everywhere };
    assert_eq!(everybody(&client, named).await.1, 0);
    let both = f::messages::GetChatInviteImporters { q: Some("a".to_owned()), ..waiting };
    let refused = rpc_error(client.invoke(HOME_DC, &both).await);
    assert_eq!((refused.0, refused.1.as_str()), (400, "SEARCH_WITH_LINK_NOT_SUPPORTED"));

    centre.clock().advance(SignedDuration::from_hours(60));
    let later = truth(&centre, BLOG, |link| link.request_needed);
    let (came, _) = everybody(&client, importers(&centre, BLOG, Some(&later.link), 100)).await;
    let let_in = ids.iter().filter(|id| came.iter().any(|one| one.user_id == **id)).count();
    assert!(let_in > 0 && later.usage > known.usage, "{let_in} of {}", ids.len());
}

#[tokio::test]
async fn paid_links_lead_to_the_subscribers_who_pay() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let known = truth(&centre, BLOG, |link| link.paid);
    let (came, _) = everybody(&client, importers(&centre, BLOG, Some(&known.link), 100)).await;
    let lapsed = f::messages::GetChatInviteImporters {
        subscription_expired: true,
        ..importers(&centre, BLOG, Some(&known.link), 9)
    };
    let (lapsed, count) = everybody(&client, lapsed).await;
    assert_eq!(
        (lapsed.len(), usize::try_from(count)),
        (known.subscription_expired, Ok(known.subscription_expired))
    );
    let mut last_paid: BTreeMap<i64, i64> = BTreeMap::new();
    for row in centre.truth().ledger(BLOG, telegram_dc::Unit::Stars) {
        if let telegram_dc::RowKind::Subscription { user } = row.kind {
            last_paid.insert(user, row.date);
        }
    }
    let now = centre.clock().now().as_second();
    let members: HashSet<i64> = came.iter().map(|one| one.user_id).collect();
    assert_eq!(members, last_paid.keys().copied().collect());
    let expired: HashSet<i64> = lapsed.iter().map(|one| one.user_id).collect();
    for (user, paid) in last_paid {
        assert_eq!(expired.contains(&user), paid + 30 * 86_400 <= now);
    }
}

#[tokio::test]
async fn pages_of_importers_start_where_they_are_told() {
    let centre = world().await;
    let client = Client::ready(&centre);
    let known = truth(&centre, BLOG, |link| link.paid);
    let all = everybody(&client, importers(&centre, BLOG, Some(&known.link), 100)).await.0;
    let from = all[3].date;
    let dated = f::messages::GetChatInviteImporters {
        offset_date: from,
        ..importers(&centre, BLOG, Some(&known.link), 5)
    };
    let e::messages::ChatInviteImporters::Importers(page) = client.home(&dated).await;
    let first = page.importers.into_iter().map(|e::ChatInviteImporter::Importer(one)| one).next().unwrap();
    assert!(first.date < from);
    let undated = f::messages::GetChatInviteImporters {
        offset_user: e::InputUser::UserSelf,
        ..importers(&centre, BLOG, Some(&known.link), 5)
    };
    assert_eq!(rpc_error(client.invoke(HOME_DC, &undated).await).1, "OFFSET_INVALID");
    for lost in [None, Some("https://t.me/+nothing")] {
        let lost = importers(&centre, BLOG, lost, 5);
        assert_eq!(rpc_error(client.invoke(HOME_DC, &lost).await).1, "INVITE_HASH_EXPIRED");
    }
    let huge =
        importers(&centre, BLOG, Some(&truth(&centre, BLOG, |link| link.permanent && link.own).link), 5_000);
    let e::messages::ChatInviteImporters::Importers(page) = client.home(&huge).await;
    assert_eq!(page.importers.len(), 100);
}
