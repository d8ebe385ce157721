drop table invite_importers;
drop table join_requests;
drop table invite_usage;
drop table invite_links;
