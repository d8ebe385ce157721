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

fn known(rows: &[LedgerRow]) -> Known {
    let pending =
        rows.iter().filter(|row| row.state == TransactionState::Pending).map(|row| row.booked_at).min();
    Known {
        rows: rows.iter().map(|row| (key(row), Said::by_telegram(row))).collect(),
        oldest_pending: pending,
        has_gaps: false,
    }
}

#[test]
fn a_page_is_enough_when_nothing_in_it_or_behind_it_can_change() {
    use TransactionState::{Done, Pending};
    let (a, b, c) = (row("a", 30, Done), row("b", 20, Done), row("c", 10, Done));
    let all = known(&[a.clone(), b.clone(), c.clone()]);
    assert!(all.is_enough(&page(vec![a.clone(), b.clone()], Some("next"))));
    assert!(!all.is_enough(&page(vec![row("new", 40, Done), a.clone()], Some("next"))));
    let settled = LedgerRow { settled_at: Some(Timestamp::UNIX_EPOCH), ..a.clone() };
    assert!(!all.is_enough(&page(vec![settled], Some("next"))), "it was revised");
    let other_file = LedgerRow { raw: b"another reference".to_vec(), ..a.clone() };
    assert!(all.is_enough(&page(vec![other_file], Some("next"))), "it says the same in other bytes");
    assert!(!all.is_enough(&page(vec![], None)));
    let open = known(&[a.clone(), b.clone(), row("c", 10, Pending)]);
    assert!(
        !open.is_enough(&page(vec![a.clone(), b.clone()], Some("next"))),
        "an open row lies behind the page"
    );
    let gaps = Known { has_gaps: true, ..known(&[a.clone(), b.clone(), c]) };
    assert!(!gaps.is_enough(&page(vec![a.clone(), b], Some("next"))), "a refused row may lie anywhere");
    assert!(!Known::default().is_enough(&page(vec![a], Some("next"))));
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
