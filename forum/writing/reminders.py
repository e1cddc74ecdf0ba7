"""What a text seems to tell about a child, or how to reach somebody: asked before it is posted.

A reminder is a question, never a refusal, so it looks for the ways in which people of this work
really write. It reads English; it knows no list of names, so a first name that stands alone, a
name in small letters and a name in another script pass it by. It keeps and logs nothing.
"""

# ruff: noqa: E501 - a pattern is read better whole

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

LONGEST_EXCERPT = 80

CHILD, PHONE, EMAIL, ADDRESS, BIRTHDAY = "child", "phone", "email", "address", "birthday"
QUOTE = "quote"  # found by `quoted`, which knows where a text goes


LABELS = {
    CHILD: _("What may be a child’s name"),
    PHONE: _("A phone number"),
    EMAIL: _("An e-mail address"),
    ADDRESS: _("A postal address"),
    BIRTHDAY: _("A birth date"),
    QUOTE: _("Words from a space that not everybody here can read"),
}


@dataclass(frozen=True)
class Reminder:
    kind: str
    excerpt: str

    @property
    def label(self):
        return LABELS[self.kind]


# --- Names of children --------------------------------------------------------------------------

_NAME = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ’'-]{1,20}(?:[A-Z][a-z]{1,15})?"
_NAMES = rf"(?:{_NAME})(?: {_NAME}| [A-Z]\.)?"
_CHILD = (
    r"(?:students?|kids?|kiddos?|child(?:ren)?|boys?|girls?|campers?|toddlers?|teens?|teenagers?"
    r"|pupils?|sons?|daughters?|nephews?|nieces?|grandsons?|granddaughters?|siblings?"
    r"|kindergart(?:e?ners?)|preschoolers?|middle[- ]schoolers?|high[- ]schoolers?"
    r"|(?:\d(?:st|nd|rd|th)|\d\dth|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"[- ]graders?|(?:little|younger|older|big) (?:brothers?|sisters?)|\d{1,2}[- ]year[- ]olds?)"
)
_AGE = r"(?:[3-9]|1[0-8]|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen)"
_GRADE = (
    r"(?:(?:[1-9]|1[0-2])(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth"
    r"|ninth|tenth|eleventh|twelfth)[- ]grade(?:r)?|kindergart(?:en|e?ner)|pre-?K"
)
_KIN = (
    r"(?:mom|mum|mommy|mother|dad|daddy|father|parents|grandma|grandmother|grandpa|grandfather"
    r"|guardian|step-?(?:mom|mother|dad|father)|foster (?:mom|mother|dad|father|parents?|family)"
    r"|social worker|caseworker|IEP|504 plan|behaviou?r plan|diagnosis|medication|inhaler|EpiPen"
    r"|allergy|allergies|homeroom teacher)"
)
_NEEDS = (
    r"(?:an? )?(?:IEP|504(?: plan)?|autism|ADHD|epilepsy|asthma|diabetes|peanut allergy|nut allergy"
    r"|food allergy|EpiPen|behaviou?r plan)"
)

_BEFORE = r"(?<![\w’'-])"
_CHILD_PATTERNS = [
    # a student named Xavier · kids called Ana and Leo
    rf"{_BEFORE}(?i:{_CHILD}),? (?:who (?:is|was) |is |was |by the name of )?(?:named|called|nicknamed"
    rf"|by the name of) (?P<name>{_NAMES})",
    rf"{_BEFORE}(?i:{_CHILD}) (?:is |was )?named (?P<any>[a-z]{{2,20}})\b",
    # my student Xavier · the little boy, Leo, · a third grader (Ana)
    rf"{_BEFORE}(?i:my|our|one|an?|the|this|that|another|his|her|their|your|new|named) (?:[\w-]{{1,20}} )"
    rf"{{0,3}}?{_CHILD}(?:,| \(|:| -| –| —)? ?(?P<name>{_NAMES})",
    # Xavier, age 9 · Xavier (7) · Xavier, 9, · Xavier is 9 years old
    rf"{_BEFORE}(?P<name>{_NAMES})(?:,| \(| -| –| —)? ?\(?(?:who (?:is|was|just turned) |is |was |just turned"
    rf" |turned |turns )?,? ?(?:aged?|at age|age of) {_AGE}\b",
    rf"{_BEFORE}(?P<name>{_NAMES}) ?\((?:{_AGE})(?: ?(?:yrs?|years?)(?: old)?| ?y/?o)?\)",
    rf"{_BEFORE}(?P<name>{_NAMES}), (?:{_AGE}),(?= )",
    rf"{_BEFORE}(?P<name>{_NAMES}),? (?:who )?(?:is|was|just turned|turned|turns|’s|'s) (?:only |just |now )?"
    rf"{_AGE}(?=[ -]years?[ -]old| ?y/?o\b|[.,;!?)]|$| and | today| now)",
    rf"{_BEFORE}(?P<name>{_NAMES}),? (?:an? |our |my |the )?{_AGE}[- ]years?[- ]old",
    rf"{_BEFORE}{_AGE}[- ]years?[- ]old,? (?P<name>{_NAMES})",
    # Xavier's mom · the mother of Xavier · Xavier has an IEP
    rf"{_BEFORE}(?P<name>{_NAME}(?: {_NAME})?)[’']s? {_KIN}\b",
    rf"{_BEFORE}(?:mom|mother|dad|father|parents|grandma|grandmother|guardian) of (?P<name>{_NAMES})",
    rf"{_BEFORE}(?P<name>{_NAMES}),? (?:who )?(?:has|with|is on|needs) {_NEEDS}\b",
    # Xavier Ortiz, 4th grade · Xavier is in third grade · Xavier (kindergarten)
    rf"{_BEFORE}(?P<name>{_NAMES})(?:,| \(| is| was| -| –)(?: now| a| an| in| our| from| only)*"
    rf" ?(?i:{_GRADE})\b",
    rf"{_BEFORE}(?P<name>{_NAME} {_NAME}),? (?:in|from) (?:the )?(?i:{_GRADE})\b",
    # the child's name is Xavier
    rf"{_BEFORE}(?i:{_CHILD}[’']s?) (?:first |last |full )?name (?:is|was) (?P<name>{_NAMES})",
    rf"{_BEFORE}(?i:{_CHILD})\b[^\n.!?]{{0,80}}[.,;:!?]? (?i:his|her|their) name (?:is|was) (?P<name>{_NAMES})",
    rf"{_BEFORE}little (?P<name>{_NAME})\b",
]  # fmt: skip
_CHILD_RULES = [re.compile(pattern, re.M) for pattern in _CHILD_PATTERNS]

# Words with a capital that are no child's name.
_NO_NAMES = frozenset(
    """
    i we he she they you it this that these those the a an my our your his her their there here what
    when where who why how which if so but and or as at by for from in into of off on to up with no not
    yes ok okay please thanks thank hello hi dear also then now today tomorrow yesterday tonight all any
    both each every some many most more much few one two three four five six seven eight nine ten after
    before during since until while because although however maybe perhaps just only even still again
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays
    fridays january february march april may june july august september october november december
    spring summer fall autumn winter week day month year night morning afternoon evening
    mother father mom dad parent parents teacher staff principal director coordinator facilitator coach
    valentine veteran president women men children kid kids student students girl girls boy boys youth
    child teen teens family families people everyone everybody somebody someone nobody school schools
    site sites program programs club clubs center centre council league team teams group groups class
    classes classroom room hall gym library park yard court street office district county city state
    elementary middle high primary preschool kindergarten academy college university church ymca ywca
    meeting meetings activity activities agenda appendix attachment book chapter cohort committee draft
    example exercise figure form goal goals grade grades handout item items kit lesson level list module
    note notes number option options page part phase plan plans point project question questions report
    round rule section session sessions slide snack standard standards step steps story survey table
    task theme tip tips topic total unit version video volume webinar workshop worksheet guide resource
    scouts scout services service protective success voice voices leadership advisory ambassadors union
    health safety care welfare development learning reading math science art arts music sports soccer
    leader leaders helper helpers captain basketball homework english spanish social emotional american african asian latino hispanic native
    house bill act law title zip covid google zoom facebook minecraft lego roblox pokemon uno ipad
    cqi sel stem steam iep adhd pbis about see like let let's don't can will would should do does did is
    are was were has have had be been being get got make made take took ask asked tell told say said
    try tried use used give gave go went come came want wanted need needed think thought know knew
    """.split()  # noqa: SIM905 - so many words are read better as a text
)
_NO_LOWER_NAMES = frozenset(
    """
    after for in as the a an by on at one two below above so here there and or differently
    something because them it
    """.split()  # noqa: SIM905
)


def _names_somebody(found):
    groups = found.groupdict()
    if groups.get("any"):
        return groups["any"] not in _NO_LOWER_NAMES
    words = re.split(r"[ ’']", groups["name"])
    return words[0].lower() not in _NO_NAMES and words[-1].lower().rstrip(".") not in _NO_NAMES


# --- Ways to reach somebody ---------------------------------------------------------------------

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    rf"(?:{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}"
    r"(?:,? \d{4})?|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2})"
)
_TO_CALL = (
    r"(?i:call|calls|phone|phones|tel|telephone|cell|cellphone|mobile|text|texts|whatsapp|sms|fax|dial"
    r"|reach (?:me|us|her|him|them)|ring|number is|digits)"
)
_RULES = [
    (EMAIL, r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-zA-Z]{2,24}\b"),
    (EMAIL, r"(?i)(?<![\w.+-])[\w.+-]{2,64} ?(?:\(at\)|\[at\]|\{at\}| at ) ?[\w-]{2,63} ?(?:\(dot\)|\[dot\]"
            r"|\{dot\}| dot |\.) ?(?:com|org|net|edu|gov|us)\b(?<! at .com)"),
    # 503-555-0134 · (503) 555 0134 · 503.555.0134 · +1 503 555 0134
    (PHONE, r"(?<![\w$€£.,/:#-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}"
            r"(?![\w-]*\d)"),
    # +44 20 7946 0958
    (PHONE, r"(?<![\w+])(?:\+|\b00)[1-9]\d{0,2}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?!\d)"),
    # call 555-0134 · text me at 5035550134 · his cell: 020 7946 0958
    (PHONE, rf"\b{_TO_CALL}\b[^\n\d$]{{0,30}}(?P<number>\(?\d[\d ().-]{{5,18}}\d)(?![\w-]*\d)(?! ?(?i:a\.?m|p\.?m"
            r"|percent|%|minutes|people|kids))"),
    (ADDRESS, r"(?<![\w$-])\d{1,5} (?:[NSEW]{1,2}\.? )?(?:[A-Z0-9][\w’'.-]{0,20} ){1,3}(?:Street|St|Avenue|Ave|Road"
              r"|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Place|Pl|Terrace|Circle|Cir|Highway|Hwy"
              r"|Parkway|Pkwy|Way)\b\.?"),
    (ADDRESS, r"(?i)\bP\.? ?O\.? box \d+"),
    (BIRTHDAY, rf"(?i)\b(?:born (?:on )?|birth ?date:? (?:is |was )?|date of birth:? (?:is |was )?|d\.?o\.?b\.?:? "
               rf"?(?:is |was )?|birthday (?:is |was |falls )?(?:on )?){_DATE}"),
]  # fmt: skip
_RULES = [(kind, re.compile(pattern)) for kind, pattern in _RULES]

_ADDRESS_OF_A_PAGE = re.compile(r"(?:https?://|www\.)\S+")
_DAYS = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")


def _reaches_somebody(kind, found):
    if kind != PHONE:
        return True
    number = (found.groupdict().get("number") or found[0]).strip()
    digits = sum(character.isdigit() for character in number)
    return 7 <= digits <= 15 and not _DAYS.fullmatch(number)


def reminders(text):
    """`Reminder`s of what a text seems to hold, in the order in which it stands there; each
    excerpt once. Quoted words count too: to quote is to say again."""
    # A page's address holds digits and names that nobody reads as such.
    text = _ADDRESS_OF_A_PAGE.sub(lambda found: " " * len(found[0]), text.replace("\u00a0", " "))
    found = [
        (match.start(), CHILD, match[0])
        for rule in _CHILD_RULES
        for match in rule.finditer(text)
        if _names_somebody(match)
    ]
    found += [
        (match.start(), kind, match[0])
        for kind, rule in _RULES
        for match in rule.finditer(text)
        if _reaches_somebody(kind, match)
    ]
    found.sort()
    seen, ends, told = set(), {}, []
    for start, kind, words in found:
        excerpt = " ".join(words.split())[:LONGEST_EXCERPT].strip(" ,;:(")
        # Two rules that read the same words say it once.
        if start < ends.get(kind, 0) or excerpt in seen:
            continue
        seen.add(excerpt)
        ends[kind] = start + len(words)
        told.append(Reminder(kind, excerpt))
    return told
