//! `channelscope channel posts`: how far back.

use anyhow::{Context, Result};
use app::model::ChannelId;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::print;
use crate::boot::Boot;
use crate::store::post_history::{self, Depth};

pub(super) async fn run(boot: &Boot, channel: ChannelId, since: Option<Date>, all: bool) -> Result<()> {
    if since.is_some() || all {
        let since = since.map(|day| day.to_zoned(TimeZone::UTC)).transpose().context("--since")?;
        let mut db = boot.pool.begin().await?;
        let since = since.map(|midnight| midnight.timestamp());
        post_history::want_since(&mut db, channel, since, boot.clock.now()).await?;
        db.commit().await?;
    }
    print::line(&text(&post_history::depth(&boot.pool, channel).await?))
}

fn text(depth: &Depth) -> String {
    let day = |at: jiff::Timestamp| at.to_zoned(TimeZone::UTC).date();
    let wanted = depth.wanted_since.map_or_else(
        || "Posts are wanted to the first one".to_owned(),
        |since| format!("Posts are wanted back to {}", day(since)),
    );
    let kept = match (depth.posts, depth.oldest_at) {
        (0, _) | (_, None) => "none is kept yet".to_owned(),
        (1, Some(oldest)) => format!("one is kept, of {}", day(oldest)),
        (many, Some(oldest)) => format!("{many} are kept, the oldest of {}", day(oldest)),
    };
    let rest = if depth.complete { "that is all there are" } else { "older ones are still to be read" };
    format!("{wanted}; {kept}; {rest}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_how_deep_and_how_far() {
        let depth = |wanted: Option<&str>, posts, complete| Depth {
            wanted_since: wanted.map(|at| at.parse().unwrap()),
            complete,
            posts,
            oldest_at: (posts > 0).then(|| "2024-03-02T10:00:00Z".parse().unwrap()),
        };
        assert_eq!(
            text(&depth(None, 0, false)),
            "Posts are wanted to the first one; none is kept yet; older ones are still to be read."
        );
        assert_eq!(
            text(&depth(Some("2024-01-01T00:00:00Z"), 412, true)),
            "Posts are wanted back to 2024-01-01; 412 are kept, the oldest of 2024-03-02; that is all there are."
        );
    }
}
