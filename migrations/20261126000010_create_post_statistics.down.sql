drop table post_graphs;
drop table post_statistics;
