//! Answers with graphs, read as far as they can be: after a constructor of a later layer nothing can be found any more,
//! but what stands before it is as good as ever.

use grammers_tl_types::deserialize::Error;
use grammers_tl_types::{
    Cursor, Deserializable, Identifiable, RemoteCall, Serializable, enums as e, functions as f, types as t,
};

use super::LAYER;

/// Requests whose answers are read by readers of ours.
macro_rules! requests {
    ($($(#[$doc:meta])* $request:ident => $reader:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(in crate::telegram) struct $request(pub(in crate::telegram) f::stats::$request);

        impl Serializable for $request {
            fn serialize(&self, buf: &mut impl Extend<u8>) {
                self.0.serialize(buf);
            }
        }

        impl RemoteCall for $request {
            type Return = $reader;
        }
    )+};
}

requests! {
    /// `stats.getBroadcastStats`.
    GetBroadcastStats => ReadBroadcast;
    /// `stats.getMegagroupStats`.
    GetMegagroupStats => ReadMegagroup;
    /// `stats.getMessageStats`.
    GetMessageStats => ReadMessage;
    /// `stats.getStoryStats`.
    GetStoryStats => ReadStory;
    /// `stats.getPollStats`.
    GetPollStats => ReadPoll;
}

/// `stats.broadcastStats` up to its last graph.
#[derive(Clone, Debug)]
pub(in crate::telegram) struct ReadBroadcast {
    pub(super) period: e::StatsDateRangeDays,
    /// From `followers` to `reactions_per_story`.
    pub(super) pairs: [e::StatsAbsValueAndPrev; 7],
    pub(super) enabled_notifications: e::StatsPercentValue,
    pub(in crate::telegram) graphs: Graphs<12>,
}

/// `stats.megagroupStats`.
#[derive(Clone, Debug)]
pub(in crate::telegram) struct ReadMegagroup {
    pub(super) period: e::StatsDateRangeDays,
    /// From `members` to `posters`.
    pub(super) pairs: [e::StatsAbsValueAndPrev; 4],
    pub(in crate::telegram) graphs: Graphs<8>,
    /// What follows the graphs, or why it cannot be read.
    pub(super) tops: Result<ReadTops, String>,
}

/// `stats.messageStats`.
#[derive(Clone, Debug)]
pub(in crate::telegram) struct ReadMessage {
    pub(super) graphs: Graphs<2>,
}

/// `stats.storyStats`.
#[derive(Clone, Debug)]
pub(in crate::telegram) struct ReadStory {
    pub(super) graphs: Graphs<2>,
}

/// `stats.pollStats`.
#[derive(Clone, Debug)]
pub(in crate::telegram) struct ReadPoll {
    pub(super) graphs: Graphs<1>,
}

/// Who did most in a supergroup, and who they are.
#[derive(Clone, Debug)]
pub(super) struct ReadTops {
    pub(super) posters: Vec<e::StatsGroupTopPoster>,
    pub(super) admins: Vec<e::StatsGroupTopAdmin>,
    pub(super) inviters: Vec<e::StatsGroupTopInviter>,
    pub(super) users: Vec<e::User>,
}

/// So many graphs, each with why it cannot be read if it cannot.
pub(super) type Graphs<const N: usize> = [Result<e::StatsGraph, String>; N];

impl Deserializable for ReadBroadcast {
    fn deserialize(buf: &mut Cursor<'_>) -> Result<Self, Error> {
        expect::<t::stats::BroadcastStats>(buf)?;
        Ok(Self {
            period: Deserializable::deserialize(buf)?,
            pairs: pairs(buf)?,
            enabled_notifications: Deserializable::deserialize(buf)?,
            graphs: graphs(buf).0,
        })
    }
}

impl Deserializable for ReadMegagroup {
    fn deserialize(buf: &mut Cursor<'_>) -> Result<Self, Error> {
        expect::<t::stats::MegagroupStats>(buf)?;
        let (period, pairs) = (Deserializable::deserialize(buf)?, pairs(buf)?);
        let (graphs, end) = graphs(buf);
        let tops = match end {
            None => ReadTops::deserialize(buf).map_err(reason),
            Some(reason) => Err(reason),
        };
        Ok(Self { period, pairs, graphs, tops })
    }
}

impl Deserializable for ReadMessage {
    fn deserialize(buf: &mut Cursor<'_>) -> Result<Self, Error> {
        expect::<t::stats::MessageStats>(buf)?;
        Ok(Self { graphs: graphs(buf).0 })
    }
}

impl Deserializable for ReadStory {
    fn deserialize(buf: &mut Cursor<'_>) -> Result<Self, Error> {
        expect::<t::stats::StoryStats>(buf)?;
        Ok(Self { graphs: graphs(buf).0 })
    }
}

impl Deserializable for ReadPoll {
    fn deserialize(buf: &mut Cursor<'_>) -> Result<Self, Error> {
        expect::<t::stats::PollStats>(buf)?;
        Ok(Self { graphs: graphs(buf).0 })
    }
}

impl Deserializable for ReadTops {
    fn deserialize(buf: &mut Cursor<'_>) -> Result<Self, Error> {
        Ok(Self {
            posters: Deserializable::deserialize(buf)?,
            admins: Deserializable::deserialize(buf)?,
            inviters: Deserializable::deserialize(buf)?,
            // Names are nice to have; a user of a later layer is no reason to know nothing of the others.
            users: Deserializable::deserialize(buf).unwrap_or_default(),
        })
    }
}

fn expect<T: Identifiable>(buf: &mut Cursor<'_>) -> Result<(), Error> {
    let id = u32::deserialize(buf)?;
    if id == T::CONSTRUCTOR_ID { Ok(()) } else { Err(Error::UnexpectedConstructor { id }) }
}

fn pairs<const N: usize>(buf: &mut Cursor<'_>) -> Result<[e::StatsAbsValueAndPrev; N], Error> {
    let pairs: Vec<_> =
        (0..N).map(|_| e::StatsAbsValueAndPrev::deserialize(buf)).collect::<Result<_, Error>>()?;
    pairs.try_into().map_err(|_| Error::UnexpectedEof)
}

/// The graphs, and why nothing after them can be read if it cannot.
fn graphs<const N: usize>(buf: &mut Cursor<'_>) -> (Graphs<N>, Option<String>) {
    let mut end: Option<String> = None;
    let graphs = std::array::from_fn(|_| match &end {
        Some(reason) => Err(reason.clone()),
        None => e::StatsGraph::deserialize(buf).map_err(|error| end.insert(reason(error)).clone()),
    });
    (graphs, end)
}

fn reason(error: Error) -> String {
    match error {
        Error::UnexpectedConstructor { id } => format!(
            "from here on Telegram's answer cannot be read, because layer {LAYER} does not know {id:#010x}"
        ),
        Error::UnexpectedEof => "Telegram's answer ends before it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats() -> Vec<u8> {
        let pair: e::StatsAbsValueAndPrev = t::StatsAbsValueAndPrev { current: 2.0, previous: 1.0 }.into();
        let graph = |text: &str| -> e::StatsGraph { t::StatsGraphError { error: text.to_owned() }.into() };
        let stats: e::stats::MegagroupStats = t::stats::MegagroupStats {
            period: t::StatsDateRangeDays { min_date: 1, max_date: 2 }.into(),
            members: pair.clone(),
            messages: pair.clone(),
            viewers: pair.clone(),
            posters: pair,
            growth_graph: graph("zero"),
            members_graph: graph("one"),
            new_members_by_source_graph: graph("two"),
            languages_graph: graph("three"),
            messages_graph: graph("four"),
            actions_graph: graph("five"),
            top_hours_graph: graph("six"),
            weekdays_graph: graph("seven"),
            top_posters: vec![t::StatsGroupTopPoster { user_id: 7, messages: 3, avg_chars: 9 }.into()],
            top_admins: Vec::new(),
            top_inviters: Vec::new(),
            users: Vec::new(),
        }
        .into();
        stats.to_bytes()
    }

    fn position(bytes: &[u8], needle: &[u8]) -> usize {
        bytes.windows(needle.len()).position(|window| window == needle).unwrap()
    }

    #[test]
    fn an_answer_of_this_layer_is_read_to_its_end() {
        let read = ReadMegagroup::from_bytes(&stats()).unwrap();
        assert!(read.graphs.iter().all(Result::is_ok));
        assert_eq!(read.tops.unwrap().posters.len(), 1);
    }

    #[test]
    fn what_stands_before_an_unknown_graph_is_kept() {
        let mut bytes = stats();
        let five = position(&bytes, b"\x04five") - 4;
        bytes[five..five + 4].copy_from_slice(&0x0bad_c0de_u32.to_le_bytes());
        let read = ReadMegagroup::from_bytes(&bytes).unwrap();
        assert!(read.graphs[..5].iter().all(Result::is_ok));
        let reason = read.tops.unwrap_err();
        assert!(reason.contains("does not know 0x0badc0de"), "{reason}");
        assert!(read.graphs[5..].iter().all(|graph| graph.as_ref() == Err(&reason)));
    }

    #[test]
    fn an_answer_that_is_cut_says_so() {
        let bytes = stats();
        let five = position(&bytes, b"\x04five");
        let read = ReadMegagroup::from_bytes(&bytes[..five]).unwrap();
        assert!(read.graphs[4].is_ok());
        assert_eq!(read.graphs[5], Err("Telegram's answer ends before it".to_owned()));
        assert!(ReadMegagroup::from_bytes(&bytes[4..]).is_err(), "another constructor");
        for length in 0..bytes.len() {
            let _ = ReadMegagroup::from_bytes(&bytes[..length]);
        }
    }
}
