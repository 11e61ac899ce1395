//! States that end, and what begins, in other words than those they were told in.

use crate::relations::{Beginning, Passing};

/// What ends a stay in a hospital.
const STAYS: &[&str] =
    &["ingresad", "internad", "hospitaliz", "hospital", "clinica", "sanatorio", "uci", "uti"];

/// What ends when somebody works again or for the first time.
const IDLENESS: &[&str] =
    &["paro", "parad", "desemplead", "desocupad", "cesante", "sin trabajo", "unemployed"];

/// What somebody gets well from.
const ILLNESSES: &[&str] = &[
    "fiebre",
    "gripe",
    "gripa",
    "covid",
    "resfri",
    "catarr",
    "tos",
    "bronquitis",
    "neumonia",
    "pulmonia",
    "otitis",
    "varicela",
    "sarampion",
    "paperas",
    "anginas",
    "amigdalitis",
    "cistitis",
    "infeccion",
    "dengue",
    "hepatitis",
    "anemia",
    "cancer",
    "tumor",
    "leucemia",
    "depresion",
    "depre",
    "ansiedad",
    "insomnio",
    "lumbago",
    "ciatica",
    "esguince",
    "fractur",
    "lesion",
    "enferm",
    "malit",
    "pachuch",
    "constipad",
    "diarrea",
    "gastroenteritis",
    "flu",
    "fever",
    "cold",
    "ill",
    "sick",
];

/// Verbs that end a state which other words name. Stems are folded.
pub(in crate::relations) const PASSINGS: &[Passing] = &[
    Passing { verbs: &["dar", "dar_de", "recibir", "firmar"], objects: &["alta"], states: STAYS },
    Passing {
        verbs: &["salir_de", "sacar_de", "be_discharged_from", "come_out_of", "leave"],
        objects: &["hospital", "clinic", "sanatori", "uci", "uti", "terapia", "cuidados"],
        states: STAYS,
    },
    Passing {
        verbs: &["estar_en", "volver_a", "regresar_a", "llegar_a", "be_at", "come"],
        objects: &["casa", "home"],
        states: STAYS,
    },
    Passing {
        verbs: &["dar", "dar_a", "give"],
        objects: &["luz", "birth"],
        states: &["embaraz", "encinta", "pregnant", "expecting"],
    },
    Passing {
        verbs: &["curar", "recuperar", "sanar", "mejorar", "recover", "heal"],
        objects: &[],
        states: ILLNESSES,
    },
    Passing {
        verbs: &["volver_de", "regresar_de", "llegar_de", "come_back_from", "be_back_from"],
        objects: &["viaje", "vacaciones", "trip", "holiday", "vacation"],
        states: &["viaje", "vacaciones", "fuera", "trip", "holiday", "vacation", "away"],
    },
    Passing {
        verbs: &["dar_a_luz_a", "parir", "abortar", "tener_bebe", "aliviar_de"],
        objects: &[],
        states: &["embaraz", "encinta", "preñad", "prenad", "pregnant", "expecting"],
    },
    Passing {
        verbs: &["quitar", "sacar", "retirar", "remove", "take_off"],
        objects: &["escayola", "yeso", "ferula", "cast", "vendaje"],
        states: &["escayol", "enyes", "ferula", "vend", "yeso", "cast"],
    },
    Passing {
        verbs: &["reincorporar_a", "incorporar_a", "volver_a", "regresar_a", "go_back_to"],
        objects: &["trabajo", "curro", "oficina", "empresa", "laburo", "chamba", "pega", "work"],
        states: &["baja", "excedencia", "licencia", "incapacidad", "reposo", "leave"],
    },
    Passing {
        verbs: &["reincorporar", "dar_de"],
        objects: &[],
        states: &["baja", "excedencia", "licencia", "incapacidad", "reposo"],
    },
    Passing {
        verbs: &["encontrar", "conseguir", "hallar", "pillar", "tener", "find", "get"],
        objects: &["trabajo", "curro", "empleo", "laburo", "chamba", "pega", "job", "work"],
        states: IDLENESS,
    },
    Passing {
        verbs: &["trabajar_en", "trabajar_de", "trabajar_para", "contratar", "work_at", "work_as"],
        objects: &[],
        states: IDLENESS,
    },
    Passing {
        verbs: &["divorciar", "separar", "enviudar", "divorce", "separate"],
        objects: &[],
        states: &["casad", "married"],
    },
    Passing {
        verbs: &["salir_de", "soltar_de", "liberar"],
        objects: &["carcel", "prision", "chirona", "prison", "jail"],
        states: &["pres", "detenid", "encarcelad", "carcel", "prision", "prison", "jail"],
    },
    Passing { verbs: &["dejar"], objects: &["tabaco", "cigarr", "pucho"], states: &["fumar"] },
    Passing { verbs: &["dejar"], objects: &["bebida", "alcohol", "trago"], states: &["beber"] },
    Passing {
        verbs: &["quitar", "retirar"],
        objects: &["carne", "licencia", "registro"],
        states: &["conducir", "manejar"],
    },
    Passing { verbs: &["estar"], objects: &["bien", "mejor", "sano", "sana"], states: ILLNESSES },
    Passing {
        verbs: &["aparecer", "volver", "regresar"],
        objects: &[],
        states: &["perdid", "desaparecid", "escapad", "viaje", "vacaciones", "luna", "fuera"],
    },
    Passing { verbs: &["despertar"], objects: &[], states: &["coma", "sedad"] },
    Passing {
        verbs: &["cancelar", "romper", "anular"],
        objects: &["boda", "compromiso"],
        states: &["prometid", "comprometid"],
    },
    Passing { verbs: &["soltar", "liberar"], objects: &[], states: &["detenid", "pres", "carcel"] },
    Passing {
        verbs: &["independizar", "emancipar"],
        objects: &[],
        states: &["padre", "papa", "viejo", "madre", "mama"],
    },
];

/// Verbs that begin something without saying what.
pub(in crate::relations) const BEGINNINGS: &[Beginning] = &[
    Beginning {
        verbs: &["cambiar_a", "cambiarse_a", "pasar_a", "pasarse_a", "switch_to", "transfer_to"],
        follows: &[
            ("home", "vivir_en"),
            ("work", "trabajar_en"),
            ("school", "estudiar_en"),
            ("study", "estudiar"),
            ("use", "usar"),
            ("team", "jugar_en"),
        ],
        just_now: false,
    },
    Beginning {
        verbs: &["volver_a", "venir_a", "devolver_a", "regresar_a", "retornar_a", "marchar_a"],
        follows: &[("home", "vivir_en")],
        just_now: false,
    },
    Beginning {
        verbs: &["fichar_por", "contratar_en", "incorporar_a"],
        follows: &[("team", "jugar_en"), ("work", "trabajar_en"), ("trade", "trabajar_en")],
        just_now: false,
    },
    Beginning {
        verbs: &[
            "empezar_en",
            "comenzar_en",
            "entrar_en",
            "entrar_a",
            "estar_en",
            "ir_a",
            "start_at",
            "be_at",
        ],
        follows: &[
            ("work", "trabajar_en"),
            ("trade", "trabajar_en"),
            ("school", "estudiar_en"),
            ("home", "vivir_en"),
        ],
        just_now: true,
    },
    Beginning {
        verbs: &["empezar_de", "comenzar_de", "entrar_de", "start_as"],
        follows: &[("trade", "trabajar_de"), ("work", "trabajar_de")],
        just_now: true,
    },
    Beginning {
        verbs: &["empezar", "comenzar", "start"],
        follows: &[("study", "estudiar")],
        just_now: true,
    },
    Beginning {
        verbs: &["estar_con", "andar_con", "be_with"],
        follows: &[("romance", "salir_con"), ("marriage", "salir_con")],
        just_now: true,
    },
];
