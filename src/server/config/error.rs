//! A configuration that cannot be used: where, what and what to do.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// File and line, or the environment variable.
    pub place: String,
    pub fault: String,
    pub remedy: String,
}

impl ConfigError {
    /// Exit code of a bad configuration (`EX_CONFIG` of sysexits).
    pub const EXIT: u8 = 78;
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  remedy: {}", self.place, self.fault, self.remedy)
    }
}

impl std::error::Error for ConfigError {}
