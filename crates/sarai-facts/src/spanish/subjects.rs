//! Who is spoken of: the parties a dropped subject or a pronoun can mean.

use crate::claim::{Claim, Gender, Kind, Number, Party};
use crate::reading::{Discourse, Role};
use crate::spanish::claims::agrees;
use crate::spanish::lists::within;
use crate::spanish::phrases::gender_of;

/// The parties mentioned so far, the latest last.
#[derive(Debug, Clone, Default)]
pub(super) struct Cast {
    /// Subjects of third persons, in the order they were spoken of; a plural is several.
    subjects: Vec<Vec<Party>>,
    /// Objects, which a pronoun can mean when no subject fits.
    objects: Vec<Party>,
    /// What amounts were told of.
    amounts: Vec<Party>,
    /// How many objects were brought up before the last clause on the same subject.
    stale: usize,
    /// Whether the last clause was about the speaker.
    pub speaker_last: bool,
    /// Whether this message has a third-person subject already.
    pub told: bool,
}

impl Cast {
    /// The parties of the messages before.
    pub(super) fn before(discourse: &Discourse<'_>) -> Cast {
        let mut cast = Cast::default();
        for earlier in discourse
            .earlier
            .iter()
            .filter(|earlier| earlier.role == Role::User || !earlier.claims.is_empty())
        {
            for claim in &earlier.claims {
                cast.claimed(claim);
            }
        }
        cast.told = false;
        cast.speaker_last = false;
        cast
    }

    fn claimed(&mut self, claim: &Claim) {
        let unplaced = |party: &Party| Party { span: None, ..party.clone() };
        if let Some((_, place)) = claim
            .object
            .name
            .rsplit_once(" en ")
            .filter(|(_, place)| place.starts_with(char::is_uppercase))
        {
            self.object(Party { kind: Kind::Place, ..Party::named(place) });
        }
        if let Some((_, of)) = claim.object.name.split_once(" de ")
            && claim.object.name.starts_with(|c: char| c.is_ascii_digit())
        {
            let gender = gender_of(&crate::fold::fold(of.split(' ').next().unwrap_or_default()));
            self.amounts.push(Party { gender, ..Party::named(of) });
        }
        // A name given is a word of its own; who has it is the subject.
        let named = matches!(claim.relation.as_str(), "llamarse" | "apellidar");
        let spoken =
            matches!(claim.object.kind, Kind::Person | Kind::Animal | Kind::Thing | Kind::Place);
        // `está rota` brings up no broken thing.
        let state = matches!(claim.relation.as_str(), "ser" | "estar")
            && !claim.object.name.starts_with(char::is_uppercase)
            && claim.object.kind == Kind::Thing;
        if spoken && !named && !state {
            self.object(unplaced(&claim.object));
        }
        if claim.subject.kind != Kind::Speaker && claim.subject.name != "nosotros" {
            self.saw(vec![unplaced(&claim.subject)]);
        }
    }

    /// Notes the subjects of a clause.
    pub(super) fn saw(&mut self, subjects: Vec<Party>) {
        let third =
            subjects.iter().all(|party| party.kind != Kind::Speaker && party.name != "nosotros");
        self.speaker_last = !third;
        if third && !subjects.is_empty() {
            self.told = true;
            let again = self.subjects.last().is_some_and(|last| {
                last.iter().zip(&subjects).all(|(one, other)| one.name == other.name)
            });
            if again && !self.objects.is_empty() {
                self.stale = self.objects.len();
            }
            self.subjects.push(subjects);
        }
    }

    /// Returns somebody just brought up as an object, whose name may follow.
    pub(super) fn introduced(&self) -> Option<Vec<Party>> {
        let last = self.objects.get(self.stale..)?.last()?;
        matches!(last.kind, Kind::Person | Kind::Animal).then(|| vec![last.clone()])
    }

    /// Returns a relation of one's own last spoken of in the plural: `hijas`.
    pub(super) fn kin(&self) -> Option<Party> {
        let plural = |party: &&Party| {
            party.number == Some(Number::Plural)
                && matches!(party.kind, Kind::Person | Kind::Animal | Kind::Quantity)
        };
        self.objects
            .iter()
            .rev()
            .find(plural)
            .or_else(|| self.subjects.iter().rev().flatten().find(plural))
            .cloned()
    }

    pub(super) fn object(&mut self, party: Party) {
        self.objects.push(party);
    }

    /// Returns what a dropped subject means.
    pub(super) fn third(&self, gender: Option<Gender>, plural: Option<bool>) -> Option<Vec<Party>> {
        let fits = |parties: &&Vec<Party>| {
            let many = parties.len() > 1
                || parties.iter().any(|party| party.number == Some(Number::Plural));
            plural.is_none_or(|plural| plural == many)
                && parties.iter().all(|party| agrees(party, gender, None))
        };
        self.subjects.iter().rev().find(fits).cloned().or_else(|| {
            let number =
                plural.map(|plural| if plural { Number::Plural } else { Number::Singular });
            let person = |party: &&Party| {
                matches!(party.kind, Kind::Person | Kind::Animal) && agrees(party, gender, number)
            };
            self.objects.iter().rev().find(person).map(|party| vec![party.clone()])
        })
    }

    /// Returns what `lo`, `la`, `los` or `las` means.
    pub(super) fn thing(&self, gender: Option<Gender>, number: Option<Number>) -> Option<Party> {
        let found = self
            .objects
            .iter()
            .rev()
            .filter(|party| party.gender.is_some() && agrees(party, gender, number))
            .filter(|party| !within("adverb", &crate::fold::fold(&party.name)));
        // A town is called by its name again, not by a pronoun.
        let found = found.clone().find(|party| party.kind != Kind::Place).or_else(|| {
            let mut places = found;
            places.next()
        });
        found.cloned().or_else(|| {
            self.subjects
                .iter()
                .rev()
                .flatten()
                .find(|party| agrees(party, gender, number))
                .cloned()
        })
    }

    /// Returns the thing that was spoken of last, whatever its gender.
    pub(super) fn last_thing(&self) -> Option<Party> {
        self.objects.iter().rev().find(|party| party.kind == Kind::Thing).cloned()
    }

    /// Returns what an amount was last told of: `sertralina` of `50 mg de sertralina`.
    pub(super) fn measured(&self, gender: Gender) -> Option<Party> {
        let last = self.amounts.last()?;
        (last.gender.is_none() || last.gender == Some(gender)).then(|| last.clone())
    }

    /// Returns whom or what was last spoken of by a name that ends so: `contraseña del portátil`
    /// for `la del portátil`, or that has the same head, with the new ending.
    pub(super) fn ending(&self, end: &str) -> Option<Party> {
        let names = || self.subjects.iter().rev().flatten().chain(self.objects.iter().rev());
        let ends = |party: &&Party| {
            crate::fold::fold(&party.name).strip_suffix(end).is_some_and(|head| head.ends_with(' '))
        };
        let (_, whole) = end.split_once(' ').unwrap_or_default();
        let begins = |party: &&Party| {
            let name = crate::fold::fold(&party.name);
            name.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let (del, _) = end.split_once(' ').unwrap_or_default();
        names().find(ends).or_else(|| names().find(begins).filter(|_| del == "del")).cloned()
    }

    /// Returns the party last spoken of by this name.
    pub(super) fn place(&self) -> Option<Party> {
        self.objects.iter().rev().find(|party| party.kind == Kind::Place).cloned()
    }
}
