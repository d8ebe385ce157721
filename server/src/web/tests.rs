//! The web side from outside: requests in, responses out.

mod accounts;
mod fixture;
mod live;
mod pages;
mod schedules;
mod sign_in;
