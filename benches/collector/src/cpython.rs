//! CPython: its collector through a script, its deallocation of nested tuples through its C API.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::graph;
use crate::shapes::{Sample, Shape, processor_ns};

/// A Python of this machine.
pub struct Python {
    pub name: String,
    program: PathBuf,
    /// Its shared library, when it has one.
    library: String,
}

const SCRIPT: &str = include_str!("cpython.py");
const ASK: &str = "import sys, sysconfig as c; print('%d.%d' % sys.version_info[:2], \
                   c.get_config_var('LIBDIR'), c.get_config_var('INSTSONAME'), sys.executable)";

impl Python {
    fn at(program: PathBuf) -> Option<Self> {
        let output = Command::new(&program).args(["-I", "-c", ASK]).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let mut words = text.split_whitespace();
        let (version, folder, library) = (words.next()?, words.next()?, words.next()?);
        Some(Self {
            name: format!("py{version}"),
            program: words.next().map(PathBuf::from)?,
            library: format!("{folder}/{library}"),
        })
    }

    pub fn run(&self, shape: Shape, n: usize, rounds: usize) -> Option<Sample> {
        let (count, rounds) = (n.to_string(), rounds.to_string());
        let mut command = if shape.is_nest() {
            let mut own = Command::new(std::env::current_exe().ok()?);
            own.args(["--nest", &self.library, shape.name(), &count, &rounds]);
            own
        } else {
            let mut python = Command::new(&self.program);
            python.args(["-I", "-S", "-c", SCRIPT, shape.name(), &count, &rounds]);
            python
        };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut input = child.stdin.take()?;
        if shape.is_random() {
            let edges = graph::random(n);
            let bytes: Vec<u8> = edges.iter().flatten().flat_map(|to| to.to_ne_bytes()).collect();
            input.write_all(&bytes).ok()?;
        }
        drop(input);
        Sample::parse(&String::from_utf8_lossy(&child.wait_with_output().ok()?.stdout))
    }
}

/// The Pythons to measure: the system's own, which distributions build with every optimisation, and
/// a 3.13, whose behaviour Strata follows. With a note when one is missing.
pub fn find() -> (Vec<Python>, Option<String>) {
    let mut places = vec![PathBuf::from("/usr/bin")];
    places.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    if let Some(home) = std::env::var_os("HOME") {
        let versions = std::fs::read_dir(PathBuf::from(home).join(".pyenv/versions"));
        let mut versions: Vec<_> =
            versions.into_iter().flatten().flatten().map(|e| e.path().join("bin")).collect();
        versions.sort();
        places.extend(versions);
    }
    let first = |names: &[&str]| {
        let files = names.iter().flat_map(|name| places.iter().map(move |place| place.join(name)));
        files.filter(|file| file.exists()).find_map(Python::at)
    };
    let mut found: Vec<Python> = first(&["python3", "python3.11"]).into_iter().collect();
    if let Some(python) = first(&["python3.13"])
        && found.iter().all(|other| other.name != python.name)
    {
        found.push(python);
    }
    let note = match found.len() {
        0 => Some("CPython is left out: no python3 was found."),
        _ if found.iter().any(|python| python.name == "py3.13") => None,
        _ => Some("CPython 3.13 is left out: it was not found."),
    };
    (found, note.map(str::to_owned))
}

type Word = *mut usize;

/// Measures a nest of one-tuples made and released through the C API of this library, as an
/// extension module would; prints as every process does.
pub fn nest(args: &[String]) -> Option<()> {
    let [library, shape, n, rounds] = args else { return None };
    let shape = Shape::named(shape)?;
    let (n, rounds): (usize, usize) = (n.parse().ok()?, rounds.parse().ok()?);
    let path = std::ffi::CString::new(library.as_str()).ok()?;
    unsafe {
        let handle = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL);
        if handle.is_null() {
            return None;
        }
        let symbol = |name: &std::ffi::CStr| {
            let p = libc::dlsym(handle, name.as_ptr());
            (!p.is_null()).then_some(p)
        };
        type Plain = unsafe extern "C" fn() -> i32;
        let start: unsafe extern "C" fn(i32) = std::mem::transmute(symbol(c"Py_InitializeEx")?);
        let disable = std::mem::transmute::<*mut _, Plain>(symbol(c"PyGC_Disable")?);
        let tuple: unsafe extern "C" fn(isize) -> Word =
            std::mem::transmute(symbol(c"PyTuple_New")?);
        let release: unsafe extern "C" fn(Word) = std::mem::transmute(symbol(c"_Py_Dealloc")?);
        start(0);
        disable();
        // As the macros do it: an item stands behind the three words of the header, and the last
        // reference calls the deallocator.
        let make = || {
            let mut outer = tuple(0);
            for _ in 0..n {
                let next = tuple(1);
                *next.add(3) = outer.addr();
                outer = next;
            }
            outer
        };
        let drop = |outer: Word| {
            *outer -= 1;
            release(outer);
        };
        let mut best = u64::MAX;
        for _ in 0..rounds {
            let mut began = processor_ns();
            let outer = make();
            if shape == Shape::NestRelease {
                began = processor_ns();
            }
            drop(outer);
            best = best.min(processor_ns() - began);
        }
        println!("{} 0", best as f64 / n as f64);
    }
    Some(())
}
