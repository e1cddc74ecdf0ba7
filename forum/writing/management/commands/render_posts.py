"""Posts are kept as they were typed, and as HTML. When the rules of forum.markdown change, this
makes that HTML anew, so that what was posted before is held to them too."""

from django.core.management.base import BaseCommand

from forum import markdown
from forum.threads import Post

AT_ONCE = 500


class Command(BaseCommand):
    help = "Make the HTML of every post anew from what was typed."

    def handle(self, *args, **options):
        changed = 0
        for post in Post.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
            html = markdown.render(post.content.raw)
            if html == post.content.rendered:
                continue
            # By the text it was made from: an edit in this moment has made its own.
            changed += Post.objects.filter(pk=post.pk, content=post.content.raw).update(
                _content_rendered=html
            )
        self.stdout.write(f"{changed} posts look different now.")
