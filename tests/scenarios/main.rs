//! What an owner relies on, from the command line to the file, with a simulated Telegram behind the real program.

mod bad_input;
mod choosing;
mod collecting;
mod commands;
mod crash;
mod demo;
mod export;
mod linking;
mod live;
mod measures;
mod scheduling;
mod sixty_days;
