//! Charts: one description, the same bytes on the server, in the browser and in a snapshot.
//!
//! [`ChartSpec`] says what is shown, [`draw`] turns it into SVG (plotters, integer arithmetic only), [`Frame`] is the
//! arithmetic between buckets, values and the picture, and [`view`] puts it on a page with caption, table and cursor.

mod bars;
mod buckets;
#[cfg(feature = "ssr")]
mod build;
#[cfg(feature = "ssr")]
mod caption;
mod draw;
mod escape;
mod frame;
mod labels;
mod lines;
mod paint;
mod readout;
mod scale;
mod spec;
mod svg;
#[cfg(test)]
mod tests;
mod thin;
mod ticks;
pub mod view;
mod wire;

pub use buckets::Buckets;
#[cfg(feature = "ssr")]
pub use caption::{coverage, refusal, span_of};
pub use draw::{Drawn, draw};
pub use frame::Frame;
pub use readout::{Readout, readout, value_text};
pub use spec::{ChartKind, ChartSeries, ChartSpec};
pub use ticks::Ticks;
