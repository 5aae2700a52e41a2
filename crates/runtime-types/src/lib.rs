//! placeholder

pub mod kernel;
