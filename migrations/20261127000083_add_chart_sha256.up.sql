-- The chart that a metric's samples were read from last, and how many values it holds: what says the same again need not be
-- read again. Null: unknown, or samples were written since by something else.
alter table metric_states
    add column chart_sha256 bytea,
    add column chart_values integer,
    add constraint metric_states_chart_check check ((chart_sha256 is null) = (chart_values is null));
