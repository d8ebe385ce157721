//! Statistics as charts, in the JSON that Telegram's clients draw.

mod broadcast;
mod cards;
mod column;
mod group;
mod json;
mod kind;
mod language;
mod message;
mod revenue;
mod story;
mod zoom;

pub(crate) use broadcast::{draw, is_available};
pub(crate) use cards::{cards, float, pair, seconds};
pub(crate) use group::draw_group;
pub(crate) use json::Chart;
pub(crate) use kind::{GraphKind, GroupGraph, StoryGraph, Zoom, graph_names};
pub(crate) use message::{MessageGraph, of_message, of_message_zoomed, votes};
pub(crate) use revenue::{ad_impressions, revenue};
pub(crate) use story::draw_story;
pub(crate) use zoom::{has_minutes, zoomed, zoomed_group, zoomed_story};
