use futures::stream::BoxStream;
use sqlx::PgConnection;

use super::table::kinds;
use super::{Cells, Column, Holds};

kinds! {
    Channels = "channels", "Channels and supergroups, as last described.",
        [
            "channel_id": Id, "title": Text, "username": Text, "is_group": Flag, "simulated": Flag,
            "subscribers": Count, "added_at": Moment, "facts_as_of": Moment,
        ],
        r#"select array[
               id::text, title, username, is_group::text, simulated::text, subscribers::text, added_at::text,
               facts_as_of::text
           ] as "cells!: Cells"
           from channels
           order by id"#;
    Samples = "samples", "Every value of every series.",
        [
            "channel_id": Id, "metric": Text, "dimension": Text, "resolution": Text, "at": Moment,
            "hour_of_day": Count, "value": MetricValue,
        ],
        r#"select array[
               channel_id::text, metric, dimension, resolution,
               (case when resolution <> 'hour_of_day' then (month::timestamp + make_interval(secs => "offset")) at time zone 'UTC' end)::text,
               (case when resolution = 'hour_of_day' then "offset" / 3600 end)::text, value::text
           ] as "cells!: Cells"
           from sample_chunks
           join series on series.id = series_id
           cross join unnest(offsets, values) as point ("offset", value)
           order by channel_id, series_id, month, "offset""#;
    Metrics = "metrics", "Since when each metric is known, and what was said last.",
        [
            "channel_id": Id, "metric": Text, "known_since": Day, "as_of": Moment, "error": Text, "error_at": Moment,
        ],
        r#"select array[
               channel_id::text, metric, known_since::text, as_of::text, error, error_at::text
           ] as "cells!: Cells"
           from metric_states
           order by channel_id, metric"#;
    Revisions = "revisions", "What Telegram revised of days, weeks and hours that were over.",
        [
            "channel_id": Id, "metric": Text, "dimension": Text, "resolution": Text, "at": Moment,
            "observed_at": Moment, "old_value": MetricValue, "new_value": MetricValue,
        ],
        r#"select array[
               channel_id::text, metric, dimension, resolution, at::text, observed_at::text, old_value::text,
               new_value::text
           ] as "cells!: Cells"
           from revisions join series on series.id = series_id
           order by channel_id, series_id, at, observed_at"#;
    ChannelFacts = "channel_facts", "What each was, a row when it differed.",
        [
            "channel_id": Id, "observed_at": Moment, "seen_at": Moment, "title": Text, "usernames": Json, "flags": Json,
            "subscribers": Count, "online": Count, "photo_id": Id, "linked_channel_id": Id, "level": Count,
        ],
        r#"select array[
               channel_id::text, observed_at::text, seen_at::text, title, array_to_json(usernames)::text,
               array_to_json(flags)::text, subscribers::text, online::text, photo_id::text,
               linked_channel_id::text, level::text
           ] as "cells!: Cells"
           from channel_facts order by channel_id, observed_at"#;
    Cards = "cards", "The numbers above the graphs, with Telegram's own period.",
        [
            "channel_id": Id, "card": Text, "observed_at": Moment, "seen_at": Moment, "period_start": Moment,
            "period_end": Moment, "current": Decimal, "previous": Decimal, "total": Decimal,
        ],
        r#"select array[
               channel_id::text, card, observed_at::text, seen_at::text, period_start::text, period_end::text,
               current::text, previous::text, total::text
           ] as "cells!: Cells"
           from cards
           order by channel_id, card, observed_at"#;
    GroupTops = "group_tops", "Who did most in a supergroup.",
        [
            "channel_id": Id, "period_start": Moment, "period_end": Moment, "list": Text, "user_id": Id, "name": Text,
            "messages": Count, "average_characters": Count, "deleted": Count, "kicked": Count, "banned": Count,
            "invitations": Count, "observed_at": Moment,
        ],
        r#"select array[
               channel_id::text, period_start::text, period_end::text, list, user_id::text, name, messages::text,
               average_characters::text, deleted::text, kicked::text, banned::text, invitations::text,
               observed_at::text
           ] as "cells!: Cells"
           from group_tops
           order by channel_id, period_start, period_end, list, user_id"#;
    Posts = "posts", "Posts with their newest counters.",
        [
            "channel_id": Id, "id": Id, "message_ids": Json, "counted_id": Id, "grouped_id": Id, "posted_at": Moment,
            "kind": Text, "author": Text, "text": Text, "forwarded_channel_id": Id, "forwarded_message_id": Id,
            "forwarded_name": Text, "edited_at": Moment, "deleted_seen_at": Moment, "first_seen_at": Moment,
            "counters_seen_at": Moment, "views": Count, "forwards": Count, "replies": Count, "reactions": Count,
            "reactions_by": Json,
        ],
        r#"select array[
               p.channel_id::text, id::text, array_to_json(message_ids)::text, counted_id::text, grouped_id::text,
               posted_at::text, kind, author, p."text", forwarded_channel_id::text, forwarded_message_id::text,
               forwarded_name, edited_at::text, deleted_seen_at::text, first_seen_at::text, c.seen_at::text,
               views::text, forwards::text, replies::text, reactions::text, reactions_by::text
           ] as "cells!: Cells"
           from posts as p
           left join post_counters as c on c.channel_id = p.channel_id and c.post_id = p.id
           order by p.channel_id, p.id"#;
    PostVersions = "post_versions", "What posts were before they were edited, or lost a message.",
        [
            "channel_id": Id, "post_id": Id, "replaced_at": Moment, "edited_at": Moment, "message_ids": Json, "text": Text,
        ],
        r#"select array[
               channel_id::text, post_id::text, replaced_at::text, edited_at::text, array_to_json(message_ids)::text, "text"
           ] as "cells!: Cells"
           from post_versions
           order by channel_id, post_id, replaced_at"#;
    PostSamples = "post_samples", "Counters of posts at their ages.",
        [
            "channel_id": Id, "post_id": Id, "age_seconds": Seconds, "origin": Text, "views": Count,
            "forwards": Count, "replies": Count, "reactions": Count, "reactions_by": Json,
        ],
        r#"select array[
               channel_id::text, post_id::text, age_seconds::text, origin, views::text, forwards::text, replies::text,
               reactions::text, reactions_by::text
           ] as "cells!: Cells"
           from post_samples
           order by channel_id, post_id, age_seconds, origin"#;
    ItemGraphs = "item_graphs", "Telegram's graphs of single posts and stories; a step begins offset_seconds after posting.",
        [
            "channel_id": Id, "item": Text, "item_id": Id, "graph": Text, "dimension": Text, "step_seconds": Seconds,
            "offset_seconds": Seconds, "value": Count,
        ],
        r#"select array[
               channel_id::text, item, item_id::text, graph, dimension, step_seconds::text, "offset"::text, value::text
           ] as "cells!: Cells"
           from item_graphs
           cross join unnest(offsets, values) as point ("offset", value)
           order by channel_id, item, item_id, graph, dimension, step_seconds, "offset""#;
    ItemStatistics = "item_statistics", "When the statistics of each post and story were asked for last.",
        [
            "channel_id": Id, "item": Text, "item_id": Id, "asked_at": Moment, "asked_age": Seconds, "views_error": Text,
            "reactions_error": Text, "votes_error": Text, "public_forwards": Count,
        ],
        r#"select array[
               channel_id::text, item, item_id::text, asked_at::text, asked_age::text, views_error, reactions_error,
               votes_error, public_forwards::text
           ] as "cells!: Cells"
           from item_statistics
           order by channel_id, item, item_id"#;
    ItemForwards = "item_forwards", "Public forwards of posts and stories: what was forwarded, and what it became there.",
        [
            "channel_id": Id, "item": Text, "item_id": Id, "peer_id": Id, "peer_item": Text, "peer_item_id": Id,
            "title": Text, "username": Text, "forwarded_at": Moment, "views": Count, "first_seen_at": Moment, "seen_at": Moment,
        ],
        r#"select array[
               channel_id::text, item, item_id::text, peer_id::text, peer_item, peer_item_id::text, title, username,
               forwarded_at::text, views::text, first_seen_at::text, seen_at::text
           ] as "cells!: Cells"
           from item_forwards
           order by channel_id, item, item_id, peer_id, peer_item, peer_item_id"#;
    SimilarChannels = "similar_channels", "Channels that Telegram shows as similar.",
        [
            "channel_id": Id, "similar_id": Id, "appeared_at": Moment, "gone_at": Moment, "seen_at": Moment,
            "place": Count, "title": Text, "username": Text, "subscribers": Count,
        ],
        r#"select array[
               channel_id::text, similar_id::text, appeared_at::text, gone_at::text, seen_at::text, place::text,
               title, username, subscribers::text
           ] as "cells!: Cells"
           from similar_channels
           order by channel_id, similar_id, appeared_at"#;
    SimilarTotals = "similar_totals", "How many similar channels Telegram has.",
        [
            "channel_id": Id, "observed_at": Moment, "seen_at": Moment, "total": Count,
        ],
        r#"select array[
               channel_id::text, observed_at::text, seen_at::text, total::text
           ] as "cells!: Cells"
           from similar_totals
           order by channel_id, observed_at"#;
    SponsoredMessages = "sponsored_messages", "Ads that were offered to the account, not what readers saw.",
        [
            "channel_id": Id, "url": Text, "title": Text, "message": Text, "button_text": Text, "sponsor_info": Text,
            "additional_info": Text, "recommended": Flag, "first_seen_at": Moment, "seen_at": Moment, "looks": Count,
        ],
        r#"select array[
               channel_id::text, url, title, message, button_text, sponsor_info, additional_info, recommended::text,
               first_seen_at::text, seen_at::text, looks::text
           ] as "cells!: Cells"
           from sponsored_messages
           order by channel_id, content_sha256"#;
    Stories = "stories", "Stories.",
        [
            "channel_id": Id, "id": Id, "posted_at": Moment, "expires_at": Moment, "pinned": Flag, "caption": Text,
            "deleted_seen_at": Moment, "first_seen_at": Moment, "changed_at": Moment,
        ],
        r#"select array[
               channel_id::text, id::text, posted_at::text, expires_at::text, pinned::text, caption,
               deleted_seen_at::text, first_seen_at::text, changed_at::text
           ] as "cells!: Cells"
           from stories
           order by channel_id, id"#;
    StorySamples = "story_samples", "Counters of stories at their ages.",
        [
            "channel_id": Id, "story_id": Id, "observed_at": Moment, "seen_at": Moment, "age_seconds": Seconds,
            "views": Count, "forwards": Count, "reactions": Count,
        ],
        r#"select array[
               channel_id::text, story_id::text, observed_at::text, seen_at::text, age_seconds::text, views::text,
               forwards::text, reactions::text
           ] as "cells!: Cells"
           from story_samples
           order by channel_id, story_id, observed_at"#;
    BoostStatuses = "boost_statuses", "Level and number of boosts.",
        [
            "channel_id": Id, "observed_at": Moment, "seen_at": Moment, "level": Count, "current_level_boosts": Count,
            "boosts": Count, "gift_boosts": Count, "next_level_boosts": Count, "premium_subscribers": Count,
            "subscribers": Count,
        ],
        r#"select array[
               channel_id::text, observed_at::text, seen_at::text, level::text, current_level_boosts::text,
               boosts::text, gift_boosts::text, next_level_boosts::text, premium_subscribers::text, subscribers::text
           ] as "cells!: Cells"
           from boost_statuses
           order by channel_id, observed_at"#;
    Boosts = "boosts", "Every boost that was ever seen.",
        [
            "channel_id": Id, "id": Text, "source": Text, "user_id": Id, "multiplier": Count, "stars": Stars,
            "giveaway_msg_id": Id, "is_unclaimed": Flag, "applied_at": Moment, "expires_at": Moment,
            "first_seen_at": Moment, "last_seen_at": Moment, "ended_seen_at": Moment,
        ],
        r#"select array[
               channel_id::text, id, source, user_id::text, multiplier::text, stars::text, giveaway_msg_id::text,
               is_unclaimed::text, applied_at::text, expires_at::text, first_seen_at::text, last_seen_at::text,
               ended_seen_at::text
           ] as "cells!: Cells"
           from boosts
           order by channel_id, id"#;
    BoostVersions = "boost_versions", "What boosts were before they were told otherwise, or came back after they had ended.",
        [
            "channel_id": Id, "id": Text, "replaced_at": Moment, "source": Text, "user_id": Id, "multiplier": Count,
            "stars": Stars, "giveaway_msg_id": Id, "is_unclaimed": Flag, "applied_at": Moment, "expires_at": Moment,
            "ended_seen_at": Moment,
        ],
        r#"select array[
               channel_id::text, id, replaced_at::text, source, user_id::text, multiplier::text, stars::text,
               giveaway_msg_id::text, is_unclaimed::text, applied_at::text, expires_at::text, ended_seen_at::text
           ] as "cells!: Cells"
           from boost_versions
           order by channel_id, id, replaced_at"#;
    Giveaways = "giveaways", "Giveaways, prepaid, running and finished.",
        [
            "channel_id": Id, "is_prepaid": Flag, "id": Id, "state": Text, "months": Months, "stars": Stars,
            "quantity": Count, "boosts": Count, "paid_at": Moment, "started_at": Moment, "until_at": Moment,
            "finished_at": Moment, "winners": Count, "activated": Count, "is_refunded": Flag, "first_seen_at": Moment,
            "last_seen_at": Moment, "changed_at": Moment,
        ],
        r#"select array[
               channel_id::text, is_prepaid::text, id::text, state, months::text, stars::text, quantity::text,
               boosts::text, paid_at::text, started_at::text, until_at::text, finished_at::text, winners::text,
               activated::text, is_refunded::text, first_seen_at::text, last_seen_at::text, changed_at::text
           ] as "cells!: Cells"
           from giveaways
           order by channel_id, is_prepaid, id"#;
    Ledger = "ledger", "Every ledger row in TON and Stars; a negative amount leaves the channel.",
        [
            "channel_id": Id, "unit_code": Text, "id": Text, "is_refund": Flag, "is_outgoing": Flag, "kind": Text,
            "state": Text, "amount_nano": Nano, "booked_at": Moment, "period_start": Moment, "period_end": Moment,
            "settled_at": Moment, "url": Text, "source_tl_hash": Text, "first_seen_at": Moment, "changed_at": Moment,
        ],
        r#"select array[
               channel_id::text, unit_code, id, is_refund::text, is_outgoing::text, kind, state, amount_nano::text,
               booked_at::text, period_start::text, period_end::text, settled_at::text, url,
               encode(raw_sha256, 'hex'), first_seen_at::text, changed_at::text
           ] as "cells!: Cells"
           from transactions
           order by channel_id, unit_code, id, is_refund, is_outgoing"#;
    TransactionVersions = "transaction_versions", "What ledger rows were from changed_at to replaced_at, before Telegram revised them.",
        [
            "channel_id": Id, "unit_code": Text, "id": Text, "is_refund": Flag, "is_outgoing": Flag, "replaced_at": Moment,
            "changed_at": Moment, "kind": Text, "state": Text, "amount_nano": Nano, "booked_at": Moment,
            "period_start": Moment, "period_end": Moment, "settled_at": Moment, "url": Text,
        ],
        r#"select array[
               channel_id::text, unit_code, id, is_refund::text, is_outgoing::text, replaced_at::text, changed_at::text,
               kind, state, amount_nano::text, booked_at::text, period_start::text, period_end::text, settled_at::text, url
           ] as "cells!: Cells"
           from transaction_versions
           order by channel_id, unit_code, id, is_refund, is_outgoing, replaced_at"#;
    Balances = "balances", "Balances: said at observed_at, said again last at seen_at.",
        [
            "channel_id": Id, "unit_code": Text, "observed_at": Moment, "seen_at": Moment, "available_nano": Nano,
            "current_nano": Nano, "overall_nano": Nano, "withdrawal_enabled": Flag, "next_withdrawal_at": Moment,
        ],
        r#"select array[
               channel_id::text, unit_code, observed_at::text, seen_at::text, available_nano::text,
               current_nano::text, overall_nano::text, withdrawal_enabled::text, next_withdrawal_at::text
           ] as "cells!: Cells"
           from balances
           order by channel_id, unit_code, observed_at"#;
    Rates = "rates", "Recorded rates; of no channel.",
        [
            "channel_id": Id, "unit_code": Text, "source": Text, "observed_at": Moment, "usd_rate": Usd,
        ],
        r#"select array[
               null::bigint::text, unit_code, source, observed_at::text, usd_rate::text
           ] as "cells!: Cells"
           from rates
           order by unit_code, source, observed_at"#;
    InviteLinks = "invite_links", "Invite links as last told. Whoever has one may come in.",
        [
            "channel_id": Id, "hash": Text, "link": Text, "admin_id": Id, "title": Text, "created_at": Moment,
            "starts_at": Moment, "expires_at": Moment, "usage_limit": Count, "is_permanent": Flag,
            "request_needed": Flag, "is_revoked": Flag, "price_stars": Stars, "price_period_seconds": Seconds,
            "track_importers": Flag, "first_seen_at": Moment, "changed_at": Moment, "gone_seen_at": Moment,
        ],
        r#"select array[
               channel_id::text, hash, link, admin_id::text, title, created_at::text, starts_at::text,
               expires_at::text, usage_limit::text, is_permanent::text, request_needed::text, is_revoked::text,
               price_stars::text, price_period_seconds::text, track_importers::text, first_seen_at::text,
               changed_at::text, gone_seen_at::text
           ] as "cells!: Cells"
           from invite_links
           order by channel_id, hash"#;
    InviteUsage = "invite_usage", "The last counts of invite links seen on a day.",
        [
            "channel_id": Id, "hash": Text, "day": Day, "seen_at": Moment, "usage": Count, "requested": Count,
            "subscription_expired": Count,
        ],
        r#"select array[
               channel_id::text, hash, day::text, seen_at::text, usage::text, requested::text,
               subscription_expired::text
           ] as "cells!: Cells"
           from invite_usage
           order by channel_id, hash, day"#;
    InviteImporters = "invite_importers", "Who came through a link that is marked.",
        [
            "channel_id": Id, "hash": Text, "user_id": Id, "joined_at": Moment, "approved_by": Id,
            "first_seen_at": Moment,
        ],
        r#"select array[
               channel_id::text, hash, user_id::text, joined_at::text, approved_by::text, first_seen_at::text
           ] as "cells!: Cells"
           from invite_importers
           order by channel_id, hash, user_id, joined_at"#;
    JoinRequests = "join_requests", "How many waited to be let in.",
        [
            "channel_id": Id, "observed_at": Moment, "seen_at": Moment, "pending": Count,
        ],
        r#"select array[
               channel_id::text, observed_at::text, seen_at::text, pending::text
           ] as "cells!: Cells"
           from join_requests
           order by channel_id, observed_at"#;
    AdminEvents = "admin_events", "The admin log; kinds are Telegram's words.",
        [
            "channel_id": Id, "id": Id, "at": Moment, "user_id": Id, "kind": Text, "first_seen_at": Moment,
        ],
        r#"select array[
               channel_id::text, id::text, at::text, user_id::text, kind, first_seen_at::text
           ] as "cells!: Cells"
           from admin_events
           order by channel_id, id"#;
    AdminLogGaps = "admin_log_gaps", "When nobody looked at the admin log in time.",
        [
            "channel_id": Id, "from_at": Moment, "to_at": Moment,
        ],
        r#"select array[
               channel_id::text, from_at::text, to_at::text
           ] as "cells!: Cells"
           from admin_log_gaps
           order by channel_id, from_at"#;
    Schedules = "schedules", "What is collected when.",
        [
            "channel_id": Id, "collector": Text, "every_seconds": Seconds, "cron": Text, "time_zone": Text,
            "enabled": Flag, "next_due_at": Moment, "parked_reason": Text, "last_good_at": Moment,
        ],
        r#"select array[
               channel_id::text, collector, every_seconds::text, cron, time_zone, enabled::text, next_due_at::text,
               parked_reason, last_good_at::text
           ] as "cells!: Cells"
           from schedules
           order by channel_id, collector"#;
    Runs = "runs", "What was collected when.",
        [
            "channel_id": Id, "id": Count, "collector": Text, "trigger": Text, "state": Text, "queued_at": Moment,
            "started_at": Moment, "finished_at": Moment, "requests": Count, "values_new": Count,
            "values_changed": Count, "values_unchanged": Count, "error": Text, "waited_seconds": Seconds,
        ],
        r#"select array[
               channel_id::text, id::text, collector, trigger, state, queued_at::text, started_at::text,
               finished_at::text, requests::text, values_new::text, values_changed::text, values_unchanged::text,
               error, waited_seconds::text
           ] as "cells!: Cells"
           from runs
           order by channel_id, id"#;
}
