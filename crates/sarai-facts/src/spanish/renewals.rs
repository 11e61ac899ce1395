//! What a message puts in the place of something else: what it says was changed, left or is no more,
//! and what it says of the new.

use crate::claim::{Claim, Effect, Kind, Party};
use crate::fold::fold;
use crate::spanish::lists::{self, Sort};

/// Words for what somebody works at.
const JOBS: &[&str] = &["trabajo", "curro", "empresa", "empleo", "laburo", "chamba", "pega"];

/// Relations that say who does now what somebody else did: `ahora voy con Marcos`.
const ATTENDING: &[&str] = &["ir_con", "ir_a", "estar_con", "llevar", "atender", "ver", "tener"];

/// Lets the new value say all there is to say.
pub(super) fn settle(claims: &mut Vec<Claim>) {
    let change = claims.iter().position(|claim| claim.relation == "cambiar_de" && !claim.negated);
    if let Some(at) = change {
        changed(claims, at);
    }
    let changed = |claims: &[Claim], at: usize| {
        let said = &claims[at];
        said.relation == "cambiar"
            && !said.negated
            && claims[at + 1..]
                .iter()
                .any(|claim| claim.subject.name == said.object.name && claim.effect != Effect::Add)
    };
    if let Some(at) = (0..claims.len()).find(|at| changed(claims, *at)) {
        claims.remove(at);
    }
    ended(claims);
}

/// `He cambiado de trabajo, estoy en Correos`; `he cambiado de dentista, ahora voy con Marcos`.
fn changed(claims: &mut Vec<Claim>, at: usize) {
    let thing = claims[at].object.clone();
    let head = fold(thing.name.split(' ').next().unwrap_or_default());
    let job = JOBS.contains(&head.as_str());
    let post = matches!(lists::sort(&head), Some(Sort::Person | Sort::Kin));
    let changer = claims[at].subject.name.clone();
    let mut said = false;
    // `he cambiado de número, ahora es el …`
    let attribute = lists::within("attribute", &head);
    let value = claims.iter_mut().skip(at + 1).find(|claim| {
        attribute && claim.relation == "ser" && claim.subject.span.is_none() && !claim.negated
    });
    if let Some(claim) = value {
        claim.subject = Party { span: None, ..thing.clone() };
    }
    for claim in claims.iter_mut().skip(at + 1).filter(|claim| !claim.negated) {
        let own = claim.subject.name == changer;
        if job && own && matches!(claim.relation.as_str(), "estar_en" | "trabajar_en" | "ir_a") {
            "trabajar_en".clone_into(&mut claim.relation);
            claim.effect = Effect::Replace { old: None };
        }
        let somebody = [&claim.object, &claim.subject]
            .into_iter()
            .find(|party| party.kind == Kind::Person && party.name.starts_with(char::is_uppercase));
        if let Some(somebody) =
            somebody.filter(|_| post && ATTENDING.contains(&claim.relation.as_str())).cloned()
        {
            claim.subject = Party { also: Vec::new(), ..thing.clone() };
            "ser".clone_into(&mut claim.relation);
            claim.object = somebody;
            claim.effect = Effect::Replace { old: None };
        }
        said |= claim.effect != Effect::Add || claim.relation == "ser";
    }
    if said {
        claims.remove(at);
    }
}

/// `Ya no vivo en Madrid, ahora vivo en Sevilla`: the new value says all there is to say.
fn ended(claims: &mut Vec<Claim>) {
    let positive: Vec<Claim> = claims.iter().filter(|claim| !claim.negated).cloned().collect();
    let mut olds: Vec<(Party, String, String)> = Vec::new();
    claims.retain(|claim| {
        let outdone = claim.effect == Effect::End
            && positive.iter().any(|new| {
                new.subject.name == claim.subject.name && new.relation == claim.relation
            });
        if outdone {
            olds.push((claim.subject.clone(), claim.relation.clone(), claim.object.name.clone()));
        }
        !outdone
    });
    for (subject, relation, object) in olds {
        for claim in claims.iter_mut().filter(|claim| {
            !claim.negated && claim.subject.name == subject.name && claim.relation == relation
        }) {
            claim.effect = Effect::Replace { old: Some(object.clone()) };
        }
    }
}
