//! The admin log: what administrators and members did in the last 48 hours.

use app::model::TelegramUserId;
use grammers_tl_types::{
    Cursor, Deserializable as _, Identifiable as _, Serializable as _, enums as e, types as t,
};
use jiff::Timestamp;

use super::moment;
use super::salvage::{Salvaged, Unread};

/// An event of the admin log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminEvent {
    /// Telegram's id; later events have larger ones.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub user_id: TelegramUserId,
    /// What, in Telegram's words: `channelAdminLogEventActionEditMessage` is `edit_message`.
    ///
    /// Of a later layer it is [`UNKNOWN_KIND`].
    pub kind: &'static str,
    /// The event as TL bytes.
    pub raw: Vec<u8>,
}

/// The kind of an event that this layer has no word for.
pub const UNKNOWN_KIND: &str = "unknown";

/// A page of the admin log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdminLogPage {
    /// Newest first; of those that cannot be read, what can: when, who, and that it is of an unknown kind.
    pub events: Vec<AdminEvent>,
    /// Events that cannot be read. Those of which not even the number can be read are not among the events.
    pub unread: Unread,
}

pub(in crate::telegram) fn page(answer: Salvaged<e::channels::AdminLogResults>) -> AdminLogPage {
    let Salvaged { answer: e::channels::AdminLogResults::Results(answer), unread } = answer;
    let mut events: Vec<AdminEvent> = answer.events.into_iter().map(event).collect();
    events.extend(unread.parts.iter().filter_map(|part| unknown(&part.raw).ok()?));
    events.sort_by_key(|event| std::cmp::Reverse(event.id));
    AdminLogPage { events, unread }
}

/// Reads the bytes of an event again; of one that is of a later layer still, what can be.
///
/// # Errors
/// Why they cannot be read.
pub fn reread(raw: &[u8]) -> Result<AdminEvent, String> {
    match e::ChannelAdminLogEvent::from_bytes(raw) {
        Ok(read) => Ok(event(read)),
        Err(error) => unknown(raw).ok().flatten().ok_or_else(|| error.to_string()),
    }
}

/// What stands before the action.
fn unknown(raw: &[u8]) -> Result<Option<AdminEvent>, grammers_tl_types::deserialize::Error> {
    let mut cursor = Cursor::from_slice(raw);
    if u32::deserialize(&mut cursor)? != t::ChannelAdminLogEvent::CONSTRUCTOR_ID {
        return Ok(None);
    }
    Ok(Some(AdminEvent {
        id: i64::deserialize(&mut cursor)?,
        at: moment(i32::deserialize(&mut cursor)?),
        user_id: TelegramUserId(i64::deserialize(&mut cursor)?),
        kind: UNKNOWN_KIND,
        raw: raw.to_vec(),
    }))
}

fn event(event: e::ChannelAdminLogEvent) -> AdminEvent {
    let raw = event.to_bytes();
    let e::ChannelAdminLogEvent::Event(event) = event;
    AdminEvent {
        id: event.id,
        at: moment(event.date),
        user_id: TelegramUserId(event.user_id),
        kind: kind(&event.action),
        raw,
    }
}

const fn kind(action: &e::ChannelAdminLogEventAction) -> &'static str {
    use e::ChannelAdminLogEventAction as Action;
    match action {
        Action::ChangeTitle(_) => "change_title",
        Action::ChangeAbout(_) => "change_about",
        Action::ChangeUsername(_) => "change_username",
        Action::ChangePhoto(_) => "change_photo",
        Action::ToggleInvites(_) => "toggle_invites",
        Action::ToggleSignatures(_) => "toggle_signatures",
        Action::UpdatePinned(_) => "update_pinned",
        Action::EditMessage(_) => "edit_message",
        Action::DeleteMessage(_) => "delete_message",
        Action::ParticipantJoin => "participant_join",
        Action::ParticipantLeave => "participant_leave",
        Action::ParticipantInvite(_) => "participant_invite",
        Action::ParticipantToggleBan(_) => "participant_toggle_ban",
        Action::ParticipantToggleAdmin(_) => "participant_toggle_admin",
        Action::ChangeStickerSet(_) => "change_sticker_set",
        Action::TogglePreHistoryHidden(_) => "toggle_pre_history_hidden",
        Action::DefaultBannedRights(_) => "default_banned_rights",
        Action::StopPoll(_) => "stop_poll",
        Action::ChangeLinkedChat(_) => "change_linked_chat",
        Action::ChangeLocation(_) => "change_location",
        Action::ToggleSlowMode(_) => "toggle_slow_mode",
        Action::StartGroupCall(_) => "start_group_call",
        Action::DiscardGroupCall(_) => "discard_group_call",
        Action::ParticipantMute(_) => "participant_mute",
        Action::ParticipantUnmute(_) => "participant_unmute",
        Action::ToggleGroupCallSetting(_) => "toggle_group_call_setting",
        Action::ParticipantJoinByInvite(_) => "participant_join_by_invite",
        Action::ExportedInviteDelete(_) => "exported_invite_delete",
        Action::ExportedInviteRevoke(_) => "exported_invite_revoke",
        Action::ExportedInviteEdit(_) => "exported_invite_edit",
        Action::ParticipantVolume(_) => "participant_volume",
        Action::ChangeHistoryTtl(_) => "change_history_ttl",
        Action::ParticipantJoinByRequest(_) => "participant_join_by_request",
        Action::ToggleNoForwards(_) => "toggle_no_forwards",
        Action::SendMessage(_) => "send_message",
        Action::ChangeAvailableReactions(_) => "change_available_reactions",
        Action::ChangeUsernames(_) => "change_usernames",
        Action::ToggleForum(_) => "toggle_forum",
        Action::CreateTopic(_) => "create_topic",
        Action::EditTopic(_) => "edit_topic",
        Action::DeleteTopic(_) => "delete_topic",
        Action::PinTopic(_) => "pin_topic",
        Action::ToggleAntiSpam(_) => "toggle_anti_spam",
        Action::ChangePeerColor(_) => "change_peer_color",
        Action::ChangeProfilePeerColor(_) => "change_profile_peer_color",
        Action::ChangeWallpaper(_) => "change_wallpaper",
        Action::ChangeEmojiStatus(_) => "change_emoji_status",
        Action::ChangeEmojiStickerSet(_) => "change_emoji_sticker_set",
        Action::ToggleSignatureProfiles(_) => "toggle_signature_profiles",
        Action::ParticipantSubExtend(_) => "participant_sub_extend",
        Action::ToggleAutotranslation(_) => "toggle_autotranslation",
        Action::ParticipantEditRank(_) => "participant_edit_rank",
    }
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types as t;

    use super::*;

    #[test]
    fn an_event_is_named_and_kept_as_it_was_sent() {
        let told: e::ChannelAdminLogEvent = t::ChannelAdminLogEvent {
            id: 1 << 40,
            date: 1_700_000_000,
            user_id: 7,
            action: t::ChannelAdminLogEventActionChangeTitle {
                prev_value: "a".to_owned(),
                new_value: "b".to_owned(),
            }
            .into(),
        }
        .into();
        let event = event(told.clone());
        assert_eq!((event.id, event.kind, event.raw), (1 << 40, "change_title", told.to_bytes()));
    }
}
