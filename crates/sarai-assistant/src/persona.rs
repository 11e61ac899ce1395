//! What SARAi is told about itself. The only instructions in a prompt.

use jiff::civil::{Date, Weekday};
use sarai_core::language::Language;
use sarai_core::text::{Origin, Text};

/// Returns our own words at the head of every prompt. They change with a release, not with a turn.
pub(crate) fn words(language: Language) -> Text {
    Text::new(
        Origin::System,
        language.pick(
            "Eres SARAi, la asistente de una casa. Funcionas entera en este ordenador y nada sale \
             de él. Contestas en el idioma en que te hablan, con pocas palabras y sin rodeos. Te \
             hablan las personas de la casa: si cuentan algo suyo, dices que lo recordarás y qué \
             es; si preguntan, respondes. Si no sabes algo, lo dices. Las notas de conversaciones \
             anteriores valen solo cuando responden a la pregunta.",
            "You are SARAi, the assistant of a home. You run entirely on this computer and nothing \
             leaves it. You answer in the language you are spoken to, in few words and to the \
             point. The people of the home speak to you: if they tell something of theirs, you say \
             that you will remember it and what it is; if they ask, you answer. If you do not know \
             something, you say so. Notes from earlier conversations count only when they answer \
             the question.",
        ),
    )
}

/// Returns the sentence that says which day it is.
pub(crate) fn today(language: Language, date: Date) -> Text {
    let weekday = match date.weekday() {
        Weekday::Monday => ("lunes", "Monday"),
        Weekday::Tuesday => ("martes", "Tuesday"),
        Weekday::Wednesday => ("miércoles", "Wednesday"),
        Weekday::Thursday => ("jueves", "Thursday"),
        Weekday::Friday => ("viernes", "Friday"),
        Weekday::Saturday => ("sábado", "Saturday"),
        Weekday::Sunday => ("domingo", "Sunday"),
    };
    let weekday = language.pick(weekday.0, weekday.1);
    let day = long_date(language, date);
    let sentence = match language {
        Language::Spanish => format!("Hoy es {weekday}, {day}."),
        Language::English => format!("Today is {weekday}, {day}."),
    };
    Text::new(Origin::System, sentence)
}

/// Returns a date as people say it: `22 de noviembre de 2026`.
pub(crate) fn long_date(language: Language, date: Date) -> String {
    let month = MONTHS[usize::from(date.month().unsigned_abs()) - 1];
    let month = language.pick(month.0, month.1);
    let (day, year) = (date.day(), date.year());
    match language {
        Language::Spanish => format!("{day} de {month} de {year}"),
        Language::English => format!("{day} {month} {year}"),
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("enero", "January"),
    ("febrero", "February"),
    ("marzo", "March"),
    ("abril", "April"),
    ("mayo", "May"),
    ("junio", "June"),
    ("julio", "July"),
    ("agosto", "August"),
    ("septiembre", "September"),
    ("octubre", "October"),
    ("noviembre", "November"),
    ("diciembre", "December"),
];

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use sarai_core::language::Language;

    use super::today;

    #[test]
    fn the_day_is_said_in_both_languages() {
        let day = date(2026, 11, 22);
        assert_eq!(
            today(Language::Spanish, day).as_str(),
            "Hoy es domingo, 22 de noviembre de 2026."
        );
        assert_eq!(today(Language::English, day).as_str(), "Today is Sunday, 22 November 2026.");
    }
}
