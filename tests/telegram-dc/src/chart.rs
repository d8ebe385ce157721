//! Statistics as charts, in the JSON that Telegram's clients draw.

mod broadcast;
mod cards;
mod column;
mod hourly;
mod json;
mod kind;
mod message;
mod revenue;

pub(crate) use broadcast::{draw, is_available};
pub(crate) use cards::cards;
pub(crate) use hourly::hours_of_day;
pub(crate) use json::Chart;
pub(crate) use kind::GraphKind;
pub(crate) use message::{MessageGraph, of_message, of_message_zoomed, votes};
pub(crate) use revenue::{ad_impressions, revenue};
