//! Cursor and tooltip: made once, then only moved and filled.

use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Document, HtmlElement};

use super::live::set;
use crate::chart::{ChartKind, ChartSpec, Frame, readout};

/// The elements over a chart that follow the cursor.
pub(super) struct Tip {
    /// The line through the bucket; for bars a band as wide as one.
    cross: HtmlElement,
    /// One for each series, for lines; stacks have none.
    dots: Vec<HtmlElement>,
    card: HtmlElement,
    head: HtmlElement,
    /// One row and its value for each series.
    rows: Vec<(HtmlElement, HtmlElement)>,
    total: Option<(HtmlElement, HtmlElement)>,
    usd: Option<(HtmlElement, HtmlElement)>,
}

impl Tip {
    /// Makes everything, hidden, at the end of `touch`. `None` if the browser refuses.
    pub(super) fn new(touch: &HtmlElement, spec: &ChartSpec) -> Option<Self> {
        let document = touch.owner_document()?;
        let make = |parent: &HtmlElement, class: &str| make(&document, parent, class);
        let cross = make(touch, if spec.kind.is_bars() { "chart-cross band" } else { "chart-cross" })?;
        let mut dots = Vec::new();
        if !spec.kind.is_bars() {
            for series in &spec.series {
                dots.push(make(touch, &format!("chart-dot s{}", series.slot))?);
            }
        }
        let card = make(touch, "chart-tip")?;
        let head = make(&card, "chart-tip-head")?;
        let row = |chip: &str, name: &str| {
            let row = make(&card, "chart-tip-row")?;
            if !chip.is_empty() {
                make(&row, chip)?;
            }
            let label = make(&row, "chart-tip-name")?;
            set(&label, "dir", "auto");
            label.set_text_content(Some(name));
            let value = make(&row, "chart-tip-value")?;
            Some((row, value))
        };
        let mut rows = Vec::new();
        for series in &spec.series {
            rows.push(row(&format!("chip s{}", series.slot), &series.name)?);
        }
        let stacked = spec.kind == ChartKind::StackedBar && spec.series.len() > 1;
        let total = if stacked { Some(row("", "All")?) } else { None };
        let usd = if spec.usd_rate.is_some() { Some(row("", "At the last rate")?) } else { None };
        let tip = Self { cross, dots, card, head, rows, total, usd };
        tip.hide();
        Some(tip)
    }

    /// Takes it away.
    pub(super) fn hide(&self) {
        for element in [&self.cross, &self.card].into_iter().chain(&self.dots) {
            element.set_hidden(true);
        }
    }

    /// Moves everything to a bucket and says what is known of it. The card stands beside the cursor, on the side with
    /// more room: it covers neither the point nor the edge of the screen (the style sheet keeps it under half the
    /// width), and nothing has to be measured.
    pub(super) fn show(&mut self, touch: &HtmlElement, spec: &ChartSpec, frame: &Frame, bucket: usize) {
        let (width, height) = (f64::from(touch.client_width()), f64::from(touch.client_height()));
        let across = |x: i32| f64::from(x) * width / f64::from(frame.width);
        let down = |y: i32| f64::from(y) * height / f64::from(frame.height);
        let x = across(frame.x_of(bucket));
        if spec.kind.is_bars() {
            let left = across(frame.left_of(bucket));
            style(&self.cross, "width", &pixels(across(frame.left_of(bucket + 1)) - left));
            place(&self.cross, left, 0.0, "");
        } else {
            place(&self.cross, x, 0.0, "");
        }
        for (series, dot) in spec.series.iter().zip(&self.dots) {
            let value = series.at(bucket).filter(|_| !series.hidden);
            dot.set_hidden(value.is_none());
            if let Some(value) = value {
                place(dot, x, down(frame.y_of(value.into())), "");
            }
        }
        let words = readout(spec, bucket);
        self.head.set_text_content(Some(&words.head));
        for ((series, text), (row, value)) in spec.series.iter().zip(&words.values).zip(&self.rows) {
            row.set_hidden(series.hidden);
            value.set_text_content(Some(text));
        }
        for (slot, text) in [(&self.total, &words.total), (&self.usd, &words.usd)] {
            if let Some((row, value)) = slot {
                row.set_hidden(text.is_none());
                value.set_text_content(text.as_deref());
            }
        }
        self.cross.set_hidden(false);
        self.card.set_hidden(false);
        let beside = if spec.kind.is_bars() { 12.0 + across(frame.step()) / 2.0 } else { 12.0 };
        if x <= width / 2.0 {
            place(&self.card, x + beside, 0.0, "");
        } else {
            place(&self.card, x - beside, 0.0, " translateX(-100%)");
        }
    }
}

fn make(document: &Document, parent: &HtmlElement, class: &str) -> Option<HtmlElement> {
    let element: HtmlElement = document.create_element("div").ok()?.dyn_into().ok()?;
    element.set_class_name(class);
    parent.append_child(&element).ok()?;
    Some(element)
}

fn place(element: &HtmlElement, x: f64, y: f64, then: &str) {
    style(element, "transform", &["translate(", &pixels(x), ",", &pixels(y), ")", then].concat());
}

/// A length in tenths of a pixel. Not through the formatter of floats, which weighs 5 kB in the browser.
fn pixels(length: f64) -> String {
    let tenths = (length * 10.0) as i32;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    [sign, &(tenths / 10).to_string(), ".", &(tenths % 10).to_string(), "px"].concat()
}

fn style(element: &HtmlElement, property: &str, value: &str) {
    let done = element.style().set_property(property, value);
    debug_assert!(done.is_ok());
}
