//! What dialects limit, counted while a schema is written.
use crate::schema::{
    Dialect, FieldDef, Fit, Refusal,
    definitions::{Definitions, MOST, Places},
};

/// The place of the root among definitions.
const ROOT: usize = MOST;
/// Objects within objects that OpenAI takes.
const DEEPEST: u8 = 10;

/// What is known of a schema once it is written.
#[derive(Clone, Copy)]
pub(in crate::schema) struct Measure {
    pub(in crate::schema) fit: Fit,
    /// The output that is refused.
    pub(in crate::schema) output: usize,
    /// Objects within objects.
    pub(in crate::schema) depth: usize,
    /// Properties of all objects.
    pub(in crate::schema) properties: usize,
}

/// Where something is refused.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Output(usize),
    Type(usize),
}

pub(super) struct Tally {
    dialect: Dialect,
    /// Something is said in another form, or left to us.
    pub(super) lowered: bool,
    refused: Option<(Refusal, Place)>,
    place: Place,
    properties: usize,
    words: usize,
    unions: usize,
    optional: usize,
    characters: usize,
    /// Objects around, from the root or from the definition that is being written.
    level: u8,
    /// The most of them, in the root and in each definition.
    deepest: [u8; MOST + 1],
    /// At which level each definition is referred to, from the root and from each definition.
    referred: [[u8; MOST]; MOST + 1],
}

impl Tally {
    #[allow(
        clippy::large_stack_arrays,
        reason = "a constant has no heap, and 16 KB are little on a stack"
    )]
    pub(super) const fn new(dialect: Dialect) -> Self {
        Tally {
            dialect,
            lowered: false,
            refused: None,
            place: Place::Output(0),
            properties: 0,
            words: 0,
            unions: 0,
            optional: 0,
            characters: 0,
            level: 0,
            deepest: [0; MOST + 1],
            referred: [[0; MOST]; MOST + 1],
        }
    }
    pub(super) const fn refuse(&mut self, refusal: Refusal) {
        self.refuse_at(self.place, refusal);
    }
    pub(super) const fn refuse_at(&mut self, place: Place, refusal: Refusal) {
        if self.refused.is_none() {
            self.refused = Some((refusal, place));
        }
    }
    pub(super) const fn enter_output(&mut self, index: usize) {
        self.place = Place::Output(index);
    }
    pub(super) const fn enter_definition(&mut self, place: usize) {
        self.place = Place::Type(place);
        self.level = 0;
    }
    const fn row(&self) -> usize {
        match self.place {
            Place::Output(_) => ROOT,
            Place::Type(place) => place,
        }
    }
    pub(super) const fn enter_object(&mut self) {
        self.level = self.level.saturating_add(1);
        let row = self.row();
        if self.deepest[row] < self.level {
            self.deepest[row] = self.level;
        }
        if self.level > DEEPEST && self.dialect.is(Dialect::OpenAi) {
            self.refuse(Refusal::TooDeep);
        }
    }
    pub(super) const fn leave_object(&mut self) {
        self.level = self.level.saturating_sub(1);
    }
    pub(super) const fn refer(&mut self, place: usize) {
        let row = self.row();
        // a reference at the top of a definition is at level 0, which stands for none
        if self.referred[row][place] <= self.level {
            self.referred[row][place] = self.level + 1;
        }
    }
    pub(super) const fn property(&mut self, name: &str) {
        self.properties += 1;
        if self.properties > 5000 && self.dialect.is(Dialect::OpenAi) {
            self.refuse(Refusal::TooManyProperties);
        }
        self.characters(name.len());
    }
    pub(super) const fn characters(&mut self, count: usize) {
        self.characters += count;
        if self.characters > 120_000 && self.dialect.is(Dialect::OpenAi) {
            self.refuse(Refusal::TooLong);
        }
    }
    /// The values of one enum.
    pub(super) const fn words(&mut self, count: usize, characters: usize) {
        self.words += count;
        if self.dialect.is(Dialect::OpenAi) {
            if self.words > 1000 {
                self.refuse(Refusal::TooManyWords);
            }
            if count > 250 && characters > 15_000 {
                self.refuse(Refusal::LongWords);
            }
        }
        self.characters(characters);
    }
    pub(super) const fn union(&mut self) {
        self.unions += 1;
        if self.unions > 16 && self.dialect.is(Dialect::Anthropic) {
            self.refuse(Refusal::TooManyUnions);
        }
    }
    pub(super) const fn optional(&mut self) {
        self.optional += 1;
        if self.optional > 24 && self.dialect.is(Dialect::Anthropic) {
            self.refuse(Refusal::TooManyOptional);
        }
    }

    pub(super) const fn measure(
        &mut self,
        definitions: &Definitions<'_>,
        reached: &[Places; MOST],
        outputs: &[FieldDef],
    ) -> Measure {
        let depth = self.depth(definitions.len(), reached);
        let (fit, output) = match self.refused {
            _ if self.dialect.is(Dialect::Plain) => (Fit::Exact, 0),
            Some((refusal, Place::Output(output))) => (Fit::Refused(refusal), output),
            Some((refusal, Place::Type(place))) => {
                (Fit::Refused(refusal), through(outputs, definitions, place))
            }
            None if self.lowered => (Fit::Lowered, 0),
            None => (Fit::Exact, 0),
        };
        Measure {
            fit,
            output,
            depth: depth as usize,
            properties: self.properties,
        }
    }

    /// The longest way down through references. One that closes a cycle is not followed: the depth of a
    /// recursive type is that of its definition.
    const fn depth(&mut self, len: usize, reached: &[Places; MOST]) -> u8 {
        let mut start = [0_u8; MOST];
        let mut changed = true;
        while changed {
            changed = false;
            let mut to = 0;
            while to < len {
                let mut from = 0;
                while from <= len {
                    let (row, base, cycle) = if from == len {
                        (ROOT, 0, false)
                    } else {
                        (
                            from,
                            start[from],
                            reached[to] & (1 << from) != 0 || to == from,
                        )
                    };
                    let level = self.referred[row][to];
                    if level > 0 && !cycle && start[to] < base.saturating_add(level - 1) {
                        start[to] = base.saturating_add(level - 1);
                        changed = true;
                    }
                    from += 1;
                }
                to += 1;
            }
        }
        let (mut depth, mut place) = (self.deepest[ROOT], 0);
        while place < len {
            let down = start[place].saturating_add(self.deepest[place]);
            if down > depth {
                depth = down;
            }
            if down > DEEPEST && self.dialect.is(Dialect::OpenAi) {
                self.refuse_at(Place::Type(place), Refusal::TooDeep);
            }
            place += 1;
        }
        depth
    }
}

/// The first output that leads to a definition.
const fn through(outputs: &[FieldDef], all: &Definitions<'_>, place: usize) -> usize {
    let Some(named) = all.get(place) else {
        return 0;
    };
    let mut at = 0;
    while at < outputs.len() {
        if Definitions::of(outputs[at].schema.get())
            .find(named.id)
            .is_some()
        {
            return at;
        }
        at += 1;
    }
    0
}
