//! The web side from outside: requests in, responses out.

mod fixture;
mod pages;
mod sign_in;
