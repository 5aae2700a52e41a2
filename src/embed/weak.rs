//! Weak handles: the way to an object that does not keep it alive.

use runtime_gc::weak::WeakObject;
use runtime_types::args::Args as RawArgs;
use runtime_types::protocol;

use super::error::Error;
use super::handle::Ref;

/// A handle to the object's weak reference: an object too, and shared by all that ask for one.
#[derive(Debug, Clone)]
pub struct Weak<'rt>(Ref<'rt>);

impl<'rt> Weak<'rt> {
    /// The object, unless it is gone or dying.
    pub fn upgrade(&self) -> Option<Ref<'rt>> {
        let held = self.0.view::<WeakObject>().ok()?.upgrade()?;
        // SAFETY: a weak reference leads to an object of its own runtime.
        Some(unsafe { Ref::adopt(held) })
    }

    /// Whether the object is gone or dying.
    pub fn is_dead(&self) -> bool {
        self.0.view::<WeakObject>().map_or(true, WeakObject::is_dead)
    }

    /// The weak reference itself, as scripts know it: `weakref.ref`.
    pub fn as_object(&self) -> &Ref<'rt> {
        &self.0
    }
}

impl<'rt> Ref<'rt> {
    /// A weak handle to the object.
    ///
    /// # Errors
    /// `TypeError` when objects of its type have no room for one, `MemoryError`.
    pub fn downgrade(&self) -> Result<Weak<'rt>, Error> {
        let rt = self.runtime();
        let cx = &mut rt.cx();
        let make = cx.world().ty(cx.types.weak_ref).as_borrowed();
        let made = protocol::call(cx, make, RawArgs::positional(&[self.op()]));
        Ok(Weak(Ref::lift(rt, made)?))
    }
}
