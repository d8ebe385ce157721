//! Writing samples: what a run was told of all its metrics at once, for each statement takes its time.

use std::collections::{BTreeMap, BTreeSet};

use app::model::{ChannelId, Metric, Resolution};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::chunk::{Chunk, merge, split};
use super::revisions::{self, Changed};
use super::{Line, charts};
use crate::store::Counts;
use crate::store::channels::Writing;
use crate::store::convert::inconsistent;
use crate::store::error::Result;

/// What was told of a metric.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The metric.
    pub metric: Metric,
    /// Whether these are its days (or what else it comes in), or single hours.
    pub resolution: Resolution,
    /// Its lines.
    pub lines: &'a [Line],
}

impl<'a> Told<'a> {
    /// Lines as the metric comes in.
    pub const fn whole(metric: Metric, lines: &'a [Line]) -> Self {
        Self { metric, resolution: metric.resolution(), lines }
    }

    /// Single hours of a metric by day: kept beside its days. Only hours that are over.
    pub const fn hours(metric: Metric, lines: &'a [Line]) -> Self {
        Self { metric, resolution: Resolution::Hour, lines }
    }

    fn series(self) -> impl Iterator<Item = (Series<'a>, &'a Line)> {
        let Self { metric, resolution, lines } = self;
        lines.iter().map(move |line| ((metric.name(), resolution.name(), line.dimension.as_str()), line))
    }
}

/// The names of a series: its metric, its resolution, its dimension.
type Series<'a> = (&'a str, &'a str, &'a str);

/// Records lines: what is new is added, what Telegram revised is replaced. The same again rewrites no row.
///
/// With `now`, marks what Telegram revised: points that were over when the metric was known last (`as_of`, so this comes
/// before [`super::set_states`]) and are told differently. Today's count is not revised, it grows.
///
/// # Errors
/// `NotFound` without such a channel; `Inconsistent` for points of another resolution than what was told.
pub async fn record(
    db: &mut PgConnection,
    channel: ChannelId,
    told: &[Told<'_>],
    now: Option<Timestamp>,
) -> Result<Counts> {
    let mut writing = Writing::begin(db, channel).await?;

    let ids = series_ids(&mut writing, told).await?;
    let mut chunks: BTreeMap<(i32, Date), Chunk> = BTreeMap::new();
    for (resolution, (series, line)) in
        told.iter().flat_map(|one| one.series().map(|series| (one.resolution, series)))
    {
        let missing = || inconsistent("series", "dimension", format!("{series:?}"));
        let id = *ids.get(&series).ok_or_else(missing)?;
        for (month, chunk) in split(resolution, &line.points)? {
            chunks.entry((id, month)).or_default().extend(chunk);
        }
    }

    let mut known = known(&mut writing, channel, chunks.keys()).await?;
    let mut counts = Counts::default();
    let mut rewritten = Vec::new();
    let mut changed = Vec::new();
    for (key, chunk) in chunks {
        let known = known.remove(&key).unwrap_or_default();
        changed.extend(chunk.iter().filter_map(|(offset, value)| {
            let old = known.get(offset).filter(|old| *old != value)?;
            Some(Changed { series: key.0, month: key.1, offset: *offset, old: *old, new: *value })
        }));
        let (merged, counted) = merge(known, chunk);
        counts += counted;
        if counted.new + counted.changed > 0 {
            rewritten.push((key, merged));
        }
    }
    if !rewritten.is_empty() {
        write(&mut writing, channel, &rewritten).await?;
        // Whoever knows better says so after this.
        let whole = told.iter().filter(|one| one.resolution == one.metric.resolution());
        charts::forget(&mut writing, channel, &whole.map(|one| one.metric.name()).collect::<Vec<_>>())
            .await?;
    }
    if let Some(now) = now.filter(|_| !changed.is_empty()) {
        revisions::record(&mut writing, channel, &changed, now).await?;
    }
    writing.commit().await?;
    Ok(counts)
}

/// The numbers of series, made where they are missing.
async fn series_ids<'a>(db: &mut PgConnection, told: &[Told<'a>]) -> Result<BTreeMap<Series<'a>, i32>> {
    let series: BTreeSet<Series<'a>> =
        told.iter().flat_map(|one| one.series()).map(|(series, _)| series).collect();
    let known = find_series(&mut *db, &series).await?;
    if known.len() == series.len() {
        return Ok(known);
    }
    let missing: BTreeSet<Series<'a>> =
        series.iter().filter(|one| !known.contains_key(*one)).copied().collect();
    let (metrics, resolutions, dimensions) = columns(&missing);
    sqlx::query!(
        "insert into series (metric, resolution, dimension)
         select * from unnest($1::text[], $2::text[], $3::text[])
         on conflict do nothing",
        &metrics as _,
        &resolutions as _,
        &dimensions as _,
    )
    .execute(&mut *db)
    .await?;
    find_series(db, &series).await
}

async fn find_series<'a>(
    db: &mut PgConnection,
    series: &BTreeSet<Series<'a>>,
) -> Result<BTreeMap<Series<'a>, i32>> {
    let (metrics, resolutions, dimensions) = columns(series);
    let ids = sqlx::query_scalar!(
        r#"select id as "id?"
           from unnest($1::text[], $2::text[], $3::text[])
               with ordinality as told (metric, resolution, dimension, place)
           left join series using (metric, resolution, dimension)
           order by place"#,
        &metrics as _,
        &resolutions as _,
        &dimensions as _,
    )
    .fetch_all(db)
    .await?;
    Ok(series.iter().zip(ids).filter_map(|(series, id)| Some((*series, id?))).collect())
}

fn columns<'a>(series: &BTreeSet<Series<'a>>) -> (Vec<&'a str>, Vec<&'a str>, Vec<&'a str>) {
    (
        series.iter().map(|one| one.0).collect(),
        series.iter().map(|one| one.1).collect(),
        series.iter().map(|one| one.2).collect(),
    )
}

/// What is known of these chunks.
async fn known(
    db: &mut PgConnection,
    channel: ChannelId,
    keys: impl Iterator<Item = &(i32, Date)>,
) -> Result<BTreeMap<(i32, Date), Chunk>> {
    let (series, months): (Vec<i32>, Vec<jiff_sqlx::Date>) =
        keys.map(|(id, month)| (*id, month.to_sqlx())).unzip();
    let rows = sqlx::query!(
        "select series_id, month, offsets, values from sample_chunks
         where channel_id = $1 and (series_id, month) in (select * from unnest($2::integer[], $3::date[]))",
        channel.0,
        &series,
        &months,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.series_id, row.month.to_jiff()), row.offsets.into_iter().zip(row.values).collect()))
        .collect())
}

/// Arrays of arrays can't be unnested, so chunks travel as points and are put together again on the other side.
async fn write(db: &mut PgConnection, channel: ChannelId, rewritten: &[((i32, Date), Chunk)]) -> Result<()> {
    let points = || rewritten.iter().flat_map(|(key, chunk)| chunk.iter().map(move |point| (key, point)));
    let series: Vec<i32> = points().map(|((id, _), _)| *id).collect();
    let months: Vec<jiff_sqlx::Date> = points().map(|((_, month), _)| month.to_sqlx()).collect();
    let offsets: Vec<i32> = points().map(|(_, (offset, _))| *offset).collect();
    let values: Vec<i64> = points().map(|(_, (_, value))| *value).collect();
    sqlx::query!(
        r#"insert into sample_chunks (channel_id, series_id, month, offsets, values)
           select $1, series_id, month, array_agg("offset" order by "offset"), array_agg(value order by "offset")
           from unnest($2::integer[], $3::date[], $4::integer[], $5::bigint[]) as point (series_id, month, "offset", value)
           group by series_id, month
           on conflict (channel_id, series_id, month) do update
           set offsets = excluded.offsets, values = excluded.values"#,
        channel.0,
        &series,
        &months,
        &offsets,
        &values,
    )
    .execute(db)
    .await?;
    Ok(())
}
