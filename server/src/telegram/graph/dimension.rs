use super::Graph;

/// The stable key of a column: its English name in lower case, everything but letters and digits as `_`
/// (`Private Chats` → `private_chats`). The session asks for English (`lang_code`), so names do not change with the
/// reader. A column whose name leaves nothing, or says what an earlier one says, is told apart by its label.
pub fn dimension(graph: &Graph, index: usize) -> Option<String> {
    let column = graph.columns.get(index)?;
    let key = slug(&column.name);
    let taken = graph.columns.iter().take(index).any(|earlier| slug(&earlier.name) == key);
    Some(match (key.is_empty(), taken) {
        (false, false) => key,
        (true, _) => slug(&column.id),
        (false, true) => format!("{key}_{}", slug(&column.id)),
    })
}

fn slug(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase).take(100) {
        if c.is_alphanumeric() {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    key
}
