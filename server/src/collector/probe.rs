//! What real answers look like: for a first real account, to settle what no reference says. Shapes only: no names, texts,
//! ids or amounts.

use app::model::{ChannelId, Collector};
use serde_json::{Value, json};

use super::{CollectError, Context};
use crate::store::channels;
use crate::telegram::client::{ChannelRef, Clues, Probed, Shape};
use crate::telegram::convert::LAYER;
use crate::telegram::fault::Fault;

/// Asks what the collectors of a channel ask, each method once, and tells the answers' shapes. `progress` hears of the
/// method that is asked.
///
/// # Errors
/// [`CollectError`]: a flood wait ends it, and is kept for all who ask for the account.
pub async fn probe(
    context: &Context,
    channel: ChannelId,
    mut progress: impl FnMut(&str),
) -> Result<Value, CollectError> {
    let access = channels::find_access(&context.pool, channel, context.account).await?;
    let access = access.ok_or(CollectError::NotAvailable("this account has no access to the channel"))?;
    let (facts, _) = channels::facts(&context.pool, channel).await?;
    let reference = ChannelRef { id: channel, access_hash: access.access_hash };
    let mut clues = Clues::new(access.stats_dc);
    let mut told: Vec<&str> = Vec::new();
    let mut answers = Vec::new();
    for collector in Collector::ALL.iter().filter(|one| one.exists_in(facts.is_group)) {
        for method in collector.methods_in(facts.is_group) {
            if told.contains(&method) {
                continue;
            }
            progress(method);
            match context.client.probe(method, reference, &mut clues).await {
                Probed::Skipped(why) => {
                    answers.push(json!({ "collector": collector.name(), "method": method, "skipped": why }));
                }
                Probed::Asked(all) => {
                    told.push(method);
                    for (currency, outcome) in all {
                        let answer = outcome_of(context, outcome).await?;
                        let about =
                            json!({ "collector": collector.name(), "method": method, "currency": currency });
                        answers.push(joined(about, answer));
                    }
                }
            }
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    Ok(json!({ "channelscope": version, "layer": LAYER, "is_group": facts.is_group, "answers": answers }))
}

/// What ends the account's asking ends the probe; any other fault is an answer too.
async fn outcome_of(context: &Context, outcome: Result<Shape, Fault>) -> Result<Value, CollectError> {
    match outcome {
        Ok(shape) => Ok(json!({ "dc": shape.dc, "bytes": shape.bytes, "shape": shape.shape })),
        Err(fault @ Fault::FloodWait { method, .. }) => {
            context.keep_wait(&context.pool, method).await?;
            Err(fault.into())
        }
        Err(fault @ (Fault::SignedOut { .. } | Fault::Frozen | Fault::Stopped)) => Err(fault.into()),
        Err(fault) => Ok(json!({ "error": fault.to_string() })),
    }
}

fn joined(about: Value, answer: Value) -> Value {
    let (Value::Object(mut all), Value::Object(answer)) = (about, answer) else { return Value::Null };
    all.extend(answer);
    all.retain(|name, value| name != "currency" || value.as_str().is_some_and(|code| !code.is_empty()));
    Value::Object(all)
}
