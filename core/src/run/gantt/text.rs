//! The chart as text.
use super::{Gantt, Outcome, remark};
use std::fmt;

/// Signs of the longest bar.
const WIDTH: usize = 48;

impl fmt::Display for Gantt {
    /// A line for each row: its name, its bar (`█` succeeded, `▓` failed, `░` cancelled or running), its length in
    /// time, its tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.rows.iter();
        let names = names.map(|row| row.depth * 2 + row.name.chars().count());
        let margin = names.max().unwrap_or(0);
        for row in &self.rows {
            let sign = match row.outcome {
                Outcome::Succeeded => '█',
                Outcome::Failed(..) => '▓',
                Outcome::Running | Outcome::Dropped => '░',
            };
            let from = self.column(row.start).min(WIDTH - 1);
            // what took no time has a bar, too
            let to = self.column(row.end).max(from + 1);
            let name = format!("{}{}", "  ".repeat(row.depth), row.name);
            let bar: String = std::iter::repeat_n(' ', from)
                .chain(std::iter::repeat_n(sign, to - from))
                .collect();
            writeln!(f, "{name:margin$} |{bar:WIDTH$}| {}", remark(row))?;
        }
        Ok(())
    }
}

impl Gantt {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part of a small width"
    )]
    fn column(&self, time: std::time::Duration) -> usize {
        (self.place(time, WIDTH as f64).round() as usize).min(WIDTH)
    }
}
