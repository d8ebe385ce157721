//! What a channel has in one currency, as Telegram says.

use leptos::prelude::*;

use crate::model::{Balances, Nano, UnitCode};
use crate::ui::{Amount, Empty, Kept, Usd, When};

fn balance(
    label: &'static str,
    explained: &'static str,
    amount: Nano,
    of: &Balances,
) -> impl IntoView + use<> {
    let usd = of.usd_rate.and_then(|rate| amount.to_usd(rate).ok());
    view! {
        <div class="balance">
            <dt title=explained>{label}</dt>
            <dd>
                <span class="figure"><Amount amount=Some(amount) unit_code=of.unit_code /></span>
                <span class="figure-second"><Usd usd /></span>
            </dd>
        </div>
    }
}

/// Whether a withdrawal can be started, in words.
fn withdrawal(of: &Balances) -> impl IntoView + use<> {
    match (of.withdrawal_enabled, of.next_withdrawal_at) {
        (false, _) => view! { "Telegram does not allow a withdrawal at present" }.into_any(),
        (true, Some(at)) if at > of.observed_at => {
            view! { "Withdrawal possible from "<When at=Some(at) /> }.into_any()
        }
        (true, _) => view! { "Withdrawal possible now" }.into_any(),
    }
}

/// The three balances of a currency, and whether they are still shown to a linked account.
pub(super) fn card(
    unit_code: UnitCode,
    balances: Option<&Balances>,
    is_visible: bool,
) -> impl IntoView + use<> {
    let kept = (!is_visible).then(|| view! { <Kept as_of=balances.map(|of| of.observed_at) /> });
    let Some(of) = balances else {
        let comes = is_visible.then_some("It comes with the first run of the channel's schedule “Balances”.");
        return view! {
            <section class="card">
                <h2>{unit_code.label()}</h2>
                <Empty title="No balance is known">{comes}{kept}</Empty>
            </section>
        }
        .into_any();
    };
    let rate = of.usd_rate.map(|rate| format!(", {} = ${}", one_of(unit_code), rate.0.normalize()));
    view! {
        <section class="card" aria-label=format!("Balances in {}", unit_code.label())>
            <h2>{unit_code.label()}</h2>
            <dl class="balance-list">
                {balance("Available", "Can be withdrawn now", of.available, of)}
                {balance("Current", "Earned and not yet withdrawn", of.current, of)}
                {balance("Lifetime", "Earned since the channel began", of.overall, of)}
            </dl>
            <p class="foot">{withdrawal(of)}". As of "<When at=Some(of.observed_at) />{rate}</p>
            {kept}
        </section>
    }
    .into_any()
}

/// One of a currency, in words.
fn one_of(unit_code: UnitCode) -> &'static str {
    match unit_code {
        UnitCode::Ton => "1 TON",
        UnitCode::Stars => "1 Star",
    }
}
