"""What an editor can put into the body of a page. Nothing here runs another host's code: a video
is a link, never an embedded player, and text is limited to what our style sheet knows."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from home.privacy import admits_to_document

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]
LINE_FEATURES = ["bold", "italic", "link"]


class CaptionedTableBlock(TableBlock):
    """A table with a caption and header cells, so that it can be understood without seeing it."""

    def clean(self, value):
        value = super().clean(value)
        if self.is_deferred_validation or not value:
            return value
        if not (value.get("table_caption") or "").strip():
            raise ValidationError(_("Say in the caption what the table shows."))
        if value.get("table_header_choice") == "neither":
            raise ValidationError(
                _("Choose whether the first row or the first column holds the headers.")
            )
        return value

    class Meta:
        icon = "table"
        label = _("Table")
        template = "home/blocks/table.html"


class NoteBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("title"))
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("text"))

    class Meta:
        icon = "info-circle"
        label = _("Note")
        template = "home/blocks/note.html"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words. They are published only where their consent was recorded."""

    quote = blocks.TextBlock(rows=3, label=_("quote"))
    source = blocks.CharBlock(
        max_length=160, label=_("source"), help_text=_("Such as: a participant, year 1, meeting 3.")
    )
    consent = blocks.BooleanBlock(
        required=True,
        label=_("consent recorded"),
        help_text=_("They agreed to be quoted, or the quote was already published."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "home/blocks/quote.html"


class VideoBlock(blocks.StructBlock):
    """A link to a video elsewhere: nothing of that place is loaded into our page."""

    title = blocks.CharBlock(max_length=160, label=_("title"))
    url = blocks.URLBlock(label=_("address"))
    description = blocks.TextBlock(
        required=False, rows=2, label=_("description"), help_text=_("What one sees and learns.")
    )

    class Meta:
        icon = "media"
        label = _("Video")
        template = "home/blocks/video.html"


class FileBlock(DocumentChooserBlock):
    """A file to download, shown to those alone whom its collection admits."""

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        request = context.get("request")
        person = getattr(request, "user", None)
        context["readable"] = value is not None and admits_to_document(value, person)
        return context

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "home/blocks/file.html"


class BodyBlock(blocks.StreamBlock):
    heading = blocks.CharBlock(
        max_length=160, icon="title", label=_("Heading"), template="home/blocks/heading.html"
    )
    subheading = blocks.CharBlock(
        max_length=160, icon="title", label=_("Subheading"), template="home/blocks/subheading.html"
    )
    paragraph = blocks.RichTextBlock(features=TEXT_FEATURES, icon="pilcrow", label=_("Text"))
    steps = blocks.ListBlock(
        blocks.RichTextBlock(features=LINE_FEATURES, label=_("step")),
        icon="list-ol",
        label=_("Steps"),
        template="home/blocks/steps.html",
    )
    note = NoteBlock()
    quote = QuoteBlock()
    image = ImageBlock(label=_("Picture"), template="home/blocks/image.html")
    table = CaptionedTableBlock()
    video = VideoBlock()
    file = FileBlock()
