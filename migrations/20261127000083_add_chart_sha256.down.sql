alter table metric_states drop column chart_sha256, drop column chart_values;
