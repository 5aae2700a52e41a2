//! A type whose payload lies in the mem domain while the object comes and goes by `tp_alloc` and
//! `tp_free`: CPython's `BufferObject`. Its bytes can be looked at through `memoryview`.
//!
//! ```console
//! $ cargo run --example buffer_type
//! $ cargo test --example buffer_type
//! ```
#![forbid(unsafe_code)]

use strata::{Args, Buffer, Error, Method, Own, OwnType, Ref, Runtime, SlotFn, Trace, method};

/// A header of 16 bytes and 24 that tell of the payload; it owns no references, so the collector never
/// sees it.
#[derive(Trace, Default)]
struct BufferType {
    #[buffer]
    data: Buffer,
}

impl OwnType for BufferType {
    const NAME: &'static str = "Buffer";
    const METHODS: &'static [Method<Self>] = &[method("resize", Self::resize)];
    const LEN: Option<SlotFn<Self, usize>> = Some(|this| Ok(this.data.len()));

    /// `Buffer(size)`: so many bytes of zero.
    fn init<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<(), Error> {
        let [size] = args.exactly()?;
        this.set_len(this, &size)
    }
}

impl BufferType {
    /// On failure the block is the one that it was: the old pointer is kept until there is a new one.
    fn set_len(&self, this: &Own<'_, Self>, size: &Ref<'_>) -> Result<(), Error> {
        let size = usize::try_from(size.to_i64()?)
            .map_err(|_| Error::value_error("a buffer has no negative size"))?;
        self.data.resize(this, size)
    }

    fn resize<'rt>(this: &Own<'rt, Self>, args: Args<'_, 'rt>) -> Result<Ref<'rt>, Error> {
        let [size] = args.exactly()?;
        this.set_len(this, &size)?;
        Ok(this.runtime().none())
    }
}

const SCRIPT: &str = "
buffer = Buffer(600)
view = memoryview(buffer)
view[0] = 42
try:
    buffer.resize(1200)
except BufferError as error:
    refusal = str(error)
view.release()
buffer.resize(1200)
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rt = Runtime::new()?;
    rt.set_builtin("Buffer", &rt.own_type::<BufferType>()?)?;
    let script = rt.run("buffers", SCRIPT)?;
    println!("while it was looked at: {}", script.get("refusal")?.to_str()?);
    let buffer = script.get("buffer")?.as_own::<BufferType>()?;
    println!("now {} bytes, the first is {:?}", buffer.data.len(), buffer.data.get(0));
    drop((buffer, script));
    rt.collect();
    println!("left behind: {:?}", rt.finish());
    Ok(())
}

#[test]
fn payload_and_object_have_separate_lives() -> Result<(), Error> {
    let rt = Runtime::new()?;
    rt.own_type::<BufferType>()?;
    rt.log_lifetimes();
    let blocks = || rt.heap().accounting().blocks;
    let buffer = rt.make::<BufferType>(&[&rt.int(200)?])?;
    let (object, before) = (buffer.as_object().address(), blocks());
    buffer.data.resize(&buffer, 0)?;
    assert_eq!(blocks(), before - 1, "the payload went");
    buffer.data.resize(&buffer, 100)?;
    buffer.data.write_at(98, b"ham");
    assert_eq!((buffer.data.get(98), buffer.data.get(100)), (Some(b'h'), None));
    assert_eq!(buffer.as_object().address(), object, "the object stayed");
    drop(buffer);
    assert_eq!(blocks(), before - 2, "both are gone");
    insta::assert_snapshot!(rt.take_log(), @r"
    born    Buffer#1  40 B  pool in use
    freed   Buffer#1
    ");
    Ok(())
}

#[test]
fn a_view_blocks_resizing_until_it_is_released() -> Result<(), Error> {
    let rt = Runtime::new()?;
    let buffer = rt.make::<BufferType>(&[&rt.int(5)?])?;
    let view = rt.memoryview(buffer.as_object())?;
    let refusal = buffer.data.resize(&buffer, 6).map_err(|error| error.to_string());
    let words = "BufferError: Existing exports of data: object cannot be re-sized";
    assert_eq!((refusal, buffer.data.exports()), (Err(words.to_owned()), 1));
    drop(view);
    buffer.data.resize(&buffer, 6)
}

#[test]
fn every_allocation_of_a_buffer_may_fail() -> Result<(), strata::RefusalFault> {
    let refused = strata::refuse_each(|rt| {
        rt.set_builtin("Buffer", &rt.own_type::<BufferType>()?)?;
        let script = rt.run("buffers", SCRIPT)?;
        assert_eq!(script.get("buffer")?.len()?, 1200);
        Ok(())
    })?;
    assert!(refused > 20, "only {refused} allocations were seen");
    Ok(())
}
