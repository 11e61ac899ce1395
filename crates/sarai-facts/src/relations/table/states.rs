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

/// How it is told that a thing does not work.
const OUT_OF_ORDER: &[&str] = &[
    "broken",
    "bust",
    "faulty",
    "out of order",
    "be out of order",
    "leaking",
    "knackered",
    "down",
    "playing up",
    "on blink",
    "averiad",
    "rot",
    "estropead",
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
    Passing {
        verbs: &["have", "have_baby", "tener"],
        objects: &["baby", "twins", "bebe"],
        states: &["embaraz", "encinta", "pregnant", "expecting"],
    },
    Passing {
        verbs: &["comer", "eat", "volver_a_comer"],
        objects: &[
            "carne", "pollo", "ternera", "cerdo", "jamon", "meat", "steak", "chicken", "beef",
            "pork", "bacon", "ham", "lamb", "turkey", "burger",
        ],
        states: &["vegan", "vegetarian", "pescatarian", "pescetarian", "veggie"],
    },
    Passing {
        verbs: &["comer", "eat"],
        objects: &["pescado", "marisco", "fish", "seafood"],
        states: &["vegan", "vegetarian", "veggie"],
    },
    Passing {
        verbs: &["comer", "tomar", "eat"],
        objects: &["huevo", "queso", "lacteo", "egg", "cheese", "dairy"],
        states: &["vegan"],
    },
    Passing {
        verbs: &["ser", "hacer", "volver", "be", "go", "become", "turn"],
        objects: &["vegan", "vegetarian", "veggie"],
        states: &[
            "eat meat",
            "eat steak",
            "eat chicken",
            "eat beef",
            "eat pork",
            "eat bacon",
            "eat ham",
            "eat lamb",
            "eat turkey",
            "eat burger",
            "eat fish",
            "comer carne",
            "comer pollo",
            "comer ternera",
            "comer cerdo",
            "comer jamon",
            "comer pescado",
        ],
    },
    Passing {
        verbs: &["ser", "hacer", "volver", "be", "go", "become", "turn"],
        objects: &["vegan"],
        states: &[
            "eat egg",
            "eat cheese",
            "eat dairy",
            "drink milk",
            "comer huevo",
            "comer queso",
            "be vegetarian",
            "be veggie",
            "ser vegetarian",
        ],
    },
    Passing {
        verbs: &["be", "work", "get", "come_back", "be_back", "funcionar", "volver_a_funcionar"],
        objects: &["working", "fixed", "mended", "repaired", "sorted", "fine", "again", "funciona"],
        states: OUT_OF_ORDER,
    },
    Passing { verbs: &["work", "run"], objects: &["*"], states: OUT_OF_ORDER },
    Passing {
        verbs: &["recover", "heal", "clear_up", "get_better", "be", "feel", "get"],
        objects: &["*", "better", "well", "recovered", "cured", "healed"],
        states: ILLNESSES,
    },
    Passing {
        verbs: &["reopen", "open", "open_up", "reabrir", "abrir"],
        objects: &["*", "yes", "si"],
        states: &["closed", "shut", "cerrad"],
    },
    Passing {
        verbs: &["be_on", "leave_on"],
        objects: &["time"],
        states: &["delayed", "late", "cancelled", "retrasad"],
    },
    Passing {
        verbs: &["turn_up", "come_back", "come_home", "be", "show_up", "return", "get"],
        objects: &["*", "found", "back", "home"],
        states: &["missing", "lost", "perdid", "desaparecid"],
    },
    Passing { verbs: &["wake_up", "come_round", "come_around"], objects: &[], states: &["coma"] },
    Passing {
        verbs: &["sell", "be", "go"],
        objects: &["*", "sold"],
        states: &["for sale", "on market", "en venta"],
    },
    Passing {
        verbs: &["get_out", "come_out", "be_released", "release", "be", "be_out_of", "leave"],
        objects: &["*", "prison", "jail", "released", "out"],
        states: &["prison", "jail", "custody", "inside"],
    },
    Passing {
        verbs: &["come_off", "get_off", "take_off", "have_off", "remove"],
        objects: &["*", "cast", "brace", "plaster", "stitch", "bandage"],
        states: &["cast", "plaster", "brace", "stitch", "bandage"],
    },
    Passing {
        verbs: &["graduate", "graduate_from", "drop_out", "drop_out_of", "leave", "finish"],
        objects: &["*", "graduated", "uni", "college", "school", "degree"],
        states: &["at uni", "at college", "in college", "student", "at school"],
    },
    Passing {
        verbs: &["leave", "be_out_of", "get_out_of", "come_out_of", "quit", "be_discharged_from"],
        objects: &["army", "navy", "force", "marine", "police", "military"],
        states: &["army", "navy", "force", "marine", "police", "military", "soldier"],
    },
    Passing {
        verbs: &["be_at", "be_back_at", "return_to", "go_back_to", "get_back_to"],
        objects: &["work"],
        states: &["off sick", "sick", "leave", "holiday", "maternity", "signed off"],
    },
    Passing {
        verbs: &["finish", "complete", "come_off", "stop"],
        objects: &["antibiotic", "chemo", "treatment", "tablet", "pill", "medication", "steroid"],
        states: &["antibiotic", "chemo", "treatment", "tablet", "pill", "medication", "steroid"],
    },
    Passing {
        verbs: &["find", "get", "land", "start"],
        objects: &["job", "work"],
        states: &["look for job", "look for work", "job hunting", "between jobs", "buscar trabajo"],
    },
    Passing {
        verbs: &["find", "recover", "get_back", "encontrar", "recuperar"],
        objects: &[],
        states: &["lost", "missing"],
    },
    Passing {
        verbs: &["pass"],
        objects: &["driving", "test"],
        states: &["learn drive", "learner"],
    },
    Passing {
        verbs: &["call_off", "break_off", "cancel"],
        objects: &["wedding", "engagement"],
        states: &["engaged"],
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
        verbs: &["empezar_en", "comenzar_en", "entrar_en", "entrar_a", "estar_en", "ir_a"],
        follows: &[
            ("work", "trabajar_en"),
            ("trade", "trabajar_en"),
            ("school", "estudiar_en"),
            ("home", "vivir_en"),
        ],
        just_now: true,
    },
    Beginning {
        verbs: &["empezar_de", "comenzar_de", "entrar_de"],
        follows: &[("trade", "trabajar_de"), ("work", "trabajar_de")],
        just_now: true,
    },
    Beginning {
        verbs: &["empezar", "comenzar"],
        follows: &[("study", "estudiar")],
        just_now: true,
    },
    Beginning {
        verbs: &["estar_con", "andar_con"],
        follows: &[("romance", "salir_con"), ("marriage", "salir_con")],
        just_now: true,
    },
    Beginning {
        verbs: &[
            "switch_to",
            "transfer_to",
            "change_to",
            "upgrade_to",
            "downgrade_to",
            "go_over_to",
            "move_over_to",
            "shift_to",
            "go_with",
            "sign_up_with",
            "sign_with",
        ],
        follows: &[
            ("work", "work_at"),
            ("school", "study_at"),
            ("study", "study"),
            ("use", "use"),
            ("team", "play_for"),
            ("driving", "drive"),
            ("be_with", "be_with"),
            ("bank_with", "bank_with"),
            ("shop_at", "shop_at"),
            ("support", "support"),
            ("learn", "learn"),
            ("go_to", "go_to"),
            ("take", "take"),
            ("be_on", "be_on"),
            ("use", "use"),
            ("home", "live_in"),
            ("stay_in", "stay_in"),
        ],
        just_now: false,
    },
    Beginning {
        verbs: &["end_at", "end_in", "end_with", "end_up_at", "end_up_in", "end_up_with"],
        follows: &[
            ("work", "work_at"),
            ("school", "study_at"),
            ("go_to", "go_to"),
            ("stay_at", "stay_at"),
            ("train_at", "train_at"),
            ("shop_at", "shop_at"),
            ("be_with", "be_with"),
            ("bank_with", "bank_with"),
            ("home", "live_in"),
        ],
        just_now: false,
    },
    Beginning {
        verbs: &["start_at", "start_with"],
        follows: &[
            ("work", "work_at"),
            ("trade", "work_at"),
            ("school", "study_at"),
            ("go_to", "go_to"),
        ],
        just_now: false,
    },
    Beginning {
        verbs: &["be_at", "start_in", "join"],
        follows: &[
            ("work", "work_at"),
            ("trade", "work_at"),
            ("school", "study_at"),
            ("home", "live_in"),
        ],
        just_now: true,
    },
    Beginning {
        verbs: &["be_in", "be_over_in", "be_up_in", "be_down_in", "be_out_in"],
        follows: &[("home", "live_in"), ("school", "study_at"), ("go_to", "go_to")],
        just_now: true,
    },
    Beginning {
        verbs: &["start_as"],
        follows: &[("trade", "work_as"), ("work", "work_as")],
        just_now: true,
    },
    Beginning {
        verbs: &["start", "take_up", "be_on", "move_on_to", "go_on_to", "begin"],
        follows: &[
            ("study", "study"),
            ("learn", "learn"),
            ("read", "read"),
            ("watch", "watch"),
            ("play", "play"),
            ("use", "use"),
            ("take", "take"),
        ],
        just_now: true,
    },
    Beginning {
        verbs: &["be_with", "see"],
        follows: &[("romance", "date"), ("marriage", "date"), ("be_with", "be_with")],
        just_now: true,
    },
];
