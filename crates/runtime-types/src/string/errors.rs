//! The kernel's formatting errors as exceptions.

use runtime_core::AllocError;

use super::Text;
use crate::cx::Raised;
use crate::exception::Exc;
use crate::kernel::TextBuf;
use crate::kernel::format_spec::FormatError;
use crate::kernel::integer::IntError;
use crate::world::World;

/// The exception for a value that could not be formatted as its specifier says.
#[cold]
pub(crate) fn raise_format(
    world: &World,
    error: FormatError,
    spec: Text<'_>,
    type_name: &str,
) -> Raised {
    let no_memory = || world.raise_no_memory(AllocError::System { bytes: 0 });
    match error {
        FormatError::NoMemory => no_memory(),
        FormatError::Int(error) => crate::int::raise_int(world, error),
        error => {
            let mut text = TextBuf::new();
            if error.write_message(spec.chars(), type_name, &mut text).is_err() {
                return no_memory();
            }
            let overflow = error.is_overflow();
            let kind = if overflow { Exc::OverflowError } else { Exc::ValueError };
            world.raise(kind, format_args!("{}", text.as_str()))
        }
    }
}

/// `MemoryError` for text that the kernel could not write.
#[cold]
pub(crate) fn no_memory(world: &World) -> Raised {
    crate::int::raise_int(world, IntError::NoMemory)
}
