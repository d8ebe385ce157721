//! `channels/{id}/revenue`: balances and ledger.

use app::model::{Balances, Nano, Revenue, Transaction, UnitCode};
use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Problem;
use super::caller::{Caller, Scope};
use super::period::{PeriodQuery, channel_id};
use super::query::Query;
use crate::web::WebState;

/// What both are asked.
#[derive(Debug, Deserialize)]
pub(super) struct RevenueQuery {
    /// `TON` or `XTR`; TON when left out.
    currency: Option<String>,
    #[serde(flatten)]
    period: PeriodQuery,
}

impl RevenueQuery {
    async fn answer(&self, caller: &Caller, state: &WebState, id: &str) -> Result<Revenue, Problem> {
        let id = channel_id(id)?;
        let unit_code = currency(self.currency.as_deref())?.unwrap_or(UnitCode::Ton);
        let period = self.period.period(state.clock.now())?;
        Ok(caller.may(Scope::Revenue)?.revenue(id, unit_code, &period).await?)
    }
}

/// A currency by its code; `None` when nothing is said.
pub(super) fn currency(code: Option<&str>) -> Result<Option<UnitCode>, Problem> {
    let parse = |code: &str| code.parse().map_err(|error| Problem::invalid(format!("currency: {error}")));
    code.filter(|code| !code.is_empty()).map(parse).transpose()
}

/// `GET channels/{id}/revenue/balances?currency=`: as Telegram said at the last look.
pub(super) async fn balances(
    caller: Caller,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(query): Query<RevenueQuery>,
) -> Result<Json<Value>, Problem> {
    let revenue = query.answer(&caller, &state, &id).await?;
    let unexplained = revenue.unexplained.map(amount);
    Ok(Json(json!({ "balances": revenue.balances.as_ref().map(balances_body), "unexplained": unexplained })))
}

/// `GET channels/{id}/revenue/transactions?currency=&from=&to=&tz=`: newest first.
pub(super) async fn transactions(
    caller: Caller,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Query(query): Query<RevenueQuery>,
) -> Result<Json<Value>, Problem> {
    let revenue = query.answer(&caller, &state, &id).await?;
    let transactions: Vec<Value> = revenue.transactions.iter().map(transaction_body).collect();
    Ok(Json(json!({ "transactions": transactions })))
}

/// An amount, both ways: exact decimal and integer nanos, as strings.
fn amount(nano: Nano) -> Value {
    json!({ "decimal": nano.decimal(), "nano": nano })
}

fn balances_body(balances: &Balances) -> Value {
    json!({
        "unit_code": balances.unit_code,
        "available": amount(balances.available),
        "current": amount(balances.current),
        "overall": amount(balances.overall),
        "withdrawal_enabled": balances.withdrawal_enabled,
        "next_withdrawal_at": balances.next_withdrawal_at,
        "usd_rate": balances.usd_rate,
        "observed_at": balances.observed_at,
    })
}

fn transaction_body(row: &Transaction) -> Value {
    json!({
        "id": row.id,
        "is_refund": row.is_refund,
        "kind": row.kind,
        "status": row.state,
        "unit_code": row.unit_code,
        "amount": row.amount.decimal(),
        "amount_nano": row.amount,
        "booked_at": row.booked_at,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "settled_at": row.settled_at,
        "url": row.url,
        "usd_rate": row.rate.map(|rate| rate.usd_rate),
        "usd_rate_at": row.rate.map(|rate| rate.observed_at),
        "usd": row.usd,
        "balance_after_nano": row.balance_after,
        "source_tl_hash": row.source_tl_hash,
    })
}
