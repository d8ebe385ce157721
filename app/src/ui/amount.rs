//! Money on a page: exact, with what is beyond two decimals there but dimmed.

use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::format::{self, UNKNOWN};
use crate::model::{Nano, UnitCode};

/// An exact amount with its unit; `–` when it is not known. What is copied is the whole of it.
#[component]
pub fn Amount(
    /// How much.
    amount: Option<Nano>,
    /// Of what.
    unit_code: UnitCode,
    /// With a plus before positive amounts.
    #[prop(optional)]
    signed: bool,
    /// Leave the unit out where the head of the column says it.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let Some(amount) = amount else {
        return view! { <span class="unknown">{UNKNOWN}</span> }.into_any();
    };
    let format::Amount { sign, units, decimals, rest } = format::amount(amount);
    let sign = if signed && amount > Nano(0) { "+" } else { sign };
    view! {
        <span class="amount">
            {sign}{units}"."{decimals}{(!rest.is_empty()).then(|| view! { <span class="nanos">{rest}</span> })}
            {(!bare).then(|| view! { <span class="unit">" "{unit_code.label()}</span> })}
        </span>
    }
    .into_any()
}

/// About how many US dollars: `≈ $38.20`; `–` when no rate was recorded.
#[component]
pub fn Usd(
    /// The exact product of amount and rate.
    usd: Option<Decimal>,
    /// Leave out the sign for "about" where the head of the column has it.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    match usd {
        None => view! { <span class="unknown">{UNKNOWN}</span> }.into_any(),
        Some(usd) => {
            let exact = format!("{} USD", usd.normalize());
            view! { <span class="usd" title=exact>{if bare { "" } else { "≈ " }}{format::usd(usd)}</span> }
                .into_any()
        }
    }
}
