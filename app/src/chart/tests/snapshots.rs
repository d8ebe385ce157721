//! The same description gives the same bytes: reviewed once with the eye, kept by comparison.

use super::{samples, xml};
use crate::chart::draw;

#[test]
fn pictures_are_what_was_last_looked_at() {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        for (name, spec) in samples::all() {
            let svg = draw(&spec).svg;
            xml::well_formed(&svg).unwrap();
            // One element a line, for people who read differences.
            insta::assert_snapshot!(name, svg.replace("><", ">\n<"));
        }
    });
}

#[test]
fn nothing_known_is_said_and_never_looks_like_zero() {
    let svg = draw(&samples::all_unknown()).svg;
    assert!(svg.contains(">No data yet</text>"));
    assert!(svg.contains("class=\"u\""));
    assert!(!svg.contains("class=\"y\""), "a scale would be invented");
    let zeros = draw(&samples::zeros()).svg;
    assert!(!zeros.contains("No data yet") && !zeros.contains("class=\"u\""));
}

#[test]
fn hostile_words_stay_words() {
    let mut spec = samples::two_lines();
    spec.title = "</title><script>alert(1)</script>\0".to_owned();
    spec.id = "x\" onload=\"alert(1)".to_owned();
    spec.series[0].name = "]]><img src=x onerror=alert(1)>".to_owned();
    let svg = draw(&spec).svg;
    xml::well_formed(&svg).unwrap();
    assert!(!svg.contains("<script") && !svg.contains("<img") && !svg.contains("onload=\""));
}
