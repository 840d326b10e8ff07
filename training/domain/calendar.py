"""Intents about days, months and units of time."""

from training.domain.numbers import counted, word
from training.domain.text import Bilingual, Fact, intent, pairs, rows

DAYS = pairs("""
Monday | lunes
Tuesday | martes
Wednesday | miércoles
Thursday | jueves
Friday | viernes
Saturday | sábado
Sunday | domingo
""")
MONTHS = pairs("""
January | enero
February | febrero
March | marzo
April | abril
May | mayo
June | junio
July | julio
August | agosto
September | septiembre
October | octubre
November | noviembre
December | diciembre
""")
ORDINALS = pairs("""
first | primer
second | segundo
third | tercer
fourth | cuarto
fifth | quinto
sixth | sexto
seventh | séptimo
eighth | octavo
ninth | noveno
tenth | décimo
eleventh | undécimo
twelfth | duodécimo
""")
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# unit, Spanish unit, its gender, English whole, Spanish whole, count
_UNITS = rows("""
seconds | segundos | m | a minute | un minuto | 60
minutes | minutos | m | an hour | una hora | 60
minutes | minutos | m | half an hour | media hora | 30
minutes | minutos | m | a quarter of an hour | un cuarto de hora | 15
hours | horas | f | a day | un día | 24
hours | horas | f | half a day | medio día | 12
hours | horas | f | two days | dos días | 48
days | días | m | a week | una semana | 7
days | días | m | two weeks | dos semanas | 14
days | días | m | a weekend | un fin de semana | 2
days | días | m | a year | un año | 365
days | días | m | a leap year | un año bisiesto | 366
weeks | semanas | f | a year | un año | 52
weeks | semanas | f | a month | un mes | 4
months | meses | m | a year | un año | 12
months | meses | m | half a year | medio año | 6
months | meses | m | a season | una estación | 3
months | meses | m | two years | dos años | 24
seasons | estaciones | f | a year | un año | 4
years | años | m | a decade | una década | 10
years | años | m | a century | un siglo | 100
centimeters | centímetros | m | a meter | un metro | 100
meters | metros | m | a kilometer | un kilómetro | 1000
grams | gramos | m | a kilogram | un kilogramo | 1000
millimeters | milímetros | m | a centimeter | un centímetro | 10
millimeters | milímetros | m | a meter | un metro | 1000
milliliters | mililitros | m | a liter | un litro | 1000
kilograms | kilogramos | m | a ton | una tonelada | 1000
inches | pulgadas | f | a foot | un pie | 12
feet | pies | m | a yard | una yarda | 3
ounces | onzas | f | a pound | una libra | 16
years | años | m | a millennium | un milenio | 1000
months | meses | m | a quarter of a year | un trimestre | 3
days | días | m | three weeks | tres semanas | 21
minutes | minutos | m | two hours | dos horas | 120
seconds | segundos | m | half a minute | medio minuto | 30
degrees | grados | m | a circle | un círculo | 360
degrees | grados | m | a right angle | un ángulo recto | 90
eggs | huevos | m | a dozen | una docena | 12
things | cosas | f | a dozen | una docena | 12
things | cosas | f | a pair | un par | 2
""")
UNIT_FACTS: list[Fact] = [
    {"unit": Bilingual(en, es), "whole": Bilingual(of, de), "n": counted(int(n), gender == "f"),
     "how": Bilingual("how many", "cuántas" if gender == "f" else "cuántos")}
    for en, es, gender, of, de, n in _UNITS
]  # fmt: skip


def cycle(names: tuple[Bilingual, ...]) -> list[Fact]:
    count = len(names)
    return [{"a": names[i], "b": names[(i + 1) % count], "c": names[(i + 2) % count]} for i in range(count)]


def _nth(names: tuple[Bilingual, ...]) -> list[Fact]:
    return [
        {"name": name, "nth": nth, "n": word(i + 1)} for i, (name, nth) in enumerate(zip(names, ORDINALS, strict=False))
    ]


_DAYS = cycle(DAYS)
_MONTHS = cycle(MONTHS)
_MONTH_FACTS: list[Fact] = [{"name": name, "n": counted(_LENGTHS[i])} for i, name in enumerate(MONTHS)]
_DAY_LIST = Bilingual(", ".join(day.en for day in DAYS), ", ".join(day.es for day in DAYS))
_MONTH_LIST = Bilingual(", ".join(month.en for month in MONTHS), ", ".join(month.es for month in MONTHS))

INTENTS = (
    intent(
        "time units",
        """
        how many {unit} are (there/) in {whole}? | ¿{how} {unit} hay en {whole}?
        how many {unit} are in {whole}? | ¿{how} {unit} hay en {whole}?
        how many {unit} does {whole} have? | ¿{how} {unit} tiene {whole}?
        how many {unit} make {whole}? | ¿{how} {unit} forman {whole}?
        how many {unit} make up {whole}? | ¿{how} {unit} componen {whole}?
        {whole} has how many {unit}? | ¿{whole} tiene {how} {unit}?
        {whole} has how many {unit}? | ¿{how} {unit} tiene {whole}?
        how many {unit} go into {whole}? | ¿{how} {unit} caben en {whole}?
        {whole} is how many {unit}? | ¿{whole} son {how} {unit}?
        how many {unit} there are in {whole}~ | {how} {unit} hay en {whole}~
        how many {unit} {whole} has~ | {how} {unit} tiene {whole}~
        the number of {unit} in {whole}^ | el número de {unit} en {whole}^
        """,
        "there are {n} {unit} in {whole}. | hay {n} {unit} en {whole}.",
        UNIT_FACTS,
        brief="{n}. | {n}.",
    ),
    intent(
        "days",
        """
        (what/which) day comes after {a}? | ¿qué día viene después del {a}?
        what comes after {a}? | ¿qué viene después del {a}?
        (what/which) day is after {a}? | ¿qué día es después del {a}?
        (what/which) day follows {a}? | ¿qué día sigue al {a}?
        what is the day after {a}? | ¿cuál es el día después del {a}?
        what is the next day after {a}? | ¿cuál es el día siguiente al {a}?
        (what/which) day comes after {a}~ | qué día viene después del {a}~
        the day after {a}^ | el día después del {a}^
        """,
        "{b} comes after {a}. | el {b} viene después del {a}.",
        _DAYS,
        brief="{b}. | {b}.",
    ),
    intent(
        "days",
        """
        (what/which) day comes before {b}? | ¿qué día viene antes del {b}?
        what comes before {b}? | ¿qué viene antes del {b}?
        (what/which) day is before {b}? | ¿qué día es antes del {b}?
        what is the day before {b}? | ¿cuál es el día antes del {b}?
        (what/which) day comes before {b}~ | qué día viene antes del {b}~
        the day before {b}^ | el día antes del {b}^
        """,
        "{a} comes before {b}. | el {a} viene antes del {b}.",
        _DAYS,
        brief="{a}. | {a}.",
    ),
    intent(
        "days",
        """
        (what/which) day is between {a} and {c}? | ¿qué día está entre el {a} y el {c}?
        (what/which) day comes between {a} and {c}? | ¿qué día viene entre el {a} y el {c}?
        """,
        "{b} is between {a} and {c}. | el {b} está entre el {a} y el {c}.",
        _DAYS,
        brief="{b}. | {b}.",
    ),
    intent(
        "days",
        """
        if today is {a}, what (day is/is) tomorrow? | si hoy es {a}, ¿qué día es mañana?
        if today is {a}, what day will it be tomorrow? | si hoy es {a}, ¿qué día será mañana?
        today is {a}. what day is tomorrow? | hoy es {a}. ¿qué día es mañana?
        what day is tomorrow if today is {a}? | ¿qué día es mañana si hoy es {a}?
        """,
        "if today is {a}, tomorrow is {b}. | si hoy es {a}, mañana es {b}.",
        _DAYS,
        brief="{b}. | {b}.",
    ),
    intent(
        "days",
        """
        if today is {b}, what (day was/was) yesterday? | si hoy es {b}, ¿qué día fue ayer?
        today is {b}. what day was yesterday? | hoy es {b}. ¿qué día fue ayer?
        what day was yesterday if today is {b}? | ¿qué día fue ayer si hoy es {b}?
        """,
        "if today is {b}, yesterday was {a}. | si hoy es {b}, ayer fue {a}.",
        _DAYS,
        brief="{a}. | {a}.",
    ),
    intent(
        "days",
        """
        what is the {nth} day of the week? | ¿cuál es el {nth} día de la semana?
        (what/which) day is the {nth} day of the week? | ¿qué día es el {nth} día de la semana?
        (what/which) day is number {n} in the week? | ¿qué día es el número {n} de la semana?
        the {nth} day of the week^ | el {nth} día de la semana^
        """,
        "{name} is the {nth} day of the week. | el {name} es el {nth} día de la semana.",
        _nth(DAYS),
        brief="{name}. | {name}.",
    ),
    intent(
        "days",
        """
        what is the last day of the week? | ¿cuál es el último día de la semana?
        which day is the last day of the week? | ¿qué día es el último día de la semana?
        which day is last in the week? | ¿qué día es el último de la semana?
        the last day of the week^ | el último día de la semana^
        """,
        "Sunday is the last day of the week. | el domingo es el último día de la semana.",
        brief="Sunday. | el domingo.",
    ),
    intent(
        "days",
        """
        (what/which) days are (the/on the/in the) weekend? | ¿qué días son el fin de semana?
        which days make up the weekend? | ¿qué días forman el fin de semana?
        what is the weekend? | ¿qué es el fin de semana?
        when is the weekend? | ¿cuándo es el fin de semana?
        what are the weekend days? | ¿cuáles son los días del fin de semana?
        """,
        "the weekend is Saturday and Sunday. | el fin de semana es el sábado y el domingo.",
        brief="Saturday and Sunday. | el sábado y el domingo.",
    ),
    intent(
        "days",
        """
        is {name} (a weekend day/part of the weekend/on the weekend)? | ¿el {name} es parte del fin de semana?
        is it the weekend on {name}? | ¿el {name} es fin de semana?
        """,
        "yes, {name} is part of the weekend. | sí, el {name} es parte del fin de semana.",
        _nth(DAYS)[5:],
        brief="yes. | sí.",
    ),
    intent(
        "days",
        """
        is {name} (a weekend day/part of the weekend/on the weekend)? | ¿el {name} es parte del fin de semana?
        is it the weekend on {name}? | ¿el {name} es fin de semana?
        """,
        "no, {name} is a weekday. | no, el {name} es un día laborable.",
        _nth(DAYS)[:5],
        brief="no. | no.",
    ),
    intent(
        "days",
        """
        what are the days of the week? | ¿cuáles son los días de la semana?
        (name/list/say/tell me) the days of the week. | (nombra/enumera/di/dime) los días de la semana.
        can you (name/list/say) the days of the week? | ¿puedes decir los días de la semana?
        the names of the days of the week^ | el nombre de los días de la semana^
        """,
        "the days are {list}. | los días son {list}.",
        [{"list": _DAY_LIST}],
        brief="{list}. | {list}.",
    ),
    intent(
        "months",
        """
        (what/which) month comes after {a}? | ¿qué mes viene después de {a}?
        what comes after {a}? | ¿qué viene después de {a}?
        (what/which) month is after {a}? | ¿qué mes está después de {a}?
        (what/which) month follows {a}? | ¿qué mes sigue a {a}?
        what is the (month/next month) after {a}? | ¿cuál es el mes siguiente a {a}?
        (what/which) month comes after {a}~ | qué mes viene después de {a}~
        the month after {a}^ | el mes después de {a}^
        """,
        "{b} comes after {a}. | {b} viene después de {a}.",
        _MONTHS,
        brief="{b}. | {b}.",
    ),
    intent(
        "months",
        """
        (what/which) month comes before {b}? | ¿qué mes viene antes de {b}?
        what comes before {b}? | ¿qué viene antes de {b}?
        (what/which) month is before {b}? | ¿qué mes está antes de {b}?
        what is the month before {b}? | ¿cuál es el mes anterior a {b}?
        (what/which) month comes before {b}~ | qué mes viene antes de {b}~
        the month before {b}^ | el mes antes de {b}^
        """,
        "{a} comes before {b}. | {a} viene antes de {b}.",
        _MONTHS,
        brief="{a}. | {a}.",
    ),
    intent(
        "months",
        """
        (what/which) month is between {a} and {c}? | ¿qué mes está entre {a} y {c}?
        (what/which) month comes between {a} and {c}? | ¿qué mes viene entre {a} y {c}?
        """,
        "{b} is between {a} and {c}. | {b} está entre {a} y {c}.",
        _MONTHS,
        brief="{b}. | {b}.",
    ),
    intent(
        "months",
        """
        what is the {nth} month of the year? | ¿cuál es el {nth} mes del año?
        (what/which) month is the {nth} month of the year? | ¿qué mes es el {nth} mes del año?
        (what/which) is the {nth} month? | ¿cuál es el {nth} mes?
        what is month number {n}? | ¿cuál es el mes número {n}?
        the {nth} month of the year^ | el {nth} mes del año^
        """,
        "{name} is the {nth} month of the year. | {name} es el {nth} mes del año.",
        _nth(MONTHS),
        brief="{name}. | {name}.",
    ),
    intent(
        "months",
        """
        what is the last month of the year? | ¿cuál es el último mes del año?
        which month is (the last one/last)? | ¿qué mes es el último?
        which month is the last month of the year? | ¿qué mes es el último mes del año?
        the last month of the year^ | el último mes del año^
        """,
        "December is the last month of the year. | diciembre es el último mes del año.",
        brief="December. | diciembre.",
    ),
    intent(
        "months",
        """
        how many days does {name} have? | ¿cuántos días tiene {name}?
        how many days are (there/) in {name}? | ¿cuántos días hay en {name}?
        how many days {name} has~ | cuántos días tiene {name}~
        how long is {name}? | ¿cuánto dura {name}?
        the number of days in {name}^ | el número de días de {name}^
        """,
        "{name} has {n} days. | {name} tiene {n} días.",
        _MONTH_FACTS,
        brief="{n}. | {n}.",
    ),
    intent(
        "months",
        """
        what are the months of the year? | ¿cuáles son los meses del año?
        (name/list/say/tell me) the months of the year. | (nombra/enumera/di/dime) los meses del año.
        can you (name/list/say) the months of the year? | ¿puedes decir los meses del año?
        can you (name/list) all the months? | ¿puedes decir todos los meses?
        """,
        "the months are {list}. | los meses son {list}.",
        [{"list": _MONTH_LIST}],
        brief="{list}. | {list}.",
    ),
    intent(
        "months",
        """
        which month is the shortest? | ¿qué mes es el más corto?
        what is the shortest month? | ¿cuál es el mes más corto?
        which month has the fewest days? | ¿qué mes tiene menos días?
        the shortest month of the year^ | el mes más corto del año^
        """,
        "February is the shortest month. | febrero es el mes más corto.",
        brief="February. | febrero.",
    ),
)
