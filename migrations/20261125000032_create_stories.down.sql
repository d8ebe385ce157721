drop table story_samples;
drop table stories;
