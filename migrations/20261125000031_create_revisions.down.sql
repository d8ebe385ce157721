drop table revisions;
