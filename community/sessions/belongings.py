from django.utils.translation import gettext_lazy as _

from community import inventory
from community.sessions import ending
from community.sessions.models import OpenSession

inventory.declare("open_sessions.OpenSession.person", inventory.REMOVED, "sessions")
inventory.add_step(ending.end_all)


def _rows(person):
    for row in OpenSession.objects.filter(person=person):
        yield {"browser": row.browser, "signed_in": row.began_at, "last_seen": row.seen_at}


inventory.add_part("sessions", _("Where you are signed in"), _rows)
