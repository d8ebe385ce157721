//! `openapi.json`: the contract, for programs. A test compares its paths with what is answered.

use app::model::{Collector, Interval, Metric, RunState, TransactionKind};
use axum::Json;
use serde_json::{Value, json};

/// `GET openapi.json`; needs no token.
pub(super) async fn document() -> Json<Value> {
    Json(openapi())
}

fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn path_id() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "format": "int64" } })
}

fn period(with_interval: bool) -> Vec<Value> {
    let date = json!({ "type": "string", "format": "date" });
    let mut parameters = vec![
        query("from", "First local date, included; 30 days up to `to` when left out.", &date),
        query("to", "Last local date, included; today when left out.", &date),
        query(
            "tz",
            "IANA time zone, UTC when left out. Day points are UTC days in every zone.",
            &json!({ "type": "string" }),
        ),
    ];
    if with_interval {
        let names: Vec<_> = Interval::ALL.iter().map(|interval| interval.name()).collect();
        parameters.push(query(
            "interval",
            "Width of a bucket.",
            &json!({ "type": "string", "enum": names, "default": "day" }),
        ));
    }
    parameters
}

fn operation(summary: &str, scope: &str, parameters: Vec<Value>, answer: &Value) -> Value {
    json!({
        "summary": summary,
        "description": format!("Needs the scope `{scope}` (`admin` has all; `read` includes `revenue`)."),
        "parameters": parameters,
        "responses": {
            "200": { "description": "The answer.", "content": { "application/json": { "schema": answer } } },
            "default": {
                "description": "What went wrong, and what to do (RFC 9457).",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
            }
        }
    })
}

fn list_of(name: &str) -> Value {
    json!({ "type": "object", "required": [name], "properties": { name: { "type": "array", "items": { "type": "object" } } } })
}

fn openapi() -> Value {
    let metrics: Vec<_> = Metric::ALL.iter().map(|metric| metric.name()).collect();
    let mut metric = query("metric", "What to measure.", &json!({ "type": "string", "enum": metrics }));
    let mut metric_list = query("metric", "Metrics, comma-separated.", &json!({ "type": "string" }));
    let channel_list =
        query("channel", "Channel ids, comma-separated; all when left out.", &json!({ "type": "string" }));
    let channel = query(
        "channel",
        "A channel's id; all when left out.",
        &json!({ "type": "integer", "format": "int64" }),
    );
    let currency = query(
        "currency",
        "Currency; both for exports and TON elsewhere when left out.",
        &json!({ "type": "string", "enum": ["TON", "XTR"] }),
    );
    let limit = query(
        "limit",
        "At most this many.",
        &json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 100 }),
    );
    metric["required"] = json!(true);
    metric_list["required"] = json!(true);
    let with = |first: Vec<Value>, rest: Vec<Value>| first.into_iter().chain(rest).collect::<Vec<_>>();
    let object = json!({ "type": "object" });
    let series = json!({ "$ref": "#/components/schemas/Series" });
    let export = || with(vec![channel.clone(), currency.clone()], period(false));
    let mut csv = operation("Ledger rows as CSV.", "revenue", export(), &json!({ "type": "string" }));
    csv["responses"]["200"]["content"] = json!({ "text/csv": { "schema": { "type": "string" } } });
    let kinds: Vec<_> = TransactionKind::ALL.iter().map(|kind| kind.name()).collect();
    let states: Vec<_> = RunState::ALL.iter().map(|state| state.name()).collect();
    let collectors: Vec<_> = Collector::ALL.iter().map(|collector| collector.name()).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Channelscope",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Statistics and ad revenue of Telegram channels, as collected. Unknown is null, never 0. Amounts are strings: exact decimals, and integers of nanos (10⁻⁹)."
        },
        "servers": [{ "url": "/api/v1" }],
        "security": [{ "token": [] }],
        "paths": {
            "/channels": { "get": operation("Collected channels, largest first.", "read", vec![], &list_of("channels")) },
            "/channels/{id}": { "get": operation("One channel.", "read", vec![path_id()], &object) },
            "/channels/{id}/posts": { "get": operation("Posts of the period with their newest counters, newest first, deleted ones included. Views at an age (1, 2, 6, 12, 24 and 48 hours) are null where nobody looked near it and the post's own graph does not tell; `views_24h_origin` and its like say `counter` or `views_graph`.", "read", with(vec![path_id(), limit.clone()], period(false)), &list_of("posts")) },
            "/channels/{id}/series": { "get": operation("A metric over a period: one point for every bucket.", "read", with(vec![path_id(), metric], period(true)), &series) },
            "/channels/{id}/revenue/balances": { "get": operation("Balances, as Telegram said at the last look.", "revenue", vec![path_id(), currency.clone()], &object) },
            "/channels/{id}/revenue/transactions": { "get": operation("The ledger, newest first.", "revenue", with(vec![path_id(), currency.clone()], period(false)), &list_of("transactions")) },
            "/channels/{id}/boosts": { "get": operation("How the channel stands (`status`), and every boost that was ever seen.", "read", vec![path_id()], &list_of("boosts")) },
            "/channels/{id}/giveaways": { "get": operation("Giveaways: prepaid, running and over.", "read", vec![path_id()], &list_of("giveaways")) },
            "/channels/{id}/known": { "get": operation("Since when what is kept of the channel is known (`since`), and of which times the admin log is not (`admin_log_gaps`).", "read", vec![path_id()], &object) },
            "/channels/{id}/collect": { "post": {
                "summary": "Collect now; joins a run that is under way.",
                "description": "Needs the scope `collect`.",
                "parameters": [path_id(), query("collector", "What; everything when left out.", &json!({ "type": "string", "enum": collectors }))],
                "responses": {
                    "202": { "description": "Queued: `run_id` is the first run, `runs` all of them.", "content": { "application/json": { "schema": object } } },
                    "default": { "description": "What went wrong.", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } }
                }
            } },
            "/series": { "get": operation("Several metrics and channels at once.", "read", with(vec![metric_list, channel_list], period(true)), &list_of("series")) },
            "/runs": { "get": operation("Runs, newest first.", "read", vec![limit], &list_of("runs")) },
            "/runs/{id}": { "get": operation("One run.", "read", vec![path_id()], &object) },
            "/schedules": { "get": operation("When things are collected.", "read", vec![], &list_of("schedules")) },
            "/exports/revenue.csv": { "get": csv },
            "/exports/revenue.json": { "get": operation("The same rows as JSON.", "revenue", export(), &list_of("rows")) }
        },
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "Made with: channelscope token create" } },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail"],
                    "properties": { "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" }, "detail": { "type": "string" } }
                },
                "Series": {
                    "type": "object",
                    "required": ["metric", "unit", "interval", "tz", "points"],
                    "properties": {
                        "metric": { "type": "string" }, "unit": { "type": "string" }, "interval": { "type": "string" }, "tz": { "type": "string" },
                        "points": { "type": "array", "items": {
                            "type": "object", "required": ["at", "value"],
                            "properties": {
                                "at": { "type": "string" }, "value": { "type": ["integer", "null"] },
                                "partial": { "type": "boolean", "description": "Not over at the last collection, or some of it is unknown." }
                            }
                        } },
                        "series": { "type": "array", "description": "The dimensions (sources, languages, emotions), where the metric has them." }
                    }
                },
                "RunState": { "type": "string", "enum": states },
                "TransactionKind": { "type": "string", "enum": kinds }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::openapi;

    #[test]
    fn every_route_is_documented_and_nothing_else() {
        let source = include_str!("../api.rs");
        let mut routes: Vec<&str> = source
            .lines()
            .filter_map(|line| line.trim().strip_prefix(".route(\"")?.split('"').next())
            .collect();
        routes.retain(|route| *route != "/openapi.json");
        routes.sort_unstable();
        let document = openapi();
        let mut documented: Vec<&str> =
            document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        documented.sort_unstable();
        assert_eq!(documented, routes);
    }
}
