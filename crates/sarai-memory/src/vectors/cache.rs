//! Vectors held in memory: comparing 100,000 of them must not wait for the disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Transaction, params};

use crate::handle::Fault;

/// Persons whose vectors are held at once; one more takes the place of them all.
const HELD_MAX: usize = 8;

/// The vectors of the persons who asked last, each with one model.
#[derive(Default)]
pub(crate) struct Cache {
    held: Mutex<HashMap<(i64, i64), Held>>,
}

/// The vectors of one person.
#[derive(Default)]
struct Held {
    /// How many vectors had been lost when they were read.
    lost: i64,
    /// The key of the last one.
    last: i64,
    dimensions: usize,
    utterances: Vec<i64>,
    scales: Vec<f32>,
    numbers: Vec<i8>,
}

impl Cache {
    /// Returns for each utterance of a person how alike its vector is to `sought`.
    pub(super) fn compare(
        &self,
        transaction: &Transaction<'_>,
        whose: (i64, i64),
        sought: &[f32],
    ) -> Result<Vec<(i64, f32)>, Fault> {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(&whose) && all.len() >= HELD_MAX {
            all.clear();
        }
        let held = all.entry(whose).or_default();
        held.refresh(transaction, whose, sought.len())?;
        Ok(held.compare(sought))
    }
}

impl Held {
    /// Reads what is new; everything when some vectors were lost.
    fn refresh(
        &mut self,
        transaction: &Transaction<'_>,
        (person, model): (i64, i64),
        dimensions: usize,
    ) -> Result<(), Fault> {
        let lost: i64 =
            transaction.query_row("SELECT vectors FROM vector_loss", [], |row| row.get(0))?;
        if lost != self.lost || dimensions != self.dimensions {
            *self = Held { lost, dimensions, ..Held::default() };
        }
        let mut statement = transaction.prepare_cached(
            "SELECT key, utterance, scale, numbers FROM utterance_vector
             WHERE person = ?1 AND model = ?2 AND key > ?3 ORDER BY key",
        )?;
        let mut rows = statement.query(params![person, model, self.last])?;
        while let Some(row) = rows.next()? {
            let numbers = row.get_ref(3)?.as_blob().map_err(|_| unreadable())?;
            if numbers.len() != dimensions {
                return Err(unreadable());
            }
            self.last = row.get(0)?;
            self.utterances.push(row.get(1)?);
            #[expect(clippy::cast_possible_truncation, reason = "it was written as 32 bits")]
            self.scales.push(row.get::<_, f64>(2)? as f32);
            self.numbers.extend(numbers.iter().map(|byte| byte.cast_signed()));
        }
        Ok(())
    }

    fn compare(&self, sought: &[f32]) -> Vec<(i64, f32)> {
        let largest = sought.iter().fold(f32::MIN_POSITIVE, |largest, n| largest.max(n.abs()));
        let unit = largest / SOUGHT_MAX;
        #[expect(clippy::cast_possible_truncation, reason = "no number is above the largest")]
        let sought: Vec<i16> = sought.iter().map(|number| (number / unit).round() as i16).collect();
        let vectors = self.numbers.chunks_exact(self.dimensions.max(1));
        let scaled = self.utterances.iter().zip(&self.scales);
        scaled
            .zip(vectors)
            .map(|((utterance, scale), vector)| {
                (*utterance, product(vector, &sought) * scale * unit)
            })
            .collect()
    }
}

/// The largest number of a rounded question: products of a thousand numbers fit 32 bits.
const SOUGHT_MAX: f32 = 8_191.0;

#[expect(clippy::cast_precision_loss, reason = "likeness needs no 32 bits")]
fn product(vector: &[i8], sought: &[i16]) -> f32 {
    let products = vector.iter().zip(sought);
    products.map(|(one, other)| i32::from(*one) * i32::from(*other)).sum::<i32>() as f32
}

fn unreadable() -> Fault {
    Fault::Unreadable("a vector".to_owned())
}
