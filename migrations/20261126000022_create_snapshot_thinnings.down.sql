drop table snapshot_thinnings;
