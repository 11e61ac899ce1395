//! The sequences of the context: which tokens each holds, and who may use it next.
//!
//! Some engines compute with all that is in the context, whosever it is, and leave out of the result
//! what is not asked for. There an idle sequence is parked: its bytes move out of the context, and come
//! back when somebody goes on from it.

use crate::backend::{Backend, Sequence, Token};

/// Up to so many tokens of another's sequence are given up rather than copied around.
const LEFTOVER_TOKENS: usize = 16;

/// What is kept about one sequence. `tokens` is exactly what the context holds, or what was parked.
#[derive(Debug, Default)]
struct Slot {
    tokens: Vec<Token>,
    /// What the context would hold, packed.
    parked: Option<Vec<u8>>,
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

    /// Whether it takes room in the context.
    fn is_in_context(&self) -> bool {
        !self.tokens.is_empty() && self.parked.is_none()
    }
}

/// A sequence in the context that nobody computes.
#[derive(Debug)]
pub(crate) struct Idle<'a> {
    pub(crate) sequence: Sequence,
    pub(crate) session: Option<&'a str>,
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
        let idle = self.idle().filter(|index| self.slots[*index].is_in_context());
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

    /// Returns the idle sequences in the context, the latest used first.
    pub(crate) fn idle_in_context(&self) -> impl Iterator<Item = Idle<'_>> {
        let mut idle: Vec<usize> =
            self.idle().filter(|index| self.slots[*index].is_in_context()).collect();
        idle.sort_by_key(|index| std::cmp::Reverse(self.slots[*index].used));
        idle.into_iter().map(|index| {
            let slot = &self.slots[index];
            let (session, tokens) = (slot.session.as_deref(), slot.tokens.as_slice());
            Idle { sequence: number(index), session, tokens, offered: slot.offered }
        })
    }

    /// Returns the sequence that [`Sequences::take`] would begin with.
    pub(crate) fn source(&self, tokens: &[Token], session: Option<&str>) -> Option<Sequence> {
        let most = tokens.len().saturating_sub(1);
        let (source, common) = self.best(tokens, most, session)?;
        (common > 0).then_some(number(source))
    }

    /// Moves what an idle sequence holds out of the context. Of what was parked before, the one unused
    /// for longest is given up until there are `most` tokens at most, beside those of `wanted`, which
    /// is about to be moved back.
    pub(crate) fn park(
        &mut self,
        backend: &mut dyn Backend,
        sequence: Sequence,
        most: usize,
        wanted: Option<Sequence>,
    ) {
        let index = sequence as usize;
        let packed = match backend.pack(sequence) {
            Ok(packed) => packed,
            Err(error) => {
                tracing::warn!(%error, "an idle sequence stays in the context");
                return;
            }
        };
        backend.truncate(sequence, 0);
        self.slots[index].parked = Some(packed);
        let wanted = wanted.map(|wanted| wanted as usize);
        loop {
            let parked = || {
                let all = self.slots.iter().enumerate();
                all.filter(|(index, slot)| slot.parked.is_some() && Some(*index) != wanted)
            };
            if parked().map(|(_, slot)| slot.tokens.len()).sum::<usize>() <= most {
                return;
            }
            let Some((oldest, _)) = parked().min_by_key(|(_, slot)| slot.used) else { return };
            self.cut(backend, oldest, 0);
        }
    }

    /// Moves what was parked back. Where that fails the sequence is empty.
    pub(crate) fn unpark(&mut self, backend: &mut dyn Backend, sequence: Sequence) {
        let Some(slot) = self.slots.get_mut(sequence as usize) else { return };
        let Some(packed) = slot.parked.take() else { return };
        if let Err(error) = backend.unpack(sequence, &packed) {
            tracing::warn!(%error, "what was parked is lost");
            slot.tokens.clear();
            slot.offered = 0;
        }
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

    /// Returns those of them that take room in the context.
    pub(crate) fn tokens_in_context(&self) -> usize {
        let held = self.slots.iter().filter(|slot| slot.is_in_context());
        held.map(|slot| slot.tokens.len()).sum()
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
        let packed = self.slots[from].parked.clone();
        if packed.is_none() {
            backend.copy_prefix(number(from), number(to), token_count(tokens.len()));
        }
        self.slots[to].offered = 0;
        self.slots[to].tokens = tokens;
        self.slots[to].parked = packed;
        self.unpark(backend, number(to));
        if self.slots[to].tokens.len() > length {
            self.cut(backend, to, length);
        }
    }

    fn cut(&mut self, backend: &mut dyn Backend, index: usize, length: usize) {
        if length == 0 {
            self.slots[index].parked = None;
        }
        self.unpark(backend, number(index));
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
