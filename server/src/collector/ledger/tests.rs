use app::model::{Nano, TransactionKind};

use super::*;

fn row(id: &str, second: i64, state: TransactionState) -> LedgerRow {
    LedgerRow {
        unit_code: UnitCode::Ton,
        id: id.to_owned(),
        is_refund: false,
        kind: TransactionKind::AdRevenue,
        state,
        amount: Nano(5),
        booked_at: Timestamp::from_second(second).unwrap(),
        period_start: None,
        period_end: None,
        settled_at: None,
        url: None,
        raw: id.as_bytes().to_vec(),
    }
}

fn page(rows: Vec<LedgerRow>, next: Option<&str>) -> LedgerPage {
    LedgerPage { rows, refused: vec![], unread: Unread::default(), next_offset: next.map(str::to_owned) }
}

fn kept(rows: Vec<LedgerRow>) -> Page {
    Page { rows: rows.into_iter().map(told).collect(), has_gaps: false }
}

#[test]
fn a_page_may_be_enough_when_nothing_in_it_or_behind_it_can_change() {
    use TransactionState::{Done, Pending};
    let at = |second| Some(Timestamp::from_second(second).unwrap());
    let page = || kept(vec![row("a", 30, Done), row("b", 20, Done)]);
    let all = Known::default();
    assert!(all.may_be_enough(&page()));
    assert!(!all.may_be_enough(&kept(vec![row("new", 40, Pending), row("a", 30, Done)])));
    assert!(!all.may_be_enough(&kept(vec![])));
    assert!(!all.may_be_enough(&Page { has_gaps: true, ..page() }), "a row of it was refused");
    let open = Known { oldest_pending: at(10), has_gaps: false };
    assert!(!open.may_be_enough(&page()), "an open row lies behind the page");
    assert!(Known { oldest_pending: at(35), ..open }.may_be_enough(&page()));
    let gaps = Known { has_gaps: true, ..Known::default() };
    assert!(!gaps.may_be_enough(&page()), "a refused row may lie anywhere");
}

#[test]
fn a_list_that_does_not_end_is_noticed() {
    use TransactionState::Done;
    let mut seen = Seen::default();
    seen.check("", &page(vec![row("a", 1, Done)], Some("1"))).unwrap();
    for (page, detail) in [
        (page(vec![row("b", 1, Done)], Some("")), "leads back"),
        (page(vec![row("b", 1, Done)], Some("1")), "leads back"),
        (page(vec![], Some("2")), "an empty page"),
        (page(vec![row("a", 1, Done)], Some("2")), "repeats"),
    ] {
        let mut seen = Seen { offsets: seen.offsets.clone(), rows: seen.rows.clone() };
        let error = seen.check("1", &page).unwrap_err().to_string();
        assert!(error.contains(detail), "{error}");
    }
    seen.check("1", &page(vec![row("a", 1, Done)], None)).unwrap();
}
