from django.utils.translation import gettext_lazy as _

from community import inventory
from community.leaving.models import Closing

inventory.declare("leaving.Closing.person", inventory.REMOVED, "closing")


def _rows(person):
    for row in Closing.objects.filter(person=person):
        yield {"asked": row.asked_at, "closes": row.due_at}


inventory.add_part("closing", _("Closing your account"), _rows)
