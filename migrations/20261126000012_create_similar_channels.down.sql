drop table similar_totals;
drop table similar_channels;
