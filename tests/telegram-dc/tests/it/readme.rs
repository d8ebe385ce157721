//! The tables in the README are what is there: every method once, every test by its name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const CRATE: &str = env!("CARGO_MANIFEST_DIR");

/// The rows of all tables whose heading begins with that word, cell by cell.
fn rows(first_heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(Path::new(CRATE).join("README.md")).unwrap();
    tables(&text).into_iter().filter(|table| table[0][0] == first_heading).flat_map(rows_below).collect()
}

fn rows_below(table: Vec<Vec<String>>) -> impl Iterator<Item = Vec<String>> {
    table.into_iter().skip(2)
}

/// Heading, rule and rows of each table.
fn tables(text: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if let Some(row) = line.strip_prefix('|') {
            let cells = row.trim_end().trim_end_matches('|').split('|');
            let cells = cells.map(|cell| cell.trim().to_owned()).collect();
            if inside {
                tables.last_mut().unwrap().push(cells);
            } else {
                tables.push(vec![cells]);
            }
        }
        inside = line.starts_with('|');
    }
    tables
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// All tests, as `file::test` or, inside the crate, `module::test`.
fn tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for folder in ["tests/it", "tests/fuzz", "src"] {
        let root = Path::new(CRATE).join(folder);
        for file in sources(&root) {
            let module = file.strip_prefix(&root).unwrap().with_extension("");
            let module = module.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("::");
            let text = fs::read_to_string(&file).unwrap();
            let mut lines = text.lines().map(str::trim);
            while let Some(line) = lines.next() {
                if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                    let name = lines.find_map(|line| line.split_once("fn ")).unwrap().1;
                    tests.insert(format!("{module}::{}", name.split('(').next().unwrap()));
                }
            }
        }
    }
    tests
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn every_method_has_its_row_and_every_row_its_method() {
    let mut listed = BTreeMap::new();
    for row in rows("method") {
        // What follows the name says more about it.
        let name = quoted(&row[0]).first().map_or("", |name| *name).to_owned();
        *listed.entry(name).or_insert(0) += 1;
    }
    let served = telegram_dc::methods().into_iter().map(|name| (name.to_owned(), 1)).collect();
    assert_eq!(listed, served, "rows by method (left) and methods served (right) differ");
}

#[test]
fn every_test_in_a_table_exists() {
    let tests = tests();
    let text = fs::read_to_string(Path::new(CRATE).join("README.md")).unwrap();
    let mut checked = 0;
    for table in tables(&text).into_iter().filter(|table| table[0].last().is_some_and(|head| head == "test"))
    {
        for row in rows_below(table) {
            let named = quoted(row.last().unwrap());
            assert!(!named.is_empty(), "{:?} names no test", row[0]);
            for name in named {
                assert!(tests.contains(name), "{}: there is no test {name}", row[0]);
                checked += 1;
            }
        }
    }
    assert!(checked > 30, "only {checked} tests found in the tables");
}

/// A fault that nobody tries out may do nothing.
#[test]
fn every_fault_in_the_table_is_one() {
    let source = fs::read_to_string(Path::new(CRATE).join("src/faults.rs")).unwrap();
    for row in rows("fault") {
        for name in quoted(&row[0]) {
            let name = name.split('(').next().unwrap();
            assert!(source.contains(&format!("pub fn {name}(")), "there is no fault {name}");
        }
    }
}
