//! The sequences of the context: which tokens each holds, and who may use it next.

use crate::backend::{Backend, Sequence, Token};

/// Up to so many tokens of another's sequence are given up rather than copied around.
const LEFTOVER_TOKENS: usize = 16;

/// What is kept about one sequence. `tokens` is exactly what the context holds.
#[derive(Debug, Default)]
struct Slot {
    tokens: Vec<Token>,
    session: Option<String>,
    busy: bool,
    /// The higher, the later.
    used: u64,
    /// So many of the tokens were written to disk, or could not be.
    offered: usize,
}

impl Slot {
    /// Returns how many tokens at the beginning are those of `tokens`.
    fn common(&self, tokens: &[Token]) -> usize {
        self.tokens.iter().zip(tokens).take_while(|(held, asked)| held == asked).count()
    }
}

/// A sequence that nobody computes.
#[derive(Debug)]
pub(crate) struct Idle<'a> {
    pub(crate) sequence: Sequence,
    pub(crate) session: &'a str,
    pub(crate) tokens: &'a [Token],
    pub(crate) offered: usize,
}

/// All sequences of a context.
#[derive(Debug)]
pub(crate) struct Sequences {
    slots: Vec<Slot>,
    uses: u64,
}

impl Sequences {
    pub(crate) fn new(count: u32) -> Sequences {
        let slots = (0..count).map(|_| Slot::default()).collect();
        Sequences { slots, uses: 0 }
    }

    /// Returns how much of `tokens` is in memory. The last token is always computed: it gives the
    /// logits.
    pub(crate) fn longest_prefix(&self, tokens: &[Token]) -> usize {
        let most = tokens.len().saturating_sub(1);
        self.slots.iter().map(|slot| slot.common(tokens).min(most)).max().unwrap_or(0)
    }

    /// Takes a sequence that begins with as much of `tokens` as any holds. `None` when all are busy.
    pub(crate) fn take(
        &mut self,
        backend: &mut dyn Backend,
        tokens: &[Token],
        session: Option<&str>,
    ) -> Option<Sequence> {
        let most = tokens.len().saturating_sub(1);
        let best = self.best(tokens, most, session);
        let taken = match best {
            Some((source, common)) if common > 0 => {
                match self.destination(source, common, session)? {
                    index if index == source => {
                        self.cut(backend, source, common);
                        source
                    }
                    free => {
                        self.copy(backend, source, free, common);
                        free
                    }
                }
            }
            _ => self.cleared(backend)?,
        };
        self.occupy(taken, session);
        Some(number(taken))
    }

    /// Takes an empty sequence, giving up the one unused for longest. `None` when all are busy.
    pub(crate) fn take_empty(
        &mut self,
        backend: &mut dyn Backend,
        session: Option<&str>,
    ) -> Option<Sequence> {
        let taken = self.cleared(backend)?;
        self.occupy(taken, session);
        Some(number(taken))
    }

    /// Returns a sequence that nobody uses and that holds nothing.
    pub(crate) fn spare(&self) -> Option<Sequence> {
        self.idle().find(|index| self.slots[*index].tokens.is_empty()).map(number)
    }

    /// Gives a sequence back; what it holds stays for the next one.
    pub(crate) fn release(&mut self, sequence: Sequence) {
        self.uses += 1;
        let used = self.uses;
        if let Some(slot) = self.slots.get_mut(sequence as usize) {
            slot.busy = false;
            slot.used = used;
        }
    }

    pub(crate) fn tokens(&self, sequence: Sequence) -> &[Token] {
        self.slots.get(sequence as usize).map_or(&[], |slot| &slot.tokens)
    }

    /// Notes tokens that were computed.
    pub(crate) fn extend(&mut self, sequence: Sequence, tokens: &[Token]) {
        if let Some(slot) = self.slots.get_mut(sequence as usize) {
            slot.tokens.extend_from_slice(tokens);
        }
    }

    /// Keeps only the first `length` tokens of a sequence; none at all if the model cannot.
    pub(crate) fn truncate(
        &mut self,
        backend: &mut dyn Backend,
        sequence: Sequence,
        length: usize,
    ) {
        if (sequence as usize) < self.slots.len() {
            self.cut(backend, sequence as usize, length);
        }
    }

    /// Takes back whatever a failed batch left in a sequence.
    pub(crate) fn mend(&mut self, backend: &mut dyn Backend, sequence: Sequence) {
        let length = self.tokens(sequence).len();
        self.truncate(backend, sequence, length);
    }

    /// Empties the idle sequence that was unused for longest. `false` when there is none.
    pub(crate) fn evict(&mut self, backend: &mut dyn Backend) -> bool {
        let idle = self.idle().filter(|index| !self.slots[*index].tokens.is_empty());
        let Some(oldest) = idle.min_by_key(|index| self.slots[*index].used) else { return false };
        self.cut(backend, oldest, 0);
        true
    }

    /// Empties the idle sequences of a session, and lets the busy ones belong to none.
    pub(crate) fn forget(&mut self, backend: &mut dyn Backend, session: &str) {
        for index in 0..self.slots.len() {
            if self.slots[index].session.as_deref() == Some(session) {
                self.slots[index].session = None;
                if !self.slots[index].busy {
                    self.cut(backend, index, 0);
                }
            }
        }
    }

    /// Returns the sequence of a session that was used last.
    pub(crate) fn of_session(&self, session: &str) -> Option<Sequence> {
        let of = |slot: &&Slot| slot.session.as_deref() == Some(session) && !slot.tokens.is_empty();
        let newest = self.slots.iter().filter(of).max_by_key(|slot| slot.used)?.used;
        self.slots.iter().position(|slot| slot.used == newest && of(&slot)).map(number)
    }

    /// Returns the idle sequences of sessions with what they grew by since they were offered to the
    /// disk, the latest used first.
    pub(crate) fn idle_sessions(&self) -> Vec<Idle<'_>> {
        let mut idle: Vec<usize> = self.idle().collect();
        idle.sort_by_key(|index| std::cmp::Reverse(self.slots[*index].used));
        let of = |index: usize| {
            let slot = &self.slots[index];
            let session = slot.session.as_deref()?;
            Some(Idle {
                sequence: number(index),
                session,
                tokens: &slot.tokens,
                offered: slot.offered,
            })
        };
        idle.into_iter().filter_map(of).collect()
    }

    /// Notes that all of a sequence was offered to the disk.
    pub(crate) fn offered(&mut self, sequence: Sequence) {
        if let Some(slot) = self.slots.get_mut(sequence as usize) {
            slot.offered = slot.tokens.len();
        }
    }

    /// Returns the tokens kept in all sequences.
    pub(crate) fn tokens_kept(&self) -> usize {
        self.slots.iter().map(|slot| slot.tokens.len()).sum()
    }

    /// Returns the tokens of the sequences in use, which cannot be given up.
    pub(crate) fn tokens_busy(&self) -> usize {
        self.slots.iter().filter(|slot| slot.busy).map(|slot| slot.tokens.len()).sum()
    }

    /// Returns the best sequence to begin with, and how much of it fits. Of equals: the session's
    /// own, then an idle one, then the one that loses least.
    fn best(&self, tokens: &[Token], most: usize, session: Option<&str>) -> Option<(usize, usize)> {
        let rank = |index: &usize| {
            let slot = &self.slots[*index];
            let common = slot.common(tokens).min(most);
            let own = session.is_some() && slot.session.as_deref() == session;
            (common, own && !slot.busy, !slot.busy, std::cmp::Reverse(slot.tokens.len()))
        };
        let index = (0..self.slots.len()).max_by_key(rank)?;
        Some((index, self.slots[index].common(tokens).min(most)))
    }

    /// Returns where to go on from `common` tokens of `source`: there itself, or in a copy if others
    /// still need the rest of it.
    fn destination(&self, source: usize, common: usize, session: Option<&str>) -> Option<usize> {
        let slot = &self.slots[source];
        let own = session.is_some() && slot.session.as_deref() == session;
        if !slot.busy && (own || slot.tokens.len() - common <= LEFTOVER_TOKENS) {
            return Some(source);
        }
        self.free()
    }

    fn idle(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.slots.len()).filter(|index| !self.slots[*index].busy)
    }

    /// Returns an idle sequence to fill: an empty one, else the one unused for longest.
    fn free(&self) -> Option<usize> {
        self.idle()
            .min_by_key(|index| (!self.slots[*index].tokens.is_empty(), self.slots[*index].used))
    }

    fn cleared(&mut self, backend: &mut dyn Backend) -> Option<usize> {
        let free = self.free()?;
        self.cut(backend, free, 0);
        Some(free)
    }

    fn occupy(&mut self, index: usize, session: Option<&str>) {
        self.uses += 1;
        let slot = &mut self.slots[index];
        slot.busy = true;
        slot.used = self.uses;
        slot.session = session.map(str::to_owned);
    }

    /// Copies all and cuts then, because some models can only copy whole sequences.
    fn copy(&mut self, backend: &mut dyn Backend, from: usize, to: usize, length: usize) {
        let tokens = self.slots[from].tokens.clone();
        backend.copy_prefix(number(from), number(to), token_count(tokens.len()));
        self.slots[to].offered = 0;
        self.slots[to].tokens = tokens;
        if self.slots[to].tokens.len() > length {
            self.cut(backend, to, length);
        }
    }

    fn cut(&mut self, backend: &mut dyn Backend, index: usize, length: usize) {
        let kept = backend.truncate(number(index), token_count(length));
        let slot = &mut self.slots[index];
        slot.tokens.truncate(if kept { length } else { 0 });
        slot.offered = slot.offered.min(slot.tokens.len());
    }
}

fn number(index: usize) -> Sequence {
    token_count(index)
}

/// Sequences and their tokens are far fewer than a `u32` can count.
pub(crate) fn token_count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
