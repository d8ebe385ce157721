//! Sales of paid media.

use super::content::Content;
use super::ledger::identifier;
use super::ledger_stars::STAR;
use super::post::{self, Post};
use super::row::{Row, RowKind};
use super::{Day, Dice, Spec, World, people};

/// Nobody buys what is older, in seconds.
const SALES_SECONDS: u64 = 10 * 86_400;

/// One sale in about so many is given back, within so many seconds and on the same UTC day: no day's revenue is
/// ever negative.
const REFUND_ONCE_IN: u64 = 15;
const REFUND_SECONDS: u64 = 4 * 3600;

/// All sales, at any time, of what was posted on a day.
pub(crate) fn rows(world: &World, spec: &Spec, day: &Day) -> Vec<Row> {
    if spec.paid_media_once_in == 0 {
        return Vec::new();
    }
    let posts = post::on(world.seed, spec, day);
    posts
        .iter()
        .flat_map(|post| match post.content {
            Content::PaidMedia { stars } => sales(world, spec, post, i128::from(stars) * STAR),
            _ => Vec::new(),
        })
        .collect()
}

fn sales(world: &World, spec: &Spec, sold: &Post, price: i128) -> Vec<Row> {
    let number = sold.id.cast_unsigned();
    let mut dice = Dice::new(world.seed, "media sales", spec.id, number);
    let count = u32::try_from(dice.between(2, 14)).unwrap_or(2);
    let mut rows = Vec::new();
    for index in 0..count {
        // The earlier of two moments: most sales are soon.
        let after = dice.between(30, SALES_SECONDS).min(dice.between(30, SALES_SECONDS));
        let date = sold.date + after.cast_signed();
        let refunded = dice.once_in(REFUND_ONCE_IN);
        let back = date + dice.between(600, REFUND_SECONDS).cast_signed();
        if sold.deleted_at.is_some_and(|deleted| date >= deleted) {
            continue;
        }
        let (post, user) = (sold.id, people::somebody(world.seed, "buyer", spec.id, number * 16 + index).id);
        let id = identifier(world.seed, "media sale", spec.id, number * 16 + index);
        if refunded && back.div_euclid(86_400) == date.div_euclid(86_400) {
            let kind = RowKind::PaidMediaRefund { post, user };
            rows.push(Row { id: id.clone(), date: back, nano: -price, kind });
        }
        rows.push(Row { id, date, nano: price, kind: RowKind::PaidMedia { post, user } });
    }
    rows
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::rows;
    use crate::world::content::Content;
    use crate::world::{RowKind, World, post};

    #[test]
    fn what_is_sold_was_posted_before_at_that_price_and_not_deleted() {
        let world = World::new(7, date(2025, 3, 1), 400, 30);
        let channel = world.channels().nth(1).unwrap();
        let mut sold = 0;
        for day in channel.history.until(400) {
            let posts = post::on(7, channel.spec, &day);
            for row in rows(&world, channel.spec, &day) {
                let RowKind::PaidMedia { post, .. } = row.kind else { continue };
                let post = posts.iter().find(|other| other.id == post).unwrap();
                let Content::PaidMedia { stars } = post.content else { panic!("{post:?}") };
                assert_eq!(row.nano, i128::from(stars) * 1_000_000_000);
                assert!(post.date < row.date && post.deleted_at.is_none_or(|at| row.date < at));
                sold += 1;
            }
        }
        assert!(sold > 100, "{sold}");
    }
}
