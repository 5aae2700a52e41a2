//! `sys` (placeholder of the next change).
use crate::cx::{Cx, Res};
/// The module.
pub fn make_module(cx: &mut Cx<'_>, _argv: &[String]) -> Res {
    let name = cx.name("sys")?;
    let dict = crate::dict::new(cx)?;
    crate::module::new(cx, name, dict)
}
