//! Facts in memory: for evaluations, and the model that the store on disk is compared with.

use std::collections::BTreeSet;

use sarai_core::fact::{Evidence, Fact, FactId, FactStatus};
use sarai_core::id::{ConversationId, TurnId};

use crate::claim::{Claim, Kind, Party};
use crate::fold::fold;
use crate::ledger::{Change, Heard, Whom};
use crate::lookup::{Entity, EntityId, Facts, Lookup};
use crate::naming;

/// The facts of one person, in memory.
#[derive(Debug, Clone)]
pub struct Notebook {
    /// Those that were merged away are without names.
    entities: Vec<Entity>,
    kept: Vec<Kept>,
    /// Which message mentioned which fact.
    mentioned: BTreeSet<(FactId, ConversationId, TurnId)>,
}

#[derive(Debug, Clone)]
struct Kept {
    subject: EntityId,
    /// `None` for a plain value.
    object: Option<EntityId>,
    /// With subject and object as they were said.
    fact: Fact,
}

impl Default for Notebook {
    fn default() -> Notebook {
        Notebook::new()
    }
}

impl Notebook {
    /// Returns a notebook that knows nothing but that somebody speaks.
    pub fn new() -> Notebook {
        let mut notebook =
            Notebook { entities: Vec::new(), kept: Vec::new(), mentioned: BTreeSet::new() };
        notebook.make(&Party::speaker());
        notebook
    }

    /// Does what [`crate::ledger::settle`] found for one claim. `evidence` is where the claim is
    /// said. A change that names an unknown fact or entity does nothing.
    pub fn apply(&mut self, changes: &[Change], heard: &Heard, evidence: Option<&Evidence>) {
        let mut learned = None;
        let mut replaced = Vec::new();
        for change in changes {
            match change {
                Change::Learn { claim, subject, object } => {
                    learned = self.learn(claim, (*subject, *object), heard, evidence).or(learned);
                }
                Change::Mention { fact, confidence } => self.mention(*fact, *confidence, heard),
                Change::Close { fact, valid_to, replaced: by_new } => {
                    self.close(*fact, valid_to, heard);
                    replaced.extend(by_new.then_some(*fact));
                }
                Change::Alias { entity, name } => self.alias(*entity, name),
                Change::Unalias { entity, name } => {
                    if let Some(entity) = self.entity_mut(*entity) {
                        unalias(entity, name);
                    }
                }
                Change::Merge { from, into } => self.merge(*from, *into),
            }
        }
        for old in replaced {
            if let Some(kept) = self.kept_mut(old) {
                kept.fact.superseded_by = learned;
            }
        }
    }

    /// Returns all facts, oldest first.
    pub fn facts(&self) -> Vec<Fact> {
        self.kept.iter().map(|kept| self.shown(kept)).collect()
    }

    fn learn(
        &mut self,
        claim: &Claim,
        (subject, object): (Whom, Whom),
        heard: &Heard,
        evidence: Option<&Evidence>,
    ) -> Option<FactId> {
        // A subject is always somebody or something.
        let subject = match subject {
            Whom::Known(entity) => self.entity_mut(entity)?.id,
            Whom::New | Whom::Value => self.make(&claim.subject),
        };
        let object = match object {
            Whom::Known(entity) => Some(self.entity_mut(entity)?.id),
            Whom::New => Some(self.make(&claim.object)),
            Whom::Value => None,
        };
        let id = FactId(self.kept.last().map_or(1, |kept| kept.fact.id.0 + 1));
        let fact = Fact {
            id,
            subject: claim.subject.name.clone(),
            relation: claim.relation.clone(),
            object: claim.object.name.clone(),
            negated: claim.negated,
            status: claim.status,
            when: claim.when.clone(),
            confidence: heard.confidence,
            mentions: 1,
            source: heard.source,
            extractor: claim.extractor,
            learned: heard.at,
            valid_from: claim.since.clone(),
            valid_to: None,
            expired: None,
            superseded_by: None,
            evidence: evidence.cloned(),
        };
        self.kept.push(Kept { subject, object, fact });
        self.is_new_mention(id, heard);
        Some(id)
    }

    fn mention(&mut self, fact: FactId, confidence: f64, heard: &Heard) {
        if self.kept_mut(fact).is_none() || !self.is_new_mention(fact, heard) {
            return;
        }
        if let Some(kept) = self.kept_mut(fact) {
            kept.fact.mentions += 1;
            kept.fact.confidence = confidence;
        }
    }

    /// Notes that this message mentions the fact, and returns whether it did not before.
    fn is_new_mention(&mut self, fact: FactId, heard: &Heard) -> bool {
        let Some((conversation, turn)) = heard.message.clone() else { return true };
        self.mentioned.insert((fact, conversation, turn))
    }

    fn close(&mut self, fact: FactId, valid_to: &str, heard: &Heard) {
        if let Some(kept) = self.kept_mut(fact) {
            kept.fact.status = FactStatus::Superseded;
            kept.fact.valid_to = Some(valid_to.to_owned());
            kept.fact.expired = Some(heard.at);
        }
    }

    fn alias(&mut self, entity: EntityId, name: &str) {
        if let Some(entity) = self.entity_mut(entity)
            && !has_name(entity, &fold(name))
        {
            entity.names.push(name.to_owned());
        }
    }

    fn merge(&mut self, from: EntityId, into: EntityId) {
        if from == into || self.entity_mut(into).is_none() {
            return;
        }
        let Some(gone) = self.entity_mut(from) else { return };
        let names = std::mem::take(&mut gone.names);
        let (gender, number, kind) = (gone.gender, gone.number, gone.kind);
        for name in &names {
            self.alias(into, name);
        }
        if let Some(entity) = self.entity_mut(into) {
            entity.gender = entity.gender.or(gender);
            entity.number = entity.number.or(number);
            entity.kind = if entity.kind == Kind::Thing { kind } else { entity.kind };
        }
        for kept in &mut self.kept {
            kept.subject = if kept.subject == from { into } else { kept.subject };
            kept.object = kept.object.map(|object| if object == from { into } else { object });
        }
    }

    fn make(&mut self, party: &Party) -> EntityId {
        let id = EntityId(self.entities.last().map_or(1, |entity| entity.id.0 + 1));
        let Party { name, also, kind, gender, number, .. } = party.clone();
        self.entities.push(Entity { id, names: vec![name.clone()], name, kind, gender, number });
        for name in &also {
            self.alias(id, name);
        }
        id
    }

    fn entity_mut(&mut self, id: EntityId) -> Option<&mut Entity> {
        self.entities.iter_mut().find(|entity| entity.id == id && !entity.names.is_empty())
    }

    fn entity(&self, id: EntityId) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.id == id)
    }

    fn kept_mut(&mut self, id: FactId) -> Option<&mut Kept> {
        self.kept.iter_mut().find(|kept| kept.fact.id == id)
    }

    /// Returns the fact with the best names its entities have today.
    fn shown(&self, kept: &Kept) -> Fact {
        let mut fact = kept.fact.clone();
        if let Some(entity) = self.entity(kept.subject) {
            fact.subject = naming::label(entity);
        }
        if let Some(entity) = kept.object.and_then(|object| self.entity(object))
            && entity.names.len() > 1
        {
            fact.object = naming::label(entity);
        }
        fact
    }

    fn newest(&self, limit: usize, wanted: impl Fn(&Kept) -> bool) -> Vec<Fact> {
        let found = self.kept.iter().rev().filter(|kept| wanted(kept)).take(limit);
        found.map(|kept| self.shown(kept)).collect()
    }

    fn is_called(&self, entity: EntityId, folded: &str) -> bool {
        self.entity(entity).is_some_and(|entity| is_called(entity, folded))
    }

    fn object_is_called(&self, kept: &Kept, folded: &str) -> bool {
        fold(&kept.fact.object) == folded
            || kept.object.is_some_and(|object| self.is_called(object, folded))
    }

    /// Returns every name of the subject and the object, folded.
    fn all_names(&self, kept: &Kept) -> Vec<String> {
        let entities = [Some(kept.subject), kept.object].into_iter().flatten();
        let names = entities.filter_map(|id| self.entity(id)).flat_map(|entity| &entity.names);
        names.chain([&kept.fact.object]).map(|name| fold(name)).collect()
    }
}

impl Facts for Notebook {
    fn about(&self, name: &str, limit: usize) -> Lookup<Vec<Fact>> {
        let name = fold(name);
        Ok(self.newest(limit, |kept| self.is_called(kept.subject, &name)))
    }

    fn about_in(&self, name: &str, relations: &[&str], limit: usize) -> Lookup<Vec<Fact>> {
        let name = fold(name);
        Ok(self.newest(limit, |kept| {
            relations.contains(&kept.fact.relation.as_str()) && self.is_called(kept.subject, &name)
        }))
    }

    fn with_object(&self, name: &str, limit: usize) -> Lookup<Vec<Fact>> {
        let name = fold(name);
        Ok(self.newest(limit, |kept| self.object_is_called(kept, &name)))
    }

    fn with_verb(&self, verb: &str, limit: usize) -> Lookup<Vec<Fact>> {
        Ok(self.newest(limit, |kept| {
            let rest = kept.fact.relation.strip_prefix(verb);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        }))
    }

    fn mentioning(&self, word: &str, limit: usize) -> Lookup<Vec<Fact>> {
        let word = fold(word);
        Ok(self.newest(limit, |kept| {
            let names = self.all_names(kept);
            names
                .iter()
                .any(|name| name.split(|c: char| !c.is_alphanumeric()).any(|part| part == word))
        }))
    }

    fn of(&self, entity: EntityId, relations: &[&str], limit: usize) -> Lookup<Vec<Fact>> {
        Ok(self.newest(limit, |kept| {
            kept.subject == entity
                && (relations.is_empty() || relations.contains(&kept.fact.relation.as_str()))
        }))
    }

    fn entities(&self, name: &str) -> Lookup<Vec<Entity>> {
        let name = fold(name);
        let there = self.entities.iter().filter(|entity| !entity.names.is_empty());
        Ok(there.filter(|entity| is_called(entity, &name)).cloned().collect())
    }
}

/// Returns whether the entity has the name, or the name shows it.
fn is_called(entity: &Entity, folded: &str) -> bool {
    has_name(entity, folded) || fold(&naming::label(entity)) == folded
}

fn has_name(entity: &Entity, folded: &str) -> bool {
    entity.names.iter().any(|name| fold(name) == folded)
}

/// Takes a name away, unless it is the only one.
fn unalias(entity: &mut Entity, name: &str) {
    let folded = fold(name);
    if entity.names.iter().all(|name| fold(name) == folded) {
        return;
    }
    entity.names.retain(|name| fold(name) != folded);
    if fold(&entity.name) == folded
        && let Some(first) = entity.names.first()
    {
        entity.name.clone_from(first);
    }
}
