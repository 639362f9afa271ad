//! Statements, one after another, each written with what the ones before it declared.
use super::{
    draw::Draw,
    scope::{Kind, Scope},
    theme::Theme,
};
use std::fmt::Write as _;

/// Writes one body.
pub(super) struct Writer {
    pub(super) draw: Draw,
    pub(super) scope: Scope,
    pub(super) out: String,
    pub(super) depth: usize,
    /// Calls and variables so far.
    pub(super) count: usize,
    /// How many loops are around: their bodies stay small.
    pub(super) loops: usize,
    themes: Vec<Theme>,
    focus: Theme,
}

/// Parameters, result and body of one function, and what it is about.
pub(super) fn function(draw: Draw, focus: Theme) -> (String, Vec<Theme>) {
    let mut writer = Writer {
        draw,
        scope: Scope::default(),
        out: String::new(),
        depth: 2,
        count: 0,
        loops: 0,
        themes: Vec::new(),
        focus,
    };
    writer.scope.add("text", Kind::Slice, false);
    writer.line("let start = format!(\"{text}!\");");
    writer.scope.add("start", Kind::Text, false);
    let length = writer.draw.from(5, 14);
    for _ in 0..length {
        writer.statement();
    }
    let shown = writer.scope.readable(&[
        Kind::Text,
        Kind::Slice,
        Kind::Number,
        Kind::Maybe,
        Kind::Texts,
        Kind::Probe,
    ]);
    let mut tail = String::new();
    for variable in shown.iter().take(10) {
        let _ = write!(tail, "&{}, ", variable.name);
    }
    writer.line(&format!("Ok(format!(\"{{:?}}\", ({tail})))"));
    writer.themes.sort();
    writer.themes.dedup();
    let function = format!("(text: &str) -> Res<String> {{\n{}    }}", writer.out);
    (function, writer.themes)
}

impl Writer {
    pub(super) fn line(&mut self, line: &str) {
        let _ = writeln!(self.out, "{}{line}", "    ".repeat(self.depth));
    }
    pub(super) fn about(&mut self, theme: Theme) {
        self.themes.push(theme);
    }
    /// A name for a new variable: mostly a new one, sometimes one that is there already.
    pub(super) fn name(&mut self, kinds: &[Kind]) -> String {
        let chance = if self.focus == Theme::Shadowing {
            50
        } else {
            12
        };
        if self.draw.percent(chance)
            && let Some(old) = self.any(kinds)
        {
            self.about(Theme::Shadowing);
            return old.name;
        }
        self.count += 1;
        format!("v{}", self.count)
    }
    /// `let NAME = VALUE;`
    pub(super) fn bind(&mut self, kind: Kind, value: &str) {
        let name = self.name(&[Kind::Text, Kind::Slice, Kind::Number]);
        self.line(&format!("let {name} = {value};"));
        self.scope.add(&name, kind, false);
    }

    /// One statement, of the program's own theme more often than of another.
    pub(super) fn statement(&mut self) {
        let theme = if self.draw.percent(35) {
            self.focus
        } else {
            self.draw.one(&Theme::ALL)
        };
        match theme {
            Theme::Shadowing | Theme::Failures => self.asks(),
            Theme::Patterns => self.patterns(),
            Theme::Branches if self.depth < 5 => self.branches(),
            Theme::Loops if self.loops == 0 && self.depth < 4 => self.repeats(),
            Theme::EarlyReturns => self.leaves(),
            Theme::Mutation => self.changes(),
            Theme::Borrows => self.borrows(),
            Theme::Moves => self.moves(),
            Theme::Effects => self.effects(),
            Theme::Drops if self.loops == 0 => self.drops(),
            Theme::Closures if self.loops == 0 => self.closures(),
            _ => self.asks(),
        }
    }

    /// Model calls, and `let`s of what they answered.
    fn asks(&mut self) {
        match self.draw.below(7) {
            0..3 => {
                self.about(Theme::Failures);
                let call = self.call();
                self.bind(Kind::Text, &format!("{call}?"));
            }
            3 => {
                let call = self.call();
                self.bind(Kind::Text, &format!("{call}.unwrap_or_else(|error| error)"));
            }
            4 => {
                self.about(Theme::Failures);
                let inner = self.call();
                let (name, ms) = self.stamp("o");
                self.bind(
                    Kind::Text,
                    &format!("call(\"{name}\", {ms}, &{inner}?).await?"),
                );
            }
            5 => {
                let text = self.text();
                self.bind(Kind::Text, &text);
            }
            _ => {
                let number = self.number();
                let known = self.draw.percent(50);
                let value = if known {
                    number
                } else {
                    format!("twist({number})")
                };
                self.bind(Kind::Number, &value);
            }
        }
    }

    fn patterns(&mut self) {
        self.about(Theme::Patterns);
        self.count += 2;
        let (left, right) = (format!("l{}", self.count), format!("r{}", self.count));
        let (text, number) = (self.text(), self.number());
        let (name, ms) = self.stamp("g");
        match self.draw.below(5) {
            0 => self.line(&format!("let ({left}, {right}) = ({text}, {number});")),
            1 => self.line(&format!(
                "let ({left}, {right}) = give(\"{name}\", {ms}, ({text}, {number})).await?;"
            )),
            2 => self.line(&format!(
                "let Pair {{ left: {left}, right: {right} }} = Pair {{ left: {text}, right: {number} }};"
            )),
            3 => self.line(&format!(
                "let Pair {{ left: {left}, right: {right} @ _ }} = give(\"{name}\", {ms}, Pair {{ left: {text}, right: {number} }}).await?;"
            )),
            _ => self.line(&format!(
                "let [{left}, _] = [{text}, String::from(\"b\")]; let {right} = give(\"{name}\", {ms}, {number}).await?;"
            )),
        }
        self.scope.add(&left, Kind::Text, false);
        self.scope.add(&right, Kind::Number, false);
    }

    fn changes(&mut self) {
        self.about(Theme::Mutation);
        let lists = self.scope.writable(Kind::Texts);
        let numbers = self.scope.writable(Kind::Number);
        self.count += 1;
        let name = format!("m{}", self.count);
        match self.draw.below(6) {
            0 | 1 if !lists.is_empty() => {
                let list = lists[self.draw.below(lists.len())].name.clone();
                let value = match self.draw.below(3) {
                    0 => format!("{}?", self.call()),
                    1 => self.text(),
                    _ => format!("{}.to_string()", self.printable()),
                };
                self.line(&format!("{list}.push({value});"));
            }
            2 if !lists.is_empty() => {
                let list = &lists[self.draw.below(lists.len())].name;
                let line = format!("if let Some(last) = {list}.last_mut() {{ last.push('*'); }}");
                self.line(&line);
            }
            3 | 4 if !numbers.is_empty() => {
                let number = numbers[self.draw.below(numbers.len())].name.clone();
                let value = self.number();
                self.line(&format!("{number} = ({number} + {value}) % 1009;"));
            }
            5 => {
                let value = self.number();
                self.line(&format!("let mut {name} = {value};"));
                self.scope.add(&name, Kind::Number, true);
            }
            _ => {
                let text = self.text();
                self.line(&format!("let mut {name} = vec![{text}];"));
                self.scope.add(&name, Kind::Texts, true);
            }
        }
    }

    fn borrows(&mut self) {
        self.about(Theme::Borrows);
        let owners = self.scope.lendable(&[Kind::Text]);
        if owners.is_empty() {
            return self.asks();
        }
        let owner = owners[self.draw.below(owners.len())].name.clone();
        self.count += 1;
        let name = format!("b{}", self.count);
        match self.draw.below(4) {
            0 => self.line(&format!("let {name} = {owner}.as_str();")),
            1 => self.line(&format!("let {name} = &{owner}[..{owner}.len().min(3)];")),
            2 => self.line(&format!(
                "let {name}: &str = {owner}.trim_start_matches('c');"
            )),
            _ => {
                let (call, ms) = self.stamp("r");
                self.line(&format!(
                    "let {name} = give(\"{call}\", {ms}, {owner}.as_str()).await?;"
                ));
            }
        }
        self.scope.lend(&owner);
        self.scope.add(&name, Kind::Slice, false);
    }

    fn moves(&mut self) {
        let texts = self.scope.movable(Kind::Text);
        if texts.is_empty() {
            return self.asks();
        }
        self.about(Theme::Moves);
        let text = texts[self.draw.below(texts.len())].name.clone();
        self.scope.take(&text);
        let (name, ms) = self.stamp("t");
        match self.draw.below(4) {
            0 | 1 => self.bind(
                Kind::Text,
                &format!("take(\"{name}\", {ms}, {text}).await?"),
            ),
            2 => self.bind(Kind::Text, &format!("{text} + \"~\"")),
            _ => self.bind(Kind::Texts, &format!("vec![{text}]")),
        }
    }

    fn effects(&mut self) {
        self.about(Theme::Effects);
        let (name, ms) = self.stamp("a");
        match self.draw.below(5) {
            0 | 1 => {
                let shown = self.printable();
                self.line(&format!("note(format!(\"{name} {{}}\", {shown}));"));
            }
            2 => self.line(&format!("act(\"{name}\", {ms}).await?;")),
            3 => {
                let argument = self.borrowed();
                self.bind(Kind::Number, &format!("counted({argument})"));
            }
            _ => {
                let argument = self.borrowed();
                self.bind(
                    Kind::Text,
                    &format!("told(\"{name}\", {ms}, {argument}).await?"),
                );
            }
        }
    }

    fn drops(&mut self) {
        self.about(Theme::Drops);
        let probes = self.scope.movable(Kind::Probe);
        self.count += 1;
        let name = format!("d{}", self.count);
        match self.draw.below(6) {
            0 if !probes.is_empty() => {
                let probe = probes[self.draw.below(probes.len())].name.clone();
                self.scope.take(&probe);
                self.line(&format!("drop({probe});"));
            }
            1 => self.line(&format!("let _{name} = probe(\"{name}\");")),
            2 => self.line(&format!("let _ = probe(\"{name}\");")),
            3 => {
                let (call, ms) = self.stamp("h");
                self.line(&format!(
                    "let {name} = give(\"{call}\", {ms}, probe(\"{name}\")).await?;"
                ));
                self.scope.add(&name, Kind::Probe, false);
            }
            _ => {
                self.line(&format!("let {name} = probe(\"{name}\");"));
                self.scope.add(&name, Kind::Probe, false);
            }
        }
    }

    fn closures(&mut self) {
        self.about(Theme::Closures);
        let owners = self.scope.lendable(&[Kind::Text]);
        let closures = self.scope.readable(&[Kind::Closure]);
        let later = self.scope.movable(Kind::Later);
        self.count += 1;
        let name = format!("f{}", self.count);
        match self.draw.below(4) {
            0 if !closures.is_empty() => {
                let closure = closures[self.draw.below(closures.len())].name.clone();
                let argument = self.borrowed();
                self.bind(Kind::Text, &format!("{closure}({argument})"));
            }
            1 | 2 if !later.is_empty() => {
                let future = later[self.draw.below(later.len())].name.clone();
                self.scope.take(&future);
                self.bind(Kind::Text, &format!("{future}.await?"));
            }
            _ if owners.is_empty() => self.asks(),
            3 => {
                let owner = owners[self.draw.below(owners.len())].name.clone();
                let (call, ms) = self.stamp("l");
                self.line(&format!(
                    "let {name} = async {{ call(\"{call}\", {ms}, &{owner}).await }};"
                ));
                self.scope.lend(&owner);
                self.scope.add(&name, Kind::Later, false);
            }
            _ => {
                let owner = owners[self.draw.below(owners.len())].name.clone();
                self.line(&format!(
                    "let {name} = |more: &str| format!(\"{{more}}{{{owner}}}\");"
                ));
                self.scope.lend(&owner);
                self.scope.add(&name, Kind::Closure, false);
            }
        }
    }
}
