//! Expressions over the variables in scope.
use super::{
    scope::{Kind, Variable},
    statements::Writer,
};

impl Writer {
    /// A variable of these kinds.
    pub(super) fn any(&mut self, kinds: &[Kind]) -> Option<Variable> {
        let found = self.scope.readable(kinds);
        (!found.is_empty()).then(|| found[self.draw.below(found.len())].clone())
    }
    /// An expression of the type `&str`.
    pub(super) fn borrowed(&mut self) -> String {
        match self.any(&[Kind::Text, Kind::Slice]) {
            Some(variable) if variable.kind == Kind::Text => format!("&{}", variable.name),
            Some(variable) => variable.name,
            None => "WORD".to_owned(),
        }
    }
    /// A variable that `{}` prints.
    pub(super) fn printable(&mut self) -> String {
        self.any(&[Kind::Text, Kind::Slice, Kind::Number])
            .map_or_else(|| "WORD".to_owned(), |variable| variable.name)
    }
    /// An expression of the type `String` without an effect.
    pub(super) fn text(&mut self) -> String {
        match self.draw.below(6) {
            0 => format!(
                "format!(\"{{{}}}/{{{}}}\")",
                self.printable(),
                self.printable()
            ),
            1 => format!(
                "format!(\"{{}}+{{}}\", {}, {})",
                self.printable(),
                self.number()
            ),
            2 => {
                let of = self.words();
                format!("{of}.to_uppercase()")
            }
            3 => match self.any(&[Kind::Texts]) {
                Some(list) => format!("{}.join(\"/\")", list.name),
                None => "String::from(\"none\")".to_owned(),
            },
            4 => format!("{}.repeat(2)", self.words()),
            _ => format!("{}.to_string()", self.printable()),
        }
    }
    /// An expression of the type `u64` without an effect.
    pub(super) fn number(&mut self) -> String {
        match self.draw.below(5) {
            0 | 1 => format!("{}.len() as u64", self.words()),
            2 => match self.any(&[Kind::Texts]) {
                Some(list) => format!("{}.len() as u64", list.name),
                None => "3".to_owned(),
            },
            3 => match self.any(&[Kind::Maybe]) {
                Some(maybe) => format!("{}.unwrap_or(4)", maybe.name),
                None => "5".to_owned(),
            },
            _ => match self.any(&[Kind::Number]) {
                Some(number) => format!("({} * 3 + 1) % 101", number.name),
                None => "7".to_owned(),
            },
        }
    }
    /// A condition without an effect.
    pub(super) fn condition(&mut self) -> String {
        let number = self.number();
        match self.draw.below(4) {
            0 => format!("({number}) % 3 == 1"),
            1 => format!("({number}) > 9"),
            2 => format!("{}.is_empty()", self.words()),
            _ => format!("({number}) % 2 == 0 && !{}.is_empty()", self.words()),
        }
    }
    fn words(&mut self) -> String {
        self.any(&[Kind::Text, Kind::Slice])
            .map_or_else(|| "WORD".to_owned(), |variable| variable.name)
    }
    /// A call that answers a text, with `.await` and without `?`.
    pub(super) fn call(&mut self) -> String {
        let argument = if self.draw.percent(25) {
            format!("&{}", self.text())
        } else {
            self.borrowed()
        };
        let (name, ms) = self.stamp("c");
        format!("call(\"{name}\", {ms}, {argument}).await")
    }
    /// A name for a call that no other has, and its latency.
    pub(super) fn stamp(&mut self, letter: &str) -> (String, usize) {
        self.count += 1;
        (format!("{letter}{}", self.count), self.draw.from(1, 40))
    }
}
