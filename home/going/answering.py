"""Saying that one comes to a webinar, and who does."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import PageViewRestriction

from community import access, reasons
from community.introductions import introduce
from community.models import Audience
from home.models import Rsvp, WebinarPage
from home.privacy import audiences_named

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ON_A_PAGE = 50


class Refused(Exception):
    """Why not, in a sentence for the person who asked."""


def webinar_for(person, pk):
    """The webinar `pk`, or Http404 alike where it is missing and where it is closed to them."""
    # By the number of the page itself: one that is too large for the column finds nothing.
    page = WebinarPage.objects.readable_by(person).filter(id=pk).first()
    if page is None:
        raise Http404
    return page


def told_by_now(starts_at):
    """What somebody who hears of this hour just now need not be reminded of."""
    left = starts_at - timezone.now()
    if left <= HOUR:
        return Rsvp.Told.HOUR_BEFORE
    return Rsvp.Told.DAY_BEFORE if left <= DAY else Rsvp.Told.NOTHING


@dataclass(frozen=True)
class Seats:
    """How many come, and how many may: None where there is no limit."""

    taken: int
    places: int | None

    @property
    def left(self):
        """Never below none: an editor may have made it fewer than come already."""
        return None if self.places is None else max(0, self.places - self.taken)

    @property
    def is_full(self):
        return self.left == 0


def seats_of(page):
    return Seats(taken=who_goes(page).count(), places=page.places)


@transaction.atomic
def answer(page, *, by, going):
    """Say that one comes, or that one does not; the last word counts. Whoever answers holds the
    page's row, so that of two who ask for the last place one gets it."""
    held = WebinarPage.objects.select_for_update(of=("self",), no_key=True).defer("body")
    held.filter(pk=page.pk).first()
    access.standing_now(by)
    current = WebinarPage.objects.readable_by(by).filter(pk=page.pk).first()
    if current is None:
        raise Refused(_("This webinar is no longer open to you."))
    if current.is_over:
        raise Refused(_("This webinar is over."))
    if going and not is_going(current, by) and seats_of(current).is_full:
        raise Refused(
            _(
                "Every place is taken. Look in again: one may become free. What lasts of the"
                " webinar, with the recording where there is one, follows on its page."
            )
        )
    facts = {
        "going": going,
        "at": timezone.now(),
        "knows": current.starts_at,
        "told": told_by_now(current.starts_at),
    }
    return Rsvp.objects.update_or_create(webinar=current, person=by, defaults=facts)[0]


def is_going(page, person):
    """True or False as they said, or None where they said nothing."""
    if not person.is_authenticated:
        return None
    rows = Rsvp.objects.filter(webinar=page, person=person)
    return rows.values_list("going", flat=True).first()


def walls_of(page):
    """The audiences of each restriction on a page and above it."""
    return [audiences_named(restriction) for restriction in page.get_view_restrictions()]


def who_goes(page):
    """The people who said that they come and may read the page still, by name."""
    coming = Rsvp.objects.filter(webinar=page, going=True).values("person")
    return reasons.people_past(walls_of(page)).filter(pk__in=coming)


def page_of_who_goes(page, number, asker):
    """A paginator page of Introductions of who comes, for one who may know it."""
    found = Paginator(who_goes(page), ON_A_PAGE).get_page(number)
    people = list(found.object_list)
    told = introduce(people, access.epoch_of(asker))
    found.object_list = [told[person.pk] for person in people]
    return found


def may_know_who_goes(person):
    return access.may_know_who_comes(access.standing_of(person))


def titles_outside(pages):
    """`{key: title}` of pages, as a mail or somebody's calendar may carry it: empty where not every
    member may read the page. Three queries, however many there are."""
    members = Audience.objects.filter(kind=Audience.Kind.MEMBERS).values_list("group", flat=True)
    group = members.first()
    closed = [
        restriction.page.path
        for restriction in PageViewRestriction.objects.select_related("page").prefetch_related(
            "groups"
        )
        if restriction.restriction_type != PageViewRestriction.LOGIN
        and group not in {each.pk for each in restriction.groups.all()}
    ]
    return {
        page.pk: "" if any(page.path.startswith(path) for path in closed) else page.title
        for page in pages
    }


def address_of(page):
    """Where a mail or a calendar leads to: not the page's own address, which repeats its title."""
    return settings.WAGTAILADMIN_BASE_URL + reverse("going:answer", args=[page.pk])


def next_for(person):
    """The next webinar that this person said they come to and may read, or else the next of all
    that they may read; with `going`. None where there is none."""
    coming = WebinarPage.objects.readable_by(person).filter(ends_at__gt=timezone.now())
    coming = coming.defer("body").order_by("starts_at", "pk")
    mine = Rsvp.objects.filter(person=person, going=True).values("webinar")
    page = coming.filter(pk__in=mine).first()
    going = page is not None
    page = page or coming.first()
    if page is not None:
        page.going = going
    return page
