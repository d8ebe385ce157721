drop table boost_versions;
drop table transaction_versions;
