"""How a note is worded: what a reader of English would see, as far as a program can."""

import re
from itertools import chain

# the finite verbs of English that have no ending of their own, and what they become in the past
VERBS = frozenset(
    """
    is are was were am has have had do does did can could may might must shall should will would became
    began bore bought bound broke brought built came cast caught chose cost cut drew drove fell felt flew
    fought found fled gave gets got goes went grew grows heard held hit keeps kept knew laid lay leads led
    left lent lets let lies lost made makes meant met paid put ran reads read rose runs said saw says sees
    sent set shook showed shows shut sold speaks spoke spent stands stood struck swore takes taught tells
    thinks thought told took understood won woke wore wrote writes agree agrees aim aims allow allows asks
    belong belongs bear bears begins brings buys call calls carries carry causes chairs comes concern
    concerns confirms connect connects consist consists contain contains contradict contradicts cost costs
    counts covers cross crosses define defines denies deny depend depends describe describes differ
    differs disagree disagrees elects exist exists explain explains export exports fall falls feels fits
    fix fixes follow follows gives goes hang hangs happen happens helps hold holds host hosts imply
    implies include includes invite invites join joins know knows lack lacks last lasts link links live
    lives mean means meet meets move moves name names need needs offer offers open opens pass passes pay
    pays point points prove proves rank ranks reach reaches receive receives record records refer refers
    remain remains rest rests rise rises seek seeks seem seems share shares show sign signs start starts
    state states stay stays stop stops suggest suggests support supports test tests threaten threatens
    touch touches treats trade trades turn turns use uses vote votes want wants work works
    """.split()
)
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
PRESENT = re.compile(r"\b[a-z]+s (?:the|an?|that|its|his|her|their|no|only|what|how|when|whether|why)\b")
SAYS = (
    "finds? found says? said holds? held writes? wrote gives? gave names? counts? adds? thinks? calls? puts?"
    " reads? sees? shows? argues? argued reports? reported states? stated is was has had"
)
SOURCES = "(?:study|studies|sources?|reports?|papers?|articles?|authors?|ones?)"
ORDER = re.compile(
    r"\bthe (?:former|latter)\b"
    rf"|\bthe (?:first|second|third|last)(?= (?:two )?{SOURCES}\b|[,;.:]|$"
    rf"| (?:\w+ly )?(?:{'|'.join(SAYS.split())})\b)",
    re.I,
)
OFFICE = (
    r"spokes(?:man|woman|person)|official|minister|ambassador|envoy|governor|commander|expert|analyst|researcher"
    r"|scholar|economist|professor|deputy|diplomat|adviser|journalist"
)
SPEAKS = (
    "said|says|told|wrote|writes|gave|gives|denied|denies|called|calls|announced|warned|promised|asked|added|named|put|puts"
    "|argued|argues|counted|counts|spoke|reported|stated|confirmed|expected|thought|thinks|saw|sees|found|finds"
)
SPOKEN = r"(?:according to|\b(?:said|says|wrote|writes|added|warned),?|\bin the words of) "
OF = r"(?:\s(?:of|for|in|at)\s(?:the\s)?(?:[\w’'-]+\s?){1,4})?"
OFFICIAL = rf"\b(?:an?|the|its|his|her|their|one|two|three)\s(?:[a-z’'-]+\s){{0,3}}?(?:{OFFICE})s?\b"
NAMELESS = re.compile(
    rf"{SPOKEN}(?P<after>{OFFICIAL})|(?P<before>{OFFICIAL}{OF})(?= (?:\w+ly )?(?:{SPEAKS})\b)", re.I
)
NAMED = re.compile(r"[^.;:!?]*?[, ][A-Z][\w’'-]+ [A-Z]")  # behind an office: a name and a surname
SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z\"“'‘])")
RUN = 12  # words in a row that two notes may not share: what is told twice


def words(text):
    return WORD.findall(text)


def has_verb(sentence):
    """Does a sentence have a finite verb?

    One of the list, a past in -ed, or a word in -s before an article or the like: "quotes the".
    """
    said = words(sentence)
    return bool(PRESENT.search(sentence)) or any(w in VERBS or len(w) > 4 and w.endswith("ed") for w in said)


def nameless(text):
    """Yield each office in a text that speaks, and has no name beside it, nor is called unnamed."""
    for match in NAMELESS.finditer(text):
        office = (match["after"] or match["before"]).strip()
        named = re.search(r"[A-Z]|unnamed", office[1:]) or NAMED.match(text[match.end() :])
        if not named:
            yield office


def runs(text):
    """Return the runs of RUN words of a text, each as one string without case and punctuation."""
    plain = [word.casefold() for word in re.findall(r"[\w’'-]+", text)]
    return {" ".join(plain[start : start + RUN]) for start in range(len(plain) - RUN + 1)}


def repeated(texts):
    """Yield (name, name of an earlier one, the words) for each text that tells what an earlier one has told.

    `texts`: {name: text}. Of two texts the first shared run is told.
    """
    seen = {}
    for name, text in texts.items():
        shared = sorted(run for run in runs(text) if run in seen)
        for other in dict.fromkeys(seen[run] for run in shared):
            yield name, other, next(run for run in shared if seen[run] == other)
        seen = dict.fromkeys(chain(runs(text)), name) | seen
