"""Everyday phrases of the broad grammar: patterns with nouns, people, places and times in them.

Owns the wordings; nouns and their forms are nouns.py's.
"""

from random import Random

from training.domain.text import Bilingual, Fact, pairs, written
from training.translation.names import euphonic, name
from training.translation.nouns import NOUNS, Noun
from training.translation.words import CITIES, FUTURE_TIMES, PAST_TIMES, TIMES

# {a}, {the}, {my}, {this}, {some}: a thing; {b}, {the_b}: another; {food}, {foods}, {drink}; {who}, {whom}: a person;
# {animal}; {at}: at a place; {to}: to a place; {place}: a place; {now}, {then}, {soon}: times.
_PHRASES = pairs("""
I would like {food}, please. | quisiera {food}, por favor.
I would like {drink}. | me gustaría tomar {drink}.
I want {a}. | quiero {a}.
I need {a}. | necesito {a}.
do you have {a}? | ¿tienes {a}?
I do not have {a}. | no tengo {a}.
can I have {drink}? | ¿me das {drink}?
can I see {the}? | ¿puedo ver {the}?
may I use {the}? | ¿puedo usar {the}?
can you give me {the}? | ¿puedes darme {the}?
can you help me? | ¿puedes ayudarme?
can you help {whom}? | ¿puedes ayudar {whom}?
please give me {the}. | por favor, dame {the}.
please close {the}. | por favor, cierra {the}.
please wait here. | por favor, espera aquí.
please sit down. | por favor, siéntate.
please come in. | por favor, pasa.
come here. | ven aquí.
go {to}. | ve {to}.
let us go {to}. | vamos {to}.
let us eat. | vamos a comer.
I am going {to}. | voy {to}.
we are going {to} {soon}. | vamos {to} {soon}.
I am {at}. | estoy {at}.
I will be {at} {soon}. | estaré {at} {soon}.
I was {at} {then}. | estuve {at} {then}.
are you {at}? | ¿estás {at}?
where do you live? | ¿dónde vives?
I live in {city}. | vivo en {city}.
where do you work? | ¿dónde trabajas?
I work {at}. | trabajo {at}.
what do you do? | ¿a qué te dedicas?
how is {who}? | ¿cómo está {who}?
{who} is fine. | {who} está bien.
{who} is {at}. | {who} está {at}.
{who} has {a}. | {who} tiene {a}.
{who} likes {foods}. | {a_whom} le gustan {foods_es}.
{who} does not like {foods}. | {a_whom} no le gustan {foods_es}.
{who} wants {a}. | {who} quiere {a}.
I like {foods}. | me gustan {foods_es}.
I do not like {foods}. | no me gustan {foods_es}.
I love {foods}. | me encantan {foods_es}.
do you like {foods}? | ¿te gustan {foods_es}?
I prefer {foods}. | prefiero {foods_es}.
I like to read. | me gusta leer.
I like to swim. | me gusta nadar.
I like to cook. | me gusta cocinar.
do you like to dance? | ¿te gusta bailar?
I am hungry. | tengo hambre.
I am thirsty. | tengo sed.
I am cold. | tengo frío.
I am hot. | tengo calor.
I am sleepy. | tengo sueño.
I am in a hurry. | tengo prisa.
I am afraid. | tengo miedo.
are you hungry? | ¿tienes hambre?
are you cold? | ¿tienes frío?
she is hungry. | ella tiene hambre.
you are right. | tienes razón.
I am lost. | estoy perdido.
I am bored. | estoy aburrido.
my head hurts. | me duele la cabeza.
my foot hurts. | me duele el pie.
I have a cold. | estoy resfriado.
I feel good. | me siento bien.
I feel bad. | me siento mal.
it is raining. | está lloviendo.
it is snowing. | está nevando.
it rains a lot here. | aquí llueve mucho.
it is hot today. | hoy hace calor.
it is cold today. | hoy hace frío.
it is cold {at}. | hace frío {at}.
the sun is shining. | brilla el sol.
it is windy. | hace viento.
the weather is good. | hace buen tiempo.
the weather is bad. | hace mal tiempo.
will it rain {soon}? | ¿lloverá {soon}?
what is this? | ¿qué es esto?
what is that? | ¿qué es eso?
this is {a}. | esto es {a}.
that is {my}. | eso es {my}.
whose is {this}? | ¿de quién es {this}?
{this} is mine. | {this} es {mine}.
where is {my}? | ¿dónde está {my}?
I cannot find {my}. | no encuentro {my}.
I have lost {my}. | he perdido {my}.
I have found {a}. | he encontrado {a}.
{my} is new. | {my} es {new}.
{my} does not work. | {my} no funciona.
{the} is broken. | {the} está {broken}.
{the} is on {the_b}. | {the} está sobre {the_b}.
{the} is under {the_b}. | {the} está debajo de {the_b}.
{the} is next to {the_b}. | {the} está al lado de {the_b}.
{the} is behind {the_b}. | {the} está detrás de {the_b}.
{the} is in front of {the_b}. | {the} está delante de {the_b}.
{the} is in {the_b}. | {the} está en {the_b}.
put {the} on {the_b}. | pon {the} sobre {the_b}.
there is {a} on {the_b}. | hay {a} sobre {the_b}.
there is {animal} {at}. | hay {animal} {at}.
there was {a} {at}. | había {a} {at}.
there is nothing {at}. | no hay nada {at}.
there is nobody {at}. | no hay nadie {at}.
I have {animal}. | tengo {animal}.
how much is {the}? | ¿cuánto cuesta {the}?
how much is {this}? | ¿cuánto cuesta {this}?
{this} is too expensive. | {this} es {too} {expensive}.
it is too late. | es demasiado tarde.
it is early. | es temprano.
it is very good. | es muy bueno.
it is not good. | no es bueno.
it is important. | es importante.
it is easy. | es fácil.
it is difficult. | es difícil.
it is possible. | es posible.
that is true. | es verdad.
that is not true. | no es verdad.
of course. | por supuesto.
maybe. | quizás.
I think so. | creo que sí.
I do not think so. | creo que no.
I do not know. | no lo sé.
I know. | lo sé.
I understand. | entiendo.
I do not understand. | no entiendo.
do you understand me? | ¿me entiendes?
can you repeat that? | ¿puedes repetir eso?
what does this word mean? | ¿qué significa esta palabra?
I forgot. | se me olvidó.
I remember. | me acuerdo.
I love you. | te quiero.
I miss you. | te echo de menos.
I see you. | te veo.
I hear you. | te oigo.
I will help you. | te ayudaré.
I will call {whom} {soon}. | llamaré {whom} {soon}.
I called {whom} {then}. | llamé {whom} {then}.
I saw {whom} {then}. | vi {whom} {then}.
I have to work {soon}. | tengo que trabajar {soon}.
I have to go {to}. | tengo que ir {to}.
I want to go {to}. | quiero ir {to}.
I want to sleep. | quiero dormir.
I want to buy {a}. | quiero comprar {a}.
I am reading {a}. | estoy leyendo {a}.
I am looking for {the}. | estoy buscando {the}.
I am cooking {food}. | estoy cocinando {food}.
I am listening to music. | estoy escuchando música.
what are you reading? | ¿qué estás leyendo?
what are you doing? | ¿qué estás haciendo?
what are you looking for? | ¿qué estás buscando?
who are you looking for? | ¿a quién buscas?
what did you buy? | ¿qué compraste?
what do you want to eat? | ¿qué quieres comer?
what would you like to drink? | ¿qué te gustaría beber?
when do you go {to}? | ¿cuándo vas {to}?
how do I get {to}? | ¿cómo llego {to}?
where is {place}? | ¿dónde está {place}?
{place} is far away. | {place} está lejos.
{place} is near. | {place} está cerca.
{place} is closed. | {place} está {closed}.
is {place} open? | ¿está {opened} {place}?
turn right. | gira a la derecha.
turn left. | gira a la izquierda.
go straight ahead. | sigue todo recto.
happy birthday. | feliz cumpleaños.
good luck. | buena suerte.
see you {soon}. | nos vemos {soon}.
what a pity. | qué pena.
no problem. | no hay problema.
everything is fine. | todo está bien.
everything is new. | todo es nuevo.
somebody is {at}. | alguien está {at}.
something is wrong. | algo va mal.
always. | siempre.
never. | nunca.
I always eat {food}. | siempre como {food}.
I never drink {drinks}. | nunca bebo {drinks}.
I often read. | leo a menudo.
sometimes I go {to}. | a veces voy {to}.
I have already eaten. | ya he comido.
I have not eaten yet. | todavía no he comido.
I have never been {to}. | nunca he estado {at}.
I was born in {city}. | nací en {city}.
I come from {city}. | vengo de {city}.
do you speak English? | ¿hablas inglés?
I speak a little Spanish. | hablo un poco de español.
I am learning Spanish. | estoy aprendiendo español.
my mother and my father live in {city}. | mi madre y mi padre viven en {city}.
my sister is taller than me. | mi hermana es más alta que yo.
my brother is older than me. | mi hermano es mayor que yo.
{a} and {b}. | {a} y {b}.
{a} or {b}? | ¿{a} o {b}?
{the} and {the_b} are {at}. | {the} y {the_b} están {at}.
bring me {a}, please. | tráeme {a}, por favor.
show me {the}. | muéstrame {the}.
open {the_b}. | abre {the_b}.
do not open {the_b}. | no abras {the_b}.
do not touch {the}. | no toques {the}.
do not forget {the}. | no olvides {the}.
be careful. | ten cuidado.
be quiet. | cállate.
hurry up. | date prisa.
wash your hands. | lávate las manos.
he is my {friend}. | él es mi {friend}.
she is my {sister}. | ella es mi {sister}.
who is that {boy}? | ¿quién es ese {boy}?
{name} gave me {a}. | {name} me dio {a}.
I gave {name} {a}. | le di {a} a {name}.
I have a gift for {name}. | tengo un regalo para {name}.
""")
_MEN = pairs("""
friend | amigo
brother | hermano
uncle | tío
son | hijo
cousin | primo
""")
_WOMEN = pairs("""
sister | hermana
aunt | tía
daughter | hija
boss | jefa
wife | esposa
""")


def _with(article: str, noun: Noun) -> Bilingual:
    es = {"the": noun.el, "a": noun.un, "my": "mi", "this": "esta" if noun.feminine else "este"}[article]
    return Bilingual(f"{article} {noun.en}", f"{es} {noun.es}")


def _gendered(noun: Noun, stem: str) -> Bilingual:
    return Bilingual("", stem + ("a" if noun.feminine else "o"))


def _fact(rng: Random) -> Fact:
    thing, other, food, drink, person, animal, place = (
        rng.choice(NOUNS[kind]) for kind in ("thing", "opening", "food", "drink", "person", "animal", "place")
    )
    who = rng.choice((_with("my", person), _with("the", person)))
    called = name(rng)
    if rng.random() < 0.3:
        who = Bilingual(called, called)
    boy = rng.choice([noun for noun in NOUNS["person"] if not noun.feminine])
    return {
        "a": _with("a", thing), "the": _with("the", thing), "my": _with("my", thing), "this": _with("this", thing),
        "b": _with("a", other), "the_b": _with("the", other),
        "food": _with("a", food), "foods": Bilingual(food.ens, ""), "foods_es": Bilingual("", f"{food.los} {food.ess}"),
        "drink": _with("a", drink), "drinks": Bilingual(drink.en, drink.es),
        "who": who, "whom": Bilingual(who.en, f"a {who.es}"), "a_whom": Bilingual("", f"a {who.es}"),
        "animal": _with("a", animal), "place": _with("the", place),
        "at": Bilingual(f"{place.at} the {place.en}", f"en {place.el} {place.es}"),
        "to": Bilingual(f"to the {place.en}", f"a {place.el} {place.es}"),
        "now": rng.choice(TIMES), "then": rng.choice(PAST_TIMES), "soon": rng.choice(FUTURE_TIMES),
        "city": rng.choice(CITIES), "name": Bilingual(called, called),
        "mine": _gendered(thing, "mí"), "new": _gendered(thing, "nuev"), "broken": _gendered(thing, "rot"),
        "too": Bilingual("", "demasiado"), "expensive": _gendered(thing, "car"),
        "closed": _gendered(place, "cerrad"), "opened": _gendered(place, "abiert"),
        "friend": rng.choice(_MEN), "sister": rng.choice(_WOMEN), "boy": Bilingual(boy.en, boy.es),
    }  # fmt: skip


def phrase(rng: Random) -> Bilingual:
    """A random everyday phrase in both languages."""
    return euphonic(written(rng.choice(_PHRASES), _fact(rng), rng))
