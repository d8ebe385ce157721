//! Secrets: given directly, or in a file that `…_FILE` names.

use std::path::Path;

use secrecy::SecretString;

use super::Error;

/// The two ways to give one secret.
#[derive(Debug, Clone, Copy)]
pub struct SecretSource<'a> {
    /// The variable of the value itself.
    pub variable: &'static str,
    /// The variable of the file.
    pub file_variable: &'static str,
    /// The value, if given directly.
    pub value: Option<&'a SecretString>,
    /// The file, if given so.
    pub file: Option<&'a Path>,
}

/// The secret, from wherever it was given; `None` if nowhere. Trailing line ends of a file are not part of it.
pub fn read_secret(source: SecretSource<'_>) -> Result<Option<SecretString>, Error> {
    match (source.value, source.file) {
        (Some(_), Some(_)) => Err(Error::Invalid {
            variable: source.variable,
            reason: format!("is given twice, here and in {}; keep one", source.file_variable),
        }),
        (Some(value), None) => Ok(Some(value.clone())),
        (None, None) => Ok(None),
        (None, Some(path)) => {
            let unreadable = |error| Error::Unreadable {
                variable: source.file_variable,
                path: path.to_owned(),
                source: error,
            };
            let text = std::fs::read_to_string(path).map_err(unreadable)?;
            Ok(Some(SecretString::from(text.trim_end_matches(['\r', '\n']))))
        }
    }
}
