use jiff::Timestamp;

use super::{CollectError, PAGE};
use crate::collector::asker::Asker;
use crate::telegram::client::ChannelRef;
use crate::telegram::convert::LAYER;
use crate::telegram::convert::posts::ChannelMessage;
use crate::telegram::convert::salvage::Unread;
use crate::telegram::fault::Fault;

/// A message and when Telegram showed it.
pub(in crate::collector) type Seen = (ChannelMessage, Timestamp);

/// Reads a channel's messages backwards, page by page.
#[derive(Debug)]
pub(in crate::collector) struct Reading {
    messages: Vec<Seen>,
    /// Older messages are not read yet; 0 before the first page.
    offset: i32,
    is_at_end: bool,
    unread: Unread,
    newest_unread: Option<i32>,
}

impl Reading {
    /// Begins with what is older than that message; 0 is the newest.
    pub(in crate::collector) fn from(offset: i32) -> Self {
        Self {
            messages: Vec::new(),
            offset,
            is_at_end: false,
            unread: Unread::default(),
            newest_unread: None,
        }
    }

    /// Reads the next page.
    pub(in crate::collector) async fn page(
        &mut self,
        asker: &Asker<'_>,
        channel: ChannelRef,
    ) -> Result<(), CollectError> {
        let (client, offset) = (&asker.context.client, self.offset);
        let limit = i32::try_from(PAGE).unwrap_or(i32::MAX);
        let page = asker.ask(|| client.history(channel, offset, limit)).await?;
        let seen_at = asker.now();
        match page.oldest_id {
            Some(oldest) if offset != 0 && oldest >= offset => {
                let detail = format!("the page before message {offset} goes back to {oldest}");
                return Err(Fault::Endless { what: "messages", detail }.into());
            }
            Some(oldest) => self.offset = oldest,
            None if !page.unread.is_empty() => {
                let detail = format!("no message before {offset} is of layer {LAYER}");
                return Err(Fault::Undecodable { detail, answer: None }.into());
            }
            None => {}
        }
        self.newest_unread = self.newest_unread.max(page.newest_unread());
        self.unread.add(page.unread);
        // Message 1 says that the channel was made; nothing is before it.
        self.is_at_end = page.oldest_id.is_none_or(|oldest| oldest <= 1);
        self.messages.extend(page.messages.into_iter().map(|message| (message, seen_at)));
        Ok(())
    }

    /// Messages that are there and cannot be read, and the newest of them ([`MessagesPage::newest_unread`]).
    ///
    /// [`MessagesPage::newest_unread`]: crate::telegram::convert::posts::MessagesPage::newest_unread
    pub(in crate::collector) fn take_unread(&mut self) -> (Unread, Option<i32>) {
        (std::mem::take(&mut self.unread), self.newest_unread)
    }

    /// The oldest message that was read.
    pub(in crate::collector) const fn oldest_id(&self) -> i32 {
        self.offset
    }

    /// When the oldest post that was read was posted.
    pub(in crate::collector) fn oldest_at(&self) -> Option<Timestamp> {
        self.messages.iter().map(|(message, _)| message.posted_at).min()
    }

    /// There is nothing older.
    pub(in crate::collector) const fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// How many posts were read.
    pub(super) fn posts(&self) -> usize {
        let mut groups: Vec<i64> = self.messages.iter().filter_map(|(one, _)| one.grouped_id).collect();
        let single = self.messages.len() - groups.len();
        groups.sort_unstable();
        groups.dedup();
        single + groups.len()
    }

    /// What was read, from which message on it is whole, and whether it goes back to the first. An album that the
    /// last page may have cut is left to whoever reads on.
    pub(in crate::collector) fn end(mut self) -> (Vec<Seen>, i32, bool) {
        let oldest = self.messages.iter().min_by_key(|(message, _)| message.id).map(|(message, _)| message);
        let cut = oldest.and_then(|message| message.grouped_id).filter(|_| !self.is_at_end);
        let mut whole_from = self.offset;
        if let Some(cut) = cut {
            let is_cut = |message: &ChannelMessage| message.grouped_id == Some(cut);
            let last =
                self.messages.iter().filter(|(message, _)| is_cut(message)).map(|(one, _)| one.id).max();
            whole_from = last.map_or(whole_from, |last| last.saturating_add(1));
            self.messages.retain(|(message, _)| !is_cut(message));
        }
        (self.messages, whole_from, self.is_at_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collector::posts::albums::tests::message;

    fn reading(messages: &[(i32, Option<i64>)], offset: i32, is_at_end: bool) -> Reading {
        let seen = |(id, group): &(i32, Option<i64>)| (message(*id, *group), Timestamp::UNIX_EPOCH);
        Reading { messages: messages.iter().map(seen).collect(), is_at_end, ..Reading::from(offset) }
    }

    #[test]
    fn an_album_that_may_be_cut_is_left_for_later() {
        let (read, from, _) = reading(&[(9, None), (8, Some(1)), (7, Some(1))], 7, false).end();
        assert_eq!((read.len(), from), (1, 9));
        let (read, from, _) = reading(&[(9, None), (8, Some(1)), (7, Some(1))], 1, true).end();
        assert_eq!((read.len(), from), (3, 1));
        let (read, from, _) = reading(&[(9, Some(1)), (8, Some(1)), (7, None)], 6, false).end();
        assert_eq!((read.len(), from), (3, 6));
    }

    #[test]
    fn an_album_is_one_post() {
        assert_eq!(reading(&[(9, None), (8, Some(1)), (7, Some(1)), (6, None)], 6, false).posts(), 3);
    }
}
