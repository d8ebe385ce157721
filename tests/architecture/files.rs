//! Files stay small, and nothing half-done is left in them.

use super::{code, sources};

/// A hard look at anything longer.
const LONG: usize = 400;

#[test]
fn no_file_is_long() {
    let mut sources: Vec<_> = ["app/src", "app/build/src", "server/src", "tests"]
        .iter()
        .flat_map(|folder| sources(folder, "rs"))
        .collect();
    sources.retain(|(_, text)| text.lines().count() > LONG);
    let long: Vec<_> = sources.iter().map(|(path, text)| (path.display(), text.lines().count())).collect();
    assert!(long.is_empty(), "split these: {long:?}");
}

#[test]
fn foo_lives_in_foo_rs_not_in_mod_rs() {
    for folder in ["app/src", "server/src", "tests/telegram-dc/src"] {
        let modules = sources(folder, "rs").into_iter().filter(|(path, _)| path.ends_with("mod.rs"));
        assert_eq!(modules.map(|(path, _)| path).collect::<Vec<_>>(), [""; 0].map(std::path::PathBuf::from));
    }
}

#[test]
fn nothing_is_left_for_later() {
    for folder in ["app/src", "app/build/src", "server/src", "tests/telegram-dc/src"] {
        for (path, text) in sources(folder, "rs") {
            for word in ["TODO", "FIXME", "XXX"] {
                assert!(!text.contains(word), "{}: {word}", path.display());
            }
            assert!(
                !code(&text).any(|line| line.contains("#[ignore")),
                "{}: an ignored test",
                path.display()
            );
        }
    }
}
