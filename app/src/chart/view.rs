//! A chart on a page: title, figure, picture, legend, caption and table on the server; a cursor in the browser.

pub mod figure;
#[cfg(all(test, feature = "ssr"))]
mod figure_tests;
pub mod island;
#[cfg(feature = "hydrate")]
mod live;
mod table;
#[cfg(feature = "hydrate")]
mod tip;

pub use figure::{ChartFigure, ChartFigureProps};
pub use island::{ChartIsland, ChartIslandProps};
