//! Programs of a shape, as source: who reads whom, and how long each call takes.
use crate::programs::Draw;
use std::fmt::Write as _;

/// A program, and what is known of it without its graph.
pub(super) struct Program {
    pub(super) shape: &'static str,
    pub(super) body: String,
    /// What its calls take, as source of a table.
    pub(super) lengths: String,
    pub(super) nodes: usize,
    /// The longest way over what the calls read.
    pub(super) reads: u64,
    pub(super) sum: u64,
}

pub(super) const SHAPES: [&str; 7] = [
    "chain",
    "fan-out",
    "diamonds",
    "ladder",
    "random",
    "branches",
    "parallel loop",
];

struct Writer {
    draw: Draw,
    program: Program,
    /// When each binding is there, and whether something reads it.
    ends: Vec<(u64, bool)>,
}

/// A program of that shape with so many nodes, about.
pub(super) fn program(draw: Draw, shape: &'static str, nodes: usize) -> Program {
    let mut writer = Writer {
        draw,
        program: Program {
            shape,
            body: String::new(),
            lengths: String::new(),
            nodes: 0,
            reads: 0,
            sum: 0,
        },
        ends: Vec::new(),
    };
    match shape {
        "chain" => writer.repeat(nodes, |index, _| vec![index.wrapping_sub(1)]),
        "fan-out" => {
            writer.repeat(nodes - 1, |_, _| Vec::new());
            writer.call(&(0..nodes - 1).collect::<Vec<_>>());
        }
        "diamonds" => writer.repeat(nodes, |index, _| match index % 4 {
            0 => vec![index.wrapping_sub(1)],
            1 | 2 => vec![index - index % 4],
            _ => vec![index - 2, index - 1],
        }),
        "ladder" => writer.repeat(nodes, |index, _| match index {
            0 | 1 => Vec::new(),
            _ if index % 6 == 0 => vec![index - 2, index - 1],
            _ => vec![index - 2],
        }),
        "parallel loop" => writer.parallel(nodes),
        _ => {
            for index in 0..nodes {
                let read: Vec<usize> = (0..writer.draw.from(0, 3))
                    .map(|_| writer.draw.below(index))
                    .filter(|at| *at < index)
                    .collect();
                if shape == "branches" && writer.draw.percent(30) {
                    writer.branch(&read);
                } else {
                    writer.call(&read);
                }
            }
        }
    }
    writer.end()
}

impl Writer {
    fn repeat(&mut self, nodes: usize, reads: impl Fn(usize, &mut Draw) -> Vec<usize>) {
        for index in 0..nodes {
            let read = reads(index, &mut self.draw);
            self.call(&read);
        }
    }
    /// The sum of some bindings, and when they are there. Numbers that name none are left out.
    fn sum(&mut self, reads: &[usize]) -> (String, u64) {
        let (mut words, mut begins) = ("input".to_owned(), 0);
        for at in reads {
            if let Some((end, read)) = self.ends.get_mut(*at) {
                let _ = write!(words, " + v{at}");
                *read = true;
                begins = begins.max(*end);
            }
        }
        (words, begins)
    }
    fn length(&mut self, name: &str) -> u64 {
        // far above a millisecond, to which tokio rounds each sleep up
        let ms = self.draw.from(1, 60) as u64 * 100;
        let _ = write!(self.program.lengths, "({name:?}, Length::Call({ms})), ");
        self.program.nodes += 1;
        ms
    }
    fn bind(&mut self, value: &str, end: u64) {
        let _ = writeln!(self.program.body, "    let v{} = {value};", self.ends.len());
        self.ends.push((end, false));
    }
    fn call(&mut self, reads: &[usize]) {
        let (words, begins) = self.sum(reads);
        let ms = self.length(&format!("v{}", self.ends.len()));
        self.program.sum += ms;
        self.bind(&format!("call({ms}, {words}).await?"), begins + ms);
    }
    /// An `if` whose arms are three calls each, two of which overlap.
    fn branch(&mut self, reads: &[usize]) {
        let (words, begins) = self.sum(reads);
        let name = format!("v{}", self.ends.len());
        let taken = self.draw.percent(50);
        let mut arms = Vec::new();
        for arm in ["then", "else"] {
            let names = ["a", "b", "c"].map(|letter| format!("{name}_{arm}_{letter}"));
            let [a, b, c] = &names;
            let [first, second, third] = [a, b, c].map(|name| self.length(name));
            arms.push(format!(
                "{{\n        let {a} = call({first}, {words}).await?;\n        let {b} = call({second}, {words}).await?;\n        \
                 let {c} = call({third}, {a}).await?;\n        {b} + {c}\n    }}"
            ));
            if taken == (arm == "then") {
                self.program.sum += first + second + third;
                let end = begins + (first + third).max(second);
                self.ends.push((end, false));
                let _ = write!(self.program.lengths, "({name:?}, Length::Arm({arm:?})), ");
            }
        }
        let (end, _) = self.ends.pop().unwrap_or_default();
        let condition = if taken { "input > 0" } else { "input == 0" };
        self.bind(&format!("if {condition} {} else {}", arms[0], arms[1]), end);
    }
    /// Turns of a few calls, at most so many at once, and a call that reads what they collect.
    fn parallel(&mut self, nodes: usize) {
        let at_once = self.draw.from(2, 6) as u64;
        let calls = self.draw.from(2, 4);
        let turns = (nodes / calls).max(2) as u64;
        let _ = write!(
            self.program.body,
            "    let mut all = Vec::new();\n    #[parallel({at_once})]\n    for turn in 0..{turns}u64 {{\n"
        );
        let mut longest = 0;
        for call in 0..calls {
            let ms = self.length(&format!("t{call}"));
            self.program.sum += ms * turns;
            // the first two overlap, and the others follow one another
            let read = if call < 2 {
                "turn".to_owned()
            } else {
                format!("t{}", call - 1)
            };
            longest = if call < 2 { ms.max(longest) } else { longest };
            let _ = writeln!(
                self.program.body,
                "        let t{call} = call({ms}, {read}).await?;"
            );
            self.ends.push((ms, false));
        }
        let follow: u64 = self.ends[1..].iter().map(|(ms, _)| ms).sum();
        let turn = self.ends[0].0.max(follow).max(longest);
        self.ends.clear();
        let last = calls - 1;
        let _ = writeln!(self.program.body, "        all.push(t0 + t{last});\n    }}");
        let _ = write!(
            self.program.lengths,
            "(\"for\", Length::Turns({turns}, {at_once})), "
        );
        self.program.nodes = self.program.nodes * usize::try_from(turns).unwrap_or(1) + 1;
        let ms = self.length("v0");
        self.program.sum += ms;
        let end = turns.div_ceil(at_once) * turn + ms;
        self.bind(&format!("call({ms}, all.iter().sum::<u64>()).await?"), end);
    }
    /// Every binding is read, for one that is not would be a fence.
    fn end(mut self) -> Program {
        let mut tail = "0".to_owned();
        for (at, (end, read)) in self.ends.iter().enumerate() {
            self.program.reads = self.program.reads.max(*end);
            if !read {
                let _ = write!(tail, " + v{at}");
            }
        }
        let _ = writeln!(self.program.body, "    Ok({tail})");
        self.program
    }
}
