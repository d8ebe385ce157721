drop table errands;
