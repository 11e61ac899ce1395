//! Words without a meaning of their own: articles, pronouns, question words, and the phrases people
//! put around a question (“¿te acuerdas de…?”). Folded.

use std::collections::HashSet;
use std::sync::LazyLock;

use sarai_core::language::Language;

pub(super) fn list(language: Language) -> &'static HashSet<&'static str> {
    match language {
        Language::Spanish => &SPANISH,
        Language::English => &ENGLISH,
    }
}

static SPANISH: LazyLock<HashSet<&str>> = LazyLock::new(|| words(SPANISH_WORDS));
static ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| words(ENGLISH_WORDS));

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

const SPANISH_WORDS: &str = "
a al ante bajo con contra de del desde durante en entre hacia hasta para por segun sin sobre tras
el la los las lo un una unos unas
yo tu usted ustedes ella ello ellos ellas nosotros nosotras vosotros vosotras me te se nos os le les mi mis
mio mia mios mias ti su sus suyo suya suyos suyas nuestro nuestra nuestros nuestras vuestro vuestra tus
tuyo tuya conmigo contigo consigo si no ni o u y e pero sino aunque porque pues como cuando donde adonde
que quien quienes cual cuales cuanto cuanta cuantos cuantas cuyo cuya
este esta estos estas ese esa esos esas aquel aquella aquellos aquellas esto eso aquello aqui ahi alli
alla aca muy mas menos mucho mucha muchos muchas poco poca pocos pocas tan tanto tanta tambien tampoco ya
aun todavia solo otra otro otros otras mismo misma todo toda todos todas algo alguien algun alguna algunos
algunas nada nadie ningun ninguna cada cualquier asi entonces luego ahora siempre nunca
ser soy eres es somos sois son era eras eramos eran fui fue fuimos fueron sea sean sido siendo sera seria
estar estoy estas estamos estan estaba estaban estuve estuvo este esten estado
he has ha hemos habeis han hay habia habian hube hubo haya hayan haber habido
dime dimelo cuentame di decir dijo dije dicho digo dijiste digas conte contado recuerdas recuerda
recuerdame acuerdas acuerdo recordar sabes saber sabe sabrias podrias puedes puedo podria puede quiero
quisiera oye hola buenas gracias favor vale bueno pregunta";

const ENGLISH_WORDS: &str = "
a an the of to in on at by for from with without into onto about between over under after before during
until as and or but nor so if then than because while though although
i you he she it we they me him her us them my your his its our their mine yours hers ours theirs myself
this that these those here there who whom whose what which when where why how
am is are was were be been being do does did done doing have has had having will would shall should can
could may might must not no yes
don t s m re ve ll d isn aren wasn weren doesn didn won wouldn couldn shouldn
very much many more most some any all each every both few other another such only own same too also just
again ever never still now
tell told say said remember recall know please hi hello hey thanks thank question let";
