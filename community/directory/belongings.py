"""What somebody tells of themselves: theirs alone, so it goes with them."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community import inventory
from community.directory.models import Card, Photo

inventory.declare("directory.Card.person", inventory.REMOVED, "card")
inventory.declare("directory.Photo.person", inventory.REMOVED, "photo")

TOLD = ("languages", "offers", "seeks", "email", "phone")


@inventory.add_step
def forget_their_photo(person):
    """The row goes with the others; its file does not go by itself."""
    for photo in Photo.objects.filter(person=person):
        name, storage = photo.file.name, photo.file.storage
        transaction.on_commit(lambda name=name, storage=storage: storage.delete(name))


def _card(person):
    for card in Card.objects.filter(person=person):
        circles = {
            field.name: getattr(card, f"get_{field.name}_display")()
            for field in Card._meta.local_fields
            if field.choices
        }
        told = {name: getattr(card, name) for name in TOLD}
        yield {**told, **circles, "named_while_in_a_thread": card.here_by_name}


def _photo(person):
    for photo in Photo.objects.filter(person=person):
        yield {"shows": photo.alt, "at": photo.at}


def _photo_file(person):
    for photo in Photo.objects.filter(person=person):
        yield "photo.webp", photo.file


inventory.add_part("card", _("Your card in the directory"), _card)
inventory.add_part("photo", _("Your photo"), _photo, _photo_file)
