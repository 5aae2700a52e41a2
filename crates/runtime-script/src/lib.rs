//! The front end of Strata: parse, compile and run toy Python scripts.

pub mod report;
pub mod syntax;
