//! Fewer points than pixels: what could not be seen does not travel.

/// At most two points for each of `columns` groups of neighbours: the lowest and the highest, in their order. Peaks
/// stay as high and troughs as low as they were. Short runs are left alone.
pub(super) fn thin(points: Vec<(i32, i128)>, width: i32, columns: usize) -> Vec<(i32, i128)> {
    if points.len() <= 2 * columns {
        return points;
    }
    let column = |x: i32| i64::from(x) * columns as i64 / i64::from(width.max(1));
    let mut kept = Vec::with_capacity(2 * columns + 2);
    for group in points.chunk_by(|a, b| column(a.0) == column(b.0)) {
        // Of equals the first lowest and the last highest, so that a level stretch keeps both its ends.
        let lowest = group.iter().enumerate().min_by_key(|(_, point)| point.1);
        let highest = group.iter().enumerate().max_by_key(|(_, point)| point.1);
        if let (Some((low_at, low)), Some((high_at, high))) = (lowest, highest) {
            let (first, second) = if low_at <= high_at { (low, high) } else { (high, low) };
            kept.push(*first);
            if low_at != high_at {
                kept.push(*second);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn few_points_keep_the_extremes(values in prop::collection::vec(any::<i32>(), 1..4_000)) {
            let count = values.len() as i32;
            let points: Vec<_> = values.iter().zip(0..).map(|(v, at)| (at * 7_200 / count, i128::from(*v))).collect();
            let thinned = thin(points.clone(), 7_200, 100);
            prop_assert!(thinned.len() <= 202);
            prop_assert!(thinned.windows(2).all(|pair| pair[0].0 <= pair[1].0));
            for extreme in [points.iter().map(|p| p.1).min(), points.iter().map(|p| p.1).max()] {
                prop_assert!(thinned.iter().any(|point| Some(point.1) == extreme));
            }
        }
    }
}
