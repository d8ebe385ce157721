drop table boost_looks;
