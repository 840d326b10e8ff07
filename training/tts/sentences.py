"""Broad English sentences for the voice: a small grammar over everyday words, written for Parley.

Owns the words and the sentence patterns. It must not know how they are spoken. The sentences mean little; what counts
is that every English sound, sound pair and punctuation mark that Piper passes through occurs in many places.
"""

from random import Random


def words(text: str) -> list[str]:
    """The words of `text`, parted by white space."""
    return text.split()


def phrases(text: str) -> list[str]:
    """The phrases of `text`, parted by bars or line ends."""
    return [phrase for line in text.split("\n") for phrase in line.split("|") if phrase]


NOUNS = words(
    """
apple answer arm artist autumn baby bag ball bank basket beach bear bed bell bicycle bird blanket board boat book
bottle box boy bread breakfast bridge brother brush bucket bus butter cabin cake camera candle captain car card
castle cat chair chance cheese child choice church circle city class clock cloud coast coat coffee coin color
computer cook corner country cousin cow crowd cup daughter day decision desk dinner doctor dog door dream dress
driver drum ear earth edge egg engine evening eye face family farmer father field finger fire fish flag floor flower
fog food foot forest fork friend fruit game garage garden gate gift girl glass glove goat group guitar hair hammer
hand hat heart hill history hole home horse hospital hotel hour house idea island jacket jar job joke journey judge
juice jungle key kitchen kite knee knife ladder lake lamp language laughter law leaf leather lesson letter library
light line lion list lock machine magazine map market match meadow measure meat member message metal milk minute
mirror model moment money monkey month moon morning mother mountain mouse mouth movie museum music name nation neck
needle neighbor news newspaper night noise north nose number nurse ocean office oil onion orange oven owner page
painter paper parent park party path pause pencil person photo piano picture piece pillow pilot pizza place plan
plant plate player pleasure pocket poem point poison police pond pool potato prize problem purse puzzle queen
question rabbit radio railway rain reason river road robot roof room rope rose salt sandwich school science sea
season seat shadow shape shelf ship shirt shoe shop shoulder sister skin sky smile snow soap soldier song sound soup
south space spoon spring square stage stair star station stone store storm story stove stranger street student sugar
summer sun table tail task teacher team television temple theater thing thought thumb ticket tiger tooth towel tower
town toy track train treasure treatment tree triangle trouble truck uncle umbrella university valley vegetable
village violin vision voice voyage wagon wall watch water wave weather week wheel whistle wife wind window winter
witch wolf woman wood word world yard year zebra zoo
"""
)
ADJECTIVES = words(
    """
afraid ancient angry annoying bad beautiful big bitter black blue bold brave bright broken brown busy calm careful
cheap clean clear clever cloudy cold common cool curious dangerous dark dear deep different difficult dirty dry
dusty early easy empty enjoyable equal exact expensive fair famous fast fat fine foolish foreign fresh friendly
funny gentle golden good gray great green happy hard heavy hidden high honest hot huge hungry important joyful
jealous kind large late lazy light little local lonely long loud low lucky mild modern muddy narrow nervous new nice
noisy normal old open orange ordinary perfect pink plain pleasant polite poor proud public pure purple quick quiet
rare ready red rich rough round royal rusty sad safe serious sharp shiny short shy silent silver simple slow small
smooth soft sour special square steep strange strong sudden sweet tall terrible thick thin thirsty tidy tiny tired
tough true ugly unusual useful usual various vast visual warm weak wet white whole wide wild wise wonderful wooden
wrong yellow young
"""
)
PASTS = phrases(
    """
asked for|bought|borrowed|broke|brought|built|carried|caught|changed|checked|chose|cleaned|climbed over|closed
cooked|counted|covered|cut|described|destroyed|drew|dropped|enjoyed|explained|finished|fixed|followed|forgot
found|gave away|heard|held|hid|hurried past|imagined|invited|jumped over|kept|knew about|laughed at
learned about|left behind|lent|lifted|liked|listened to|looked at|lost|loved|made|measured|met|mentioned|missed
moved|needed|noticed|opened|ordered|paid for|painted|passed|picked up|pointed at|prepared|protected|pulled
pushed|put down|reached|read about|remembered|repaired|replaced|returned|saved|saw|searched for|sent|shared
shook|showed|sold|studied|thought about|threw away|took|touched|treated|trusted|understood|used|visited
waited for|walked around|wanted|washed|watched|wondered about|worried about|wrapped|wrote about|zoomed past
"""
)
VERBS = phrases(
    """
ask for|bring|build|buy|carry|catch|change|check|choose|clean|climb|close|cook|count|cover|cut|describe|destroy
draw|drive|drop|enjoy|explain|find|finish|fix|follow|forget|hear|hide|hold|hurry to|imagine|invite|join|keep
know|laugh at|leave|lend|lift|listen to|look at|lose|make|measure|meet|mention|move|need|notice|open|order|paint
pass|pay for|pick up|play with|point at|prepare|protect|pull|push|put away|reach|read about|remember|repair
replace|save|search for|see|sell|send|share|show|study|teach|tell me about|think about|throw|touch|trust|try
turn on|understand|use|visit|wait for|wash|watch|worry about|write about
"""
)
ADVERBS = phrases(
    """
again|already|almost every day|at home|at last|at once|at the station|badly|before lunch|behind the house
by the river|carefully|easily|every morning|for a while|from a distance|gently|gladly|here|in a hurry
in the afternoon|in the middle of the night|in the garden|just now|later|loudly|near the church|now and then
on the way home|once more|outside|over there|perhaps|quickly|quietly|slowly|somewhere else|soon|suddenly
together|today|tomorrow|tonight|twice|under the bridge|usually|very well|with a smile|with both hands
without a sound|yesterday
"""
)
NAMES = words(
    """
Adam Alice Andrew Angela Anna Arthur Barbara Ben Betty Brian Carlos Carol Charles Charlotte Claire Daniel David
Diana Dorothy Edward Elizabeth Emily Emma Eric Eva Frank Fred George Grace Hannah Harry Helen Henry Hugo Isabel Jack
James Jane Jason Jennifer Jessica Joan John Joseph Joyce Judith Julia Karen Kate Kevin Laura Leo Linda Louis Lucy
Margaret Maria Mark Martha Martin Mary Matthew Michael Monica Nancy Nathan Nora Oliver Oscar Patricia Paul Peter
Philip Rachel Ralph Rebecca Richard Robert Roger Rose Ruth Samuel Sarah Simon Sophia Stephen Susan Theodore Thomas
Timothy Victor Victoria Vincent Virginia Walter William Yolanda Zoe
"""
)
PLACES = words(
    """
Africa America Asia Athens Australia Berlin Boston Brazil Cairo California Canada Chicago China Denmark Dublin Egypt
England Europe Finland Florida France Germany Greece Hungary Iceland India Ireland Italy Jamaica Japan Kenya Lisbon
London Madrid Mexico Moscow Norway Oregon Oslo Ottawa Paris Peru Poland Portugal Rome Russia Scotland Spain Sweden
Switzerland Sydney Texas Tokyo Turkey Vermont Vienna Virginia Warsaw Washington
"""
)
DAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTHS = words("January February March April May June July August September October November December")
ONES = words(
    """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
)
TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
ORDINALS = words(
    """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth
"""
)
EXCLAMATIONS = phrases(
    """
Wow|Oh no|Great|Hooray|Good morning|Hello|Hi there|Goodbye|Thank you|Thanks a lot|Well done|Yes|No|Of course
Sure|Sorry|Please|Welcome|Stop|Look|Listen|Be careful|Come on|Hurry up|Never mind|What a pity|What a joy
Good luck|Good night|How nice|You are right|That is true|I am not sure|All right|Okay
"""
)
OPENINGS = phrases(
    """
after that|although it was late|at first|because of the rain|by the way|even so|for example|in fact
in my opinion|in other words|instead|most of the time|of course|on the other hand|once upon a time|one day
however|sooner or later|to be honest|unfortunately|when the sun came out|while nobody was watching|years ago
"""
)


def number(value: int) -> str:
    """English words for 0 to 999,999, without "and"."""
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10 - 2] + (f" {ONES[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{ONES[value // 100]} hundred" + (f" {number(value % 100)}" if value % 100 else "")
    return f"{number(value // 1000)} thousand" + (f" {number(value % 1000)}" if value % 1000 else "")


def _article(phrase: str) -> str:
    exact = phrase.startswith(("hour", "honest"))
    vowel = phrase[0] in "aeiou" and not phrase.startswith(("use", "usual", "uni", "euro", "one"))
    return f"an {phrase}" if vowel or exact else f"a {phrase}"


class Grammar:
    """Sentences drawn with one random generator."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def sentence(self) -> str:
        """One or two sentences with their punctuation."""
        patterns = (
            (30, self._statement),
            (24, self._question),
            (8, self._command),
            (8, self._numbers),
            (7, self._time),
            (8, self._listing),
            (6, self._exclamation),
            (7, self._colon),
            (6, self._quantity),
            (6, self._bare),
        )
        text = self._rng.choices([p for _, p in patterns], [w for w, _ in patterns])[0]()
        return text[0].upper() + text[1:]

    def _any(self, options: list[str]) -> str:
        return self._rng.choice(options)

    def _thing(self) -> str:
        noun = self._any(NOUNS)
        phrase = f"{self._any(ADJECTIVES)} {noun}" if self._rng.random() < 0.6 else noun
        draw = self._rng.random()
        if draw < 0.45:
            return f"the {phrase}"
        if draw < 0.7:
            return _article(phrase)
        if draw < 0.85:
            return f"{self._any(['my', 'your', 'his', 'her', 'our', 'their', 'this', 'that', 'every'])} {phrase}"
        return f"{self._any(NAMES)}'s {phrase}"

    def _who(self) -> str:
        draw = self._rng.random()
        if draw < 0.35:
            return self._any(NAMES)
        return (
            self._any(["I", "you", "he", "she", "we", "they", "nobody", "everyone"]) if draw < 0.65 else self._thing()
        )

    def _clause(self) -> str:
        text = f"{self._who()} {self._any(PASTS)} {self._thing()}"
        if self._rng.random() < 0.3:
            text += f" and {self._thing()}"
        return text if self._rng.random() < 0.5 else f"{text} {self._any(ADVERBS)}"

    def _statement(self) -> str:
        draw = self._rng.random()
        end = "!" if self._rng.random() < 0.1 else "."
        if draw < 0.2:
            return f"{self._any(OPENINGS)}, {self._clause()}{end}"
        if draw < 0.4:
            return (
                f"{self._clause()}, {self._any(['and', 'but', 'so', 'because', 'or', 'while'])} {self._clause()}{end}"
            )
        if draw < 0.55:
            return (
                f"{self._thing()} {self._any(['is', 'was', 'looks', 'will be', 'is not'])} {self._any(ADJECTIVES)}{end}"
            )
        return f"{self._clause()}{end}"

    def _question(self) -> str:
        thing, verb = self._thing(), self._any(VERBS)
        return self._rng.choice(
            (
                f"did {self._who()} {verb} {thing}?",
                f"can you {verb} {thing}, please?",
                f"do you want to {verb} {thing} {self._any(ADVERBS)}?",
                f"is {thing} {self._any(ADJECTIVES)} or {self._any(ADJECTIVES)}?",
                f"is there {_article(self._any(NOUNS))} in {self._any(PLACES)}?",
                f"why did {self._who()} {verb} {thing}?",
                f"where is {thing}?",
                f"how do I {verb} {thing}?",
                f"what does {self._any(NAMES)} know about {thing}?",
                f"when will {self._who()} {verb} {thing}?",
                f"which {self._any(NOUNS)} is {self._any(ADJECTIVES)}?",
                f"are you {self._any(ADJECTIVES)}, {self._any(NAMES)}?",
            )
        )

    def _command(self) -> str:
        end = self._any([".", ".", "!"])
        lead = self._any(["", "", "please ", "do not ", f"{self._any(NAMES)}, ", "let us "])
        return f"{lead}{self._any(VERBS)} {self._thing()} {self._any(ADVERBS)}{end}"

    def _numbers(self) -> str:
        top = self._rng.choice((20, 20, 100, 1000, 1_000_000))
        a, b = self._rng.randrange(top), self._rng.randrange(top)
        return self._rng.choice(
            (
                f"{number(a)} plus {number(b)} is {number((a + b) % 1_000_000)}.",
                f"{number(a)}, {number(b)}, {number(self._rng.randrange(top))}.",
                f"the number is {number(a)}.",
                f"what is {number(a)} {self._any(['minus', 'times', 'divided by', 'plus'])} {number(b)}?",
                f"{self._any(NAMES)} was {self._any(ORDINALS)}, {self._any(NAMES)} was {self._any(ORDINALS)}.",
                f"it is about {number(a)} point {number(b % 10)} percent.",
            )
        )

    def _time(self) -> str:
        hour, minute = ONES[self._rng.randrange(1, 13)], number(self._rng.randrange(10, 60))
        return self._rng.choice(
            (
                f"it is {hour} {minute}.",
                f"at {hour} o'clock, {self._clause()}.",
                f"the {self._any(NOUNS)} opens at half past {hour} on {self._any(DAYS)}.",
                f"today is {self._any(DAYS)}, {self._any(MONTHS)} {self._any(ORDINALS)}.",
                f"it happened in {self._any(MONTHS)}, nineteen {minute}.",
                f"is it a quarter to {hour} in {self._any(PLACES)}?",
                f"{self._any(DAYS)} comes before {self._any(DAYS)}, and {self._any(MONTHS)} comes before "
                f"{self._any(MONTHS)}.",
            )
        )

    def _listing(self) -> str:
        things = [self._any(self._any_list()) for _ in range(self._rng.randrange(3, 6))]
        return f"{self._any(['I see', 'there are', 'we have', 'it has'])} {', '.join(things[:-1])} and {things[-1]}."

    def _any_list(self) -> list[str]:
        return self._rng.choice((NOUNS, ADJECTIVES, PLACES, NAMES))

    def _exclamation(self) -> str:
        mark = self._any(["!", "!", "."])
        head = f"{self._any(EXCLAMATIONS)}{mark}"
        draw = self._rng.random()
        if draw < 0.4:
            return head
        if draw < 0.7:
            return f"what {_article(self._any(ADJECTIVES) + ' ' + self._any(NOUNS))}!"
        return f"{self._any(EXCLAMATIONS)}, {self._any(NAMES)}{mark}"

    def _colon(self) -> str:
        mark = self._any([":", ";", ";"])
        return f"{self._clause()}{mark} {self._clause()}."

    def _quantity(self) -> str:
        return (
            f"{self._any(PLACES)} is {number(self._rng.randrange(2, 900))} "
            f"{self._any(['miles', 'hours', 'days', 'minutes', 'kilometers'])} from {self._any(PLACES)}"
            f"{self._any(['.', '.', ', I think.'])}"
        )

    def _bare(self) -> str:
        words = [self._any(self._any_list()) for _ in range(self._rng.randrange(1, 5))]
        return " ".join(words) + self._any(["", ".", "?", "!"])
