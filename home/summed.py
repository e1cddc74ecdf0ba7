"""A draft page of a thread's summary, for an editor to review: in the facilitator's words, with the
passages whose authors agreed to be quoted."""

from functools import partial

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import PageViewRestriction

from home import manuscript
from home.models import LibraryPage, ResourcePage
from home.tasks import send_to_review


@transaction.atomic
def make_draft(*, title, text, quotations, audience, by):
    """An unpublished ResourcePage below the library, sent to the editors' review; `audience` is
    None for the public. Restricted before anything of it can be read."""
    library = LibraryPage.objects.get()
    body = [("paragraph", manuscript.html_of(text))]
    body += [
        ("quote", {"quote": words, "source": whose or _("A participant"), "consent": True})
        for words, whose in quotations
    ]
    page = ResourcePage(
        title=title,
        slug=_free_slug(library, title),
        kind=ResourcePage.Kind.STORY,
        body=body,
        live=False,
        owner=by,
    )
    library.add_child(instance=page)
    if audience is not None:
        restriction = PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.GROUPS
        )
        restriction.groups.set([audience.group])
    page.save_revision(user=by)
    transaction.on_commit(partial(send_to_review.enqueue, page.pk, by.pk))
    return page


def _free_slug(parent, title):
    wanted = slugify(title)[:200] or "summary"
    taken = set(
        parent.get_children().filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    numbers = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbers) if slug not in taken)
