//! Collecting over real MTProto from a simulated data centre into PostgreSQL, compared with what the simulation
//! knows to be true.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod absurd;
mod ages;
mod ages_met;
mod audience;
mod errands;
mod export;
mod facts;
mod failover;
mod faults;
mod groups;
mod harness;
mod hourly;
mod language;
mod later_layer;
mod leases;
mod moving;
mod numbers;
mod pace;
mod post_statistics;
mod posts;
mod probe;
mod rates;
mod rederive;
mod rederive_answers;
mod rederive_rows;
mod relinking;
mod repeated;
mod reporting;
mod rounds;
mod run_ends;
mod stories;
mod story_statistics;
mod surroundings;
mod truth;
mod waits;
mod worker;
