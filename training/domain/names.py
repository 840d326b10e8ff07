"""First names, and the other things that people tell of themselves: cities, foods, pets."""

from training.domain.text import Bilingual, pairs

_NAMES = """
Adam Alex Alice Amy Ana Andrea Anna Antonio Ben Carla Carlos Carmen Carol Charles Chris Clara Daniel David Diana Diego
Elena Emily Emma Eric Eva Felix Fernando Frank George Grace Hannah Harry Helen Henry Hugo Isabel Jack James Jane
Javier Jim Joe John Jorge Jose Juan Julia Karen Kate Kevin Laura Leo Lily Linda Lisa Lucas Lucy Luis Manuel Marco
Maria Mario Mark Marta Martin Mary Matt Max Mia Michael Miguel Mike Nick Nina Nora Olga Oliver Olivia Oscar Pablo
Patricia Paul Paula Pedro Peter Rachel Ramon Raul Robert Rosa Ruth Sam Sandra Sara Sofia Sonia Steve Susan Teresa
Thomas Tim Tom Victor
"""
NAMES = tuple(_NAMES.split())
PETS = pairs("""
dog | perro
cat | gato
rabbit | conejo
horse | caballo
fish | pez
bird | pájaro
""")
_PET_NAMES = "Bella Coco Daisy Luna Max Milo Nala Oscar Pepe Rex Rocky Rosie Simba Toby"
PET_NAMES = tuple(_PET_NAMES.split())
FOODS = pairs("""
pizza | la pizza
soup | la sopa
bread | el pan
rice | el arroz
cheese | el queso
fish | el pescado
chicken | el pollo
chocolate | el chocolate
ice cream | el helado
salad | la ensalada
pasta | la pasta
cake | la tarta
fruit | la fruta
""")


def named(name: str) -> Bilingual:
    """A name, which is the same in both languages."""
    return Bilingual(name, name)
