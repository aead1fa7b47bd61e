"""How a note is worded: what a reader of English would see, as far as a program can."""

import re
import unicodedata

BASES = """
    abstain add adopt agree aim allow appear argue ask avoid ban bear become begin belong bind bring
    build buy call carry cause chair change choose cite claim close come concern confirm connect consist
    contain contradict control cost count cover cross deal declare define deny depend describe develop
    differ disagree divide dominate double doubt draw drive echo elect end enter equal exist expect
    explain export face fall feel fight fill find fit fix follow forbid forecast form gain get give go
    govern grow guarantee hang happen harm help hold hope host imply import include increase insist
    invite join judge keep know lack last lead leave lend let lie limit link list live lose make mark
    matter mean measure meet move name need offer omit open owe own pass pay plan play point praise
    prefer present produce promise prove provide publish quit quote range rank reach read recall receive
    recognise record refer reject remain repeat replace report require resist rest return rise rule run
    say see seek seem sell send serve set share ship show sign sink sit speak spend split spread stand
    start state stay stem stop stress suggest support take talk teach tell tend test think threaten
    touch trade treat turn use vary vote want warn weaken win withdraw work write
""".split()
PAST = """
    am are became began bore bought bound broke brought built came cast caught chose could cut dealt did
    do does drew drove fed fell felt fled flew forbade fought found gave got grew had has have heard
    held hit is kept knew laid lay led left lent let lost made may meant met might must paid put ran
    read rose said sang sank sat saw sent set shall shook shot should showed shrank shut sold spent
    spoke split spread stood struck swore taught thought threw told took understood was went were will
    withdrew woke won wore would wrote
""".split()
# verbs that are nouns or adjectives, too: they count where no word before them makes them that
DOUBTFUL = set(
    "cast cut felt found hit lay left let may might must put read saw set shot split spread will".split()
)
NO_PAST = (
    "aged alleged armed feed hundred indeed landlocked limited need sacred seed speed unarmed united".split()
)
BEFORE_NOUNS = set(
    """
    a an the this that these those no some any each every both all many most several few more less such
    other another its his her their our one two three four five six seven eight nine ten first second
    third last new own foreign soviet of in on at by for from with without to into over under between as
    than about against and or not only
    """.split()
)
ADJECTIVE = re.compile(r"^[a-z]{2,}(?:ed|al|an|ic|ous|ive)$|(?:ian|ese|ish|[’']s)$")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


def forms(base):
    """Return the present of a verb: read, reads; carry, carries; reach, reaches."""
    if re.search(r"[^aeiou]y$", base):
        return base, f"{base[:-1]}ies"
    return base, f"{base}es" if re.search(r"(?:s|sh|ch|x|z|o)$", base) else f"{base}s"


PRESENT = {form for base in BASES for form in forms(base)}
SAYING = "add announce argue ask claim confirm count declare deny disagree expect explain insist name promise"
SAYING += " quote report say show state suggest warn give hold find put read see speak tell think write"
SAID = "denied found gave held put read said saw spoke thought told wrote".split()
SAYS = "|".join(
    [*SAID, *(form for base in SAYING.split() for form in (*forms(base), f"{base.rstrip('e')}ed"))]
)
SPEAKS = rf"(?:(?:has|have|had|would|also|later|then|\w+ly) )*(?:{SAYS})\b"
SOURCES = r"(?:study|studies|sources?|reports?|papers?|articles?|authors?|ones?|of these|two)\b"
ORDER = re.compile(
    r"\bthe (?:former|latter)\b"
    rf"|\bthe (?:first|second|third|fourth)(?= (?:[A-Z]\w+ )?{SOURCES}|, of | {SPEAKS})"
)
OFFICE = (
    rf"(?:spokes(?:man|woman|person)|chair(?:man|woman)|official(?! (?!of|for|in|at|from|who|{SPEAKS})[a-z])"
    r"|minister|ambassador|envoy|governor|mayor|commander|expert|analyst|researcher|scholar|economist"
    r"|professor|deputy|senator|lawmaker|diplomat|adviser|journalist|observer)"
)
WHOSE = r"(?:\b(?:an?|the|its|his|her|their)|\b[\w-]+[’']s)\s(?:[\w’'-]+\s){0,3}?"
OFFICIAL = rf"(?:{WHOSE}{OFFICE}|\b(?:some|many|several|two|three)\s(?:\w+\s){{0,2}}?{OFFICE}s)\b"
OF = r"(?:\s(?:of|for|in|at)\s(?:the\s)?(?:[\w’'-]+\s?){1,4}?)?"
SPOKEN = r"(?:according to|[”\"’'],? (?:said|says|wrote|writes|added|warned)|\bso said) "
NAMELESS = re.compile(rf"{SPOKEN}(?P<after>{OFFICIAL})|(?P<before>{OFFICIAL}{OF})(?= {SPEAKS})", re.I)
# right behind an office: a name and a surname
NAMED = re.compile(r",? ?[A-Z][\w’'-]+(?: (?:[a-z]{2,3} )?[A-Z]|,)")
SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z\"“'‘])")
RUN = 12  # words in a row that two notes may not share: what is told twice


def in_alphabet(text):
    """Return a text as it is sorted: without case and accents, its letters, digits and spaces alone."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum() or letter == " ").strip()


def has_verb(sentence):
    """Does a sentence have a finite verb that is known here, or a past in -ed?"""
    before = ""
    for word in WORD.findall(sentence):
        past = word.endswith("ed") and len(word) > 3 and word not in NO_PAST
        if word.endswith(("n't", "n’t")) or word in PAST and word not in DOUBTFUL:
            return True
        if before and before.casefold() not in BEFORE_NOUNS:
            if past or (word in PRESENT or word in DOUBTFUL) and not ADJECTIVE.search(before):
                return True
        before = word
    return False


def nameless(text):
    """Yield each office in a text that speaks, and has no name beside it, nor is called unnamed."""
    for match in NAMELESS.finditer(text):
        office = (match["after"] or match["before"]).strip()
        name = re.search(r"(?<![Tt]he )\b[A-Z][\w’'-]+ [A-Z]|\bunnamed\b", office.split(" ", 1)[-1])
        if not (name or NAMED.match(text[match.end() :]) or re.search(r"unnamed $", text[: match.start()])):
            yield office


def order_words(sentence):
    """Return the words by which a sentence tells sources apart by their order, or None."""
    order = ORDER.search(sentence[:1].lower() + sentence[1:])
    return order and order[0]


def runs(text):
    """Return the runs of RUN words of a text, in order, each as one string without case and punctuation."""
    plain = [word.casefold() for word in re.findall(r"[\w’'-]+", text)]
    return [" ".join(plain[start : start + RUN]) for start in range(len(plain) - RUN + 1)]


def repeated(texts):
    """Yield (name, name of an earlier one, the words) for each text that tells what an earlier one has told.

    `texts`: {name: text}. Of two texts the first shared run is told.
    """
    seen = {}
    for name, text in texts.items():
        shared = {}
        for run in runs(text):
            if run in seen:
                shared.setdefault(seen[run], run)
        for other, run in shared.items():
            yield name, other, run
        seen = dict.fromkeys(runs(text), name) | seen
