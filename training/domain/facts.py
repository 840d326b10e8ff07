"""Intents about opposites and capitals."""

from training.domain.text import Bilingual, Fact, intent, pairs, rows

OPPOSITES = pairs("""
big | grande
small | pequeño
hot | caliente
cold | frío
tall | alto
short | bajo
fast | rápido
slow | lento
new | nuevo
old | viejo
good | bueno
bad | malo
happy | feliz
sad | triste
light | claro
dark | oscuro
day | día
night | noche
up | arriba
down | abajo
left | izquierda
right | derecha
open | abierto
closed | cerrado
full | lleno
empty | vacío
easy | fácil
difficult | difícil
strong | fuerte
weak | débil
rich | rico
poor | pobre
clean | limpio
dirty | sucio
wet | mojado
dry | seco
hard | duro
soft | blando
loud | ruidoso
quiet | silencioso
thin | delgado
thick | grueso
narrow | estrecho
wide | ancho
deep | profundo
shallow | poco profundo
early | temprano
late | tarde
near | cerca
far | lejos
inside | dentro
outside | fuera
first | primero
last | último
always | siempre
never | nunca
yes | sí
no | no
true | verdadero
false | falso
before | antes
after | después
more | más
less | menos
start | empezar
stop | parar
buy | comprar
sell | vender
win | ganar
lose | perder
love | amor
hate | odio
north | norte
south | sur
east | este
west | oeste
black | negro
white | blanco
young | joven
elderly | anciano
beautiful | hermoso
ugly | feo
sweet | dulce
bitter | amargo
warm | cálido
cool | fresco
push | empujar
pull | tirar
front | delante
back | detrás
asleep | dormido
awake | despierto
alive | vivo
dead | muerto
rough | áspero
smooth | liso
question | pregunta
answer | respuesta
friend | amigo
enemy | enemigo
summer | verano
winter | invierno
morning | mañana
evening | tarde
give | dar
take | tomar
come | venir
go | ir
laugh | reír
cry | llorar
everything | todo
nothing | nada
everybody | todos
nobody | nadie
same | igual
different | diferente
possible | posible
impossible | imposible
safe | seguro
dangerous | peligroso
with | con
without | sin
above | encima
below | debajo
war | guerra
peace | paz
begin | comenzar
end | terminar
remember | recordar
forget | olvidar
cheap | barato
expensive | caro
brave | valiente
afraid | miedoso
boy | niño
girl | niña
man | hombre
woman | mujer
king | rey
queen | reina
""")


def _opposites() -> list[Fact]:
    facts: list[Fact] = [{"a": Bilingual("heavy", "pesado"), "b": Bilingual("light", "ligero")}]
    for first, second in zip(OPPOSITES[::2], OPPOSITES[1::2], strict=True):
        facts += [{"a": first, "b": second}, {"a": second, "b": first}]
    return facts


CAPITALS: list[Fact] = [
    {"country": Bilingual(country, pais), "city": Bilingual(city, ciudad)}
    for country, pais, city, ciudad in rows("""
France | Francia | Paris | París
Spain | España | Madrid | Madrid
Germany | Alemania | Berlin | Berlín
Italy | Italia | Rome | Roma
Portugal | Portugal | Lisbon | Lisboa
England | Inglaterra | London | Londres
Ireland | Irlanda | Dublin | Dublín
Austria | Austria | Vienna | Viena
Switzerland | Suiza | Bern | Berna
Belgium | Bélgica | Brussels | Bruselas
Greece | Grecia | Athens | Atenas
Poland | Polonia | Warsaw | Varsovia
Hungary | Hungría | Budapest | Budapest
Denmark | Dinamarca | Copenhagen | Copenhague
Norway | Noruega | Oslo | Oslo
Sweden | Suecia | Stockholm | Estocolmo
Finland | Finlandia | Helsinki | Helsinki
Russia | Rusia | Moscow | Moscú
Turkey | Turquía | Ankara | Ankara
Egypt | Egipto | Cairo | El Cairo
Kenya | Kenia | Nairobi | Nairobi
China | China | Beijing | Pekín
Japan | Japón | Tokyo | Tokio
India | India | New Delhi | Nueva Delhi
Canada | Canadá | Ottawa | Ottawa
Mexico | México | Mexico City | Ciudad de México
Cuba | Cuba | Havana | La Habana
Peru | Perú | Lima | Lima
Iceland | Islandia | Reykjavik | Reikiavik
the Netherlands | los Países Bajos | Amsterdam | Ámsterdam
the Czech Republic | la República Checa | Prague | Praga
Romania | Rumanía | Bucharest | Bucarest
Bulgaria | Bulgaria | Sofia | Sofía
Croatia | Croacia | Zagreb | Zagreb
Serbia | Serbia | Belgrade | Belgrado
Ukraine | Ucrania | Kyiv | Kiev
Scotland | Escocia | Edinburgh | Edimburgo
Wales | Gales | Cardiff | Cardiff
Morocco | Marruecos | Rabat | Rabat
Nigeria | Nigeria | Abuja | Abuya
Ethiopia | Etiopía | Addis Ababa | Adís Abeba
Iran | Irán | Tehran | Teherán
Iraq | Irak | Baghdad | Bagdad
Saudi Arabia | Arabia Saudí | Riyadh | Riad
Pakistan | Pakistán | Islamabad | Islamabad
Nepal | Nepal | Kathmandu | Katmandú
Thailand | Tailandia | Bangkok | Bangkok
Vietnam | Vietnam | Hanoi | Hanói
the Philippines | Filipinas | Manila | Manila
South Korea | Corea del Sur | Seoul | Seúl
Colombia | Colombia | Bogota | Bogotá
Venezuela | Venezuela | Caracas | Caracas
Ecuador | Ecuador | Quito | Quito
Uruguay | Uruguay | Montevideo | Montevideo
Jamaica | Jamaica | Kingston | Kingston
New Zealand | Nueva Zelanda | Wellington | Wellington
the United States | Estados Unidos | Washington | Washington
Chile | Chile | Santiago | Santiago
Argentina | Argentina | Buenos Aires | Buenos Aires
Brazil | Brasil | Brasilia | Brasilia
Australia | Australia | Canberra | Canberra
""")
]

INTENTS = (
    intent(
        "opposites",
        """
        (what is/what's) the opposite of {a}? | ¿cuál es el opuesto de {a}?
        what is the opposite of {a}? | ¿qué es lo contrario de {a}?
        which word is the opposite of {a}? | ¿qué palabra es lo contrario de {a}?
        the opposite of {a}^ | lo contrario de {a}^
        what is the opposite word of {a}? | ¿cuál es la palabra opuesta a {a}?
        what is opposite to {a}? | ¿qué es opuesto a {a}?
        tell me a word that is the opposite of {a}. | dime una palabra que sea lo contrario de {a}.
        do you know the opposite of {a}? | ¿sabes lo contrario de {a}?
        I need the opposite of {a}. | necesito lo contrario de {a}.
        what do you call the opposite of {a}? | ¿cómo se llama lo contrario de {a}?
        give me the opposite of {a}. | dame lo contrario de {a}.
        {a} is the opposite of what? | ¿{a} es lo contrario de qué?
        """,
        "the opposite of {a} is {b}. | lo contrario de {a} es {b}.",
        _opposites(),
        brief="{b}. | {b}.",
    ),
    intent(
        "capitals",
        """
        (what is/what's) the capital of {country}? | ¿cuál es la capital de {country}?
        what is the capital city of {country}? | ¿cuál es la ciudad capital de {country}?
        which city is the capital of {country}? | ¿qué ciudad es la capital de {country}?
        the capital of {country}^ | la capital de {country}^
        the capital city of {country}^ | la ciudad capital de {country}^
        what the capital of {country} is~ | cuál es la capital de {country}~
        {country} has which capital? | ¿qué capital tiene {country}?
        which is the capital of {country}? | ¿cuál es la capital de {country}?
        what city is the capital of {country}? | ¿qué ciudad es la capital de {country}?
        name the capital of {country}. | nombra la capital de {country}.
        what is the name of the capital of {country}? | ¿cómo se llama la capital de {country}?
        """,
        "the capital of {country} is {city}. | la capital de {country} es {city}.",
        CAPITALS,
        brief="{city}. | {city}.",
    ),
    intent(
        "capitals",
        """
        (what/which) country is {city} the capital of? | ¿de qué país es capital {city}?
        {city} is the capital of (what/which) country? | ¿{city} es la capital de qué país?
        of which country is {city} the capital? | ¿de qué país es la capital {city}?
        (what/which) country has {city} as its capital? | ¿qué país tiene como capital {city}?
        (what/which) country {city} is the capital of~ | de qué país es capital {city}~
        """,
        "{city} is the capital of {country}. | {city} es la capital de {country}.",
        CAPITALS,
        brief="{country}. | {country}.",
    ),
    intent(
        "capitals",
        """
        where is {city}? | ¿dónde está {city}?
        in (what/which) country is {city}? | ¿en qué país está {city}?
        what country is {city} in? | ¿en qué país está {city}?
        where {city} is~ | dónde está {city}~
        """,
        "{city} is in {country}. | {city} está en {country}.",
        CAPITALS,
        brief="in {country}. | en {country}.",
    ),
)
