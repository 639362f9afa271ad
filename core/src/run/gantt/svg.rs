//! The chart as a picture.
use super::{Gantt, Outcome, Row, SpanKind, remark, time};
use std::fmt::Write as _;

// in pixels
const ROW: usize = 22;
const BAR: usize = 14;
const MARGIN: f64 = 190.0;
const WIDTH: f64 = 520.0;
/// For what stands behind the longest bar.
const REMARK: f64 = 190.0;
const TOP: usize = 34;

impl Gantt {
    /// The chart as an SVG picture that needs nothing else. Names come from signatures and functions; no text of a
    /// prompt or a reply is in it.
    pub fn svg(&self) -> String {
        let height = TOP + self.rows.len() * ROW + 12;
        let width = MARGIN + WIDTH + REMARK;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        );
        self.axis(&mut svg, height);
        for (index, row) in self.rows.iter().enumerate() {
            self.row(&mut svg, TOP + index * ROW, row);
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// Lines at the quarters of the time.
    fn axis(&self, svg: &mut String, height: usize) {
        for quarter in 0..=4_u32 {
            let x = MARGIN + WIDTH * f64::from(quarter) / 4.0;
            let _ = writeln!(
                svg,
                "<line x1=\"{x:.1}\" y1=\"24\" x2=\"{x:.1}\" y2=\"{}\" stroke=\"#d8d8d8\"/>\
                 <text x=\"{x:.1}\" y=\"18\" text-anchor=\"middle\" fill=\"#666666\">{}</text>",
                height - 8,
                time(self.length * quarter / 4),
            );
        }
    }

    fn row(&self, svg: &mut String, y: usize, row: &Row) {
        let from = MARGIN + self.place(row.start, WIDTH);
        let to = MARGIN + self.place(row.end, WIDTH);
        let length = (to - from).max(1.5);
        let colour = match (&row.outcome, row.kind) {
            (Outcome::Failed(..), _) => "#c8443c",
            (Outcome::Dropped, _) => "#b9b9b9",
            (Outcome::Running, _) => "#e0b040",
            (Outcome::Succeeded, SpanKind::Program) => "#2f4b7c",
            (Outcome::Succeeded, SpanKind::Node) => "#8ab0d9",
            (Outcome::Succeeded, SpanKind::ModelCall) => "#3f8fd2",
        };
        let middle = y + BAR - 3;
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{middle}\" fill=\"#222222\">{}</text>\
             <rect x=\"{from:.1}\" y=\"{y}\" width=\"{length:.1}\" height=\"{BAR}\" rx=\"2\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{middle}\" fill=\"#666666\">{}</text>",
            8 + row.depth * 12,
            escaped(&row.name),
            from + length + 6.0,
            escaped(&remark(row)),
        );
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(sign),
        }
    }
    out
}
