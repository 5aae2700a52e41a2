//! CPython: the rows of `objects.c`, built as an extension module of each Python that has headers.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python of this machine, with the module built for it.
pub struct Python {
    pub name: String,
    pub program: PathBuf,
    folder: PathBuf,
}

const ASK: &str = "import sys, sysconfig as c; print('%d.%d' % sys.version_info[:2], sys.executable, \
                   c.get_path('include'))";

/// Loads the module and runs a row.
pub const RUN: &str = "import sys; sys.path.insert(0, sys.argv[1]); import gc; gc.disable(); \
                       import strata_objects as o; print(o.run(sys.argv[2], int(sys.argv[3])))";

impl Python {
    fn at(program: &Path, build: &Path) -> Option<Self> {
        let output = Command::new(program).args(["-I", "-c", ASK]).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let mut words = text.split_whitespace();
        let (version, program, include) = (words.next()?, words.next()?, words.next()?);
        if !Path::new(include).join("Python.h").exists() {
            return None;
        }
        let folder = build.join(format!("py{version}"));
        std::fs::create_dir_all(&folder).ok()?;
        let source = folder.join("objects.c");
        std::fs::write(&source, include_str!("objects.c")).ok()?;
        let built = Command::new("cc")
            .args(["-O3", "-shared", "-fPIC", "-w", "-I", include])
            .arg(&source)
            .arg("-o")
            .arg(folder.join("strata_objects.so"))
            .status()
            .ok()?;
        built.success().then(|| Self {
            name: format!("py{version}"),
            program: program.into(),
            folder,
        })
    }

    /// The command that runs `n` operations of a row and prints their nanoseconds.
    pub fn arguments(&self, row: &str, n: usize) -> Vec<String> {
        let folder = self.folder.to_string_lossy().into_owned();
        ["-I", "-S", "-c", RUN, &folder, row, &n.to_string()].map(str::to_owned).into()
    }
}

/// The system's own Python, which distributions build with every optimisation, and a 3.13.
pub fn find() -> Vec<Python> {
    let build = std::env::temp_dir().join(format!("strata-objects-{}", std::process::id()));
    let mut places = vec![PathBuf::from("/usr/bin")];
    places.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    if let Some(home) = std::env::var_os("HOME") {
        let versions = std::fs::read_dir(PathBuf::from(home).join(".pyenv/versions"));
        let mut versions: Vec<_> =
            versions.into_iter().flatten().flatten().map(|e| e.path().join("bin")).collect();
        versions.sort();
        places.extend(versions);
    }
    let first = |name: &str| {
        let files = places.iter().map(|place| place.join(name)).filter(|file| file.exists());
        files.into_iter().find_map(|file| Python::at(&file, &build))
    };
    let mut found: Vec<Python> = first("python3").into_iter().collect();
    if let Some(python) = first("python3.13")
        && found.iter().all(|other| other.name != python.name)
    {
        found.push(python);
    }
    found
}

/// Removes what was built.
pub fn clean() {
    let build = std::env::temp_dir().join(format!("strata-objects-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(build);
}
