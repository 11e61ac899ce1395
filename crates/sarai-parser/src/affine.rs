//! The multiplication of many rows with one matrix: nearly all of the time of a parse.

/// Outputs that are computed side by side, so that they fill vector registers.
const LANES: usize = 8;
/// Rows that share one pass over the weights.
const ROWS: usize = 4;

/// A matrix with its bias, laid out for [`Affine::apply`].
#[derive(Debug)]
pub(crate) struct Affine {
    inputs: usize,
    outputs: usize,
    /// For each eight outputs, for each input, the eight weights; the last eight end in zeros.
    panels: Vec<[f32; LANES]>,
    bias: Vec<[f32; LANES]>,
}

impl Affine {
    /// `weights` has a row of `inputs` numbers for each output, `bias` a number for each output.
    pub(crate) fn new(weights: &[f32], bias: &[f32], inputs: usize) -> Affine {
        let outputs = bias.len();
        let blocks = outputs.div_ceil(LANES);
        let mut panels = vec![[0.0; LANES]; blocks * inputs];
        let mut padded = vec![[0.0; LANES]; blocks];
        for (output, row) in weights.chunks_exact(inputs.max(1)).take(outputs).enumerate() {
            let (block, lane) = (output / LANES, output % LANES);
            for (panel, weight) in panels[block * inputs..].iter_mut().zip(row) {
                panel[lane] = *weight;
            }
            padded[block][lane] = bias[output];
        }
        Affine { inputs, outputs, panels, bias: padded }
    }

    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Returns the outputs of `rows` rows, one after another. Row `n` begins at `n * stride`, so
    /// that rows may overlap.
    pub(crate) fn apply(&self, input: &[f32], stride: usize, rows: usize) -> Vec<f32> {
        let mut output = vec![0.0; rows * self.outputs];
        let row = |index: usize| &input[index * stride..][..self.inputs];
        let mut first = 0;
        while first + ROWS <= rows {
            self.several(std::array::from_fn::<_, ROWS, _>(|n| row(first + n)), first, &mut output);
            first += ROWS;
        }
        for last in first..rows {
            self.several([row(last)], last, &mut output);
        }
        output
    }

    fn several<const N: usize>(&self, rows: [&[f32]; N], first: usize, output: &mut [f32]) {
        let panels = self.panels.chunks_exact(self.inputs.max(1));
        for (block, (panel, bias)) in panels.zip(&self.bias).enumerate() {
            let mut sums = [*bias; N];
            for (place, weights) in panel.iter().enumerate() {
                for (sum, row) in sums.iter_mut().zip(rows) {
                    let factor = row[place];
                    for lane in 0..LANES {
                        sum[lane] += factor * weights[lane];
                    }
                }
            }
            let start = block * LANES;
            let width = LANES.min(self.outputs - start);
            for (n, sum) in sums.iter().enumerate() {
                let place = (first + n) * self.outputs + start;
                output[place..place + width].copy_from_slice(&sum[..width]);
            }
        }
    }
}
