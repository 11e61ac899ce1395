//! What changes, told in English: with and without a word that says so.

use super::check;

#[test]
fn one_thing_takes_the_place_of_another() {
    check(
        &["Our internet is with TalkTalk", "We've ditched TalkTalk for Zen"],
        &["yo | ditch | TalkTalk | past", "internet | be_with | Zen"],
    );
    check(&["I drive a Clio", "I swapped the Clio for a Skoda"], &["yo | drive | Skoda"]);
    check(&["My car is a red Micra", "Traded the Micra in for a Leaf"], &["car | be | Leaf"]);
    check(
        &["I'm learning Welsh", "I dropped Welsh for Polish"],
        &["yo | drop | Welsh | past", "yo | learn | Polish"],
    );
    check(&["My aunt drives a Panda", "My aunt upgraded to a Tesla"], &["aunt | drive | Tesla"]);
    check(
        &["My favourite team is Celtic", "I've switched to Hibs"],
        &["favourite team | be | Hibs"],
    );
    check(&["I'm with Vodafone", "I've gone over to Three"], &["yo | be_with | Three"]);
    // What was never told is not exchanged.
    check(
        &["I drive a Clio", "My neighbour swapped his Micra for a Skoda"],
        &["yo | drive | Clio", "neighbour | switch_to | Skoda | past"],
    );
    check(
        &["I'm on sertraline", "The doctor switched me to mirtazapine"],
        &["yo | be_on | mirtazapine"],
    );
    check(
        &["I take 40 mg of sertraline", "My doctor cut it to 20"],
        &["yo | take | 20 mg of sertraline"],
    );
}

#[test]
fn idioms_are_read_as_what_they_mean() {
    check(&["I live in Truro", "We've upped sticks to Exeter"], &["yo | move_to | Exeter | past"]);
    check(&["My uncle works at Boots", "My uncle got the sack"], &[]);
    check(&["I work at Boots", "Boots let me go"], &[]);
    check(&["I hate celery", "I've come round to celery"], &["yo | like | celery"]);
    check(&["I love gin", "I've gone off gin"], &["yo | stop | liking gin | past"]);
    check(&["I smoke", "I've packed in smoking"], &["yo | pack_in | smoking | past"]);
    check(&["I'm going out with Owen", "Owen and I are done"], &["yo | break_up_with | Owen"]);
    // The alarm is no taste.
    check(
        &["I love gin", "The alarm went off at 6"],
        &["yo | love | gin", "alarm | go_off_at | 6 | past"],
    );
}

#[test]
fn work_changes() {
    check(&["I'm a plumber", "I've jacked in the plumbing"], &["yo | jack_in | plumbing | past"]);
    check(
        &["My aunt cleans offices for Serco", "She got a job at Mitie"],
        &["aunt | clean | offices", "aunt | work_at | Mitie"],
    );
    check(
        &["I'm based in Berlin", "My company transferred me to Munich"],
        &["yo | live_in | Munich"],
    );
    check(&["I'm on nights", "They've put me on days"], &["yo | be_on | days"]);
    check(&["I earn 2000 a month", "They gave me a raise to 2200"], &["yo | earn | 2200 a month"]);
    check(&["I work at Costa", "I'm at Greggs now"], &["yo | work_at | Greggs"]);
    check(
        &["I work at Costa", "I'm at the gym now"],
        &["yo | work_at | Costa", "yo | be_at | gym"],
    );
    check(&["My dad drives lorries", "My dad is retired"], &["dad | be | retired"]);
    check(&["My boss is Karen", "Karen's left"], &[]);
}

#[test]
fn somebody_else_has_the_post() {
    check(
        &["My GP is Dr Patel", "Dr Jones took over from Dr Patel"],
        &["GP Dr Jones | be | Dr Jones"],
    );
    check(
        &["My manager is Priya", "Priya left and I report to Glenn"],
        &["manager Glenn | be | Glenn"],
    );
    check(
        &["Our cleaner is Rosa", "Rosa quit, Irina does the cleaning"],
        &["cleaner Irina | be | Irina"],
    );
    check(
        &["My doctor is Dr Ali", "I've changed doctor, it's Dr Wu now"],
        &["yo | change | doctor Dr Ali | past", "doctor Dr Wu | be | Dr Wu"],
    );
    // Who is back soon keeps it.
    check(
        &["My boss is Karen", "Karen left for lunch"],
        &["boss Karen | be | Karen", "boss Karen | leave_for | lunch | past"],
    );
    check(
        &["My GP is Dr Khan", "I saw Dr Lee at the hospital"],
        &["GP Dr Khan | be | Dr Khan", "yo | see | Dr Lee | past"],
    );
}

#[test]
fn couples_part_and_marry() {
    check(&["My boyfriend is Tom", "Tom dumped me"], &["boyfriend Tom | dump | yo | past"]);
    check(
        &["I have a girlfriend", "My brother broke up with his girlfriend"],
        &["yo | have | girlfriend", "brother | break_up_with | brother's girlfriend | past"],
    );
    check(
        &["My sister is dating Rob", "She's chucked Rob, it's Kev now"],
        &["sister | chuck | Rob | past", "sister | date | Kev"],
    );
    check(&["I'm engaged to Sofia", "Sofia and I got married"], &["yo | marry | Sofia | past"]);
}

#[test]
fn homes_change() {
    check(
        &["We rent a flat in Croydon", "We moved to Reigate"],
        &["yo | move_to | Reigate | past"],
    );
    check(&["I'm renting a flat in Croydon", "I live in Hove now"], &["yo | live_in | Hove"]);
    check(&["My aunt owns a cottage in Whitby"], &["aunt | own | cottage in Whitby"]);
    check(&["I live in Hackney", "I'm in Leyton these days"], &["yo | live_in | Leyton"]);
    check(
        &["I live in Rhyl", "I moved to Bangor", "I settled in Conwy"],
        &["yo | settle_in | Conwy | past"],
    );
    check(
        &["We have a hamster called Pip", "Pip's gone to live with my cousin"],
        &["hamster Pip | be_called | Pip", "hamster Pip | live_with | cousin"],
    );
    check(&["My mum lives alone", "Mum's come to live with us"], &["mum | live_with | yo"]);
    check(&["My mum's in hospital", "Mum's home from hospital"], &["mum | be_at | home"]);
}

#[test]
fn animals_and_things_go() {
    check(
        &["I have a labrador, Bess", "Bess had to be put to sleep"],
        &["labrador Bess | die | dead | past"],
    );
    check(
        &["We have a cat called Milo", "Milo passed away in the night"],
        &["cat Milo | be_called | Milo", "cat Milo | pass_away_in | night | past"],
    );
    check(
        &["We don't have any pets", "We've adopted a greyhound"],
        &["yo | adopt | greyhound | past"],
    );
    check(
        &["The dishwasher is broken", "Dad fixed the dishwasher"],
        &["dad | fix | dishwasher | past"],
    );
}

#[test]
fn states_pass() {
    for (before, after, left) in [
        ("The boiler is broken", "The boiler's working again", ""),
        ("The cat is missing", "The cat turned up", ""),
        ("My dad is in a coma", "Dad woke up", ""),
        ("The house is for sale", "The house sold", ""),
        ("I have a garden shed", "The shed burned down", ""),
        ("The lift is out of order", "They've repaired the lift", "lift | be | repaired"),
        ("I have asthma", "I've grown out of my asthma", "yo | grow_out_of | asthma | past"),
        ("I'm off sick", "I'm back at work", "yo | be_at | work"),
        ("I'm on holiday", "I'm back from holiday", "yo | be_back_from | holiday"),
        ("My brother is in the army", "My brother left the army", "brother | leave | army | past"),
        ("My keys are lost", "I found my keys", "yo | find | keys | past"),
        ("I owe Ben 50 pounds", "I paid Ben back", "yo | pay_back | Ben | past"),
        ("I'm a member of the choir", "I've left the choir", "yo | leave | choir | past"),
        ("The bridge is closed", "The bridge is open", "bridge | be | open"),
        ("The shop is closed", "The shop has reopened", ""),
        ("I hate running", "I'm really into running", "yo | like | running"),
        ("I keep six hens", "I'm down to four hens", "yo | keep | four hens"),
        ("I don't like figs", "I've started to like figs", "yo | like | figs"),
        (
            "My lad is in Junior Infants",
            "My lad's gone into Senior Infants",
            "lad | be_in | Senior Infants",
        ),
    ] {
        let held: Vec<&str> = [left].into_iter().filter(|left| !left.is_empty()).collect();
        check(&[before, after], &held);
    }
}

#[test]
fn what_happens_to_others_passes_nothing() {
    for (before, after, told) in [
        ("The boiler is broken | boiler | be | broken", "My neighbour's boiler is working", ""),
        ("I own a shed | yo | own | shed", "My uncle's shed burned down", ""),
        ("I'm vegan | yo | be | vegan", "I ate a steak once", "yo | eat | steak | past"),
        (
            "I live in York | yo | live_in | York",
            "I moved to a new team",
            "yo | move_on_to | new team | past",
        ),
        (
            "I drive a Clio | yo | drive | Clio",
            "I sold my brother's Clio",
            "yo | sell | brother's Clio | past",
        ),
    ] {
        let (before, fact) = before.split_once(" | ").unwrap();
        let held: Vec<&str> = [fact, told].into_iter().filter(|line| !line.is_empty()).collect();
        check(&[before, after], &held);
    }
}

#[test]
fn amounts_and_codes_change() {
    check(
        &["My rent is 800 a month", "The landlord's put the rent up to 950"],
        &["rent | be | 950 a month"],
    );
    check(
        &["My rent is 800 a month", "My rent's gone up by 50 to 850"],
        &["rent | be | 850 a month"],
    );
    check(&["I weigh 90 kilos", "I'm down to 84 kilos"], &["yo | weigh | 84 kilos"]);
    check(
        &["The code for the bike lock is 4410", "The bike lock code is 9023"],
        &["code for bike lock | be | 9023"],
    );
    check(
        &["Bus fare is 2 pounds", "They've hiked the bus fare to 3 pounds"],
        &["bus fare | be | 3 pounds"],
    );
}

#[test]
fn a_value_follows_the_change() {
    check(
        &["My wifi password is banana1", "I had to change it: banana2"],
        &["yo | change | wifi password | past", "wifi password | be | banana2"],
    );
    check(&["My son is 15", "He had his 16th birthday last week"], &["son | be | 16"]);
    check(&["My train's at 6:15, sorry, I meant 6:50"], &["train | be | 6:50 | planned"]);
    check(
        &["My dentist appointment is on June 14th", "The 14th fell through, it's the 16th"],
        &["dentist appointment | be | 16th | planned"],
    );
    check(&["My flight is at 7pm", "Flight delayed till 9pm"], &["flight | be | 9pm | planned"]);
}

#[test]
fn what_is_taken_back_is_put_right() {
    check(&["My brother is 34", "I tell a lie, 35"], &["brother | be | 35"]);
    check(&["I live at number 12", "My mistake, number 14"], &["yo | live_at | number 14"]);
    check(&["My uncle lives in Derry", "Newry, not Derry"], &["uncle | live_in | Newry"]);
    check(
        &["My sister's name is Anna", "It's Hanna actually"],
        &["sister Hanna | be_called | Hanna"],
    );
    check(&["My scan is on Tuesday, no, Friday"], &["scan | be | Friday | planned"]);
    check(
        &["The course starts on Monday", "The course doesn't start till Wednesday"],
        &["course | start_on | Wednesday | planned"],
    );
    check(
        &["The plumber is coming on Tuesday", "The plumber is coming Thursday"],
        &["plumber | come_on | Thursday | planned"],
    );
}

#[test]
fn what_is_eaten_tells_a_diet() {
    check(&["I'm vegetarian", "I eat meat again"], &["yo | eat | meat"]);
    check(&["I eat steak", "I'm vegan now"], &["yo | be | vegan"]);
    check(&["I eat steak", "My sister is vegan now"], &["yo | eat | steak", "sister | be | vegan"]);
}

#[test]
fn wishes_guesses_and_others_change_nothing() {
    for said in [
        "I might ditch TalkTalk for Zen",
        "Should I swap TalkTalk for Zen?",
        "If I ditched TalkTalk for Zen I'd save money",
        "I'd love to ditch TalkTalk for Zen",
        "Maybe we'll switch to Zen",
        "I wish we could switch to Zen",
        "We nearly switched to Zen",
    ] {
        check(&["Our internet is with TalkTalk", said], &["internet | be_with | TalkTalk"]);
    }
}
