//! Statements with statements inside.
use super::{scope::Kind, statements::Writer, theme::Theme};

impl Writer {
    /// Statements in a block of their own. `repeats` says that they run more than once.
    fn inside(&mut self, most: usize, repeats: bool, last: impl FnOnce(&mut Writer) -> String) {
        let mark = self.scope.open(repeats);
        self.depth += 1;
        self.loops += usize::from(repeats);
        let length = self.draw.from(1, most);
        for _ in 0..length {
            self.statement();
        }
        let last = last(self);
        if !last.is_empty() {
            self.line(&last);
        }
        self.loops -= usize::from(repeats);
        self.depth -= 1;
        self.scope.close(mark);
    }
    fn nothing(_: &mut Writer) -> String {
        String::new()
    }

    pub(super) fn branches(&mut self) {
        self.about(Theme::Branches);
        let name = self.name(&[Kind::Text]);
        match self.draw.below(5) {
            0 => {
                let condition = self.condition();
                self.line(&format!("let {name} = if {condition} {{"));
                self.inside(3, false, Writer::text);
                self.line("} else {");
                self.inside(2, false, Writer::text);
                self.line("};");
                self.scope.add(&name, Kind::Text, false);
            }
            1 => {
                let number = self.number();
                self.line(&format!("let {name} = match ({number}) % 3 {{"));
                self.depth += 1;
                self.line("0 => {");
                self.inside(3, false, Writer::text);
                self.line("}");
                let text = self.text();
                self.line(&format!("1 => {text},"));
                self.line("_ => {");
                self.inside(2, false, |writer| format!("{}?", writer.call()));
                self.line("}");
                self.depth -= 1;
                self.line("};");
                self.scope.add(&name, Kind::Text, false);
            }
            2 => {
                let condition = self.condition();
                self.line(&format!("if {condition} {{"));
                self.inside(3, false, Writer::nothing);
                self.line("}");
            }
            3 => {
                let (call, ms) = self.stamp("n");
                let number = self.number();
                self.count += 1;
                let maybe = format!("q{}", self.count);
                self.line(&format!(
                    "let {maybe} = give(\"{call}\", {ms}, Some({number})).await?;"
                ));
                self.scope.add(&maybe, Kind::Maybe, false);
                self.line(&format!("if let Some(found) = {maybe} {{"));
                self.inside(3, false, |_| "note(format!(\"found {found}\"));".to_owned());
                self.line("}");
            }
            _ => {
                self.line(&format!("let {name} = {{"));
                self.inside(3, false, Writer::text);
                self.line("};");
                self.scope.add(&name, Kind::Text, false);
            }
        }
    }

    pub(super) fn repeats(&mut self) {
        self.about(Theme::Loops);
        self.count += 1;
        let name = format!("i{}", self.count);
        match self.draw.below(4) {
            0 => {
                let turns = self.draw.from(1, 3);
                self.line(&format!("for {name} in 0..{turns} {{"));
                self.inside(3, true, Writer::nothing);
                self.line("}");
            }
            1 => {
                let text = self.text();
                let jump = if self.draw.percent(50) {
                    "continue"
                } else {
                    "break"
                };
                self.line(&format!("for {name} in [{text}, String::new()].iter() {{"));
                self.inside(3, true, move |writer| {
                    format!("if {} {{ {jump}; }}", writer.condition())
                });
                self.line("}");
            }
            2 => {
                let turns = self.draw.from(1, 3);
                self.line(&format!("let mut {name} = {turns}u64;"));
                self.line(&format!("while {name} > 0 {{"));
                let counter = name.clone();
                self.inside(3, true, move |_| format!("{counter} -= 1;"));
                self.line("}");
            }
            _ => {
                let value = format!("w{}", self.count);
                self.line(&format!("let mut {name} = 0u64;"));
                self.line(&format!("let {value} = loop {{"));
                self.inside(3, true, |writer| {
                    let text = writer.text();
                    format!("{name} += 1; if {name} > 1 {{ break {text}; }}")
                });
                self.line("};");
                self.scope.add(&value, Kind::Text, false);
            }
        }
    }

    pub(super) fn leaves(&mut self) {
        self.about(Theme::EarlyReturns);
        let condition = self.condition();
        let (name, ms) = self.stamp("e");
        match self.draw.below(4) {
            0 => {
                let shown = self.printable();
                self.line(&format!(
                    "if {condition} {{ return Ok(format!(\"{name} {{{shown}}}\")); }}"
                ));
            }
            1 => self.line(&format!(
                "if {condition} {{ return Err(String::from(\"{name}\")); }}"
            )),
            2 => {
                let text = self.text();
                let value = self.name(&[Kind::Text]);
                self.line(&format!(
                    "let {value} = if {condition} {{ return Ok(String::from(\"{name}\")) }} else {{ {text} }};"
                ));
                self.scope.add(&value, Kind::Text, false);
            }
            _ => {
                let number = self.number();
                let value = format!("s{}", self.count);
                self.line(&format!(
                    "let Some({value}) = give(\"{name}\", {ms}, Some({number}).filter(|n| n % 4 != 1)).await? else {{ return Ok(String::from(\"{name}\")); }};"
                ));
                self.scope.add(&value, Kind::Number, false);
            }
        }
    }
}
