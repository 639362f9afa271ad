//! What waits for what: the pieces of a block, and the edges inside of a piece that is scheduled.
use super::nodes::{Analysis, Role};
use super::{names::Use, options::Options};

/// A part of a block.
pub(super) enum Piece {
    /// One statement as written.
    Alone(usize),
    /// Statements that are scheduled together, as indices of nodes.
    Run(Vec<usize>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Data,
    Order,
    Control,
}

/// One node waits for another.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: Kind,
    pub(super) rule: String,
}

impl Analysis {
    fn floats(&self, index: usize) -> bool {
        self.nodes[index].role == Role::Floats
    }
    fn awaits(&self, index: usize) -> bool {
        self.nodes[index].facts.awaits > 0
    }

    /// Whether the lane takes the variable over from the floater that makes it.
    pub(super) fn is_handed(&self, run: &[usize], var: usize) -> bool {
        let mentions = |at: &&usize| self.nodes[**at].mentions.iter().any(|(of, _)| *of == var);
        let mut readers = run.iter().filter(|at| self.floats(**at)).filter(mentions);
        let of = &self.vars[var];
        if of.mutable && of.last_write.is_some() {
            return true;
        }
        match (readers.next(), readers.next()) {
            (None, _) => true,
            // one takes it, behind the last statement of the lane that reads it
            (Some(&reader), None) => {
                let before = run.iter().filter(|at| **at < reader && !self.floats(**at));
                !of.by_ref
                    && before.clone().any(|at| mentions(&at))
                    && self.nodes[reader]
                        .mentions
                        .iter()
                        .any(|(of, how)| *of == var && self.moves(reader, var, how))
            }
            _ => false,
        }
    }

    fn moves(&self, index: usize, var: usize, how: &Use) -> bool {
        match self.effect(index, var, how) {
            Use::Read => false,
            Use::Method(_) => !self.floats(index),
            _ => true,
        }
    }

    /// The pieces of the block.
    pub(super) fn pieces(&self, options: &Options) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut run = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            match node.role {
                Role::Item => {}
                Role::Alone | Role::Tail => {
                    self.close(&mut run, &mut pieces, options);
                    pieces.push(Piece::Alone(index));
                }
                Role::Lane | Role::Floats => {
                    if options.sequential {
                        pieces.push(Piece::Alone(index));
                        continue;
                    }
                    if self.parts(&run, index) {
                        self.close(&mut run, &mut pieces, options);
                    }
                    run.push(index);
                }
            }
        }
        self.close(&mut run, &mut pieces, options);
        pieces
    }

    /// A value that floaters read is taken or changed: they end first.
    fn parts(&self, run: &[usize], index: usize) -> bool {
        let node = &self.nodes[index];
        node.mentions.iter().enumerate().any(|(at, (var, how))| {
            let later = node.leaving.contains(&at) && self.may_defer(run, index);
            !later
                && self.moves(index, *var, how)
                && run.iter().any(|at| {
                    self.floats(*at) && self.nodes[*at].mentions.iter().any(|(of, _)| of == var)
                })
        })
    }

    /// Whether the values of its `return`s may be made by the block, when all floaters are gone.
    fn may_defer(&self, run: &[usize], index: usize) -> bool {
        let node = &self.nodes[index];
        let there = |var: usize| {
            let def = self.vars[var].def;
            def.is_none_or(|def| !run.contains(&def) || self.floats(def))
        };
        self.floats(index)
            && !node.facts.returns_here
            && node.leaving.iter().all(|at| there(node.mentions[*at].0))
    }

    /// Whether they must be: others read what a `return` would take.
    pub(super) fn defers(&self, run: &[usize], index: usize) -> bool {
        let node = &self.nodes[index];
        let read = |at: &usize| {
            let (var, how) = &node.mentions[*at];
            let beside = run.iter().any(|other| {
                *other != index && self.nodes[*other].mentions.iter().any(|(of, _)| of == var)
            });
            self.moves(index, *var, how) && (beside || self.later(*var, index).next().is_some())
        };
        self.may_defer(run, index) && node.leaving.iter().any(read)
    }

    fn close(&self, run: &mut Vec<usize>, pieces: &mut Vec<Piece>, options: &Options) {
        let mut rest = Vec::new();
        while let Some(last) = run.last()
            && !self.floats(*last)
            && !self.awaits(*last)
        {
            rest.extend(run.pop());
        }
        let run = std::mem::take(run);
        if self.overlaps(&run, options) {
            pieces.push(Piece::Run(run));
        } else {
            pieces.extend(run.into_iter().map(Piece::Alone));
        }
        pieces.extend(rest.into_iter().rev().map(Piece::Alone));
    }

    /// Whether two of its nodes may wait at the same time.
    fn overlaps(&self, run: &[usize], options: &Options) -> bool {
        let edges = self.edges(run, options);
        let mut before: Vec<Vec<bool>> = Vec::new();
        for (at, index) in run.iter().enumerate() {
            let mut all = vec![false; run.len()];
            for edge in edges.iter().filter(|edge| edge.to == *index) {
                let Some(from) = run.iter().position(|of| *of == edge.from) else {
                    continue;
                };
                all[from] = true;
                for (other, yes) in before[from].iter().enumerate() {
                    all[other] |= *yes;
                }
            }
            let alone =
                (0..at).any(|other| !all[other] && self.awaits(run[other]) && self.awaits(*index));
            if alone {
                return true;
            }
            before.push(all);
        }
        false
    }

    /// The edges between the nodes of a run.
    pub(super) fn edges(&self, run: &[usize], options: &Options) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (at, &to) in run.iter().enumerate() {
            let earlier = &run[..at];
            let mut add = |from: usize, kind: Kind, rule: String| {
                if !edges
                    .iter()
                    .any(|edge: &Edge| edge.from == from && edge.to == to)
                {
                    edges.push(Edge {
                        from,
                        to,
                        kind,
                        rule,
                    });
                }
            };
            let deferred = self.floats(to) && self.defers(run, to);
            for (at, (var, how)) in self.nodes[to].mentions.iter().enumerate() {
                let of = &self.vars[*var];
                let name = &of.name;
                if let Some(def) = of.def
                    && earlier.contains(&def)
                {
                    add(def, Kind::Data, format!("reads `{name}`"));
                }
                if !self.floats(to) {
                    continue;
                }
                let handed = of
                    .def
                    .is_some_and(|def| earlier.contains(&def) && self.floats(def))
                    && self.is_handed(run, *var);
                let moves = self.moves(to, *var, how)
                    && !(deferred && self.nodes[to].leaving.contains(&at));
                for &from in earlier.iter().filter(|at| !self.floats(**at)) {
                    let mut there = self.nodes[from].mentions.iter().filter(|(of, _)| of == var);
                    let changed = there.clone().any(|(var, how)| self.moves(from, *var, how));
                    if changed {
                        add(
                            from,
                            Kind::Data,
                            format!("reads `{name}` after its last change"),
                        );
                    } else if there.next().is_some() && (moves || handed) {
                        add(
                            from,
                            Kind::Order,
                            format!("takes `{name}` after its readers"),
                        );
                    }
                }
            }
            for &from in earlier {
                let other = &self.nodes[from];
                if self.floats(to) {
                    if other.facts.returns && self.floats(from) {
                        add(from, Kind::Control, "may return".to_owned());
                    } else if !options.eager && other.leaves() {
                        add(
                            from,
                            Kind::Control,
                            "may leave, and nothing starts early (`eager = false`)".to_owned(),
                        );
                    }
                } else if self.floats(from) {
                    if other.leaves() {
                        add(
                            from,
                            Kind::Control,
                            "the lane passes no undecided exit".to_owned(),
                        );
                    } else if self.nodes[to].leaves() {
                        add(
                            from,
                            Kind::Control,
                            "what is before an exit ends first".to_owned(),
                        );
                    }
                } else {
                    add(
                        from,
                        Kind::Order,
                        "the lane keeps the order of the source".to_owned(),
                    );
                }
            }
        }
        edges
    }

    /// Behind which node of the lane each node is made: what it reads is there, and rustc knows its type.
    pub(super) fn places(&self, run: &[usize], edges: &[Edge]) -> Vec<Option<usize>> {
        let mut places: Vec<Option<usize>> = vec![None; self.nodes.len()];
        for &to in run.iter().filter(|at| self.floats(**at)) {
            for edge in edges.iter().filter(|edge| edge.to == to) {
                let place = if self.floats(edge.from) {
                    places[edge.from]
                } else {
                    Some(edge.from)
                };
                places[to] = places[to].max(place);
            }
        }
        places
    }
}
