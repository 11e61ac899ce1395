//! What nobody wants kept: general knowledge, mockery, moods, hearsay, plans of the moment.

use super::check;

#[test]
fn talk_leaves_nothing_behind() {
    for said in [
        "El Nilo es el río más largo de África",
        "Marte es un planeta rojo",
        "El hierro se oxida con el agua",
        "Bolivia tiene dos capitales",
        "Los gatos tienen siete vidas",
        "Un año tiene 365 días",
        "Argentina ganó el mundial en 2022",
        "En 1492 Colón descubrió América",
        "Cervantes escribió el Quijote",
        "sí claro, y yo soy el papa",
        "Sí, hombre, y yo soy Cristiano Ronaldo",
        "Jajaja, sí, soy millonaria y vivo en un castillo",
        "Ni loca, antes me hago monja",
        "nos vemos luego",
        "Luego hablamos",
        "me muero de risa",
        "Ando medio cansada hoy",
        "Hoy ando de malas",
        "me quedé dormido",
        "Estoy comiendo",
        "Acabo de cenar",
        "Voy al baño",
        "Tengo ganas de playa",
        "Me apetece una pizza",
        "no puedo más",
        "Será que mi hijo está enfermo",
        "Capaz que me mudo",
        "Me da que mi hermano sale con alguien",
        "Leí que los gatos duermen 16 horas",
        "Según el periódico, el alcalde dimitió",
        "Dicen por ahí que el vecino se divorcia",
        "El libro trata de una niña que tiene poderes",
        "Mi personaje se llama Drako y vive en un castillo",
        "Cuando tenga dinero me compro una moto",
        "Algún día tendré un barco",
        "Estuve a punto de mudarme a Vigo",
        "La gente no tiene educación",
        "Todos los hombres son iguales",
        "dime cuantos años tengo",
        "busca vuelos a Lima para el martes",
    ] {
        check(&[said], &[]);
    }
}
