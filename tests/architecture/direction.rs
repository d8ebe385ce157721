//! Which way knowledge flows.

use std::process::Command;

use super::{code, in_room, sources};

/// `tl::` in `grammers_tl::` or ` tl::`, but not in `fcntl::`.
fn starts_a_word(line: &str, at: usize) -> bool {
    !line[..at].ends_with(char::is_alphanumeric)
}

/// Files outside `room`, tests left out, whose code mentions `word`.
fn strangers(folder: &str, room: &str, word: &str) -> Vec<String> {
    sources(folder, "rs")
        .into_iter()
        .filter(|(path, _)| !in_room(path, room) && !path.ends_with("tests.rs"))
        .filter(|(_, text)| {
            code(text).any(|line| line.match_indices(word).any(|(at, _)| starts_a_word(line, at)))
        })
        .map(|(path, _)| path.display().to_string())
        .collect()
}

/// Files inside `room` whose code mentions `word`.
fn inside(room: &str, word: &str) -> Vec<String> {
    sources("server/src", "rs")
        .into_iter()
        .filter(|(path, text)| in_room(path, room) && code(text).any(|line| line.contains(word)))
        .map(|(path, _)| path.display().to_string())
        .collect()
}

#[test]
fn only_telegram_speaks_tl() {
    assert_eq!(strangers("server/src", "server/src/telegram", "tl::"), [""; 0]);
    for library in ["grammers_client::", "grammers_mtsender::", "grammers_session::", "grammers_tl_types::"] {
        assert_eq!(strangers("server/src", "server/src/telegram", library), [""; 0], "{library}");
    }
}

#[test]
fn only_jobs_knows_the_queue() {
    assert_eq!(strangers("server/src", "server/src/jobs", "graphile_worker::"), [""; 0]);
}

#[test]
fn only_the_store_speaks_sql() {
    for word in ["query!(", "query_as!(", "query_scalar!(", "AssertSqlSafe"] {
        assert_eq!(strangers("server/src", "server/src/store", word), [""; 0], "{word}");
    }
}

#[test]
fn store_and_telegram_do_not_know_each_other() {
    assert_eq!(inside("server/src/store", "crate::telegram"), [""; 0]);
    assert_eq!(inside("server/src/telegram", "crate::store"), [""; 0]);
}

#[test]
fn the_queue_does_not_know_what_it_runs() {
    assert_eq!(inside("server/src/jobs", "crate::collector"), [""; 0]);
}

#[test]
fn charts_know_no_pages_and_the_vocabulary_knows_nobody() {
    let app = sources("app/src", "rs");
    let knows = |room: &str, words: &[&str]| -> Vec<String> {
        app.iter()
            .filter(|(path, text)| {
                in_room(path, room) && code(text).any(|line| words.iter().any(|word| line.contains(word)))
            })
            .map(|(path, _)| path.display().to_string())
            .collect()
    };
    assert_eq!(
        knows("app/src/model", &["crate::chart", "crate::page", "crate::ui", "crate::backend", "leptos"]),
        [""; 0]
    );
    assert_eq!(knows("app/src/chart", &["crate::page", "crate::backend"]), [""; 0]);
    assert_eq!(knows("app/src/ui", &["crate::page", "crate::backend"]), [""; 0]);
}

#[test]
fn the_browser_gets_nothing_of_the_server() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--offline",
            "-p",
            "app",
            "--no-default-features",
            "--features",
            "hydrate",
        ])
        .args([
            "--target",
            "wasm32-unknown-unknown",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(channelscope_tests::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("plotters"), "the tree is not the app's: {tree}");
    let forbidden = |line: &&str| {
        let name = line.split(' ').next().unwrap_or_default();
        matches!(
            name,
            "sqlx" | "tokio" | "axum" | "hyper" | "rustls" | "grammers-client" | "grammers-session"
        ) || matches!(name, "grammers-mtsender" | "grammers-tl-types" | "server" | "telegram-dc")
    };
    assert_eq!(tree.lines().filter(forbidden).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn telegram_dc_is_not_a_mirror_of_our_client() {
    let manifest =
        std::fs::read_to_string(channelscope_tests::root().join("tests/telegram-dc/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    for client in
        ["grammers-client", "grammers-session", "grammers-mtsender", "grammers-mtproto", "server", "app"]
    {
        assert!(!dependencies.contains_key(client), "{client} would let a bug of ours agree with itself");
    }
}
