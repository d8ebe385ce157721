//! DEPS.md gives every dependency one line of reason, and no dependency is without one.

use std::collections::BTreeSet;

/// Every name under `[*dependencies]` of every manifest.
fn used() -> BTreeSet<String> {
    let root = channelscope_tests::root();
    let mut names = BTreeSet::new();
    for manifest in ["app", "app/build", "server", "tests", "tests/telegram-dc"] {
        let text = std::fs::read_to_string(root.join(manifest).join("Cargo.toml")).unwrap();
        let table: toml::Table = text.parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let section = table.get(section).and_then(toml::Value::as_table);
            names.extend(section.into_iter().flatten().map(|(name, _)| name.clone()));
        }
    }
    for ours in ["app", "server", "telegram-dc"] {
        names.remove(ours);
    }
    names
}

/// Every name in the lists of DEPS.md: "- `name`: reason".
fn explained() -> BTreeSet<String> {
    let text = std::fs::read_to_string(channelscope_tests::root().join("DEPS.md")).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("- `"))
        .map(|line| {
            let (name, reason) = line.split_once("`: ").unwrap_or_else(|| panic!("no reason: {line}"));
            assert!(reason.len() > 15, "the reason for {name} says nothing: {reason}");
            name.to_owned()
        })
        .collect()
}

#[test]
fn every_dependency_has_a_reason_and_every_reason_a_dependency() {
    let (used, explained) = (used(), explained());
    assert_eq!(used.difference(&explained).collect::<Vec<_>>(), [""; 0], "used, but not in DEPS.md");
    assert_eq!(explained.difference(&used).collect::<Vec<_>>(), [""; 0], "in DEPS.md, but not used");
}

#[test]
fn every_dependency_is_named_in_its_packages_sources() {
    let mut idle = Vec::new();
    for package in ["app", "app/build", "server", "tests", "tests/telegram-dc"] {
        let sources: Vec<_> = crate::sources(package, "rs")
            .into_iter()
            .filter(|(path, _)| {
                // Packages inside packages have manifests of their own.
                let inner =
                    ["app/build", "tests/telegram-dc"].into_iter().find(|inner| path.starts_with(inner));
                inner.is_none_or(|inner| inner == package)
            })
            .collect();
        let text =
            std::fs::read_to_string(channelscope_tests::root().join(package).join("Cargo.toml")).unwrap();
        let table: toml::Table = text.parse().unwrap();
        for section in ["dependencies", "dev-dependencies"] {
            for (name, _) in table.get(section).and_then(toml::Value::as_table).into_iter().flatten() {
                let ident = name.replace('-', "_");
                if !sources.iter().any(|(_, text)| text.contains(&ident)) {
                    idle.push(format!("{package}: {name}"));
                }
            }
        }
    }
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn the_workspace_lists_only_what_somebody_uses() {
    let text = std::fs::read_to_string(channelscope_tests::root().join("Cargo.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let listed = table["workspace"]["dependencies"].as_table().unwrap();
    let used = used();
    let idle: Vec<_> = listed.keys().filter(|name| !used.contains(*name)).collect();
    assert_eq!(
        idle,
        ["app", "server", "telegram-dc"]
            .iter()
            .filter(|ours| listed.contains_key(**ours))
            .collect::<Vec<_>>()
    );
}

#[test]
fn one_copy_of_what_must_be_one() {
    let text = std::fs::read_to_string(channelscope_tests::root().join("Cargo.lock")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let packages = table["package"].as_array().unwrap();
    for name in ["sqlx", "axum", "leptos", "tokio", "rustls", "jiff", "wasm-bindgen"] {
        let copies = packages.iter().filter(|package| package["name"].as_str() == Some(name)).count();
        assert_eq!(copies, 1, "{name}");
    }
    for unwanted in ["openssl", "native-tls", "aws-lc-rs"] {
        assert!(!packages.iter().any(|package| package["name"].as_str() == Some(unwanted)), "{unwanted}");
    }
}
