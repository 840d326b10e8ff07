"""Intents about the seasons of the northern year."""

from training.domain.calendar import MONTHS, cycle
from training.domain.text import Bilingual, Fact, intent, pairs

SEASONS = pairs("""
spring | la primavera
summer | el verano
fall | el otoño
winter | el invierno
""")
_SEASON_OF = (3, 3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3)
_MONTH_FACTS: list[Fact] = [{"name": name, "season": SEASONS[_SEASON_OF[i]]} for i, name in enumerate(MONTHS)]

INTENTS = (
    intent(
        "seasons",
        """
        (what/which) season is {name} in? | ¿en qué estación está {name}?
        in (what/which) season is {name}? | ¿en qué estación está {name}?
        what season is it in {name}? | ¿qué estación es en {name}?
        what season {name} is in~ | en qué estación está {name}~
        """,
        "{name} is in {season}. | {name} está en {season}.",
        _MONTH_FACTS,
        brief="{season}. | {season}.",
    ),
    intent(
        "seasons",
        """
        (what/which) season comes after {a}? | ¿qué estación viene después de {a}?
        what comes after {a}? | ¿qué viene después de {a}?
        (what/which) season follows {a}? | ¿qué estación sigue a {a}?
        (what/which) season comes after {a}~ | qué estación viene después de {a}~
        the season after {a}^ | la estación después de {a}^
        """,
        "{b} comes after {a}. | {b} viene después de {a}.",
        cycle(SEASONS),
        brief="{b}. | {b}.",
    ),
    intent(
        "seasons",
        """
        (what/which) season comes before {b}? | ¿qué estación viene antes de {b}?
        (what/which) season is before {b}? | ¿qué estación está antes de {b}?
        the season before {b}^ | la estación antes de {b}^
        """,
        "{a} comes before {b}. | {a} viene antes de {b}.",
        cycle(SEASONS),
        brief="{a}. | {a}.",
    ),
    intent(
        "seasons",
        """
        (what/which) season is (the/) {kind}? | ¿qué estación es la más {kind}?
        what is the {kind} season? | ¿cuál es la estación más {kind}?
        the {kind} season^ | la estación más {kind}^
        """,
        "{season} is the {kind} season. | {season} es la estación más {kind}.",
        [
            {"kind": Bilingual("hottest", "calurosa"), "season": SEASONS[1]},
            {"kind": Bilingual("warmest", "cálida"), "season": SEASONS[1]},
            {"kind": Bilingual("coldest", "fría"), "season": SEASONS[3]},
        ],
        brief="{season}. | {season}.",
    ),
    intent(
        "seasons",
        """
        when {happens}? | ¿cuándo {happens}?
        in (which/what) season {happens}? | ¿en qué estación {happens}?
        """,
        "that happens in {season}. | eso pasa en {season}.",
        [
            {"happens": Bilingual("do leaves fall", "caen las hojas"), "season": SEASONS[2]},
            {"happens": Bilingual("do flowers bloom", "florecen las flores"), "season": SEASONS[0]},
            {"happens": Bilingual("does it snow", "nieva"), "season": SEASONS[3]},
            {"happens": Bilingual("is it very hot", "hace mucho calor"), "season": SEASONS[1]},
        ],
        brief="in {season}. | en {season}.",
    ),
    intent(
        "seasons",
        """
        what are the (seasons/four seasons)? | ¿cuáles son las estaciones?
        (name/list/say/tell me) the seasons. | (nombra/enumera/di/dime) las estaciones.
        what seasons are there? | ¿qué estaciones hay?
        which seasons does a year have? | ¿qué estaciones tiene el año?
        the names of the seasons^ | el nombre de las estaciones^
        """,
        "the seasons are spring, summer, fall and winter. | las estaciones son primavera, verano, otoño e invierno.",
        brief="spring, summer, fall, winter. | primavera, verano, otoño, invierno.",
    ),
)
