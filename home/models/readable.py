"""What every family of pages shares: an audience, a summary, a body, a way back.

Pages are listed by `objects.readable_by(person)` alone; nothing else may decide what to show.
"""

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from community import readers
from community.models import PUBLIC
from home.blocks import BodyBlock
from home.page_form import ReadablePageForm
from home.privacy import ReadablePageQuerySet, audience_of

ReadablePageManager = PageManager.from_queryset(ReadablePageQuerySet, "ReadablePageManager")


def readable_pages(person):
    """Pages of every family that this person may read, for lists that mix them."""
    return ReadablePageQuerySet(Page).readable_by(person)


class ReadablePage(Page):
    """A page with an audience. Only groups may restrict it: a password or 'anybody signed in'
    would be a door that the policy does not know."""

    summary = models.TextField(
        _("summary"),
        blank=True,
        max_length=400,
        help_text=_("One or two plain sentences, shown in lists and on top of the page."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    objects = ReadablePageManager()

    base_form_class = ReadablePageForm
    private_page_options = ["groups"]
    allowed_http_methods = ["GET", "HEAD", "OPTIONS"]
    show_in_menus_default = False

    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("body"),
        index.AutocompleteField("summary"),
        index.AutocompleteField("body"),
    ]

    opening_panels = [*Page.content_panels, FieldPanel("summary")]
    body_panels = [FieldPanel("body")]
    content_panels = opening_panels + body_panels

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        """`audience` is None on a page whose restriction names no single audience."""
        context = super().get_context(request, *args, **kwargs)
        audience = audience_of(self) if self.pk else PUBLIC
        is_public = audience is PUBLIC
        context.update(
            audience=audience,
            is_public=is_public,
            sentence=readers.sentence(audience) if audience and not is_public else "",
            canonical_url=self.full_url if is_public else "",
            crumbs=self.crumbs(),
            parts=parts_of(self.body),
            may_edit=may_edit(self, request.user),
        )
        return context

    def crumbs(self):
        """`{label, url}` from the home page down to this one, in one query.

        The reader may read every page above a page that they may read: privacy is inherited.
        """
        if not self.pk or self.depth <= 2:
            return []
        above = Page.objects.ancestor_of(self).filter(depth__gte=2).order_by("depth")
        return [{"label": page.title, "url": page.url} for page in [*above, self]]


def parts_of(body):
    """The blocks of a body; each heading with an anchor that says what it is about, used once."""
    parts, taken = [], set()
    for block in body:
        anchor = ""
        if block.block_type == "heading":
            words = slugify(block.value) or "part"
            anchor = words if words not in taken else f"{words}-{len(parts)}"
            taken.add(anchor)
        parts.append({"block": block, "anchor": anchor})
    return parts


def may_edit(page, person):
    """Whether Wagtail lets this person edit the page; visitors cost no query."""
    if not person.is_authenticated or not page.pk:
        return False
    return page.permissions_for_user(person).can_edit()
