use std::fmt::Write as _;

use super::{Collector, Right, Rights, Scope};

/// What the README says of the collectors, between two comments.
fn table() -> String {
    let mut table = String::from(
        "| collector | what | methods | every | requests | needs |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for one in Collector::ALL {
        let every = match (one.default_every_seconds() / 60, one.default_every_seconds() / 3600) {
            (minutes, 0) => format!("{minutes} min"),
            (_, hours) if hours % 24 == 0 && hours > 24 => format!("{} days", hours / 24),
            (_, hours) => format!("{hours} h"),
        };
        let default = if one.is_on_by_default() { "" } else { ", off unless switched on" };
        let needs = match one.right() {
            Right::Member => "nothing",
            Right::Administrator => "administrator",
            Right::Statistics => "statistics",
            Right::Revenue => "revenue",
        };
        let scope = match one.scope() {
            Scope::Channels => ", channels",
            Scope::Groups => ", groups",
            Scope::Both => "",
        };
        let methods: Vec<String> = one.methods().iter().map(|method| format!("`{method}`")).collect();
        let (title, methods, requests) = (one.title(), methods.join(", "), one.typical_requests());
        writeln!(table, "| `{one}` | {title} | {methods} | {every}{default} | {requests} | {needs}{scope} |")
            .unwrap();
    }
    table
}

/// `UPDATE_README=1 cargo test -p app readme` writes it.
#[test]
fn the_readme_tells_what_the_collectors_are() {
    const BEGIN: &str = "<!-- collectors: made by `UPDATE_README=1 cargo test -p app readme` -->\n";
    const END: &str = "<!-- end of collectors -->";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the README has a place for the table");
    let (told, after) = rest.split_once(END).expect("the place has an end");
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
    } else {
        assert_eq!(told, table(), "run `UPDATE_README=1 cargo test -p app readme`");
    }
}

#[test]
fn names_are_unique_and_read_back() {
    for one in Collector::ALL {
        assert_eq!(one.name().parse(), Ok(*one));
        assert!(!one.methods().is_empty() && one.typical_requests() > 0 && one.default_every_seconds() >= 60);
    }
    let mut names: Vec<&str> = Collector::ALL.iter().map(|one| one.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Collector::ALL.len());
}

#[test]
fn rights_decide() {
    let none = Rights::default();
    assert!(Collector::Facts.allowed_by(none) && !Collector::Statistics.allowed_by(none));
    assert!(!Collector::Revenue.allowed_by(Rights { is_admin: true, ..none }));
    assert!(Collector::Ledger.allowed_by(Rights { can_view_stars_revenue: true, ..none }));
    assert!(!Collector::Statistics.exists_in(true) && Collector::Facts.exists_in(true));
}

#[test]
fn only_ads_are_off_by_default_and_say_what_they_are_not() {
    let off: Vec<_> = Collector::ALL.iter().copied().filter(|one| !one.is_on_by_default()).collect();
    assert_eq!(off, [Collector::Sponsored]);
    assert!(Collector::Sponsored.title().contains("ads offered to this account, not what your readers saw"));
}
