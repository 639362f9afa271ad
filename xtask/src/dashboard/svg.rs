//! A window of text as a picture.
use super::cells::{Line, Look};
use std::fmt::Write as _;

/// Width of a character and height of a line, for a font of 14.
const WIDTH: f64 = 8.4;
const HEIGHT: f64 = 19.0;
/// Around the text, and the bar above it.
const MARGIN: f64 = 16.0;
const BAR: f64 = 30.0;
const GROUND: &str = "#1b1f27";
const PLAIN: &str = "#d6dae1";
const FAINT: &str = "#8b93a1";
/// Black, red, green, yellow, blue, magenta, cyan, white; then the same, brighter.
const COLOURS: [&str; 16] = [
    "#3a404b", "#e8697a", "#8ccf7e", "#e5c76b", "#67b0e8", "#c47fd5", "#6cbfbf", "#b3b9c5",
    "#4c5361", "#ff8f9c", "#a8e69b", "#f4d67a", "#8cc8f5", "#dba0ea", "#8fdede", "#f2f4f8",
];

/// The picture, with a title in its bar.
pub(super) fn picture(title: &str, lines: &[Line]) -> String {
    let columns = lines.iter().map(columns).chain([title.chars().count()]);
    let width = length(columns.max().unwrap_or_default()) + 2.0 * MARGIN;
    let height = BAR + 2.0 * MARGIN + f64::from(u32::try_from(lines.len()).unwrap_or(0)) * HEIGHT;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,\
         'DejaVu Sans Mono',monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{GROUND}\"/>\n"
    );
    let _ = writeln!(
        out,
        "<line x1=\"0\" y1=\"{BAR}\" x2=\"{width:.0}\" y2=\"{BAR}\" stroke=\"{}\"/>",
        COLOURS[0]
    );
    let faint = Look {
        faint: true,
        ..Look::default()
    };
    piece(&mut out, 0, BAR - 10.0, faint, title);
    let mut baseline = BAR + MARGIN + 14.0;
    for line in lines {
        let mut column = 0;
        for (look, text) in line {
            piece(&mut out, column, baseline, *look, text);
            column += text.chars().count();
        }
        baseline += HEIGHT;
    }
    out.push_str("</svg>\n");
    out
}

fn columns(line: &Line) -> usize {
    line.iter().map(|(_, text)| text.chars().count()).sum()
}

fn length(columns: usize) -> f64 {
    f64::from(u32::try_from(columns).unwrap_or(0)) * WIDTH
}

/// Text of one look. It is as long as it says, whatever font there is, so that columns stand below each other.
fn piece(out: &mut String, column: usize, baseline: f64, look: Look, text: &str) {
    let shown = text.trim();
    if shown.is_empty() {
        return;
    }
    let column = column + text.chars().take_while(|c| c.is_whitespace()).count();
    let colour = match look.colour {
        Some(colour) => COLOURS[usize::from(colour) % COLOURS.len()],
        None if look.faint => FAINT,
        None => PLAIN,
    };
    let weight = if look.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let _ = write!(
        out,
        "<text x=\"{:.1}\" y=\"{baseline:.1}\" fill=\"{colour}\"{weight} textLength=\"{:.1}\" xml:space=\"preserve\">",
        MARGIN + length(column),
        length(shown.chars().count()),
    );
    for c in shown.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out.push_str("</text>\n");
}

#[cfg(test)]
mod tests {
    use super::{super::cells::lines, picture};

    #[test]
    fn pieces_stand_in_their_columns_and_have_their_colours() {
        let drawn = picture("$ it", &lines("ab  \x1b[31mc < d\x1b[0m\n\x1b[1mtitle"));
        let texts: Vec<&str> = drawn
            .lines()
            .filter(|line| line.starts_with("<text"))
            .collect();
        assert_eq!(texts.len(), 4, "{drawn}");
        assert!(texts[0].contains(">$ it<") && texts[1].contains("x=\"16.0\""));
        // four columns in
        assert!(texts[2].contains("x=\"49.6\"") && texts[2].contains("#e8697a"));
        assert!(texts[2].contains(">c &lt; d<") && texts[2].contains("textLength=\"42.0\""));
        assert!(texts[3].contains("font-weight=\"bold\""));
        assert!(drawn.starts_with("<svg xmlns=") && drawn.ends_with("</svg>\n"));
        // the longest line has nine columns
        assert!(drawn.contains("width=\"108\" height=\"100\""), "{drawn}");
    }
}
