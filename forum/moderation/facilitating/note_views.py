"""Notes of facilitators on a thread and its posts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.introductions import shown_name
from forum import threads
from forum.moderation import notes as verbs
from forum.moderation.facilitating.doors import crumbs, keys_in, thread_to_moderate
from forum.moderation.facilitating.forms import NoteForm
from forum.moderation.facilitating.thread_views import show_form
from forum.posting import Refused

NOTES_ON_A_PAGE = 30


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request, pk):
    """`?post=` says to which post a note belongs; without it, to the thread."""
    topic = thread_to_moderate(request.user, pk)
    asked = keys_in([(request.POST or request.GET).get("post", "")])
    post = threads.post_for(request.user, topic, asked[0]) if asked else None
    if request.method == "POST" and "take_back" in request.POST:
        note = _taken_back(request, topic)
        if note is None:
            return redirect("facilitating:notes", topic.pk)
        form = NoteForm(initial={"text": note.text})
        post = note.post if note.post and note.post.approved else None
    elif request.method == "POST":
        form = NoteForm(request.POST)
        if form.is_valid() and _left(request, topic, form, post):
            return redirect("facilitating:notes", topic.pk)
    else:
        form = NoteForm()
    paginator = Paginator(verbs.notes_on(topic).order_by("-at", "-pk"), NOTES_ON_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    page.object_list = [
        {
            "pk": note.pk,
            "name": shown_name(note.by),
            "mine": note.by_id == request.user.pk,
            "text": note.text,
            "at": note.at,
            "post": note.post if note.post and note.post.approved else None,
            "on_post": note.post_id is not None,
        }
        for note in page.object_list
    ]
    return show_form(
        request,
        "notes.html",
        form,
        topic=topic,
        post=post and {"pk": post.pk, "author": shown_name(post.poster)},
        space=topic.forum.space,
        page_obj=page,
        crumbs=crumbs(topic.forum.space, _("Notes"), topic=topic),
    )


def _left(request, topic, form, post):
    """Whether the note is left; where it is refused, `form` says why."""
    try:
        verbs.leave_note(topic, by=request.user, text=form.cleaned_data["text"], post=post)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return False
    messages.success(request, _("The note is there for the other facilitators."))
    return True


def _taken_back(request, topic):
    """The note of theirs that is taken back by this request; None where it is gone already. Its
    words go into the field again, so that nothing is lost by a slip."""
    keys = keys_in([request.POST["take_back"]])
    note = verbs.notes_on(topic).filter(pk__in=keys, by=request.user).first()
    if note is None:
        messages.info(request, _("There is no such note of yours any more."))
        return None
    verbs.take_note_back(note, by=request.user)
    messages.success(
        request, _("Your note is gone. Its words are in the field, should you want them again.")
    )
    return note
