//! Answers with a list and parts of a later layer: those are taken out and kept as they were sent, everything else is
//! read.
//!
//! TL does not say how long an object is. After an item that cannot be read, the next one begins where one can be read
//! or the same constructor stands again; after the last, what follows the list begins where it can be read to the very
//! end of the answer. The names of those who are spoken of stand at the end; if any cannot be read, all are left out.

mod lists;

use std::ops::Range;

use grammers_tl_types::deserialize::Error;
use grammers_tl_types::{Cursor, Deserializable, RemoteCall, Serializable};

use super::LAYER;

/// The constructor of every list.
const VECTOR: u32 = 0x1cb5_c415;

/// Topics, chats and users.
const LISTS_OF_NAMES: usize = 3;
/// So many lists are looked at from the end of an answer: those of names have some in them.
const MOST_LISTS: usize = 500;

/// A request whose answer is a [`Listing`], for a reader of [`Salvaged`].
#[derive(Clone, Debug)]
pub(in crate::telegram) struct InParts<R>(pub(in crate::telegram) R);

impl<R: Serializable> Serializable for InParts<R> {
    fn serialize(&self, buf: &mut impl Extend<u8>) {
        self.0.serialize(buf);
    }
}

impl<R: RemoteCall<Return: Listing>> RemoteCall for InParts<R> {
    type Return = Salvaged<R::Return>;
}

/// An answer with a list in it.
pub(in crate::telegram) trait Listing: Deserializable {
    /// What is listed.
    type Item: Deserializable;

    /// Reads what stands before the list.
    fn head(buf: &mut Cursor<'_>) -> Result<(), Error>;
}

/// An answer without those items of its list that cannot be read.
#[derive(Clone, Debug)]
pub(in crate::telegram) struct Salvaged<A> {
    /// The rest of it.
    pub(in crate::telegram) answer: A,
    /// What was taken out.
    pub(in crate::telegram) unread: Unread,
}

#[cfg(test)]
impl<A> From<A> for Salvaged<A> {
    /// All of it was read.
    fn from(answer: A) -> Self {
        Self { answer, unread: Unread::default() }
    }
}

/// Items of a list that cannot be read, and names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// How many items.
    pub count: usize,
    /// As they were sent; several that follow each other may be one part.
    pub parts: Vec<UnreadPart>,
    /// Lists of channels and people at the end of answers, as they were sent.
    pub names: Vec<UnreadPart>,
}

/// A part of a list that cannot be read, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadPart {
    /// How many parts and items of the list stand before it.
    pub index: usize,
    /// Why it cannot be read.
    pub reason: String,
    /// Its TL bytes, of a later layer.
    pub raw: Vec<u8>,
}

impl Unread {
    /// Every item was read.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds what could not be read of another page; what a page repeats counts once.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        for part in other.parts {
            if self.parts.iter().any(|known| known.raw == part.raw) {
                self.count = self.count.saturating_sub(1);
            } else {
                self.parts.push(part);
            }
        }
        for part in other.names {
            if self.names.iter().all(|known| known.raw != part.raw) {
                self.names.push(part);
            }
        }
    }

    /// The places of the items in their list, if it is certain how many each part is.
    pub(super) fn places(&self) -> Option<Vec<usize>> {
        (self.count == self.parts.len()).then(|| self.parts.iter().map(|part| part.index).collect())
    }
}

impl UnreadPart {
    /// The words at the beginning of it, little endian, as far as it goes.
    pub(super) fn word(&self, index: usize) -> Option<u32> {
        let bytes = self.raw.get(index * 4..)?.first_chunk()?;
        Some(u32::from_le_bytes(*bytes))
    }
}

impl<A: Listing> Deserializable for Salvaged<A> {
    fn deserialize(buf: &mut Cursor<'_>) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        buf.read_to_end(&mut bytes)?;
        match A::from_bytes(&bytes) {
            Ok(answer) => Ok(Self { answer, unread: Unread::default() }),
            Err(error) => salvaged(&bytes).or_else(|| without_names(&bytes, &error)).ok_or(error),
        }
    }
}

/// `None`: what cannot be read is not in the list.
fn salvaged<A: Listing>(bytes: &[u8]) -> Option<Salvaged<A>> {
    let mut cursor = Cursor::from_slice(bytes);
    A::head(&mut cursor).ok()?;
    let mut list = List { bytes, head: bytes.get(..cursor.pos())?, scratch: bytes.to_vec() };
    let is_list = u32::deserialize(&mut cursor).ok()? == VECTOR;
    let count = usize::try_from(i32::deserialize(&mut cursor).ok()?).ok()?;
    // No item is shorter than its constructor.
    if !is_list || count > bytes.len() / 4 {
        return None;
    }
    let mut at = cursor.pos();
    let (mut read, mut parts) = (Vec::new(), Vec::new());
    while read.len() + parts.len() < count {
        match list.item::<A>(at) {
            Ok(end) => {
                read.push(at..end);
                at = end;
            }
            Err(error) => {
                let next = list.words(at).find(|next| list.may_be_next::<A>(at, *next));
                // The longest item first: its beginning may look like what follows the list.
                let end = next.or_else(|| list.words(at).rev().find(|end| list.is_end::<A>(*end)));
                let Some(end) = end else {
                    // The part before this was more than one item.
                    let is_end = !parts.is_empty() && list.is_end::<A>(at);
                    return is_end.then(|| list.without(read, parts, count, at)).flatten();
                };
                let raw = bytes.get(at..end)?.to_vec();
                parts.push(UnreadPart { index: read.len() + parts.len(), reason: reason(&error), raw });
                at = end;
                if next.is_none() {
                    break;
                }
            }
        }
    }
    list.without(read, parts, count, at)
}

/// The answer without who is spoken of: the last lists of it. `None`: that is not why it cannot be read.
fn without_names<A: Listing>(bytes: &[u8], error: &Error) -> Option<Salvaged<A>> {
    let mut cursor = Cursor::from_slice(bytes);
    A::head(&mut cursor).ok()?;
    let is_list = |at: &usize| bytes.get(*at..*at + 4) == Some(&VECTOR.to_le_bytes()[..]);
    let lists = (cursor.pos()..bytes.len()).step_by(4).skip(1).rev().filter(is_list);
    for at in lists.take(MOST_LISTS) {
        let mut shorter = bytes.get(..at)?.to_vec();
        for _ in 0..LISTS_OF_NAMES {
            VECTOR.serialize(&mut shorter);
            0_i32.serialize(&mut shorter);
            let mut cursor = Cursor::from_slice(&shorter);
            match A::deserialize(&mut cursor) {
                Ok(answer) if cursor.pos() == shorter.len() => {
                    let raw = bytes.get(at..)?.to_vec();
                    let names = vec![UnreadPart { index: 0, reason: reason(error), raw }];
                    return Some(Salvaged { answer, unread: Unread { names, ..Unread::default() } });
                }
                _ => {}
            }
        }
    }
    None
}

/// Why a part cannot be read, in words.
pub(in crate::telegram) fn reason(error: &Error) -> String {
    match error {
        Error::UnexpectedConstructor { id } => format!("layer {LAYER} does not know {id:#010x}"),
        Error::UnexpectedEof => "it ends too early".to_owned(),
    }
}

struct List<'a> {
    bytes: &'a [u8],
    /// What stands before the list.
    head: &'a [u8],
    /// The bytes once more, to try things out without copying them each time.
    scratch: Vec<u8>,
}

impl List<'_> {
    /// Where objects may begin after that place, the end included.
    fn words(&self, after: usize) -> impl DoubleEndedIterator<Item = usize> + use<> {
        (after..self.bytes.len().saturating_add(1)).step_by(4).skip(1)
    }

    /// Where an item that begins there ends.
    fn item<A: Listing>(&self, at: usize) -> Result<usize, Error> {
        let mut cursor = Cursor::from_slice(self.bytes.get(at..).unwrap_or_default());
        A::Item::deserialize(&mut cursor)?;
        Ok(at + cursor.pos())
    }

    /// May the item after the one there, which cannot be read, begin at `next`?
    fn may_be_next<A: Listing>(&self, at: usize, next: usize) -> bool {
        let constructor = |place: usize| self.bytes.get(place..place + 4);
        constructor(next).is_some() && (constructor(next) == constructor(at) || self.item::<A>(next).is_ok())
    }

    /// Does what follows the list begin there? With an empty list put before it, the answer is read to its end then.
    fn is_end<A: Listing>(&mut self, at: usize) -> bool {
        let mut before = self.head.to_vec();
        VECTOR.serialize(&mut before);
        0_i32.serialize(&mut before);
        let Some(start) = at.checked_sub(before.len()) else { return false };
        let (Some(place), Some(said)) = (self.scratch.get_mut(start..at), self.bytes.get(start..at)) else {
            return false;
        };
        place.copy_from_slice(&before);
        let mut cursor = Cursor::from_slice(self.scratch.get(start..).unwrap_or_default());
        let is_end = A::deserialize(&mut cursor).is_ok() && start + cursor.pos() == self.bytes.len();
        if let Some(place) = self.scratch.get_mut(start..at) {
            place.copy_from_slice(said);
        }
        is_end
    }

    /// The answer with only these of so many items; what follows the list begins at `at`.
    fn without<A: Listing>(
        &self,
        read: Vec<Range<usize>>,
        parts: Vec<UnreadPart>,
        count: usize,
        at: usize,
    ) -> Option<Salvaged<A>> {
        let mut bytes = self.head.to_vec();
        VECTOR.serialize(&mut bytes);
        i32::try_from(read.len()).ok()?.serialize(&mut bytes);
        let unread = Unread { count: count.checked_sub(read.len())?, parts, ..Unread::default() };
        for item in read {
            bytes.extend(self.bytes.get(item)?);
        }
        bytes.extend(self.bytes.get(at..)?);
        let answer = A::from_bytes(&bytes).ok()?;
        (!unread.is_empty()).then_some(Salvaged { answer, unread })
    }
}

#[cfg(test)]
mod tests;
