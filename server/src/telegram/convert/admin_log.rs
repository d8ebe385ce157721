//! The admin log: what administrators and members did in the last 48 hours.

use app::model::TelegramUserId;
use grammers_tl_types::{Serializable as _, enums as e};
use jiff::Timestamp;

use super::moment;

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
    pub kind: &'static str,
    /// The event as TL bytes.
    pub raw: Vec<u8>,
}

/// Newest first.
pub(in crate::telegram) fn events(answer: e::channels::AdminLogResults) -> Vec<AdminEvent> {
    let e::channels::AdminLogResults::Results(answer) = answer;
    answer.events.into_iter().map(event).collect()
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
