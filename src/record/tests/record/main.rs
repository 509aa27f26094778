//! The recorder as its owner sees it: packets in, files on a real disk out, judged by stock tools.

#![allow(clippy::unwrap_used, missing_debug_implementations)]

mod compose;
mod copies;
mod cost;
mod crash;
mod disk;
mod exhibits;
mod listening;
mod power;
mod repair;
mod sealing;
mod second;
mod support;
mod writes;
