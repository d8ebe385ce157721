drop table post_history;
