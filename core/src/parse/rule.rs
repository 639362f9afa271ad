//! The leniencies by name: what each forgives, and what it costs.
//!
//! A reading is as good as its repairs are cheap. Costs are small whole numbers: what any reader would do
//! without thinking costs least, what is a guess at the meaning costs most.
use std::{borrow::Cow, fmt, ops::Range};

/// How much a reply is forgiven.
///
/// ```
/// use sigflow_core::Strictness;
/// assert_eq!(Strictness::default(), Strictness::Lenient);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strictness {
    /// Only what the prompt asked for: whole markers, valid JSON, values of the type.
    Strict,
    /// Every leniency; what was done is listed.
    #[default]
    Lenient,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident $cost:literal $words:literal,)*) => {
        /// A leniency: what was forgiven.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Rule] = &[$(Rule::$name,)*];
            /// How far the rule is from a plain reading: 0 is a matter of style, 10 and more a guess.
            pub const fn cost(self) -> u32 {
                match self { $(Rule::$name => $cost,)* }
            }
        }
        impl fmt::Display for Rule {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Rule::$name => $words,)* })
            }
        }
    };
}

rules! {
    /// Words before or after the value.
    Prose 1 "left out words around the value",
    /// A code fence around the value.
    Fence 0 "took the value out of its code fence",
    /// A block of thoughts before the value.
    Thoughts 0 "left out the model's thoughts",
    /// Tags, tokens or a call around the value.
    Wrapper 1 "took the value out of its wrapper",
    /// Several values where one is wanted.
    Candidate 1 "chose among several values",
    /// Several values where a list is wanted.
    Gathered 1 "gathered several values into a list",
    /// A comment inside the value.
    Comment 0 "left out a comment",
    /// A comma too many.
    Comma 0 "left out a comma",
    /// A comma, colon or the like too few.
    Separator 1 "read on where a comma or colon is missing",
    /// Single, smart, triple or backtick quotes.
    Quotes 0 "read other quotes than JSON's",
    /// A name without quotes.
    BareName 0 "read a name without quotes",
    /// Text without quotes.
    BareText 1 "read text without quotes",
    /// A quote inside a string that is not escaped.
    InnerQuote 2 "kept a quote inside the text",
    /// A string whose closing quote is missing.
    LostQuote 3 "closed a text whose quote is missing",
    /// A line break or another control character inside a string.
    RawControl 0 "kept a line break inside the text",
    /// A backslash before what needs none, or half an escape.
    Escape 1 "read an escape that JSON does not have",
    /// `True`, `None`, `undefined`.
    Spelling 0 "read a literal as another language spells it",
    /// Strings joined by `+`.
    Joined 1 "joined the parts of a text",
    /// `...` for what is left out.
    Ellipsis 1 "left out an ellipsis",
    /// A closing bracket that is missing or another one.
    Closer 2 "closed a bracket that is missing",
    /// A bracket too many.
    Extra 1 "left out a bracket",
    /// The text ends before the value does.
    Truncated 4 "closed what the end cut off",
    /// A name without a value.
    NoValue 2 "left out a name without a value",
    /// Tokens that belong to nothing.
    Junk 2 "left out what belongs to nothing",
    /// Lines of `name: value`, or a list of them.
    Labels 3 "read lines of names and values",
    /// Lines that begin with a dash, a star or a number.
    Bullets 3 "read the lines of a list",
    /// Tags by the names of fields.
    Tags 2 "read tags as fields",
    /// A marker that does not stand alone, or is spelt in another way.
    Marker 2 "read a marker that is not written as asked",
    /// A marker or member that came twice.
    Repeated 1 "kept one of several values of a name",
    /// A member that nothing asks for.
    Unknown 1 "left out a member that nothing asks for",
    /// A name in another case or with other separators.
    NameFold 1 "matched a name in another spelling",
    /// A member whose value is in a wrapper object.
    Unwrapped 3 "took the value out of an object around it",
    /// A value where an object with one member is wanted.
    ImpliedName 4 "read the value as the only member",
    /// JSON inside a string.
    Reparsed 1 "read the JSON inside a text",
    /// A member that is not there.
    Default 1 "filled in what is missing",
    /// An optional value that cannot be read, or says that it is not known.
    Nothing 3 "read a value as nothing",
    /// One value where a list is wanted.
    OneToList 2 "made a list of one value",
    /// A list of one where a value is wanted.
    ListToOne 2 "took the only item of a list",
    /// A list item or map entry that cannot be read.
    Dropped 6 "dropped an item that does not fit",
    /// Entries of a map as a list of pairs.
    Pairs 1 "read pairs as entries",
    /// Items beyond those that a tuple has.
    Surplus 2 "left out items beyond the last",
    /// A number or literal as text.
    TextToValue 1 "read a value out of its text",
    /// A value where text is wanted.
    ValueToText 2 "wrote a value as text",
    /// `5.0` for 5.
    Whole 1 "read a number as a whole one",
    /// Thousands, currency, percent, units.
    NumberFormat 2 "read a number as people write it",
    /// `three`, `3.5 million`, `3/4`.
    NumberWords 3 "worked out a number",
    /// A number between words.
    NumberInProse 5 "found the only number in the text",
    /// `yes`, `on`, `1` for true.
    Truth 1 "read a word as true or false",
    /// A truth between words.
    TruthInProse 5 "found the only truth value in the text",
    /// A date, time or length as people write it.
    DateFormat 2 "read a date or time as people write it",
    /// A word in another case or with punctuation.
    WordFold 1 "matched a word in another spelling",
    /// A word by its description or other name.
    WordAlias 1 "matched a word by its other name",
    /// An answer that only the last steps of a checked reasoning give.
    LastSteps 6 "took it out of the last steps",
    /// A word in a sentence.
    WordInProse 5 "found the only word that fits in the text",
}

/// One thing that was done to read a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repair {
    /// Which leniency.
    pub rule: Rule,
    /// Where in the value, from the field on: `people[2].age`. Empty for the reply as a whole.
    pub path: String,
    /// The bytes of the reply that it is about.
    pub range: Range<usize>,
    /// What the words of the rule leave open: the item that was dropped, the name that was matched.
    pub note: Cow<'static, str>,
}

impl Repair {
    /// The cost of its rule.
    pub fn cost(&self) -> u32 {
        self.rule.cost()
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        write!(f, "{}", self.rule)?;
        if !self.note.is_empty() {
            write!(f, " ({})", self.note)?;
        }
        write!(f, " at {}..{}", self.range.start, self.range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::{Repair, Rule};

    #[test]
    fn repairs_say_what_was_done() {
        let repair = Repair {
            rule: Rule::Dropped,
            path: "tags[1]".into(),
            range: 4..9,
            note: "`x`".into(),
        };
        assert_eq!(
            repair.to_string(),
            "`tags[1]`: dropped an item that does not fit (`x`) at 4..9"
        );
        assert!(
            Rule::ALL
                .iter()
                .all(|rule| rule.cost() < 10 && !rule.to_string().is_empty())
        );
    }
}
