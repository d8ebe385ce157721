//! `exports`: reports as files. The rows are those of the page and of `channelscope report revenue`.

use std::fmt::Display;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Problem;
use super::caller::{Caller, Scope};
use super::period::{PeriodQuery, channel_id};
use super::query::Query;
use super::revenue::currency;
use crate::report::{self, Request, Row};
use crate::web::WebState;

/// What a revenue export is asked.
#[derive(Debug, Deserialize)]
pub(super) struct RevenueExport {
    /// A channel's id; all when left out.
    channel: Option<String>,
    /// `TON` or `XTR`; both when left out.
    currency: Option<String>,
    #[serde(flatten)]
    period: PeriodQuery,
}

/// `GET exports/revenue.csv?channel=&from=&to=&tz=&currency=`
pub(super) async fn revenue_csv(
    caller: Caller,
    State(state): State<WebState>,
    Query(export): Query<RevenueExport>,
) -> Result<Response, Problem> {
    let (request, rows) = export.rows(&caller, &state).await?;
    let mut file = Vec::new();
    report::csv::write(&rows, &mut file).map_err(|error| Problem::internal(&error))?;
    Ok(download(file, "text/csv; charset=utf-8; header=present", &name(&request, "csv")))
}

/// `GET exports/revenue.json`, with the same question.
pub(super) async fn revenue_json(
    caller: Caller,
    State(state): State<WebState>,
    Query(export): Query<RevenueExport>,
) -> Result<Response, Problem> {
    let (request, rows) = export.rows(&caller, &state).await?;
    let mut file = Vec::new();
    report::json::write(&rows, &mut file).map_err(|error| Problem::internal(&error))?;
    Ok(download(file, "application/json", &name(&request, "json")))
}

impl RevenueExport {
    async fn rows(&self, caller: &Caller, state: &WebState) -> Result<(Request, Vec<Row>), Problem> {
        let backend = caller.may(Scope::Revenue)?;
        let channel = self.channel.as_deref().filter(|id| !id.is_empty()).map(channel_id).transpose()?;
        if let Some(channel) = channel {
            backend.channel(channel).await?;
        }
        let period = self.period.period(state.clock.now())?;
        let tz = TimeZone::get(&period.tz).map_err(|error| Problem::internal(&error))?;
        let unit_code = currency(self.currency.as_deref())?;
        let request = Request { channel, unit_code, from: period.from, to: period.to, tz };
        let rows = report::revenue(&state.pool, &request).await.map_err(|error| Problem::internal(&error))?;
        Ok((request, rows))
    }
}

/// `revenue-1234-2026-01-01-2026-01-31.csv`
fn name(request: &Request, extension: &str) -> String {
    let channel: &dyn Display = request.channel.as_ref().map_or(&"all", |id| id);
    format!("revenue-{channel}-{}-{}.{extension}", request.from, request.to)
}

fn download(body: Vec<u8>, content_type: &'static str, name: &str) -> Response {
    let mut response = ([(header::CONTENT_TYPE, content_type)], body).into_response();
    // The name is made of digits, dashes and a known extension, so it needs no quoting rules.
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
