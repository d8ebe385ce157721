//! Forms that were refused.

/// What was wrong with a form; the server provides it and the page shows it again with what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormProblem {
    /// A sentence: what was wrong and what to do.
    pub text: String,
    /// What was typed, by field.
    pub fields: Vec<(&'static str, String)>,
}

impl FormProblem {
    /// What was typed into a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, typed)| typed.as_str())
    }
}
