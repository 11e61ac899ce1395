//! SPDX licence expressions, as far as packages use them.

/// Returns whether the expression can be met with allowed licences only. What cannot be read is not.
pub(crate) fn allows(expression: &str, allowed: &[&str]) -> bool {
    // Before SPDX a slash meant a choice.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut reader = Reader { words: spaced.split_whitespace().collect(), next: 0, allowed };
    reader.choice() == Some(true) && reader.next == reader.words.len()
}

struct Reader<'a> {
    words: Vec<&'a str>,
    next: usize,
    allowed: &'a [&'a str],
}

impl Reader<'_> {
    fn choice(&mut self) -> Option<bool> {
        let mut met = self.all()?;
        while self.take("OR") {
            met |= self.all()?;
        }
        Some(met)
    }

    fn all(&mut self) -> Option<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Some(met)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let met = self.choice()?;
            return self.take(")").then_some(met);
        }
        let mut licence = (*self.words.get(self.next)?).to_owned();
        self.next += 1;
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.words.get(self.next)?);
            self.next += 1;
        }
        Some(self.allowed.contains(&licence.as_str()))
    }

    fn take(&mut self, word: &str) -> bool {
        let taken = self.words.get(self.next) == Some(&word);
        self.next += usize::from(taken);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[track_caller]
    fn check(expression: &str, expected: bool) {
        assert_eq!(
            allows(expression, &["MIT", "ISC", "Apache-2.0 WITH x"]),
            expected,
            "{expression}"
        );
    }

    #[test]
    fn a_choice_needs_one_and_a_sum_needs_all() {
        check("MIT", true);
        check("GPL OR MIT", true);
        check("GPL/MIT", true);
        check("GPL AND MIT", false);
        check("(MIT OR GPL) AND ISC", true);
        check("MIT OR GPL AND LGPL", true);
        check("(MIT OR GPL) AND LGPL", false);
    }

    #[test]
    fn an_exception_belongs_to_its_licence() {
        check("Apache-2.0 WITH x", true);
        check("Apache-2.0", false);
        check("Apache-2.0 WITH y OR GPL", false);
    }

    #[test]
    fn what_cannot_be_read_is_not_allowed() {
        for broken in ["", "MIT OR", "(MIT", "MIT MIT", "MIT WITH", ") MIT"] {
            check(broken, false);
        }
    }
}
