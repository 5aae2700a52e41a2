//! Where the kernel's text goes: a trait the caller implements, and one small fallible string.

use std::collections::TryReserveError;

use smallvec::CollectionAllocErr;

/// Memory was refused. The caller turns it into `MemoryError`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoMemory;

impl std::fmt::Display for NoMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("out of memory")
    }
}

impl std::error::Error for NoMemory {}

impl From<TryReserveError> for NoMemory {
    fn from(_: TryReserveError) -> Self {
        Self
    }
}

impl From<CollectionAllocErr> for NoMemory {
    fn from(_: CollectionAllocErr) -> Self {
        Self
    }
}

/// A sink of text that may refuse to grow. Whatever was written before an error stays written.
pub trait Out {
    /// Appends `text`.
    ///
    /// # Errors
    /// `NoMemory` when the sink cannot grow; then none of `text` was appended.
    fn push_str(&mut self, text: &str) -> Result<(), NoMemory>;

    /// Appends one character.
    ///
    /// # Errors
    /// As [`push_str`](Out::push_str).
    fn push_char(&mut self, ch: char) -> Result<(), NoMemory> {
        self.push_str(ch.encode_utf8(&mut [0; 4]))
    }

    /// Appends a code point that may be a lone surrogate; sinks without surrogates get U+FFFD.
    ///
    /// # Errors
    /// As [`push_str`](Out::push_str).
    fn push_code(&mut self, code: u32) -> Result<(), NoMemory> {
        self.push_char(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Says that about `chars` more characters will come, so that the sink may refuse at once.
    ///
    /// # Errors
    /// `NoMemory` when the sink could not take so many.
    fn reserve(&mut self, chars: usize) -> Result<(), NoMemory> {
        let _ = chars;
        Ok(())
    }

    /// Appends `count` times a code point that may be a lone surrogate.
    ///
    /// # Errors
    /// As [`push_fill`](Out::push_fill).
    fn push_fill_code(&mut self, code: u32, count: usize) -> Result<(), NoMemory> {
        if let Some(ch) = char::from_u32(code) {
            return self.push_fill(ch, count);
        }
        self.reserve(count)?;
        (0..count).try_for_each(|_| self.push_code(code))
    }

    /// Appends `count` times `ch`.
    ///
    /// # Errors
    /// As [`push_str`](Out::push_str); the room for all of them is asked for first.
    fn push_fill(&mut self, ch: char, count: usize) -> Result<(), NoMemory> {
        self.reserve(count)?;
        if ch == ' ' || ch == '0' {
            let run = if ch == ' ' { SPACES } else { ZEROS };
            let mut left = count;
            while let Some(part) = run.get(..left.min(run.len())).filter(|part| !part.is_empty()) {
                self.push_str(part)?;
                left -= part.len();
            }
            return Ok(());
        }
        for _ in 0..count {
            self.push_char(ch)?;
        }
        Ok(())
    }
}

const SPACES: &str = "                                                                ";
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A `String` that asks before it grows, and may be given a bound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextBuf {
    text: String,
}

impl TextBuf {
    /// An empty buffer that owns no memory.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new() }
    }

    /// What was written so far.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Length in bytes of UTF-8.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Forgets the text and keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
    }

    /// The text as a plain string; no copy.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }
}

impl Out for TextBuf {
    fn push_str(&mut self, text: &str) -> Result<(), NoMemory> {
        self.text.try_reserve(text.len())?;
        self.text.push_str(text); // within what was reserved
        Ok(())
    }

    fn reserve(&mut self, chars: usize) -> Result<(), NoMemory> {
        self.text.try_reserve(chars)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absurd_fill_is_refused_before_it_is_tried() {
        let mut out = TextBuf::new();
        assert_eq!(out.push_fill(' ', usize::MAX), Err(NoMemory));
        assert_eq!(out.push_fill('é', usize::MAX), Err(NoMemory));
        assert!(out.is_empty());
    }

    #[test]
    fn fills_count_characters() -> Result<(), NoMemory> {
        let mut out = TextBuf::new();
        out.push_fill('0', 130)?;
        out.push_fill('é', 2)?;
        assert_eq!(out.as_str(), format!("{}éé", "0".repeat(130)));
        Ok(())
    }
}
