"""What every installation has before anybody writes: the front pages, the group of editors, and a
collection of files for each audience that needs one. Everything here can be done again and again:
what is there stays as it is.
"""

from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
)

from community import roster
from community.access import EDITORS, FACILITATORS
from community.cohorts import agreeing
from community.models import Audience
from home import manuscript
from home.models import GuidePage, HomePage, LibraryPage, MeetingsPage, TextPage
from home.sections import FOOT

STARTER = Path(__file__).parent / "starter"
# Wagtail's own first group may publish everything and is nobody's here.
UNUSED_GROUP = "Moderators"
SECTIONS = {"guide": GuidePage, "resources": LibraryPage, "meetings": MeetingsPage}
PAGE_PERMISSIONS = ("add", "change", "publish", "lock", "unlock", "bulk_delete")
FILE_PERMISSIONS = ("add", "change", "choose")


@transaction.atomic
def prepare_site():
    """Groups, collections and the pages that the navigation leads to."""
    ensure_editors_group()
    ensure_facilitators_group()
    for kind in (Audience.Kind.MEMBERS, Audience.Kind.FACILITATORS):
        collection_for(kind)
    ensure_agreements()
    return ensure_pages()


def ensure_agreements():
    """The first words of the community agreements; facilitators publish other ones."""
    if agreeing.current() is None:
        parts = manuscript.read(STARTER / "agreements.md").text.split("## ")[1:]
        said = [part.partition("\n")[2].strip() for part in parts]
        fields = ("play_safe", "play_fair", "play_hard", "choice")
        agreeing.publish(by=None, **dict(zip(fields, said, strict=True)))


def ensure_editors_group():
    """Editors may do everything with pages and files, and nothing with people or settings."""
    group, _created = Group.objects.get_or_create(name=EDITORS)
    # Set, not added: Wagtail brings a group of this name, which may do a little else.
    group.permissions.set(permissions_of(EDITORS))
    root = Page.objects.filter(depth=1).get()
    for permission in page_permissions():
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    everything = Collection.get_first_root_node()
    for permission in file_permissions():
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=everything, permission=permission
        )
    for model, given in (
        (GroupPagePermission, page_permissions()),
        (GroupCollectionPermission, file_permissions()),
    ):
        model.objects.filter(group=group).exclude(permission__in=given).delete()
    _editors_review(group)
    return group


def permissions_of(name):
    """What a group of the admin may do that is tied to no page and no collection."""
    permitted = Q(content_type__app_label="wagtailadmin", codename="access_admin")
    if name == EDITORS:
        permitted |= Q(content_type__app_label="home", content_type__model="topic")
    return Permission.objects.filter(permitted)


def page_permissions():
    codenames = [f"{kind}_page" for kind in PAGE_PERMISSIONS]
    return Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames)


def file_permissions():
    permitted = Q()
    # Wagtail asks about its own image model, whichever model the pictures have.
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        codenames = [f"{kind}_{model}" for kind in FILE_PERMISSIONS]
        permitted |= Q(
            content_type__app_label=app, content_type__model=model, codename__in=codenames
        )
    return Permission.objects.filter(permitted)


def ensure_facilitators_group():
    """Facilitators come into the admin for its screens of applications, and hold nothing there
    that is Wagtail's."""
    group, _created = Group.objects.get_or_create(name=FACILITATORS)
    group.permissions.set(permissions_of(FACILITATORS))
    return group


def _editors_review(group):
    """A draft is sent to the other editors: Wagtail's first workflow asks a group of nobody's."""
    unused = Group.objects.filter(name=UNUSED_GROUP).first()
    if unused is None:
        return
    for task in GroupApprovalTask.objects.filter(groups=unused):
        task.name = "Review by an editor"
        task.save()
        task.groups.set([group])
        for step in task.workflow_tasks.select_related("workflow"):
            step.workflow.name = "Review by an editor"
            step.workflow.save()
    if not unused.user_set.exists():
        unused.delete()


def collection_for(kind):
    """The collection whose files only this audience may have; the root for the public."""
    root = Collection.get_first_root_node()
    if kind == Audience.Kind.PUBLIC:
        return root
    audience = roster.open_audience(kind)
    restriction = CollectionViewRestriction.objects.filter(
        restriction_type=CollectionViewRestriction.GROUPS, groups=audience.group
    ).first()
    if restriction is not None:
        return restriction.collection
    collection = root.add_child(name=str(audience.label))
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.set([audience.group])
    return collection


def ensure_pages():
    """The home page with its sections, in place of Wagtail's welcome page; returns the home."""
    home = HomePage.objects.first() or _make_home()
    for slug, model in SECTIONS.items():
        if not model.objects.exists():
            _add(home, model, manuscript.read(STARTER / f"{slug}.md"))
    for slug in FOOT:
        if not home.get_children().filter(slug=slug).exists():
            _add(home, TextPage, manuscript.read(STARTER / f"{slug}.md"))
    return home


def _make_home():
    front = manuscript.read(STARTER / "home.md")
    root = Page.objects.filter(depth=1).get()
    for welcome in root.get_children().exact_type(Page).filter(slug="home"):
        welcome.delete()
        root.refresh_from_db()
    home = root.add_child(
        instance=HomePage(
            title=settings.WAGTAIL_SITE_NAME,
            slug="home",
            headline=front["headline"],
            summary=front.get("summary"),
            breath=manuscript.html_of(front.text.partition("## Joining")[0]),
            joining=manuscript.html_of(front.text.partition("## Joining")[2]),
        )
    )
    home.save_revision().publish()
    Site.objects.filter(is_default_site=True).exclude(root_page=home).delete()
    Site.objects.get_or_create(
        is_default_site=True,
        defaults={
            "hostname": "localhost",
            "port": 80,
            "root_page": home,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    return home


def _add(parent, model, written):
    page = parent.add_child(
        instance=model(
            title=written["title"],
            slug=written["slug"],
            summary=written.get("summary"),
            body=written.body(),
        )
    )
    page.save_revision().publish()
    return page
