//! The inputs that are kept, and what can be made of them.

use std::fs;
use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::seeds;

/// How deep an input gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    Raw,
    Framed,
    Packet,
    Message,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) depth: Depth,
    pub(crate) bytes: Vec<u8>,
}

/// All that is kept, and requests as honest clients make them.
pub(crate) fn all() -> Vec<Entry> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut entries: Vec<_> =
        fs::read_dir(folder).unwrap().filter_map(|file| read(&file.unwrap().path())).collect();
    assert!(entries.len() > 80, "the corpus is not there");
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    let seeds = seeds::requests().into_iter();
    entries.extend(seeds.map(|(name, bytes)| Entry { name, depth: Depth::Message, bytes }));
    entries
}

fn read(path: &Path) -> Option<Entry> {
    let name = path.file_name()?.to_str()?.strip_suffix(".bin")?.to_owned();
    let depth = match name.split('-').next()? {
        "raw" => Depth::Raw,
        "framed" => Depth::Framed,
        "packet" => Depth::Packet,
        "message" => Depth::Message,
        other => panic!("{other} is no depth: {name}"),
    };
    Some(Entry { name, depth, bytes: fs::read(path).unwrap() })
}

/// Makes inputs of others, the same ones from the same seed.
pub(crate) struct Mutator {
    dice: StdRng,
    entries: Vec<Entry>,
}

/// Numbers that lengths and counts go wrong at.
const AWKWARD: [u32; 10] =
    [0, 1, 3, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fffc, 0x1cb5_c415, 0x73f1_f8dc];

/// No input grows beyond this.
const LONGEST: usize = 64 * 1024;

impl Mutator {
    pub(crate) fn new(seed: u64, entries: Vec<Entry>) -> Self {
        Self { dice: StdRng::seed_from_u64(seed), entries }
    }

    pub(crate) fn next(&mut self) -> Entry {
        let mut entry = self.any().clone();
        for _ in 0..self.dice.random_range(1..=4) {
            self.change(&mut entry.bytes);
        }
        entry.bytes.truncate(LONGEST);
        entry
    }

    fn any(&mut self) -> &Entry {
        let index = self.dice.random_range(0..self.entries.len());
        &self.entries[index]
    }

    /// A place in the bytes where a word begins.
    fn word(&mut self, bytes: &[u8]) -> usize {
        self.dice.random_range(0..=bytes.len() / 4) * 4
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.word(bytes).min(bytes.len());
        match self.dice.random_range(0..8) {
            0 if !bytes.is_empty() => {
                let at = self.dice.random_range(0..bytes.len());
                bytes[at] ^= 1 << self.dice.random_range(0..8);
            }
            1 => bytes.truncate(at),
            2 => {
                let number = AWKWARD[self.dice.random_range(0..AWKWARD.len())];
                let end = bytes.len().min(at + 4);
                bytes.splice(at..end, number.to_le_bytes());
            }
            3 => {
                let number: u32 = self.dice.random();
                bytes.splice(at..at, number.to_le_bytes());
            }
            4 => {
                let end = bytes.len().min(at + 4 * self.dice.random_range(1..8));
                bytes.drain(at..end);
            }
            5 => {
                let end = bytes.len().min(at + 4 * self.dice.random_range(1..16));
                let again = bytes[at..end].repeat(self.dice.random_range(1..20));
                bytes.splice(at..at, again);
            }
            6 => {
                let other = self.any().bytes.clone();
                let from = self.word(&other).min(other.len());
                bytes.truncate(at);
                bytes.extend(&other[from..]);
            }
            _ => {
                let noise = 4 * self.dice.random_range(1..8);
                bytes.extend((0..noise).map(|_| self.dice.random::<u8>()));
            }
        }
    }
}
