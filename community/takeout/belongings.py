from community import inventory
from community.takeout import taking
from community.takeout.models import Takeout

# A copy of the copy would hold nothing new.
inventory.declare("takeout.Takeout.person", inventory.REMOVED)


@inventory.add_step
def discard_their_copies(person):
    taking.discard(Takeout.objects.filter(person=person))
