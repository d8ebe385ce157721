//! The names of channels that have several.

use grammers_tl_types::{enums as e, types as t};

use crate::world::Channel;

/// Telegram lists the names only where there are several, and then sends no name beside the list.
pub(crate) fn several(channel: &Channel<'_>) -> Option<Vec<e::Username>> {
    let names = channel.names().into_iter().map(|name| {
        let (editable, active, username) = (name.editable, name.active, name.text.to_owned());
        t::Username { editable, active, username, deletable: false, expired: false }.into()
    });
    (names.len() > 1).then(|| names.collect())
}
