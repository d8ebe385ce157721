//! The browser's part: cursor, tooltip and legend. Moving the cursor touches a handful of elements that were made
//! once, at most once a frame; nothing is rendered again. Only the legend draws, with the server's own code.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{Element, Event, EventTarget, HtmlElement, KeyboardEvent, PointerEvent, window};

use super::tip::Tip;
use crate::chart::{ChartSpec, Frame, draw, readout, wire};

/// A chart that answers to pointer and keys.
struct Live {
    spec: ChartSpec,
    frame: Frame,
    picture: Element,
    touch: HtmlElement,
    keys: Vec<Element>,
    /// Made when it is first needed: most charts of a page are never pointed at.
    tip: Option<Tip>,
    /// The bucket under the cursor.
    bucket: Option<usize>,
    /// Where the pointer went since the last frame, in pixels from the left; `Some` while a frame is on its way.
    pending: Option<f64>,
}

type Shared = Rc<RefCell<Live>>;

/// Brings the chart inside `root` to life. Without the expected markup it stays a picture.
pub(super) fn attach(root: &Element) {
    let find = |selector: &str| root.query_selector(selector).ok().flatten();
    let data = find("[data-chart]").and_then(|plot| plot.get_attribute("data-chart"));
    let Some(spec) = data.as_deref().and_then(wire::unpack) else { return };
    let (Some(picture), Some(touch)) = (find(".chart-svg"), find(".chart-touch")) else { return };
    let Ok(touch) = touch.dyn_into::<HtmlElement>() else { return };
    let mut keys = Vec::new();
    if let Ok(found) = root.query_selector_all(".chart-key") {
        keys.extend((0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<Element>().ok()));
    }
    let frame = Frame::of(&spec);
    let live =
        Live { spec, frame, picture, touch: touch.clone(), keys, tip: None, bucket: None, pending: None };
    live.announce();
    let live = Rc::new(RefCell::new(live));
    listen_to_pointer(&touch, &live);
    listen_to_keys(&touch, &live);
    listen_to_legend(&live);
}

fn listen_to_pointer(touch: &HtmlElement, live: &Shared) {
    let frame = {
        let live = live.clone();
        Closure::<dyn FnMut()>::new(move || live.borrow_mut().follow())
    };
    let on_move = {
        let live = live.clone();
        move |event: PointerEvent| {
            let first = live.borrow_mut().pending.replace(event.offset_x().into()).is_none();
            if first && let Some(window) = window() {
                // Without a frame the pointer is followed at its next move.
                if window.request_animation_frame(frame.as_ref().unchecked_ref()).is_err() {
                    live.borrow_mut().pending = None;
                }
            }
        }
    };
    let on_move = Rc::new(RefCell::new(on_move));
    for name in ["pointermove", "pointerdown"] {
        let on_move = on_move.clone();
        listen(touch, name, move |event: PointerEvent| (on_move.borrow_mut())(event));
    }
    for name in ["pointerleave", "pointercancel", "blur"] {
        let live = live.clone();
        // After a touch the tooltip stays until something else is touched.
        listen(touch, name, move |event: Event| {
            let touched =
                event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() != "mouse");
            if !(name == "pointerleave" && touched) {
                live.borrow_mut().show(None);
            }
        });
    }
}

fn listen_to_keys(touch: &HtmlElement, live: &Shared) {
    let shown = live.clone();
    listen(touch, "keydown", move |event: KeyboardEvent| {
        let mut live = shown.borrow_mut();
        let Some(last) = live.spec.len().checked_sub(1) else { return };
        let page = (live.spec.len() / 10).max(2);
        let bucket = match (event.key().as_str(), live.bucket) {
            ("ArrowLeft" | "ArrowDown", at) => Some(at.map_or(last, |at| at.saturating_sub(1))),
            ("ArrowRight" | "ArrowUp", at) => Some(at.map_or(last, |at| (at + 1).min(last))),
            ("PageDown", at) => Some(at.unwrap_or(last).saturating_sub(page)),
            ("PageUp", at) => Some((at.unwrap_or(last) + page).min(last)),
            ("Home", _) => Some(0),
            ("End", _) => Some(last),
            ("Escape", Some(_)) => None,
            _ => return,
        };
        event.prevent_default();
        live.show(bucket);
        live.announce();
    });
}

fn listen_to_legend(live: &Shared) {
    let keys = live.borrow().keys.clone();
    for (index, key) in keys.iter().enumerate() {
        let shared = live.clone();
        listen(key, "click", move |_: Event| shared.borrow_mut().toggle(index));
        // Two clicks come before it and cancel each other out.
        let shared = live.clone();
        listen(key, "dblclick", move |_: Event| {
            let mut live = shared.borrow_mut();
            live.spec.solo(index);
            live.redraw();
        });
    }
}

/// Listens for as long as the page lives, as its islands do.
fn listen<E: JsCast + 'static>(target: &EventTarget, name: &str, mut handle: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(move |event: Event| handle(event.unchecked_into()));
    if target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()).is_ok() {
        closure.forget();
    }
}

impl Live {
    /// Once a frame: the cursor goes where the pointer is.
    fn follow(&mut self) {
        let Some(x) = self.pending.take() else { return };
        let bucket = self.frame.bucket_at(self.units(x));
        if bucket != self.bucket {
            self.show(bucket);
        }
    }

    /// Pixels to grid units.
    fn units(&self, x: f64) -> i32 {
        let width = f64::from(self.touch.client_width().max(1));
        // A pointer that left the screen is still a number; the cast saturates.
        (x * f64::from(self.frame.width) / width) as i32
    }

    /// Puts the cursor on a bucket, or takes it away.
    fn show(&mut self, bucket: Option<usize>) {
        self.bucket = bucket;
        if let (None, Some(_)) = (&self.tip, bucket) {
            self.tip = Tip::new(&self.touch, &self.spec);
        }
        let Some(tip) = &mut self.tip else { return };
        match bucket {
            None => tip.hide(),
            Some(bucket) => tip.show(&self.touch, &self.spec, &self.frame, bucket),
        }
    }

    /// What a screen reader says: a slider's position in words. Set when keys move the cursor, not for the pointer.
    fn announce(&self) {
        let Some(last) = self.spec.len().checked_sub(1) else { return };
        let bucket = self.bucket.unwrap_or(last);
        let words = readout(&self.spec, bucket);
        let mut text = words.head;
        let visible = self.spec.series.iter().zip(&words.values).filter(|(series, _)| !series.hidden);
        for (name, value) in visible.map(|(series, value)| (series.name.as_str(), value)) {
            say(&mut text, &[", ", name, " ", spoken(value)]);
        }
        for (name, value) in [("all", words.total), ("at the last rate", words.usd)] {
            if let Some(value) = value {
                say(&mut text, &[", ", name, " ", &value]);
            }
        }
        let (now, last) = (bucket.to_string(), last.to_string());
        let attributes = [
            ("role", "slider"),
            ("tabindex", "0"),
            ("aria-label", self.spec.title.as_str()),
            ("aria-valuemin", "0"),
            ("aria-valuemax", &last),
            ("aria-valuenow", &now),
            ("aria-valuetext", &text),
        ];
        for (name, value) in attributes {
            set(&self.touch, name, value);
        }
    }

    /// A chip was pressed. The last visible series shakes its head.
    fn toggle(&mut self, index: usize) {
        if self.spec.toggle(index) {
            self.redraw();
        } else if let Some(key) = self.keys.get(index) {
            let classes = key.class_list();
            // Taken off and put on again, with the width asked for in between, or the animation would run only once.
            let restarted = classes.remove_1("refused").and_then(|()| {
                key.client_width();
                classes.add_1("refused")
            });
            debug_assert!(restarted.is_ok());
        }
    }

    /// Draws the picture again, with the scale of what is visible.
    fn redraw(&mut self) {
        let drawn = draw(&self.spec);
        self.picture.set_inner_html(&drawn.svg);
        self.frame = drawn.frame;
        for (series, key) in self.spec.series.iter().zip(&self.keys) {
            set(key, "aria-pressed", if series.hidden { "false" } else { "true" });
        }
        self.show(self.bucket);
        self.announce();
    }
}

fn say(text: &mut String, words: &[&str]) {
    words.iter().for_each(|word| text.push_str(word));
}

/// A dash is not read out.
fn spoken(value: &str) -> &str {
    if value == crate::format::UNKNOWN { "unknown" } else { value }
}

/// Sets an attribute; the names are ours, so it can't be refused.
pub(super) fn set(element: &Element, name: &str, value: &str) {
    let done = element.set_attribute(name, value);
    debug_assert!(done.is_ok());
}
