//! Tokens as CPython's tokenizer cuts them: what the scan counts and the diagnosis reads.

/// A kind of token. Soft keywords are names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum Kind {
    Name,
    Number,
    Text,
    FStart,
    FMiddle,
    FEnd,
    Newline,
    Indent,
    Dedent,
    End,
    /// A character that begins no token, such as `$`.
    Stray,
    // Keywords.
    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,
    // Brackets.
    LeftParen,
    RightParen,
    LeftSquare,
    RightSquare,
    LeftBrace,
    RightBrace,
    // Punctuation.
    Comma,
    Colon,
    Semicolon,
    Dot,
    Ellipsis,
    Arrow,
    Assign,
    Walrus,
    Exclamation,
    // Operators.
    Plus,
    Minus,
    Star,
    DoubleStar,
    Slash,
    DoubleSlash,
    Percent,
    At,
    Ampersand,
    Bar,
    Caret,
    Tilde,
    LeftShift,
    RightShift,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    Equal,
    NotEqual,
    /// `<>`, which CPython's tokenizer knows and its parser refuses.
    Unequal,
    /// `+=` and the like.
    Augmented,
}

impl Kind {
    /// The keyword that `text` is, or [`Kind::Name`].
    pub(super) fn of_word(text: &str) -> Self {
        match text {
            "False" => Self::False,
            "None" => Self::None,
            "True" => Self::True,
            "and" => Self::And,
            "as" => Self::As,
            "assert" => Self::Assert,
            "async" => Self::Async,
            "await" => Self::Await,
            "break" => Self::Break,
            "class" => Self::Class,
            "continue" => Self::Continue,
            "def" => Self::Def,
            "del" => Self::Del,
            "elif" => Self::Elif,
            "else" => Self::Else,
            "except" => Self::Except,
            "finally" => Self::Finally,
            "for" => Self::For,
            "from" => Self::From,
            "global" => Self::Global,
            "if" => Self::If,
            "import" => Self::Import,
            "in" => Self::In,
            "is" => Self::Is,
            "lambda" => Self::Lambda,
            "nonlocal" => Self::Nonlocal,
            "not" => Self::Not,
            "or" => Self::Or,
            "pass" => Self::Pass,
            "raise" => Self::Raise,
            "return" => Self::Return,
            "try" => Self::Try,
            "while" => Self::While,
            "with" => Self::With,
            "yield" => Self::Yield,
            _ => Self::Name,
        }
    }

    /// The operator that begins `bytes`, the longest one, and its length.
    pub(super) fn of_operator(bytes: &[u8]) -> Option<(Self, usize)> {
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let found = match (byte(0), byte(1), byte(2)) {
            (b'*', b'*', b'=') | (b'/', b'/', b'=') | (b'<', b'<', b'=') | (b'>', b'>', b'=') => {
                (Self::Augmented, 3)
            }
            (b'.', b'.', b'.') => (Self::Ellipsis, 3),
            (b'*', b'*', _) => (Self::DoubleStar, 2),
            (b'/', b'/', _) => (Self::DoubleSlash, 2),
            (b'<', b'<', _) => (Self::LeftShift, 2),
            (b'>', b'>', _) => (Self::RightShift, 2),
            (b'<', b'=', _) => (Self::LessEqual, 2),
            (b'>', b'=', _) => (Self::GreaterEqual, 2),
            (b'=', b'=', _) => (Self::Equal, 2),
            (b'!', b'=', _) => (Self::NotEqual, 2),
            (b'<', b'>', _) => (Self::Unequal, 2),
            (b'-', b'>', _) => (Self::Arrow, 2),
            (b':', b'=', _) => (Self::Walrus, 2),
            (b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^', b'=', _) => {
                (Self::Augmented, 2)
            }
            (b'(', ..) => (Self::LeftParen, 1),
            (b')', ..) => (Self::RightParen, 1),
            (b'[', ..) => (Self::LeftSquare, 1),
            (b']', ..) => (Self::RightSquare, 1),
            (b'{', ..) => (Self::LeftBrace, 1),
            (b'}', ..) => (Self::RightBrace, 1),
            (b',', ..) => (Self::Comma, 1),
            (b':', ..) => (Self::Colon, 1),
            (b';', ..) => (Self::Semicolon, 1),
            (b'.', ..) => (Self::Dot, 1),
            (b'=', ..) => (Self::Assign, 1),
            (b'!', ..) => (Self::Exclamation, 1),
            (b'+', ..) => (Self::Plus, 1),
            (b'-', ..) => (Self::Minus, 1),
            (b'*', ..) => (Self::Star, 1),
            (b'/', ..) => (Self::Slash, 1),
            (b'%', ..) => (Self::Percent, 1),
            (b'@', ..) => (Self::At, 1),
            (b'&', ..) => (Self::Ampersand, 1),
            (b'|', ..) => (Self::Bar, 1),
            (b'^', ..) => (Self::Caret, 1),
            (b'~', ..) => (Self::Tilde, 1),
            (b'<', ..) => (Self::Less, 1),
            (b'>', ..) => (Self::Greater, 1),
            _ => return None,
        };
        Some(found)
    }
}

/// One token: 16 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// Byte offset of its first character.
    pub(super) start: u32,
    /// Byte offset past its last character.
    pub(super) end: u32,
    /// Line of its first character, 1-based.
    pub(super) line: u32,
    /// Brackets open after it.
    pub(super) level: u16,
    pub(super) kind: Kind,
}

const _: () = assert!(size_of::<Token>() == 16, "the cost of a scan is reckoned from 16");
