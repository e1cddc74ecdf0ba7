"""What the demo's people say of themselves, what some of them saved, and whom one of
them muted."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageDraw

from community import profiles
from community.directory import photographs
from community.directory.models import Circle, Photo
from forum import threads
from forum.shelf import muting, saving
from forum.threads import Topic

# For each key: pronouns, and a text in Markdown.
ABOUT = {
    "maya": (
        "she/her",
        "I run Maple Yard: ninety children, six staff and one very small kitchen.\n\n"
        "Ask me about **snack**, about Fridays that students plan, and about what to do when both"
        " fall apart on the same day.",
    ),
    "luis": (
        "he/him",
        "Fourth year at Lantern Elementary. Before that I coached soccer, which is how I know that"
        " a whistle does not help.\n\nGood at: schedules, parents at the door. Learning: goals that"
        " can be counted.",
    ),
    "priya": ("", "New at Pebble Creek, new to all of this. I read more than I write so far."),
    "sam": (
        "they/them",
        "Middle school, so I am never bored.\n\n- clubs that students run\n- homework help that is"
        " not silent\n- anything with rope",
    ),
    "aisha": ("she/her", "Anchor Street School. I collect five-minute games; bring me yours."),
    "tomas": (
        "he/him",
        "I finished with the first North cohort and still borrow from it every week. Happy to be"
        " called on a Tuesday. Our school garden is the part of the day that plans itself.",
    ),
    "grace": ("she/her", "Gull Point. Spreadsheets, singing, and spreadsheets about singing."),
    "fern": (
        "she/her",
        "I facilitate the North cohort. My job is to ask the second question.\n\nOffice hours are"
        " on Thursday mornings; write first if it is urgent.",
    ),
    "jo": ("", "I facilitate the South cohort. Coffee before the agenda, always."),
    "dana": (
        "she/her",
        "I direct Pinecone After School, with five sites. What I can do for you: hours for"
        " planning, a substitute when you visit another site, and a short answer the same day.",
    ),
    "ellen": ("", "I read evaluations so that you do not have to. Ask me what a number means."),
}

# What they offer and look for, and to whom they tell what.
TELLS = {
    "maya": {
        "offers": "Snack on a budget, Fridays that students plan",
        "seeks": "A fridge that is quiet, and somebody who has moved a program between rooms",
        "languages": "English, Spanish",
        "phone": "555 0101",
        "phone_for": Circle.COHORTS,
        "seeks_for": Circle.COHORTS,
    },
    "luis": {
        "offers": "Schedules, parents at the door",
        "seeks": "Goals that can be counted",
        "languages": "English, Tagalog",
        "seeks_for": Circle.COORDINATORS,
    },
    "sam": {
        "offers": "Clubs that students run, rope games",
        "seeks": "Homework help that is not silent",
        "seeks_for": Circle.MEMBERS,
    },
    "aisha": {"offers": "Five-minute games", "languages": "English, Somali"},
    "tomas": {
        "offers": "School gardens, a call on a Tuesday",
        "phone": "555 0106",
        "phone_for": Circle.COORDINATORS,
    },
    "grace": {"offers": "Spreadsheets, singing", "seeks": "A second alto"},
    "fern": {
        "offers": "The second question, agendas, flipcharts",
        "email": "fern.flipchart@demo.example",
        "email_for": Circle.MEMBERS,
    },
    "dana": {"offers": "Hours for planning, a substitute for a visit", "pronouns_for": Circle.ME},
    "ellen": {"offers": "What a number means"},
}

# Who has a photo: a drawing of ours, in two colors, and its words.
PHOTOS = {
    "maya": ("#0e4f5c", "#fdfcf7", "A drawing: a marshmallow that smiles"),
    "fern": ("#f0b429", "#0e4f5c", "A drawing: a flipchart with a face"),
    "tomas": ("#3c6e47", "#f6e7b0", "A drawing: a sunflower in a pot"),
}

# (who, words of the thread's title, the number of the post in it or None for the thread, note)
SAVED = [
    ("maya", "one small thing", None, "Read this on bad Mondays"),
    ("maya", "hungry", 2, "Their sheet: copy it for March"),
    ("maya", "three staff gone", None, ""),
    ("luis", "wording", 1, "Put this beside my own goal"),
    ("fern", "hungry", None, "For the agenda of meeting three"),
]


def _drawing(ground, figure):
    """A round face on a plain ground: nobody's."""
    image = Image.new("RGB", (480, 480), ground)
    pen = ImageDraw.Draw(image)
    pen.ellipse((90, 90, 390, 390), fill=figure)
    for left in (175, 265):
        pen.ellipse((left, 190, left + 40, 240), fill=ground)
    pen.arc((170, 220, 310, 330), 20, 160, fill=ground, width=14)
    out = BytesIO()
    image.save(out, "PNG")
    return ContentFile(out.getvalue(), name="drawing.png")


@transaction.atomic
def load_profiles(people):
    """Whoever said something of themselves already is left as they are."""
    for key, (pronouns, about) in ABOUT.items():
        person = people[key]
        if not person.about:
            profiles.change(
                person,
                by=person,
                name=person.name,
                pronouns=pronouns,
                about=about,
                **TELLS.get(key, {}),
            )
    for key, (ground, figure, alt) in PHOTOS.items():
        if not Photo.objects.filter(person=people[key]).exists():
            drawing = _drawing(ground, figure)
            photographs.keep(people[key], by=people[key], file=drawing, alt=alt)
    for key, words, number, note in SAVED:
        topic = Topic.objects.filter(subject__icontains=words, approved=True).first()
        if topic is None or not threads.readable_by(people[key]).filter(pk=topic.pk).exists():
            continue
        posts = list(topic.posts.filter(approved=True).order_by("pk"))
        thing = topic if number is None else posts[min(number, len(posts) - 1)]
        saving.save(thing, by=people[key], note=note)
    muting.mute(people["viktor"], by=people["sam"])
