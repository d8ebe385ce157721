use grammers_tl_types::types as t;

/// The flags that are set of what a channel is: not those of the account's place in it (`creator`, `left`), of the moment
/// (`call_active`), or of its kind (`megagroup`).
pub(super) fn set(chat: &t::Channel, full: &t::ChannelFull) -> Vec<&'static str> {
    let flags = [
        ("antispam", full.antispam),
        ("autotranslation", chat.autotranslation),
        ("broadcast_messages_allowed", chat.broadcast_messages_allowed),
        ("fake", chat.fake),
        ("forum", chat.forum),
        ("gigagroup", chat.gigagroup),
        ("has_geo", chat.has_geo),
        ("hidden_prehistory", full.hidden_prehistory),
        ("join_request", chat.join_request),
        ("join_to_send", chat.join_to_send),
        ("noforwards", chat.noforwards),
        ("paid_media_allowed", full.paid_media_allowed),
        ("paid_reactions_available", full.paid_reactions_available),
        ("participants_hidden", full.participants_hidden),
        ("restricted", chat.restricted),
        ("restricted_sponsored", full.restricted_sponsored),
        ("scam", chat.scam),
        ("signature_profiles", chat.signature_profiles),
        ("signatures", chat.signatures),
        ("slowmode_enabled", chat.slowmode_enabled),
        ("verified", chat.verified),
    ];
    flags.into_iter().filter_map(|(name, is_set)| is_set.then_some(name)).collect()
}
