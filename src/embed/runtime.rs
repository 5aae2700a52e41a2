//! A runtime: building one, running scripts in it, ending it.

use std::any::TypeId;
use std::cell::{Cell, RefCell};
use std::ptr::NonNull;

use runtime_core::{Heap, Obj};
use runtime_gc::Ref as Counted;
use runtime_script::syntax::Source;
use runtime_script::{Config, Interp, Teardown};
use runtime_types::ty::Type;
use runtime_types::{Console, Cx, Stdio, dict, module};

use super::error::Error;
use super::handle::Ref;
use super::log::Log;
use super::views::{Dict, Module};

/// A whole runtime: its heap, its collector, its types and modules.
///
/// Handles borrow it. Several may live in one process and know nothing of each other; each stays on
/// the thread that made it.
///
/// ```
/// use strata::{Error, Runtime};
///
/// let rt = Runtime::new()?;
/// let pair = rt.tuple([rt.int(1)?, rt.str("spam")?])?;
/// assert_eq!(pair.repr()?, "(1, 'spam')");
/// assert_eq!(pair.getsizeof()?, 56);
/// # drop(pair);
/// assert_eq!(rt.finish().leaked_blocks, 0);
/// # Ok::<(), Error>(())
/// ```
///
/// A handle that outlives it does not compile,
///
/// ```compile_fail,E0505
/// # use strata::{Error, Runtime};
/// let rt = Runtime::new()?;
/// let one = rt.int(1000)?;
/// rt.finish();
/// drop(one);
/// # Ok::<(), Error>(())
/// ```
///
/// not even one that is only let go of behind it, at the end of a scope,
///
/// ```compile_fail,E0505
/// # use strata::{Error, Runtime};
/// let rt = Runtime::new()?;
/// let _one = rt.int(1000)?;
/// rt.finish();
/// # Ok::<(), Error>(())
/// ```
///
/// ```compile_fail,E0597
/// # use strata::{Error, Runtime};
/// let one = {
///     let rt = Runtime::new()?;
///     rt.int(1000)?
/// };
/// # Ok::<(), Error>(())
/// ```
///
/// nor does taking a handle or the runtime to another thread.
///
/// ```compile_fail,E0277
/// # use strata::{Error, Runtime};
/// let rt = Runtime::new()?;
/// let one = rt.int(1000)?;
/// std::thread::scope(|scope| {
///     scope.spawn(move || drop(one));
/// });
/// # Ok::<(), Error>(())
/// ```
///
/// ```compile_fail,E0277
/// # use strata::{Error, Runtime};
/// let rt = Runtime::new()?;
/// std::thread::spawn(move || rt.finish());
/// # Ok::<(), Error>(())
/// ```
#[repr(transparent)]
pub struct Runtime {
    interp: Interp,
}

/// What the facade keeps beside a runtime.
#[derive(Default)]
pub(super) struct Attached {
    pub(super) log: Log,
    /// Types of the embedding program, by the type of their payload.
    own: RefCell<Vec<(TypeId, NonNull<Type>)>>,
    /// Methods and finalizers of own types that are running.
    inside: Cell<u32>,
    /// The exception that was turned into an [`Error`] last while one was, owned, and its number.
    kept: Cell<Option<(u64, Obj)>>,
    numbered: Cell<u64>,
}

impl Runtime {
    /// A runtime as it comes, whose scripts write to the process's own streams.
    ///
    /// # Errors
    /// [`Error::Start`] when memory is refused.
    pub fn new() -> Result<Self, Error> {
        Self::with(Config::default(), Stdio)
    }

    /// A runtime built and bounded as the configuration says, whose scripts write to `console`.
    ///
    /// # Errors
    /// As [`Runtime::new`].
    pub fn with(config: Config, console: impl Console + 'static) -> Result<Self, Error> {
        let mut interp = Interp::new(config, Box::new(console))?;
        interp.attach(Box::<Attached>::default());
        Ok(Self { interp })
    }

    /// The floor below: what [`crate::stats::Watch`] watches.
    pub fn interp(&self) -> &Interp {
        &self.interp
    }

    /// The heap: its accounting, limits, traces and planned faults.
    pub fn heap(&self) -> &Heap {
        self.interp.heap()
    }

    /// Runs a script as a module of its own and gives the module. It lives as long as the handle, or
    /// whatever else holds something in it.
    ///
    /// ```
    /// # use strata::{Error, Runtime};
    /// let rt = Runtime::new()?;
    /// let script = rt.run("shapes", "def area(w, h):\n    return w * h\n")?;
    /// let area = script.call("area", &[&rt.int(6)?, &rt.int(7)?])?;
    /// assert_eq!(area.to_i64()?, 42);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Fault`] when it is not run, and whatever it raises.
    pub fn run(&self, name: &str, text: &str) -> Result<Module<'_>, Error> {
        let source = Source::new(format!("<{name}>"), text.as_bytes().to_vec())?;
        // SAFETY: the facade holds no view of an object over a call; the handle bounds the reference.
        let made = unsafe { self.interp.run_module(name, source)? };
        let made = self.lift(made)?;
        // SAFETY: the module is this runtime's.
        Ok(Module::of(unsafe { Ref::adopt(made) }))
    }

    /// A built-in name: `range`, `sorted`, ...
    ///
    /// # Errors
    /// `NameError` when there is none.
    pub fn builtin(&self, name: &str) -> Result<Ref<'_>, Error> {
        match self.builtins().get(&self.str(name)?)? {
            Some(value) => Ok(value),
            None => {
                let message = format!("name '{name}' is not defined");
                Err(Error::new(runtime_types::Exc::NameError, message))
            }
        }
    }

    /// Gives all scripts a built-in name more.
    ///
    /// # Errors
    /// [`Error::Foreign`], `MemoryError`.
    pub fn set_builtin(&self, name: &str, value: &Ref<'_>) -> Result<(), Error> {
        self.builtins().set(&self.str(name)?, value)
    }

    /// Makes a module with these names, which scripts may import.
    ///
    /// # Errors
    /// [`Error::Foreign`], `MemoryError`.
    pub fn define_module(
        &self,
        name: &str,
        names: &[(&str, &Ref<'_>)],
    ) -> Result<Module<'_>, Error> {
        let key = self.str(name)?;
        let namespace = self.dict()?;
        namespace.set(&self.str("__name__")?, &key)?;
        for (name, value) in names {
            namespace.set(&self.str(name)?, value)?;
        }
        let made = module::new(&self.cx(), key.counted().clone(), namespace.counted().clone());
        // SAFETY: the module is this runtime's.
        let made = Module::of(unsafe { Ref::adopt(self.lift(made)?) });
        // SAFETY: the handle bounds the reference.
        if let Some(modules) = unsafe { self.interp.modules() } {
            let cx = &mut self.cx();
            let op = made.counted().borrow();
            let entered = dict::set(cx, modules.borrow(), key.counted().borrow(), op);
            self.lift(entered)?;
        }
        Ok(made)
    }

    fn builtins(&self) -> Dict<'_> {
        // SAFETY: the handle bounds the reference, which is this runtime's.
        Dict::of(unsafe { Ref::adopt(self.interp.builtins()) })
    }

    /// Ends the runtime; tells what is left, all zero unless something leaked.
    #[must_use = "it says what leaked"]
    pub fn finish(self) -> Teardown {
        self.interp.finish()
    }

    /// A context for one operation.
    #[inline]
    pub(super) fn cx(&self) -> Cx<'_> {
        // SAFETY: the facade takes no view of an object over a call of anything that may run code,
        // and gives references out in handles that borrow the runtime.
        unsafe { self.interp.context() }
    }

    /// The runtime of an object.
    ///
    /// # Safety
    /// `op` is an object of a runtime that was made here and outlives `'a`.
    #[inline]
    pub(super) unsafe fn of<'a>(op: Obj) -> &'a Runtime {
        // SAFETY: per contract; a `Runtime` is an `Interp` and nothing else.
        unsafe { &*std::ptr::from_ref(Interp::of(op)).cast::<Runtime>() }
    }

    /// What the facade keeps beside the runtime.
    pub(super) fn attached(&self) -> &Attached {
        let attached = self.interp.attached().and_then(|any| any.downcast_ref::<Attached>());
        // SAFETY: `with` attached one before anybody had the runtime.
        unsafe { attached.unwrap_unchecked() }
    }
}

impl Attached {
    /// The type whose objects have this payload.
    pub(super) fn own_type(&self, payload: TypeId) -> Option<NonNull<Type>> {
        let known = self.own.try_borrow().ok()?;
        known.iter().find(|(id, _)| *id == payload).map(|(_, ty)| *ty)
    }

    /// Makes room to note one type more.
    pub(super) fn reserve_own(&self) -> bool {
        self.own.try_borrow_mut().is_ok_and(|mut known| known.try_reserve(1).is_ok())
    }

    /// Notes the type whose objects have this payload.
    pub(super) fn note_own(&self, payload: TypeId, ty: NonNull<Type>) {
        if let Ok(mut known) = self.own.try_borrow_mut() {
            known.push((payload, ty));
        }
    }

    /// A method of an own type begins.
    pub(super) fn enter(&self) {
        self.inside.set(self.inside.get().wrapping_add(1));
    }

    /// It ends; with the outermost goes the exception that was put aside.
    pub(super) fn leave(&self) {
        let inside = self.inside.get().saturating_sub(1);
        self.inside.set(inside);
        if inside == 0 {
            self.drop_kept();
        }
    }

    fn drop_kept(&self) {
        // SAFETY: the cell owned the reference.
        drop(self.kept.take().map(|(_, op)| unsafe { Counted::steal(op) }));
    }

    /// Puts an exception aside while a method runs, and numbers it; otherwise lets it go.
    pub(super) fn keep(&self, exception: Counted) -> Option<u64> {
        if self.inside.get() == 0 {
            return None;
        }
        self.drop_kept();
        let number = self.numbered.get().wrapping_add(1);
        self.numbered.set(number);
        self.kept.set(Some((number, exception.into_raw())));
        Some(number)
    }

    /// Takes the exception with this number, if it is the one that was put aside.
    pub(super) fn kept(&self, number: u64) -> Option<Counted> {
        match self.kept.get() {
            Some((known, op)) if known == number => {
                self.kept.set(None);
                // SAFETY: the cell owned the reference.
                Some(unsafe { Counted::steal(op) })
            }
            _ => None,
        }
    }
}
