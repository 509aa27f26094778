//! Assize: the server of a video courtroom.
//!
//! The edge of the house: HTTP, WebSocket, WHIP and WHEP, the command line, storage and identity, and one task for
//! each running hearing. No rule of law or access is here: `assize_core` is asked.

pub mod app;
pub mod certificate;
pub mod cli;
pub mod clock;
pub mod composition;
pub mod config;
pub mod demo;
pub mod evidence;
pub mod glue;
pub mod http;
pub mod identity;
pub mod keyring;
pub mod library;
pub mod live;
pub mod minutes;
pub mod pdf;
pub mod plans;
pub mod prepare;
pub mod problem;
pub mod procedures;
pub mod rehearsal;
pub mod relay;
pub mod runtime;
pub mod serve;
pub mod signal;
pub mod statistics;
pub mod store;
pub mod suspension;
pub mod telemetry;
pub mod time_authority;
pub mod times;
pub mod tls;
pub mod whip;
