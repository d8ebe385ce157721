drop table post_forwards;
