//! Single messages, by what they tell.

use sarai_core::fact::FactStatus;
use sarai_facts::reading::Refusal;

use super::{check, check_refused, check_status};

#[test]
fn people_are_told_by_their_place_and_their_name() {
    check(&["Mi hermana vive en Soria"], &["hermana | vivir_en | Soria"]);
    check(
        &["Mi cuñado Tomás es profesor de historia"],
        &["cuñado (Tomás) | ser | profesor de historia"],
    );
    check(&["Lucía, mi hermana, vive en Oslo"], &["Lucía (hermana) | vivir_en | Oslo"]);
    check(
        &["Mi hermano mayor, Jorge, trabaja de piloto en Iberia"],
        &[
            "hermano mayor (Jorge) | trabajar_de | piloto",
            "hermano mayor (Jorge) | trabajar_en | Iberia",
        ],
    );
    check(
        &["El marido de mi prima trabaja en Renault"],
        &["marido de prima | trabajar_en | Renault"],
    );
    check(&["Me llamo Ignacio"], &["yo | llamarse | Ignacio"]);
    check(
        &["Soy Teresa y vivo en Alicante"],
        &["yo | llamarse | Teresa", "yo | vivir_en | Alicante"],
    );
    check(&["A mi abuelita le decimos Chonita"], &["abuelita | llamarse | Chonita"]);
    check(
        &["Mis hijos, Lucas y Vera, van al colegio Cervantes"],
        &["Lucas | ir_a | colegio Cervantes", "Vera | ir_a | colegio Cervantes"],
    );
    check(
        &["Mi jefa se llama Rosa. Es muy exigente y vive en Las Rozas."],
        &["jefa | llamarse | Rosa", "jefa | ser | exigente", "jefa | vivir_en | Las Rozas"],
    );
    check(
        &["Mi hija tiene un novio nuevo. Se llama Unai."],
        &["hija | tener | novio nuevo", "novio nuevo | llamarse | Unai"],
    );
    check(
        &["Tengo una hermana gemela, Paula, que vive en Berlín"],
        &["yo | tener | hermana gemela", "hermana gemela (Paula) | vivir_en | Berlín"],
    );
    check(
        &["Mi padre es taxista, mi madre maestra y mi hermano bombero"],
        &["padre | ser | taxista", "madre | ser | maestra", "hermano | ser | bombero"],
    );
    check(
        &["Tengo un hijo de 5 años y una hija de 8"],
        &[
            "yo | tener | hijo",
            "yo | tener | hija",
            "hijo | tener | 5 años",
            "hija | tener | 8 años",
        ],
    );
}

#[test]
fn tastes_are_of_who_has_them() {
    check(&["Me gusta la música clásica"], &["yo | gustar | música clásica"]);
    check(&["No me gusta el hígado"], &["yo | gustar | hígado | no"]);
    check(&["A mi novia le encanta el flamenco"], &["novia | encantar | flamenco"]);
    check(
        &["Me gusta el fútbol y a mi mujer el teatro"],
        &["yo | gustar | fútbol", "mujer | gustar | teatro"],
    );
    check(&["Me dan miedo las arañas"], &["yo | dar_miedo | arañas"]);
    check(
        &["Mi jefe, que se llama Ricardo, me cae fatal"],
        &["jefe | llamarse | Ricardo", "yo | caer_fatal | jefe"],
    );
    check(&["A mis padres les encanta viajar"], &["padres | encantar | viajar"]);
    check(&["Lo que más me gusta es el campo"], &["yo | gustar | campo"]);
    check(&["Prefiero el té al café"], &["yo | preferir | té"]);
    check(
        &["No me gusta ni el café ni el té"],
        &["yo | gustar | café | no", "yo | gustar | té | no"],
    );
}

#[test]
fn what_somebody_is_is_told() {
    check(&["Soy alérgica al marisco"], &["yo | ser | alérgica al marisco"]);
    check(
        &["Soy enfermera en el Hospital de Puebla"],
        &["yo | ser | enfermera", "yo | trabajar_en | Hospital de Puebla"],
    );
    check(
        &["Mi médico de cabecera es la doctora Salgado"],
        &["médico de cabecera | ser | doctora Salgado"],
    );
    check(&["Soy de Jaén pero vivo en Madrid"], &["yo | ser_de | Jaén", "yo | vivir_en | Madrid"]);
    check(&["Estoy casada con un italiano"], &["yo | estar | casada con un italiano"]);
    check(
        &["El mando de la tele está debajo del sofá"],
        &["mando de la tele | estar_en | debajo del sofá"],
    );
    check(
        &["Soy celiaca y además intolerante a la lactosa"],
        &["yo | ser | celiaca", "yo | ser | intolerante a la lactosa"],
    );
    check(&["Hoy es mi cumpleaños"], &["cumpleaños | ser | 2025-06-02 | --06-02"]);
    check(&["Este sábado es el cumple de Lucas"], &["cumple de Lucas | ser | sábado | 2025-06-07"]);
    check(
        &["Mi padre es jubilado y mi madre ama de casa"],
        &["padre | ser | jubilado", "madre | ser | ama de casa"],
    );
}

#[test]
fn a_relative_clause_tells_of_its_noun() {
    check(
        &["Mi amiga que vive en Lyon tiene un restaurante"],
        &["amiga | vivir_en | Lyon", "amiga | tener | restaurante"],
    );
    check(
        &["Mi vecino, que es policía, tiene un pastor alemán"],
        &["vecino | ser | policía", "vecino | tener | pastor alemán"],
    );
    check(
        &["La mujer que cuida a mi abuela se llama Fátima"],
        &["mujer | cuidar | abuela", "mujer | llamarse | Fátima"],
    );
    check(
        &["El coche que compré el año pasado es rojo"],
        &["yo | comprar | coche | 2024", "coche | ser | rojo"],
    );
    check(
        &["La empresa donde trabajo se llama Acme"],
        &["yo | trabajar_en | empresa", "empresa | llamarse | Acme"],
    );
    check(
        &["El chico con el que comparto piso es de Italia"],
        &["yo | compartir_con | chico", "chico | ser_de | Italia"],
    );
    check(
        &["Tengo un hermano que es bombero y una hermana que es profesora"],
        &[
            "yo | tener | hermano",
            "hermano | ser | bombero",
            "yo | tener | hermana",
            "hermana | ser | profesora",
        ],
    );
}

#[test]
fn whose_and_who_are_told_by_what_they_tell_of() {
    check(
        &["Tengo un vecino cuyo hijo juega en el Osasuna"],
        &["yo | tener | vecino", "hijo de vecino | jugar_en | Osasuna"],
    );
    check(&["El que me arregla la moto es Julián"], &["Julián | arreglar | moto"]);
    check(&["La que cuida a mi madre se llama Nora"], &["Nora | cuidar | madre"]);
    check(&["A mi nieto lo vuelven loco los trenes"], &["nieto | volver_loco | trenes"]);
    check(&["A mi hija la apasionan los volcanes"], &["hija | apasionar | volcanes"]);
}

#[test]
fn a_clause_may_leave_its_verb_out() {
    check(
        &["Mi hermano vive en Lugo y mi hermana en Vigo"],
        &["hermano | vivir_en | Lugo", "hermana | vivir_en | Vigo"],
    );
    check(
        &["Mi padre tiene 70 años y mi madre 68"],
        &["padre | tener | 70 años", "madre | tener | 68"],
    );
    check(
        &["Tenemos piscina, pero garaje no"],
        &["nosotros | tener | piscina", "nosotros | tener | garaje | no"],
    );
    check(&["No tengo perro pero sí gato"], &["yo | tener | perro | no", "yo | tener | gato"]);
    check(
        &["El perro se llama Thor y el gato Loki"],
        &["perro | llamarse | Thor", "gato | llamarse | Loki"],
    );
}

#[test]
fn what_reads_as_one_thing_may_be_two() {
    check(
        &["Mi mamá es de Oaxaca y mi papá de Puebla"],
        &["mamá | ser_de | Oaxaca", "papá | ser_de | Puebla"],
    );
    check(&["Ana tiene 5 años y Luis 7"], &["Ana | tener | 5 años", "Luis | tener | 7"]);
    check(
        &["Lucía lleva gafas y Mateo aparato"],
        &["Lucía | llevar | gafas", "Mateo | llevar | aparato"],
    );
    check(
        &["Mi mujer conduce un Seat y yo un Renault"],
        &["mujer | conducir | Seat", "yo | conducir | Renault"],
    );
    check(
        &["Noa trae el postre y Fede las bebidas"],
        &["Noa | traer | postre", "Fede | traer | bebidas"],
    );
    check(
        &["A mí me gusta el mar; a mi pareja, la montaña"],
        &["yo | gustar | mar", "pareja | gustar | montaña"],
    );
    check(
        &["Vivo con mi madre y mi abuela"],
        &["yo | vivir_con | madre", "yo | vivir_con | abuela"],
    );
    check(&["Mi hija es alta", "Estudia veterinaria"], &["hija | estudiar | veterinaria"]);
}

#[test]
fn a_noun_left_out_is_the_one_before() {
    check(
        &["La clave de la caja es 90210 y la de la alarma 7733"],
        &["clave de la caja | ser | 90210", "clave de la alarma | ser | 7733"],
    );
    check(
        &["El médico de mi padre se llama Ruiz y el de mi madre Soler"],
        &["médico de padre | llamarse | Ruiz", "médico de madre | llamarse | Soler"],
    );
}

#[test]
fn pronouns_stand_for_what_was_said() {
    check(&["El reloj me lo regaló mi padre"], &["padre | regalar | reloj"]);
    check(
        &["La radial la dejé en la furgoneta y el taladro se lo presté a mi cuñado"],
        &["yo | dejar | radial", "radial | estar_en | furgoneta | now", "yo | prestar | taladro"],
    );
    check(&["¿El patinete? Se lo vendí a la vecina"], &["yo | vender | patinete"]);
    check(&["A mi madre la operaron de cataratas"], &["madre | operar_de | cataratas"]);
    check(&["El viernes me operan de la rodilla"], &["yo | operar_de | rodilla | 2025-06-06"]);
    check(
        &["Mi hermano y su mujer viven en Gante. Tienen dos niños."],
        &[
            "hermano | vivir_en | Gante",
            "mujer | vivir_en | Gante",
            "hermano | tener | dos niños",
            "mujer | tener | dos niños",
        ],
    );
}

#[test]
fn times_are_dates() {
    check(&["Mañana a las cinco tengo dentista"], &["yo | tener | dentista | 2025-06-03T17:00"]);
    check(&["El martes que viene empiezo un curso"], &["yo | empezar | curso | 2025-06-03"]);
    check(&["Nací el 12 de mayo de 1987"], &["yo | nacer | 12 de mayo de 1987 | 1987-05-12"]);
    check(&["Mi cumpleaños es el 3 de agosto"], &["cumpleaños | ser | 3 de agosto | --08-03"]);
    check(&["Hemos quedado con Marta el jueves"], &["nosotros | quedar_con | Marta | 2025-06-05"]);
    check(&["Hace tres meses vendí la moto"], &["yo | vender | moto | 2025-03"]);
    check(
        &["Dentro de dos semanas nos vamos a Grecia"],
        &["nosotros | ir_a | Grecia | 2025-06-16"],
    );
    check(&["El 15 de julio vuelvo a Cuenca"], &["yo | volver_a | Cuenca | 2025-07-15"]);
    check(&["Anteayer compré una lavadora"], &["yo | comprar | lavadora | 2025-05-31"]);
    check(
        &["La reunión de vecinos será el día 20 a las 19:30"],
        &["reunión de vecinos | ser | día 20 a las 19:30 | 2025-06-20T19:30"],
    );
    check(&["En abril corro la maratón de Madrid"], &["yo | correr | maratón de Madrid | 2026-04"]);
    check(&["Mi padre se jubila el año que viene"], &["padre | jubilar | año que viene | 2026"]);
    check(&["La semana pasada estuve en Burgos"], &["yo | estar_en | Burgos | 2025-05-26"]);
    check(&["Esta noche ceno con Luis"], &["yo | cenar_con | Luis | 2025-06-02"]);
    check(&["Mi hijo entra al cole a las 9"], &["hijo | entrar_a | cole"]);
    check(&["Nos casamos en 2012"], &["nosotros | casar | 2012 | 2012"]);
    check(
        &["Mi vuelo sale el 12/6 a las 7:35"],
        &["vuelo | salir | 12/6 a las 7:35 | 2025-06-12T07:35"],
    );
}

#[test]
fn verbs_help_verbs() {
    check(&["Estoy leyendo un libro de Galdós"], &["yo | leer | libro de Galdós"]);
    check(&["Llevo dos años viviendo en Gijón"], &["yo | vivir_en | Gijón"]);
    check(&["Acabo de comprar una bici"], &["yo | comprar | bici"]);
    check(&["He dejado de fumar"], &["yo | fumar | sí | no | over"]);
    check(&["Sigo trabajando en Correos"], &["yo | trabajar_en | Correos"]);
    check(&["Quiero aprender alemán"], &["yo | querer_aprender | alemán"]);
    check(&["Mi madre no sabe nadar"], &["madre | saber | nadar | no"]);
    check(&["Tengo que renovar el DNI"], &["yo | tener_renovar | DNI"]);
    check(&["Mi hermana va a tener un bebé"], &["hermana | tener | bebé"]);
    check(&["La casa fue reformada en 2019"], &["casa | reformar | 2019 | 2019"]);
}

#[test]
fn notes_need_no_verb() {
    check(&["Dentista: jueves 17:30"], &["Dentista | ser | jueves 17:30 | 2025-06-05T17:30"]);
    check(&["Fontanero: 611 223 344"], &["Fontanero | ser | 611 223 344"]);
    check(&["Fontanero Anselmo 644 019 273"], &["Fontanero Anselmo | ser | 644 019 273"]);
    check(
        &["Talla de Martín: 34. De Vera: 29"],
        &["Talla de Martín | ser | 34", "Talla de Vera | ser | 29"],
    );
    check(&["Talla zapato 42"], &["Talla zapato | ser | 42"]);
    check(
        &["La contraseña del portátil: Luna.2024"],
        &["contraseña del portátil | ser | Luna.2024"],
    );
    check(&["cumple de Marta: 4 de mayo"], &["cumple de Marta | ser | 4 de mayo | 2026-05-04"]);
}

#[test]
fn hurried_spelling_is_understood() {
    check(&["mi papa trabaja en renfe desde el 98"], &["papa | trabajar_en | renfe"]);
    check(&["tngo un perro q se llama rocky"], &["yo | tener | perro", "perro | llamarse | Rocky"]);
    check(
        &["MI HIJA SE LLAMA CARLOTA Y ES ALERGICA AL HUEVO"],
        &["hija | llamarse | Carlota", "hija | ser | alergica al huevo"],
    );
    check(
        &["hola soy el vecino del segundo me llamo andrés y tengo un taller de motos"],
        &[
            "yo | ser | vecino del segundo",
            "yo | llamarse | Andrés",
            "yo | tener | taller de motos",
        ],
    );
    check(&["soy maria vivo en huelva"], &["yo | llamarse | Maria", "yo | vivir_en | huelva"]);
    check(
        &["eh mi mi hermano el el pequeño trabaja en en una panadería"],
        &["hermano | trabajar_en | panadería"],
    );
    check(
        &["o sea que mi hijo el mayor estudia en salamanca y la pequeña en madrid"],
        &["hijo | estudiar_en | salamanca", "pequeña | estudiar_en | madrid"],
    );
    check(&["xq soy alergico a los gatos"], &["yo | ser | alergico a los gatos"]);
}

#[test]
fn changes_say_what_holds_now() {
    check(
        &["Ya no vivo en Madrid, ahora vivo en Sevilla"],
        &["yo | vivir_en | Sevilla | not Madrid"],
    );
    check(&["Ya no trabajo en el banco"], &["yo | trabajar_en | banco | no | over"]);
    check(&["Me he mudado a Sevilla"], &["yo | vivir_en | Sevilla | now"]);
    check(&["Me he ido a vivir a Lisboa"], &["yo | vivir_en | Lisboa | now"]);
    check(&["Mi hijo acaba de cumplir 4 años"], &["hijo | tener | 4 años | now"]);
    check(&["El alquiler ha subido a 750 euros"], &["alquiler | ser | 750 euros | now"]);
    check(
        &["La cita del dentista pasa al viernes"],
        &["cita del dentista | pasar_a | viernes | 2025-06-06"],
    );
    check(
        &["Han cambiado la reunión del banco al jueves"],
        &["reunión del banco | cambiar_a | jueves | 2025-06-05"],
    );
    check(
        &["He cambiado de trabajo, ahora estoy en una consultoría"],
        &["yo | trabajar_en | consultoría | now"],
    );
    check(
        &["He dejado las llaves en el cajón"],
        &["yo | dejar | llaves", "llaves | estar_en | cajón | now"],
    );
}

#[test]
fn what_is_passed_on_is_told() {
    check(&["Mi madre dice que mi primo vive en Londres"], &["primo | vivir_en | Londres"]);
    check(&["Recuerda que mi matrícula es 4821 KLM"], &["matrícula | ser | 4821 KLM"]);
    check(&["Acuérdate de que el lunes tengo examen"], &["yo | tener | examen | 2025-06-09"]);
    check(&["Que sepas que mi hijo es diabético"], &["hijo | ser | diabético"]);
    check(
        &["Apunta que el portero se llama Ramón y su móvil es el 622 333 444"],
        &["portero | llamarse | Ramón", "móvil | ser | 622 333 444"],
    );
    check(&["apunta la obra es de un señor de Lugo"], &["obra | ser_de | señor de Lugo"]);
    check(&["Vivo en Lugo, ¿qué tiempo hace?"], &["yo | vivir_en | Lugo"]);
    check(&["vos sabés que soy hincha de Boca"], &["yo | ser | hincha de Boca"]);
    check(&["Mi libro favorito es «La Regenta»"], &["libro favorito | ser | La Regenta"]);
}

#[test]
fn tense_tells_whether_it_holds() {
    for message in ["Trabajo en Correos", "Mi hermana vive en Lugo", "Ya no fumo"] {
        check_status(message, FactStatus::Current);
    }
    for message in ["Trabajé en Correos", "De niña vivía en Lugo", "He vendido la moto"] {
        check_status(message, FactStatus::Past);
    }
    for message in ["Voy a vender la moto", "Mañana vendo la moto", "Venderé la moto en mayo"] {
        check_status(message, FactStatus::Planned);
    }
}

#[test]
fn questions_are_not_kept() {
    for message in [
        "¿Dónde vive mi prima?",
        "donde vive mi prima",
        "cuántos habitantes tiene Madrid",
        "qué tiempo hace en Sevilla",
        "¿Tengo cita mañana?",
        "sabes dónde está Lugo?",
        "No sé dónde vive mi primo",
        "Me pregunto si Ana tiene novio",
        "a qué hora cierra el súper",
    ] {
        let reading = super::read(&[message]);
        assert_eq!(reading.claims, [], "{message}");
    }
    check_refused("¿Dónde vive mi prima?", Refusal::Question);
}

#[test]
fn commands_are_not_kept() {
    for message in [
        "Apaga la tele del dormitorio",
        "Ponme una alarma a las siete",
        "Recuérdame comprar leche",
        "Prendé la luz",
        "Envía un mensaje a Ana diciendo que llego tarde",
        "Traduce al inglés: mi hermano vive en Roma",
        "Resume este texto: Juan tiene 30 años y trabaja en un banco",
        "añade huevos a la lista",
        "Necesito que me ayudes con un texto",
    ] {
        let reading = super::read(&[message]);
        assert_eq!(reading.claims, [], "{message}");
    }
    check_refused("Apaga la tele del dormitorio", Refusal::Command);
}

#[test]
fn what_might_be_is_not_kept() {
    for message in [
        "Si tuviera dinero compraría una casa en Ibiza",
        "Si mañana llueve no iremos de excursión",
        "Ojalá viviera en la playa",
        "Me gustaría tener un perro",
        "A lo mejor me mudo a Lugo",
        "Creo que Ana vive en Lugo",
        "Puede que mi hermana se case",
        "Espero que mi hija apruebe",
    ] {
        check_refused(message, Refusal::Hypothetical);
    }
}

#[test]
fn stories_and_words_of_others_are_not_kept() {
    check_refused("Imagina que soy un pirata y vivo en un barco", Refusal::Fiction);
    check_refused("Anoche soñé que vivía en la luna", Refusal::Fiction);
    check_refused("En la película el malo vive en Londres", Refusal::Fiction);
    check_refused("Haz de sargento: soy recluta y me llamo Patoso", Refusal::Fiction);
    check_refused("\"Yo tengo un tractor amarillo, que es lo que se lleva\"", Refusal::Quotation);
    check_refused("Mi padre dice: «vivo en la luna»", Refusal::Quotation);
}

#[test]
fn jokes_songs_and_the_weather_are_not_kept() {
    for text in [
        "Van dos pulpos por la acera",
        "Esto es un gato que entra en un bar",
        "Era una vez un rey que tenía tres hijas",
        "Canta conmigo: tengo una muñeca vestida de azul",
        "Hoy hace mucho frío",
    ] {
        check(&[text], &[]);
    }
    check(&["Esto es una foto de mi boda", "Mi taza es azul"], &["taza | ser | azul"]);
    check(&["Toma nota: mi placa es 1234 BCD"], &["placa | ser | 1234 BCD"]);
    check(&["Que no se te olvide que el PIN es 7319"], &["PIN | ser | 7319"]);
}

#[test]
fn small_talk_is_not_kept() {
    for message in [
        "Hola, ¿qué tal?",
        "Qué frío hace hoy",
        "Tengo hambre",
        "Estoy cansado",
        "gracias por todo",
        "Los gatos tienen siete vidas",
        "Tengo una pregunta",
        "Me voy a dormir",
    ] {
        assert_eq!(super::read(&[message]).claims, [], "{message}");
    }
}
