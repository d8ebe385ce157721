//! `channelscope.toml`: the same names as the flags, as defaults below the environment.

use std::path::{Path, PathBuf};

use clap::Command;

use super::Error;

/// Where the file is looked for unless `CHANNELSCOPE_CONFIG` names one.
const PLACES: &[&str] = &["channelscope.toml", "/etc/channelscope.toml"];

/// The command with the file's values as defaults of the flags they name (`public-url = "…"`). A name that no flag
/// has is an error: a misspelt setting must not be silently without effect.
pub fn with_file_defaults(mut command: Command, named: Option<&Path>) -> Result<Command, Error> {
    let Some(path) =
        named.map(PathBuf::from).or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.exists()))
    else {
        return Ok(command);
    };
    let text = std::fs::read_to_string(&path).map_err(|source| Error::Unreadable {
        variable: "CHANNELSCOPE_CONFIG",
        path: path.clone(),
        source,
    })?;
    let bad = |reason: String| Error::File { path: path.clone(), reason };
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| bad(error.message().to_owned()))?;
    for (key, value) in table {
        let id = key.replace('-', "_");
        let Some(argument) = command.get_arguments().find(|argument| argument.get_id() == id.as_str()) else {
            return Err(bad(format!("“{key}” is not a setting; see channelscope --help for the names")));
        };
        let id = argument.get_id().clone();
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(_) | toml::Value::Boolean(_) | toml::Value::Float(_) => value.to_string(),
            _ => return Err(bad(format!("“{key}” must be a string, a number or true/false"))),
        };
        command = command.mut_arg(id, |argument| argument.default_value(value).hide_default_value(true));
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Arg;

    fn command() -> Command {
        Command::new("test").arg(Arg::new("public_url").long("public-url"))
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn the_file_gives_defaults_and_flags_win() {
        let file = file("public-url = \"https://a.example\"");
        let command = with_file_defaults(command(), Some(file.path())).unwrap();
        let value = |arguments: &[&str]| {
            command.clone().get_matches_from(arguments).get_one::<String>("public_url").cloned().unwrap()
        };
        assert_eq!(value(&["test"]), "https://a.example");
        assert_eq!(value(&["test", "--public-url", "https://b.example"]), "https://b.example");
    }

    #[test]
    fn a_misspelt_setting_is_named() {
        let file = file("publik-url = \"https://a.example\"");
        let error = with_file_defaults(command(), Some(file.path())).unwrap_err().to_string();
        assert!(error.contains("“publik-url” is not a setting"), "{error}");
    }
}
