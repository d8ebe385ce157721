use app::model::{Post, ViewsOrigin};

/// A post's views at an age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AtAge {
    /// Seconds since posting.
    pub(crate) seconds: i32,
    /// So far from it a sample counts, seconds: what was agreed, not what the product says.
    pub(crate) tolerance: i32,
    pub(crate) views: Option<i32>,
    pub(crate) origin: Option<ViewsOrigin>,
}

/// The six ages at which posts are compared.
pub(crate) fn at_ages(post: &Post) -> [AtAge; 6] {
    let at = |hours: i32, minutes: i32, views, origin| AtAge {
        seconds: hours * 3_600,
        tolerance: minutes * 60,
        views,
        origin,
    };
    [
        at(1, 6, post.views_1h, post.views_1h_origin),
        at(2, 10, post.views_2h, post.views_2h_origin),
        at(6, 20, post.views_6h, post.views_6h_origin),
        at(12, 30, post.views_12h, post.views_12h_origin),
        at(24, 30, post.views_24h, post.views_24h_origin),
        at(48, 30, post.views_48h, post.views_48h_origin),
    ]
}
