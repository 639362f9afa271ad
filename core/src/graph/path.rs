//! Lengths and widths of a graph.
use super::{Graph, Node};

impl Graph {
    /// The nodes that come directly before a node.
    pub fn before(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let edges = self.edges.iter().filter(move |edge| edge.to == node);
        edges.map(|edge| edge.from)
    }

    /// The longest way through the graph, each node as long as `length` says: what a run takes at least.
    /// The indices of the nodes on it, and its length.
    ///
    /// Nodes stand in the order of the source and edges go forward, so one pass finds it.
    ///
    /// ```
    /// # use sigflow_core::Graph;
    /// assert_eq!(Graph::EMPTY.critical_path(|_| 1), (vec![], 0));
    /// ```
    pub fn critical_path(&self, length: impl Fn(&Node) -> u64) -> (Vec<usize>, u64) {
        let mut ends = vec![0; self.nodes.len()];
        let mut through = vec![None; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            let longest = self.before(index).max_by_key(|from| ends[*from]);
            ends[index] = longest.map_or(0, |from| ends[from]) + length(node);
            through[index] = longest;
        }
        let last = (0..ends.len()).rev().max_by_key(|index| ends[*index]);
        let mut path: Vec<usize> = std::iter::successors(last, |index| through[*index]).collect();
        path.reverse();
        (path, last.map_or(0, |index| ends[index]))
    }

    /// The most nodes that await at the same time when each takes as long as the other.
    pub fn width(&self) -> usize {
        let mut levels = vec![0_usize; self.nodes.len()];
        let mut counts = vec![0_usize; self.nodes.len() + 1];
        for (index, node) in self.nodes.iter().enumerate() {
            let level = |from: usize| levels[from] + usize::from(self.nodes[from].waits());
            levels[index] = self.before(index).map(level).max().unwrap_or(0);
            counts[levels[index]] += usize::from(node.waits());
        }
        counts.into_iter().max().unwrap_or(0)
    }
}
