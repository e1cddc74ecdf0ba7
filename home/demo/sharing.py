"""What one of the demo's coordinators tells her director alone, and what she took back."""

from django.db import transaction

from community.sharing import sharing
from community.sharing.models import Note

TITLE = "Two things I need before the spring term"
TEXT = (
    "The walk to the gym takes nine minutes with the little ones, there and back. Could we have the"
    " library two afternoons a week until the rain stops?\n\n"
    "And I would like a second adult on Thursdays. Thirty-one children came last week, and I was"
    " alone with them from 4 to 4:40."
)
TAKEN_BACK = "About the snack budget"
ITS_TEXT = "I wrote this too fast, and want to count the boxes again first."


@transaction.atomic
def load_sharing(people):
    """Where she wrote none yet."""
    maya, dana = people["maya"], people["dana"]
    if Note.objects.filter(by=maya).exists():
        return
    back = sharing.share(
        by=maya, reader=dana, title=TAKEN_BACK, text=ITS_TEXT, what=Note.What.CHALLENGE
    )
    sharing.take_back(back, by=maya)
    sharing.share(by=maya, reader=dana, title=TITLE, text=TEXT, what=Note.What.NEED)
