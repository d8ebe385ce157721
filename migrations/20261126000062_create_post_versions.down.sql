drop table post_versions;
