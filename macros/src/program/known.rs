//! What is known about names of the standard library: what a call of them does to the world and to the
//! value it is called on. What is not listed here is not known.

/// Methods that only read what they are called on and change nothing.
const READS: &[&str] = &[
    "abs",
    "all",
    "any",
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_slice",
    "as_str",
    "as_secs",
    "as_millis",
    "as_micros",
    "as_path",
    "binary_search",
    "bytes",
    "capacity",
    "char_indices",
    "chars",
    "chunks",
    "clone",
    "cloned",
    "cmp",
    "concat",
    "contains",
    "contains_key",
    "copied",
    "count_ones",
    "deref",
    "display",
    "ends_with",
    "enumerate_ref",
    "eq",
    "eq_ignore_ascii_case",
    "find",
    "first",
    "ge",
    "get_key_value",
    "gt",
    "is_char_boundary",
    "is_ascii",
    "is_empty",
    "is_err",
    "is_finite",
    "is_nan",
    "is_none",
    "is_ok",
    "is_some",
    "iter",
    "join",
    "keys",
    "last",
    "le",
    "len",
    "lines",
    "lt",
    "matches",
    "max_value",
    "ne",
    "parse",
    "partial_cmp",
    "repeat",
    "replace",
    "replacen",
    "rfind",
    "rsplit",
    "rsplit_once",
    "rsplitn",
    "split",
    "split_at",
    "split_first",
    "split_last",
    "split_once",
    "split_whitespace",
    "splitn",
    "starts_with",
    "strip_prefix",
    "strip_suffix",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
    "to_lowercase",
    "to_owned",
    "to_path_buf",
    "to_string",
    "to_string_lossy",
    "to_uppercase",
    "to_vec",
    "trim",
    "trim_end",
    "trim_end_matches",
    "trim_matches",
    "trim_start",
    "trim_start_matches",
    "values",
    "windows",
];

/// Methods that take what they are called on and change nothing else.
const TAKES: &[&str] = &[
    "and",
    "and_then",
    "as_deref_or",
    "chain",
    "checked_add",
    "checked_div",
    "checked_mul",
    "checked_sub",
    "clamp",
    "collect",
    "count",
    "cycle",
    "div_ceil",
    "enumerate",
    "err",
    "expect",
    "filter",
    "filter_map",
    "find_map",
    "flat_map",
    "flatten",
    "fold",
    "fuse",
    "into",
    "into_boxed_str",
    "into_bytes",
    "into_inner",
    "into_iter",
    "into_keys",
    "into_string",
    "into_values",
    "inspect_none",
    "is_some_and",
    "is_ok_and",
    "is_none_or",
    "map",
    "map_err",
    "map_or",
    "map_or_else",
    "map_while",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "nth",
    "ok",
    "ok_or",
    "ok_or_else",
    "or",
    "or_else",
    "partition",
    "peekable",
    "position",
    "pow",
    "powf",
    "powi",
    "product",
    "rem_euclid",
    "rev",
    "round",
    "saturating_add",
    "saturating_mul",
    "saturating_sub",
    "scan",
    "skip",
    "skip_while",
    "sqrt",
    "step_by",
    "sum",
    "take_while",
    "then_some",
    "then",
    "transpose",
    "try_into",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "unzip",
    "wrapping_add",
    "wrapping_mul",
    "wrapping_sub",
    "zip",
    "xor",
    "floor",
    "ceil",
    "trunc",
    "signum",
    "is_positive",
    "is_negative",
];

/// Methods that change what they are called on.
const WRITES: &[&str] = &[
    "append",
    "clear",
    "dedup",
    "drain",
    "entry",
    "extend",
    "extend_from_slice",
    "fill",
    "get_mut",
    "get_or_insert",
    "get_or_insert_with",
    "insert",
    "iter_mut",
    "last_mut",
    "first_mut",
    "next",
    "pop",
    "pop_back",
    "pop_front",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "remove",
    "replace_range",
    "resize",
    "retain",
    "reverse",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "split_off",
    "swap",
    "swap_remove",
    "take",
    "truncate",
    "as_mut",
    "borrow_mut_of",
];

/// Functions by their last two segments, of which it is known that they change nothing.
const FUNCTIONS: &[(&str, &[&str])] = &[
    ("Arc", &["clone", "new", "ptr_eq"]),
    ("Box", &["new", "from"]),
    ("BTreeMap", &["new", "from"]),
    ("BTreeSet", &["new", "from"]),
    ("Cow", &["from"]),
    ("Default", &["default"]),
    (
        "Duration",
        &[
            "from_millis",
            "from_secs",
            "from_micros",
            "from_nanos",
            "from_secs_f64",
            "new",
        ],
    ),
    ("HashMap", &["new", "from"]),
    ("HashSet", &["new", "from"]),
    ("Rc", &["clone", "new", "ptr_eq"]),
    (
        "String",
        &[
            "new",
            "from",
            "with_capacity",
            "from_utf8_lossy",
            "from_utf8",
        ],
    ),
    ("Vec", &["new", "from", "with_capacity"]),
    ("VecDeque", &["new", "from"]),
    ("Reverse", &["new"]),
    (
        "str",
        &["to_owned", "len", "trim", "to_string", "from_utf8"],
    ),
    ("cmp", &["max", "min"]),
    ("iter", &["once", "repeat", "empty", "zip"]),
];

/// Methods by which a signature is asked; what comes before is its struct.
pub(super) const ASKS: &[&str] = &["predict", "chain_of_thought", "checked_reasoning"];
/// Settings of a call, which change nothing.
const SETTINGS: &[&str] = &[
    "adapter",
    "compare",
    "compatibility",
    "deadline",
    "demos",
    "extractor",
    "max_tokens",
    "model",
    "n",
    "prediction",
    "reask",
    "reasoning",
    "seed",
    "stop",
    "strategy",
    "temperature",
    "top_p",
    "using",
    "with",
    "with_settings",
    "settings",
    "instructions",
    "full",
    "in_mode",
    "mode",
    "strictness",
];

/// What a method does to the value it is called on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiver {
    Reads,
    Takes,
    Writes,
    Unknown,
}

/// By name and number of arguments: `get()` reads a cell that others change, `get(key)` does not.
pub(super) fn method(name: &str, arguments: usize) -> Receiver {
    if READS.contains(&name) || (name == "get" && arguments == 1) {
        Receiver::Reads
    } else if TAKES.contains(&name) {
        Receiver::Takes
    } else if WRITES.contains(&name) {
        Receiver::Writes
    } else {
        Receiver::Unknown
    }
}

pub(super) fn is_setting(name: &str) -> bool {
    SETTINGS.contains(&name)
}

/// Whether a path names a constructor or a function that changes nothing.
pub(super) fn function(path: &syn::Path) -> bool {
    let Some(last) = path.segments.last() else {
        return false;
    };
    let name = last.ident.to_string();
    if name.starts_with(char::is_uppercase) {
        return true; // a tuple struct or a variant
    }
    let Some(owner) = path.segments.iter().rev().nth(1) else {
        return false;
    };
    let owner = owner.ident.to_string();
    let found = FUNCTIONS.iter().find(|(of, _)| *of == owner);
    found.is_some_and(|(_, names)| names.contains(&name.as_str())) || name == "default"
}

/// How the arguments of a macro of the standard library are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A format string and its arguments, after this many other arguments.
    Format(usize),
    /// Expressions.
    List,
    /// An expression and a pattern.
    Matches,
    /// Nothing of the body.
    Nothing,
}

/// The shape of a known macro, and whether it changes nothing.
pub(super) fn shape(path: &syn::Path) -> Option<(Shape, bool)> {
    let name = path.segments.last()?.ident.to_string();
    Some(match name.as_str() {
        "format" => (Shape::Format(0), true),
        "vec" => (Shape::List, true),
        "matches" => (Shape::Matches, true),
        "concat" | "stringify" | "line" | "file" | "column" | "module_path" | "env"
        | "include_str" => (Shape::Nothing, true),
        "print" | "println" | "eprint" | "eprintln" | "panic" | "todo" | "unimplemented"
        | "unreachable" => (Shape::Format(0), false),
        "write" | "writeln" | "assert" | "debug_assert" => (Shape::Format(1), false),
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => {
            (Shape::Format(2), false)
        }
        "dbg" => (Shape::List, false),
        _ => return None,
    })
}
