drop table giveaways;
drop table boosts;
drop table boost_statuses;
