"""What the demo's people said of posts with one press, which answers helped, and which posts tell
how something went at a site."""

from django.db import transaction

from community import access
from forum import threads
from forum.reactions import reacting, trials
from forum.reactions.models import Reaction
from forum.spaces.models import may_write_in
from forum.threads import Topic

# Words of a thread's title; then `(number of the post, who, what they said)`.
SAID = {
    "hungry at 4 pm": [
        (1, "maya", "thanks"), (1, "grace", "me_too"), (1, "jo", "tried"),
        (2, "maya", "thanks"), (2, "luis", "thanks"), (2, "priya", "tried"), (2, "fern", "thanks"),
        (6, "grace", "thanks"), (6, "dana", "thanks"), (6, "viktor", "thanks"),
    ],
    "small thing": [(1, "fern", "thanks"), (1, "luis", "me_too"), (2, "maya", "thanks")],
    "after meeting two": [(1, "luis", "me_too"), (2, "maya", "thanks"), (2, "fern", "thanks")],
    "homework help for forty": [(1, "sam", "thanks"), (1, "tomas", "tried")],
}  # fmt: skip
HELPED = {"hungry at 4 pm": 2, "homework help for forty": 1}
TRIED = {"hungry at 4 pm": (1, 6), "after meeting two": (1, 2)}


def _posts(words):
    topic = Topic.objects.filter(subject__icontains=words, approved=True).first()
    return list(topic.posts.filter(approved=True).order_by("pk")) if topic else []


def _may_say(person, post):
    found = threads.readable_by(person).filter(pk=post.topic_id).exists()
    space = post.topic.thread.space
    return found and may_write_in(space, access.standing_of(person)) and post.poster_id != person.pk


@transaction.atomic
def load_reactions(people):
    """Once: where anybody reacted already, nothing is added."""
    if Reaction.objects.exists():
        return
    for words, said in SAID.items():
        posts = _posts(words)
        for number, key, kind in said:
            if number < len(posts) and _may_say(people[key], posts[number]):
                reacting.react(posts[number], kind, by=people[key])
    for words, number in HELPED.items():
        posts = _posts(words)
        if number < len(posts):
            reacting.mark_helped(posts[number], by=posts[0].poster)
    for words, numbers in TRIED.items():
        posts = _posts(words)
        for number in numbers:
            if number < len(posts):
                trials.mark(posts[number])
