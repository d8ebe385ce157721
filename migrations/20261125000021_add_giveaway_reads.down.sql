drop table giveaway_reads;
